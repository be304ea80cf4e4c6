"""Normals as bytes: a take keeps their components in steps of 1 / 127, less than half a degree off."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NORMAL_SCALE = 127
"""A component of 1 as it is kept in a byte."""


def packed(normal: NDArray[np.float32]) -> NDArray[np.int8]:
    """Unit normals [..., 3] as bytes."""
    return np.asarray(np.rint(normal * NORMAL_SCALE), np.int8)


def unpacked(normal: NDArray[np.int8]) -> NDArray[np.float32]:
    """Bytes [..., 3] as normals, whose length is 1 but for their rounding."""
    return np.asarray(normal, np.float32) / np.float32(NORMAL_SCALE)
