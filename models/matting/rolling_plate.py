"""What stands out from the empty scene where no one plate covers the clip: neighbours in time show it.

Each frame is held against some frames before and after it, laid over it by the background's motion. What
is background looks as it does in most of them; a mover has gone on, or was somewhere else.
"""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.background_plate import beyond
from models.matting.residual_motion import ClipFlow, follow

OFFSETS = (-20, -14, -9, -6, -4, -2, 2, 4, 6, 9, 14, 20)
"""Frames that are compared with: near ones lie well over each other, a slow mover has left far ones."""
QUANTILE = 0.4
"""Of the differences, from the least: a background that is hidden in some neighbours still counts."""
HIDDEN = 0.3
"""Evidence of motion from which on a neighbour shows the mover there, and not the scene behind."""
NOISE, CLEAR = 4.0, 20.0
"""Differences in 8-bit levels that say nothing, and that say all."""
NOT_SHOWN = np.int16(256)
"""More than any difference."""
NEW = 0.4
"""Weight of a frame's own difference against what is carried from its neighbours along the flow."""


def rolling_difference(
    frames: NDArray[np.uint8], step: NDArray[np.float64], evidence: NDArray[np.float32], flow: ClipFlow
) -> NDArray[np.float32]:
    """How far each pixel differs from the scene behind, float32 ``[T, H, W]`` in 0..1.

    Args:
        frames: uint8 ``[T, H, W, 3]``.
        step: float64 ``[T - 1, 3, 3]``, background motion from each frame to the next, pixel indices.
        evidence: float32 ``[T, H, W]`` in 0..1, residual motion.
        flow: between neighbours, to carry what one frame shows to those where a limb pauses.
    """
    chain = [np.eye(3)]
    for matrix in step:
        chain.append(chain[-1] @ np.linalg.inv(matrix))
    square = np.ones((5, 5), np.uint8)
    clear = [np.asarray(cv2.dilate(e, square) < HIDDEN, np.uint8) * np.uint8(255) for e in evidence]
    own = np.zeros(evidence.shape, np.float32)
    for t in range(len(frames)):
        others = [t + k for k in OFFSETS if 0 <= t + k < len(frames)]
        moved = ((frames[u], clear[u], np.linalg.inv(chain[t]) @ chain[u]) for u in others)
        own[t] = _difference(frames[t], evidence[t], moved)
    return _carry(own, flow)


def _difference(
    frame: NDArray[np.uint8],
    evidence: NDArray[np.float32],
    others: Iterable[tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float64]]],
) -> NDArray[np.float32]:
    size = frame.shape[1::-1]
    smooth = np.asarray(cv2.GaussianBlur(frame, (3, 3), 0), np.uint8)
    square = np.ones((3, 3), np.uint8)
    gaps = []
    for picture, clear, to_frame in others:
        warped = cv2.warpPerspective(picture, to_frame, size)
        shown = cv2.warpPerspective(clear, to_frame, size) > 250
        # Parallax and a pixel of misalignment are no mover: compare with the local range.
        gap = beyond(smooth, np.asarray(cv2.erode(warped, square)), np.asarray(cv2.dilate(warped, square)))
        # What is not shown comes last.
        gaps.append(np.where(shown, gap.astype(np.int16), NOT_SHOWN))
    if not gaps:
        return evidence
    ranked = np.sort(np.stack(gaps), axis=0)
    known = (ranked < NOT_SHOWN).sum(axis=0)
    pick = np.clip((QUANTILE * known).astype(np.int64), 0, len(ranked) - 1)
    chosen = np.take_along_axis(ranked, pick[None], axis=0)[0].astype(np.float32)
    # What is hidden in every neighbour has only its motion to speak for it.
    return np.where(known > 0, np.clip((chosen - NOISE) / (CLEAR - NOISE), 0, 1), evidence).astype(np.float32)


def _carry(own: NDArray[np.float32], flow: ClipFlow) -> NDArray[np.float32]:
    early, late = own.copy(), own.copy()
    for t in range(1, len(own)):
        early[t] = (1 - NEW) * follow(early[t - 1], flow.backward[t - 1]) + NEW * own[t]
    for t in range(len(own) - 2, -1, -1):
        late[t] = (1 - NEW) * follow(late[t + 1], flow.forward[t]) + NEW * own[t]
    return np.asarray(np.maximum((early + late) / 2, 0.8 * own), np.float32)
