"""Frame: what a camera sees of a world at one moment, as a picture and as exact truth."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.world.solids import Floats

Style = Literal["shaded", "cel", "ink", "pastel"]
STYLES: tuple[Style, ...] = ("shaded", "cel", "ink", "pastel")
"""shaded: soft light, as photographed; cel: flat tones with dark outlines; ink: paper-pale with strong lines;
pastel: low contrast with paper grain. A style changes colours only, never geometry."""


class Camera(NamedTuple):
    """A pinhole camera in OpenCV axes (x right, y down, z ahead), in a world whose y is up."""

    world_from_camera: Floats
    """[4, 4]."""
    intrinsics_px: Floats
    """[4]: fx, fy, cx, cy; the first pixel's centre is at (0.5, 0.5)."""
    width_px: int
    height_px: int


class Surfaces(NamedTuple):
    """What the rays through the pixels' centres hit first."""

    depth_m: NDArray[np.float32]
    """[H, W] along the camera's z; 0 where nothing was hit."""
    normal: NDArray[np.float32]
    """[H, W, 3] in camera axes, towards the camera; zeros where nothing was hit."""
    part: NDArray[np.uint8]
    """[H, W]: an index of solids.PARTS."""
    figure: NDArray[np.uint8]
    """[H, W]: 0 for the place, n for the n-th figure."""


class Frame(NamedTuple):
    """One filmed frame.

    `alpha` is the share of each pixel that figures cover; `rgb` = figures over the place, with the figures'
    contact shadows on it; `clean_rgb` is the place alone, without shadows.
    """

    rgb: NDArray[np.uint8]
    """[H, W, 3]."""
    alpha: NDArray[np.uint8]
    """[H, W]."""
    surfaces: Surfaces
    clean_rgb: NDArray[np.uint8]
    """[H, W, 3]."""
    clean_depth_m: NDArray[np.float32]
    """[H, W]."""
