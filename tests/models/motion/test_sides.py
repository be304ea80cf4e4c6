from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import InputError
from data_contracts.pose_sequence import FACE, PoseSequence
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
        assert (OTHER_SIDE[left], OTHER_SIDE[right]) == (right, left)
    assert OTHER_SIDE[FACE] == tuple(range(23, 91))
    assert sorted(OTHER_SIDE) == list(range(133))


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
