from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import InputError, NoFigureError
from data_contracts.pose_sequence import N_KEYPOINTS, PoseSequence
from models.motion.people import most_prominent, person_at


def standing(columns: list[float], heights: list[float], n_frames: int = 20) -> PoseSequence:
    """People as 17 points on a line each, in columns of a picture of 400 x 200."""
    xy = np.zeros((n_frames, len(columns), N_KEYPOINTS, 2), np.float32)
    confidence = np.zeros(xy.shape[:3], np.float32)
    for person, (column, height) in enumerate(zip(columns, heights, strict=True)):
        xy[:, person, :17, 0] = column + np.linspace(-0.1, 0.1, 17) * height
        xy[:, person, :17, 1] = 100 + np.linspace(-0.5, 0.5, 17) * height
        confidence[:, person, :17] = 0.8
    return PoseSequence(xy, confidence, 25.0, 400, 200)


def without(poses: PoseSequence, person: int, frames: slice) -> PoseSequence:
    poses.confidence[frames, person] = 0
    poses.keypoints_xy_px[frames, person] = 0
    return poses


def test_the_largest_who_is_seen_most_is_prominent() -> None:
    assert most_prominent(standing([50, 200, 350], [100, 150, 100])) == 1
    # Seen in one frame of twenty, the tall one counts less.
    assert most_prominent(without(standing([50, 200], [100, 150]), 1, slice(1, None))) == 0


def test_people_are_counted_from_the_left() -> None:
    poses = standing([350, 50, 200], [100, 150, 100])
    assert [person_at(poses, place) for place in (1, 2, 3)] == [1, 2, 0]
    for place in (0, 4):
        with pytest.raises(InputError, match=r"expected 1 to 3; got 3 people"):
            person_at(poses, place)


def test_frames_without_a_person_do_not_pull_them_to_the_left() -> None:
    # Missing points lie at (0, 0): whoever is away for most of the clip stays on the right.
    poses = without(standing([350, 200], [100, 100]), 0, slice(0, 12))
    assert [person_at(poses, place) for place in (1, 2)] == [1, 0]


def test_who_is_hardly_seen_is_not_counted() -> None:
    poses = without(standing([50, 200], [100, 100]), 0, slice(1, None))
    assert person_at(poses, 1) == 1
    with pytest.raises(InputError, match="got 1 person"):
        person_at(poses, 2)
    poses.confidence[..., 3:] = 0
    with pytest.raises(NoFigureError, match="4 body keypoints in 10% of 20 frames"):
        person_at(poses, 1)
