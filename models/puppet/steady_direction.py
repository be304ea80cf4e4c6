"""Which way a bone points in the picture while it points to the viewer: there its direction says little."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solveh_banded

Floats = NDArray[np.float64]

_TRUSTED = 0.7
"""Share of its length at which a bone is seen from which on its direction stays as it is."""
_TELLING = 0.3
"""And from which on it tells on which side the bone turns over."""
_SLOWNESS_S = 0.1
"""Within about this time a bone that is hardly seen turns over: in a single frame its end would jump."""
_LEAST = 1e-4


def steady_direction(bone: Floats, seen: Floats, fps: float) -> Floats:
    """Unit vectors [T, 2] along a bone; where it is foreshortened, turning no faster than the eye can follow.

    An arm that is raised before the body passes through the line of sight: its picture shrinks to nothing and
    grows again the other way up. Drawn no shorter than a share of its length, its end would leap across. The
    angle is that of least squares, weighted by how much of the bone is seen, with a price on its change
    (Whittaker 1923); where it is seen well the weight is as good as endless.

    Args:
        bone: its vector in the picture [T, 2].
        seen: the vector's length over the bone's [T].
        fps: frames a second.
    """
    angle = _unwound(np.arctan2(bone[:, 1], bone[:, 0]), seen > _TELLING)
    if len(angle) > 1:
        trust = np.clip(seen / _TRUSTED, 0, 1) ** 4
        weight = np.maximum(trust / np.maximum(1 - trust, 1e-9), _LEAST)
        price = (_SLOWNESS_S * fps) ** 2
        ends = np.full(len(angle), 2.0)
        ends[[0, -1]] = 1.0
        bands = np.stack([np.full(len(angle), -price), weight + price * ends])
        angle = solveh_banded(bands, weight * angle)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def _unwound(angle: Floats, telling: NDArray[np.bool_]) -> Floats:
    """Angles without jumps by a whole turn, the shorter way between frames that tell which way it goes."""
    if not telling.any():
        return np.unwrap(angle)
    told = np.flatnonzero(telling)
    course = np.interp(np.arange(len(angle)), told, np.unwrap(angle[told]))
    return np.asarray(course + np.mod(angle - course + np.pi, 2 * np.pi) - np.pi)
