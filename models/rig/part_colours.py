"""What colours say about joints: the parts of a figure (head, trunk, sleeves, hands, legs) have their own.

An outline under a cape, a wide skirt or long hair is explained by several figures alike; the one whose parts
tell most about the colours of the picture is likelier.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from models.compiling import compiled

Floats = NDArray[np.float64]

_HEIGHT_PX = 100
"""Colours are asked at this height of the figure."""
_COLOURS = 8
_ALIKE = 5.0
"""Weighted CIELAB distance of colours that are one: the grain of plain paper has many."""
_LIGHTNESS = 0.5
"""Of a difference in lightness: shading is none of the parts'."""
_MOST_COVERED = 0.6
_INSIDE = 0.5
"""Within an arm's or a leg's girth a pixel is so much nearer to it than to the trunk behind it."""
_TRUNK, _HEAD, _UPPER_ARM, _FOREARM, _HAND, _THIGH, _SHIN, _FOOT = range(8)
_PARTS = 8
_LAYOUT = (
    (_TRUNK, 0, 1, 0.0, 1.0, 1.0),
    (_TRUNK, 1, 2, 0.0, 1.0, 0.8),
    (_HEAD, 2, 3, 0.5, 1.6, 0.0),
    *(
        bone
        for first in (4, 7)
        for bone in (
            (_UPPER_ARM, first, first + 1, 0.0, 1.0, 0.35),
            (_FOREARM, first + 1, first + 2, 0.0, 0.8, 0.35),
            (_HAND, first + 1, first + 2, 1.0, 1.15, 0.35),
            (_THIGH, first + 6, first + 7, 0.0, 1.0, 0.6),
            (_SHIN, first + 7, first + 8, 0.0, 0.9, 0.48),
            (_FOOT, first + 7, first + 8, 1.0, 1.1, 0.6),
        )
    ),
)
"""Bones: part, the joints (`data_contracts.rig.JOINTS`) of a line, where the bone begins and ends on it, and
its girth over half the shoulders' width."""
_BONES = len(_LAYOUT)


class PartColours:
    """The colours of one figure, by place."""

    def __init__(self, rgb: NDArray[np.uint8], alpha: NDArray[np.float32]) -> None:
        """``rgb`` uint8 [H, W, 3], ``alpha`` float32 [H, W] with a figure."""
        rows = np.flatnonzero((alpha > 0.5).any(1))
        scale = min(1.0, _HEIGHT_PX / (float(np.ptp(rows)) + 1))
        size = max(1, round(alpha.shape[1] * scale)), max(1, round(alpha.shape[0] * scale))
        small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
        inside = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) > _MOST_COVERED
        if not inside.any():
            inside[:] = True
        ys, xs = np.nonzero(inside)
        self._points = np.stack([xs + 0.5, ys + 0.5], axis=1) / (np.array(size) / alpha.shape[::-1])
        lab = cv2.cvtColor(np.float32(1 / 255) * small.astype(np.float32), cv2.COLOR_RGB2LAB)
        seen = lab[inside] * np.array([_LIGHTNESS, 1, 1], np.float32)
        cv2.setRNGSeed(0)  # k-means draws its first centres from OpenCV's own generator
        count = min(_COLOURS, len(seen))
        ends = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 20, 0.5)
        _, colours, middles = cv2.kmeans(seen, count, np.empty(0), ends, 2, cv2.KMEANS_PP_CENTERS)
        apart = np.linalg.norm(middles[:, None] - middles[None], axis=2)
        _, merged = connected_components(apart < _ALIKE)
        self._colours = np.asarray(merged[colours.ravel()], np.int64)

    def told_by(self, joints: Floats) -> float:
        """How much a figure's parts tell about the colours: their mutual information in nats, from 0.

        Args:
            joints: [16, 2] in pixels of the picture.
        """
        return float(_told(self._points, self._colours, _COLOURS, np.ascontiguousarray(joints)))


@compiled()
def _told(points: Floats, colours: NDArray[np.int64], count: int, joints: Floats) -> float:
    """`PartColours.told_by` for points [N, 2] of colours [N] below ``count``, in any unit."""
    shoulders = max(0.5 * np.hypot(joints[7, 0] - joints[4, 0], joints[7, 1] - joints[4, 1]), 1e-6)
    bones = np.empty((_BONES, 5))
    parts = np.empty(_BONES, np.int64)
    for k, (part, a, b, begin, end, girth) in enumerate(_LAYOUT):
        ax, ay = joints[a, 0], joints[a, 1]
        dx, dy = joints[b, 0] - ax, joints[b, 1] - ay
        bones[k, 0], bones[k, 1] = ax + begin * dx, ay + begin * dy
        bones[k, 2], bones[k, 3] = (end - begin) * dx, (end - begin) * dy
        # A head is as broad as it is far from the neck, whatever the shoulders are.
        bones[k, 4] = max(np.hypot(dx, dy), 1e-6) if part == _HEAD else girth * shoulders
        parts[k] = part
    table = np.zeros((_PARTS, count))
    for n in range(len(points)):
        nearest, best = 1e18, 0
        for b in range(_BONES):
            px, py = points[n, 0] - bones[b, 0], points[n, 1] - bones[b, 1]
            dx, dy = bones[b, 2], bones[b, 3]
            t = min(1.0, max(0.0, (px * dx + py * dy) / (dx * dx + dy * dy + 1e-12)))
            away = ((px - t * dx) ** 2 + (py - t * dy) ** 2) / bones[b, 4] ** 2
            if parts[b] in (_UPPER_ARM, _FOREARM, _HAND) and away < 1:
                away *= _INSIDE**2
            if away < nearest:
                nearest, best = away, parts[b]
        table[best, colours[n]] += 1.0 / len(points)
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    told = 0.0
    for r in range(_PARTS):
        for c in range(count):
            if table[r, c] > 0:
                told += table[r, c] * np.log(table[r, c] / (rows[r] * columns[c]))
    return told
