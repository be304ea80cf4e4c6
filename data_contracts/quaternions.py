"""Unit quaternions in the order w, x, y, z, and rotation matrices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def matrix_from_wxyz(rotation_wxyz: Floats) -> Floats:
    """Rotation matrices [..., 3, 3] of quaternions [..., 4]; their length does not matter, but is not 0."""
    q = np.asarray(rotation_wxyz, np.float64)
    w, x, y, z = np.moveaxis(q / np.linalg.norm(q, axis=-1, keepdims=True), -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def wxyz_from_matrix(rotation: Floats) -> Floats:
    """Unit quaternions [..., 4] with w >= 0 of rotation matrices [..., 3, 3].

    The quaternion is the main eigenvector of a symmetric 4x4 matrix (Bar-Itzhack 2000), which also gives
    the nearest rotation where the matrix is slightly off.
    """
    r = np.asarray(rotation, np.float64)
    K = np.zeros((*r.shape[:-2], 4, 4))
    xx, yy, zz = r[..., 0, 0], r[..., 1, 1], r[..., 2, 2]
    K[..., 0, 0], K[..., 1, 1] = xx + yy + zz, xx - yy - zz
    K[..., 2, 2], K[..., 3, 3] = yy - xx - zz, zz - xx - yy
    for i, j, value in (
        (0, 1, r[..., 2, 1] - r[..., 1, 2]),
        (0, 2, r[..., 0, 2] - r[..., 2, 0]),
        (0, 3, r[..., 1, 0] - r[..., 0, 1]),
        (1, 2, r[..., 0, 1] + r[..., 1, 0]),
        (1, 3, r[..., 0, 2] + r[..., 2, 0]),
        (2, 3, r[..., 1, 2] + r[..., 2, 1]),
    ):
        K[..., i, j] = K[..., j, i] = value
    q = np.linalg.eigh(K)[1][..., -1]
    return np.asarray(np.where(q[..., :1] < 0, -q, q), np.float64)
