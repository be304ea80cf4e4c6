"""Windows over long clips: they cover, they do not wrap, and noise belongs to frames."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from data_contracts.errors import ConfigError
from models.video.windows import noise_of_frames, window_weights, windows_over

SUM = 1e-6
"""Rounding of a handful of float32 weights."""


@settings(deadline=None)
@given(st.integers(1, 90), st.integers(1, 20), st.integers(0, 19), st.integers(1, 2))
def test_windows_cover_every_frame_and_weights_sum_to_one(
    frames: int, length: int, overlap: int, multiple: int
) -> None:
    frames, length, overlap = frames * multiple, length * multiple, overlap * multiple
    if overlap >= length:
        with pytest.raises(ConfigError):
            windows_over(frames, length, overlap, multiple)
        return
    windows = windows_over(frames, length, overlap, multiple)
    total = torch.zeros(frames)
    for (first, past), weight in zip(windows, window_weights(windows), strict=True):
        assert past - first == min(length, frames)
        assert first % multiple == 0
        assert (weight > 0).all()
        total[first:past] += weight
    torch.testing.assert_close(total, torch.ones(frames), rtol=0, atol=SUM)
    assert windows[0][0] == 0
    assert windows[-1][1] == frames
    assert all(b[0] <= a[1] - overlap and a[0] < b[0] for a, b in zip(windows[:-1], windows[1:], strict=True))


def test_ends_belong_to_one_window_alone() -> None:
    windows = windows_over(20, 8, 4)
    assert windows == [(0, 8), (4, 12), (8, 16), (12, 20)]
    weights = window_weights(windows)
    assert (weights[0][:4] == 1).all()
    assert (weights[-1][-4:] == 1).all()
    torch.testing.assert_close(weights[0][4:], torch.tensor([7, 5, 3, 1]) / 8, rtol=0, atol=SUM)


@pytest.mark.parametrize(("length", "overlap", "multiple"), [(4, 4, 1), (4, -1, 1), (5, 2, 2), (4, 1, 2)])
def test_windows_without_a_way_forward_are_refused(length: int, overlap: int, multiple: int) -> None:
    with pytest.raises(ConfigError, match="0 <= overlap < length"):
        windows_over(20, length, overlap, multiple)


def test_noise_belongs_to_the_frame() -> None:
    whole = noise_of_frames(3, 10, (4, 6, 5))
    torch.testing.assert_close(noise_of_frames(3, 4, (4, 6, 5), first=6), whole[:, 6:], rtol=0, atol=0)
    assert abs(whole.mean().item()) < 0.1
    assert abs(whole.std().item() - 1) < 0.1
    assert (noise_of_frames(4, 10, (4, 6, 5)) - whole).abs().mean() > 0.5
    assert (whole[:, 1:] - whole[:, :-1]).abs().mean() > 0.5
