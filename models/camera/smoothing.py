"""Smoothing of camera paths on rigid motions: tremor goes, the move stays."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from data_contracts.camera_path import Floats

_REACH = 3.0
"""Standard deviations after which a Gaussian's weight is left out."""

_MEAN_STEPS = 2
"""Steps towards the mean rotation; the first is exact but for the curvature within one window."""


def smooth_path(world_from_camera: Floats, time_s: Floats, sigma_s: float) -> Floats:
    """Poses [T, 4, 4] smoothed by a Gaussian of `sigma_s` seconds; 0 gives the path back.

    Around each frame a line is fitted (local linear regression, Cleveland 1979): to positions, and to
    rotations in the tangent space of that frame (logarithm of the relative rotation). Steady travel and
    steady turns come back unchanged, ends included, where a plain weighted mean would shrink the path.
    """
    if sigma_s <= 0 or len(world_from_camera) < 3:
        return world_from_camera
    out = world_from_camera.copy()
    rotations = Rotation.from_matrix(world_from_camera[:, :3, :3])
    for t, time in enumerate(time_s):
        near = np.flatnonzero(np.abs(time_s - time) <= _REACH * sigma_s)
        weights = _line_weights(time_s[near] - time, sigma_s)
        out[t, :3, 3] = weights @ world_from_camera[near, :3, 3]
        mean = rotations[t]
        for _ in range(_MEAN_STEPS):
            offsets = (mean.inv() * rotations[near]).as_rotvec()
            mean = mean * Rotation.from_rotvec(weights @ offsets)
        out[t, :3, :3] = mean.as_matrix()
    return out


def _line_weights(offset_s: Floats, sigma_s: float) -> Floats:
    """Weights [N], of sum 1, that give the value at offset 0 of the line fitted to N values."""
    kernel = np.exp(-0.5 * (offset_s / sigma_s) ** 2)
    total, first, second = kernel.sum(), kernel @ offset_s, kernel @ offset_s**2
    spread = total * second - first**2
    if spread <= 1e-12 * total * second or len(offset_s) < 3:
        return np.asarray(kernel / total, np.float64)
    return np.asarray(kernel * (second - first * offset_s) / spread, np.float64)
