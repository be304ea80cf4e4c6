"""The surface that a depth map describes, cell by cell: tangents and flat frames."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

MAX_SLANT = 8.0
"""A tangent longer than this many spacings is a jump in depth or a grazing view: it is made frontal."""

MIN_ACROSS = 1e-3
"""Tangents with less than this sine between them span no surface."""


def tangents(
    points: NDArray[np.float64], valid: NDArray[np.bool_], spacing: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the steps to the next cell to the right and below, along the surface.

    Of the two neighbours on each axis the one nearer in depth counts, so that a surface keeps its slope up to
    its edge. Cells without neighbours are frontal.

    Args:
        points: [h, w, 3] in camera coordinates.
        valid: [h, w], where points has a value.
        spacing: [2], distance of neighbours in x and y at depth 1.
    """
    along = _tangent(points, valid, axis=1, frontal=np.array([spacing[0], 0.0, 0.0]))
    down = _tangent(points, valid, axis=0, frontal=np.array([0.0, spacing[1], 0.0]))
    return along, down


def _tangent(
    points: NDArray[np.float64], valid: NDArray[np.bool_], axis: int, frontal: NDArray[np.float64]
) -> NDArray[np.float64]:
    depth = points[..., 2:]
    best = depth * frontal
    longest = MAX_SLANT * np.linalg.norm(best, axis=-1)
    best_jump = np.full(valid.shape, np.inf)
    inside = [slice(None)] * 2
    for shift in (1, -1):
        step = (np.roll(points, -shift, axis=axis) - points) * shift
        usable = np.roll(valid, -shift, axis=axis) & valid
        inside[axis] = slice(-1, None) if shift == 1 else slice(0, 1)
        usable[tuple(inside)] = False  # np.roll came round from the other side
        jump = np.abs(step[..., 2])
        better = usable & (np.linalg.norm(step, axis=-1) <= longest) & (jump < best_jump)
        best[better], best_jump[better] = step[better], jump[better]
    return best


def flat_frames(
    along: NDArray[np.float64], down: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return rotations (wxyz [N, 4]) whose x axis lies on `along`, and lengths [N, 2] on x and y.

    y is the part of `down` across `along`, z the surface's normal.
    """
    lengths_x = np.linalg.norm(along, axis=1, keepdims=True)
    x = along / lengths_x
    across = down - (down * x).sum(axis=1, keepdims=True) * x
    lengths_y = np.linalg.norm(across, axis=1, keepdims=True)
    # Noisy depth can make both tangents one line: any direction across it is then as good as another.
    line = lengths_y[:, 0] < MIN_ACROSS * np.linalg.norm(down, axis=1)
    if line.any():
        smallest = np.eye(3)[np.abs(x[line]).argmin(axis=1)]
        across[line] = np.cross(x[line], smallest)
    y = across / np.linalg.norm(across, axis=1, keepdims=True)
    lengths_y[line] = lengths_x[line]
    frames = np.stack([x, y, np.cross(x, y)], axis=-1)
    xyzw = Rotation.from_matrix(frames).as_quat() if len(frames) else np.zeros((0, 4))
    return xyzw[:, [3, 0, 1, 2]], np.concatenate([lengths_x, lengths_y], axis=1)
