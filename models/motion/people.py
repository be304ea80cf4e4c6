"""Which of several people in a motion is meant: the most prominent one, or one by their place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError, NoFigureError
from data_contracts.pose_sequence import BODY, PoseSequence

KNOWN = 0.25
"""Confidence from which on a keypoint moves a puppet (models.puppet.driver)."""

LEAST_KEYPOINTS = 4
"""Body keypoints that are known in a frame in which somebody is seen: a head and shoulders, or a leg."""

LEAST_FRAMES = 0.1
"""Share of the frames in which somebody is seen before they count: false finds come and go faster."""


def most_prominent(poses: PoseSequence) -> int:
    """Index of the person who is seen most, and largest: the box's area times the body's confidence."""
    seen = (poses.confidence > 0)[..., None]
    high = np.where(seen, poses.keypoints_xy_px, -np.inf).max(2)
    low = np.where(seen, poses.keypoints_xy_px, np.inf).min(2)
    area = np.where(seen[..., 0].any(2), np.prod(np.maximum(high - low, 0), axis=-1), 0)
    return int(np.argmax((area * poses.confidence[:, :, BODY].mean(2)).sum(0)))


def person_at(poses: PoseSequence, place: int) -> int:
    """Index of the ``place``-th person from the left of the picture; 1 is the leftmost.

    People stand where the median of their body's middle is, over the frames in which they are seen. Those
    seen in less than a tenth of the frames (`LEAST_FRAMES`) are not counted.

    Raises:
        InputError: there are fewer people, or ``place`` is below 1.
        NoFigureError: nobody is seen.
    """
    columns = {p: x for p, x in enumerate(_columns(poses)) if np.isfinite(x)}
    if not columns:
        raise NoFigureError(
            "nobody is seen long enough to be counted",
            where="people of the motion",
            expected=f"{LEAST_KEYPOINTS} body keypoints in {LEAST_FRAMES:.0%} of {poses.n_frames} frames",
        )
    if not 1 <= place <= len(columns):
        raise InputError(
            "there is no such person in the motion",
            where=f"person {place} from the left",
            expected=f"1 to {len(columns)}",
            got="1 person" if len(columns) == 1 else f"{len(columns)} people",
            hint="Count from the left, 1 is the leftmost; without a number the most prominent person counts",
        )
    return sorted(columns, key=lambda person: (columns[person], person))[place - 1]


def _columns(poses: PoseSequence) -> NDArray[np.float64]:
    """Median x [P] of each person in pixels; NaN for who is hardly seen."""
    known = poses.confidence[..., BODY] >= KNOWN
    there = known.sum(axis=2) >= LEAST_KEYPOINTS
    columns = np.full(poses.n_people, np.nan)
    for person in np.flatnonzero(there.mean(axis=0) >= LEAST_FRAMES):
        frames = np.flatnonzero(there[:, person])
        x = poses.keypoints_xy_px[frames, person, BODY, 0]
        columns[person] = np.median([np.median(x[t, known[frame, person]]) for t, frame in enumerate(frames)])
    return columns
