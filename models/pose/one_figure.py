"""One of several figures in a matte: the one who fills most of it over the clip, followed by overlap."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

SIDE = 160
"""Long side in pixels at which figures are told apart."""

LEAST_SHARE = 0.2
"""Area of a part, by the largest in its frame, from which on it may be another figure and not a hat."""

LEAST_FRAMES = 0.2
"""Share of the frames that must show two such parts before the matte is taken to hold several figures."""

MERGED = 1.35
"""Growth of a part from frame to frame from which on two figures have run into one another."""

REACH = 0.04
"""How far a figure may move in a frame while it is one with another, by the picture's long side."""


def most_prominent(alpha: NDArray[np.float32]) -> NDArray[np.float32]:
    """The matte of one figure.

    Args:
        alpha: float32 [T, H, W].

    Returns:
        float32 [T, H, W]; the same array where there is but one figure, or none can be told apart.
    """
    height, width = alpha.shape[1:]
    scale = min(1.0, SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    masks = [cv2.resize(a, size, interpolation=cv2.INTER_AREA) > 0.5 for a in alpha]
    parts = [_parts(np.asarray(mask, np.bool_)) for mask in masks]
    if np.mean([len(found) > 1 for found in parts]) < LEAST_FRAMES:
        return alpha
    # The frame that shows most apart from one another is where figures are whole.
    start = max(range(len(parts)), key=lambda t: (len(parts[t]), sum(int(p.sum()) for p in parts[t])))
    tracks = [_follow(parts, start, part) for part in parts[start]]
    best = max(tracks, key=lambda track: int(track.sum()))
    radius = max(1, round(0.01 * max(size)))
    kept = [
        cv2.resize(_grown(mask, radius).astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
        for mask in best
    ]
    return np.asarray(np.where(np.stack(kept) > 0, alpha, 0), np.float32)


def _parts(mask: Mask) -> list[Mask]:
    """Connected parts that may be figures, the largest first."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4)
    areas = stats[1:count, cv2.CC_STAT_AREA]
    if not len(areas):
        return []
    order = [k for k in np.argsort(-areas, kind="stable") if areas[k] >= LEAST_SHARE * areas.max()]
    return [np.asarray(labels == k + 1, np.bool_) for k in order]


def _follow(parts: list[list[Mask]], start: int, part: Mask) -> Mask:
    """One part through time, forward and backward: bool [T, h, w], empty where it is lost."""
    track = np.zeros((len(parts), *part.shape), np.bool_)
    track[start] = part
    for times in (range(start + 1, len(parts)), range(start - 1, -1, -1)):
        before = part
        for t in times:
            track[t] = _next(before, parts[t])
            before = track[t] if track[t].any() else before
    return track


def _next(before: Mask, parts: list[Mask]) -> Mask:
    shared = [int((part & before).sum()) for part in parts]
    if not shared or max(shared) == 0:
        return np.zeros_like(before)
    found = parts[int(np.argmax(shared))]
    if found.sum() > MERGED * before.sum():
        return np.asarray(found & _grown(before, max(1, round(REACH * max(before.shape)))), np.bool_)
    return found


def _grown(mask: Mask, radius: int) -> Mask:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), disc) > 0, np.bool_)
