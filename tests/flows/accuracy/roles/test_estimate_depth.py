"""The depth part of the table: what is known, what is compared, and what a number means."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from data_contracts.errors import InputError
from flows.accuracy.depth_pictures import DepthPictures, read_depth_pictures, read_millimetres
from flows.accuracy.role import Case, Sources
from flows.accuracy.roles.estimate_depth import ABS_REL, DELTA, FOCAL, ORDER, ROLE, SCALE_ABS_REL
from models.depth.layout import LayoutDepthConfig


def test_real_depth_is_read_in_metres_with_its_holes(assets: Path) -> None:
    case = next(case for case in _real(assets) if case.dataset == "HoloLens")
    pictures = read_depth_pictures(case.content)
    assert len(pictures) == 3
    for picture in pictures:
        assert picture.rgb.shape[:2] == picture.depth_m.shape
        assert 0.3 < np.median(picture.depth_m[picture.depth_m > 0]) < 6
        assert 0.05 < (picture.depth_m == 0).mean() < 0.6


def test_a_picture_of_eight_bits_is_no_depth(tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "grey.png"), np.zeros((8, 8), np.uint8))
    with pytest.raises(InputError, match="not a picture of depth"):
        read_millimetres(tmp_path / "grey.png")


@pytest.mark.slow
def test_the_best_planes_beat_the_backend_in_a_known_room(tmp_path: Path) -> None:
    case = Case("room", "room", _floor_and_wall(tmp_path))
    oracle = ROLE.oracle
    assert oracle is not None
    ours, best, ramp = ROLE.measure(case, LayoutDepthConfig(), tmp_path), oracle(case), ROLE.baseline(case)
    # Half a centimetre at 3 m is what millimetres and 4000 samples leave.
    assert best[ABS_REL.name] < 0.003 and best[DELTA.name] == 1 and best[ORDER.name] > 0.97
    assert best[ABS_REL.name] < min(ours[ABS_REL.name], ramp[ABS_REL.name])
    assert ours[FOCAL.name] == pytest.approx(100 * abs(0.9 * 128 / 100 - 1))
    assert set(ramp) == {ABS_REL.name, DELTA.name, SCALE_ABS_REL.name, ORDER.name}


def _real(assets: Path) -> list[Case]:
    """All but the puppet world: there is none in the folder."""
    from flows.accuracy import depth_pictures

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(depth_pictures, "read_takes", lambda _: [])
        return list(ROLE.cases(Sources(Path("none"), assets, quick=True)))


def _floor_and_wall(folder: Path) -> DepthPictures:
    """A floor 1.2 m under the camera up to a wall at 3 m, focal length 100 px."""
    y = np.arange(96)[:, None] + 0.5 - 40
    depth = np.minimum(np.where(y > 0, 1.2 * 100 / np.maximum(y, 1e-6), np.inf), 3.0)
    x = np.arange(128)[None]
    tiles = ((np.floor(x / 12) + np.floor(depth * 3)) % 2 * 90 + 80).astype(np.uint8)
    picture, stored = folder / "picture.png", folder / "depth.png"
    cv2.imwrite(str(picture), np.repeat(tiles[..., None], 3, axis=-1))
    cv2.imwrite(str(stored), np.round(np.broadcast_to(depth, (96, 128)) * 1000).astype(np.uint16))
    return DepthPictures(files=((picture, stored),), focal_px=100.0)
