"""Framing: the middle of the frame's shape, and points that stay where they were in the picture."""

from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import ConfigError
from flows.train.framing import ClipSize, framing_of, parse_size


def test_the_middle_of_the_frame_s_shape_is_taken() -> None:
    video = np.zeros((2, 40, 80, 3), np.uint8)
    video[:, :, 20:60] = 255
    assert (framing_of(80, 40, ClipSize(16, 16, 2)).cut(video) == 255).all()
    tall = np.zeros((1, 100, 50), np.uint8)
    tall[:, 25:75] = 255
    assert (framing_of(50, 100, ClipSize(64, 64, 1)).cut(tall) == 255).all()
    assert framing_of(50, 100, ClipSize(32, 48, 1)).cut(tall).shape == (1, 32, 48)


@pytest.mark.parametrize("size", [ClipSize(32, 32, 1), ClipSize(160, 64, 1), ClipSize(48, 96, 1)])
def test_a_point_lies_where_its_pixel_went(size: ClipSize) -> None:
    picture = np.zeros((1, 90, 120), np.uint8)
    picture[0, 38:44, 60:66] = 255
    framing = framing_of(120, 90, size)
    x, y = framing.points(np.array([63.0, 41.0]))
    rows, columns = np.nonzero(framing.cut(picture)[0] > 127)
    assert abs(rows.mean() + 0.5 - y) < 0.51 and abs(columns.mean() + 0.5 - x) < 0.51


def test_sizes_are_read_and_refused() -> None:
    assert parse_size("768x512x48") == (768, 512, 48)
    for text in ("768", "768x512", "760x512x48", "0x16x1", "16x16x0", "ax16x1"):
        with pytest.raises(ConfigError, match=r"--bucket: .*multiples of 16: 768x512x48"):
            parse_size(text)
