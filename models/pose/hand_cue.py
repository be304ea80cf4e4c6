"""Hands in front of the body: patches of the face's colour inside the silhouette.

A silhouette does not show a hand before the trunk. Where sleeves cover the arms, a hand is a small patch
with the colour of the face; the face is where the figure's head is.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.pose.silhouette_field import SilhouetteField

Array = NDArray[np.float64]

FINER = 2
"""Colours are read on a grid this much finer than the silhouettes'."""

FACE_RADIUS, APART = 0.04, 0.13
"""Radius of the face patch that is read, and least distance of a hand from the nose, by figure height."""

LEAST_AREA, MOST_AREA = 0.0008, 0.012
"""Area of a hand by the square of the figure's height. A bare arm is larger and no cue."""

MOST_SPREAD = 7.0
"""Largest median deviation of the face's chroma, 8-bit levels: above, the 'face' is hair or a pattern."""


def hand_patches(
    field: SilhouetteField, frames: NDArray[np.uint8], nose: Array, height: float
) -> list[Array]:
    """Centres of hand-like patches in each frame, [N, 2] in grid indices, N from 0 to 2.

    Args:
        field: silhouettes.
        frames: uint8 [T, H, W, 3].
        nose: float64 [T, 2], grid indices.
        height: the figure's height in grid pixels.
    """
    chroma = [
        cv2.cvtColor(field.crop(frame, FINER), cv2.COLOR_RGB2YCrCb)[..., 1:].astype(np.float32)
        for frame in frames
    ]
    rows, columns = field.grid_indices(FINER)
    away = [np.hypot(columns - x, rows - y) / height for x, y in nose]
    face = [c[d < FACE_RADIUS] for c, d in zip(chroma, away, strict=True)]
    samples = np.concatenate(face) if face else np.zeros((0, 2), np.float32)
    nobody: list[Array] = [np.zeros((0, 2)) for _ in frames]
    if len(samples) < 20:
        return nobody
    colour = np.median(samples, axis=0)
    spread = float(np.median(np.abs(samples - colour).sum(axis=1)))
    if spread > MOST_SPREAD:
        return nobody
    limit = max(7.0, 2.5 * spread)
    return [
        _patches((np.abs(c - colour).sum(axis=2) < limit) & _enlarged(mask), d, FINER * height)
        for c, d, mask in zip(chroma, away, field.masks, strict=True)
    ]


def _enlarged(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.repeat(np.repeat(mask, FINER, axis=0), FINER, axis=1)


def _patches(skin: NDArray[np.bool_], away: Array, unit: float) -> Array:
    """Centres of the two largest patches of a hand's size that are no part of the head."""
    opened = cv2.morphologyEx(skin.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, centres = cv2.connectedComponentsWithStats(opened)
    found = []
    for k in range(1, count):
        area = stats[k, cv2.CC_STAT_AREA] / unit**2
        x, y = centres[k]
        if LEAST_AREA < area < MOST_AREA and away[labels == k].min() > APART - FACE_RADIUS:
            found.append((area, (x + 0.5) / FINER - 0.5, (y + 0.5) / FINER - 0.5))
    best = sorted(found, reverse=True)[:2]
    return np.array([[x, y] for _, x, y in best], np.float64).reshape(-1, 2)


def assign(wrists: Array, patches: Array, reach: float) -> list[tuple[int, int]]:
    """Pairs (wrist, patch) of least total distance, each within `reach`; `wrists` is [2, 2]."""
    distance = np.linalg.norm(wrists[:, None] - patches[None], axis=-1)
    if len(patches) == 0:
        return []
    if len(patches) == 1:
        pairs = [(int(distance[:, 0].argmin()), 0)]
    else:
        straight = distance[0, 0] + distance[1, 1] <= distance[0, 1] + distance[1, 0]
        pairs = [(0, 0), (1, 1)] if straight else [(0, 1), (1, 0)]
    return [(w, p) for w, p in pairs if distance[w, p] < reach]
