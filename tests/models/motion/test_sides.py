from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import InputError
from data_contracts.pose_sequence import FACE, PoseSequence
from data_contracts.side_swaps import SwappedPart
from models.motion.sides import OTHER_SIDE, sides_swapped


def numbered(n_frames: int = 6) -> PoseSequence:
    """Keypoint k of everybody lies at x = k, y = frame, and has its own confidence."""
    xy = np.zeros((n_frames, 2, 133, 2), np.float32)
    xy[..., 0], xy[..., 1] = np.arange(133), np.arange(n_frames)[:, None, None]
    confidence = np.broadcast_to(np.linspace(0.2, 1, 133, dtype=np.float32), xy.shape[:3]).copy()
    return PoseSequence(xy, confidence, 25.0, 200, 200, np.concatenate([xy, xy[..., :1]], axis=-1))


def test_limbs_feet_and_hands_change_sides_and_faces_stay() -> None:
    left_first = {5: 6, 9: 10, 15: 16, 1: 2, 17: 20, 19: 22, 91: 112, 111: 132}
    for left, right in left_first.items():
        assert (OTHER_SIDE["body"][left], OTHER_SIDE["body"][right]) == (right, left)
    for order in OTHER_SIDE.values():
        assert order[FACE] == tuple(range(23, 91))
        assert sorted(order) == list(range(133))


def test_limbs_alone_change_below_shoulders_and_hips() -> None:
    def changed(part: SwappedPart) -> set[int]:
        swapped = sides_swapped(numbered(), [(3, 3)], part).keypoints_xy_px
        assert (swapped[2, 0, :, 0] == np.arange(133)).all()
        return set(np.flatnonzero(swapped[3, 1, :, 0] != np.arange(133)))

    assert changed("legs") == {13, 14, 15, 16, *range(17, 23)}
    assert changed("arms") == {7, 8, 9, 10, *range(91, 133)}
    assert changed("legs") | changed("arms") < changed("body")


def test_only_the_named_frames_change_and_twice_is_as_before() -> None:
    poses = numbered()
    swapped = sides_swapped(poses, [(1, 2), (2, 2), (5, 5)])
    changed = [t for t in range(6) if swapped.keypoints_xy_px[t, 0, 5, 0] == 6]
    assert changed == [1, 2, 5]
    assert swapped.confidence[1, 1, 9] == poses.confidence[1, 1, 10]
    assert swapped.xyz_camera is not None
    assert swapped.xyz_camera[5, 0, 91, 2] == 112
    back = sides_swapped(swapped, [(1, 2), (5, 5)])
    np.testing.assert_array_equal(back.keypoints_xy_px, poses.keypoints_xy_px)
    np.testing.assert_array_equal(back.confidence, poses.confidence)
    assert sides_swapped(poses, []).keypoints_xy_px[0, 0, 5, 0] == 5


@pytest.mark.parametrize("frames", [(0, 6), (-1, 2), (4, 3)])
def test_frames_outside_of_the_motion_are_refused(frames: tuple[int, int]) -> None:
    with pytest.raises(InputError, match=r"within 0-5"):
        sides_swapped(numbered(), [frames])
