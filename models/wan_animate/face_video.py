"""The driver's face, cut out of its clip: what Wan Animate reads expressions from."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

FACE_PX = 512
"""Side of the crops (Wan2.2, wan/modules/animate/preprocess/process_pipepline.py)."""
AREA = 1.3
"""The box's area is this many times that of the points' (get_face_bboxes)."""
UPWARDS = 0.75
"""Share of the growth in height that goes over the brows, where no points are (get_face_bboxes)."""
LEAST_POINTS = 0.5
"""Share of a face's points that must be known for it to be seen."""
LEAST_FRAMES = 0.1
"""Share of the frames in which a face must be seen; fewer are false finds."""

Points = NDArray[np.float32]


def face_boxes(xy: Points, confidence: Points, threshold: float) -> NDArray[np.float64] | None:
    """Boxes [T, 4] in pixels (left, top, right, bottom) round a face; between frames that show it, theirs.

    Args:
        xy: [T, 68, 2] the face's points.
        confidence: [T, 68].
        threshold: from which on a point is known.

    Returns:
        None where it is hardly ever seen.
    """
    known = confidence >= threshold
    seen = known.mean(axis=1) >= LEAST_POINTS
    low = np.where(known[..., None], xy, np.inf).min(axis=1)
    high = np.where(known[..., None], xy, -np.inf).max(axis=1)
    seen &= (high - low > 1).all(axis=1)
    if seen.mean() < LEAST_FRAMES:
        return None
    boxes = np.concatenate([low[seen], high[seen]], axis=1)
    grown = (np.sqrt(AREA) - 1) * (boxes[:, 2:] - boxes[:, :2])
    boxes += np.stack(
        [-grown[:, 0] / 2, -UPWARDS * grown[:, 1], grown[:, 0] / 2, (1 - UPWARDS) * grown[:, 1]], axis=1
    )
    times = np.arange(len(seen))
    return np.stack([np.interp(times, times[seen], side) for side in boxes.T], axis=1)


def face_video(frames: Iterable[NDArray[np.uint8]], boxes: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Cut faces out, each stretched to a square.

    Args:
        frames: at least T pictures uint8 [H, W, 3].
        boxes: [T, 4], as of `face_boxes`.

    Returns:
        uint8 [T, 512, 512, 3]; black where a box lies beside its picture.
    """
    crops = np.zeros((len(boxes), FACE_PX, FACE_PX, 3), np.uint8)
    for crop, frame, box in zip(crops, frames, boxes, strict=False):
        height, width = frame.shape[:2]
        left, top, right, bottom = np.clip(box, 0, [width, height, width, height]).astype(int)
        if right - left > 1 and bottom - top > 1:
            cv2.resize(frame[top:bottom, left:right], (FACE_PX, FACE_PX), dst=crop)
    return crops
