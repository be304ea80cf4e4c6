"""How far cameras travel in a scene: the depths that paths are measured by, and what limits them."""

import numpy as np
from numpy.typing import NDArray

from models.depth.depth_estimate import DepthEstimate

GUESSED_LAYOUT_LIMIT = 0.2
"""Travel over a floor or ground that was guessed from the layout, as a share of the nearest depth. Whatever
stands there is painted on it, and leans as the camera passes: at 0.45 a bear by a lake, cars in a street and
the furniture of a reading room lean by 25 to 30 degrees, at 0.2 by some ten, which the eye lets pass."""


def travel_limit(estimate: DepthEstimate) -> float | None:
    """How far a camera may travel for the sake of the depth, as a share of the nearest depth.

    None where depth was measured or estimated for each pixel.
    """
    return None if estimate.layout is None else GUESSED_LAYOUT_LIMIT


def track_unit(near_m: float, pivot_m: float) -> float:
    """What one unit of a track without a metre is in the scene.

    Such tracks have what the camera looks at, or the median depth of what it saw, at 1. Beyond 1.6 times the
    nearest depth an orbit about that point would shear what stands on the floor.
    """
    return min(pivot_m, 1.6 * near_m)


def path_depths(depth_m: NDArray[np.float32]) -> tuple[float, float]:
    """Depth of the nearest things (2nd percentile) and of the pivot: the 65th, 1.3 to 3 times the nearest."""
    near, middle = np.percentile(depth_m[depth_m > 0], [2, 65])
    return float(near), float(np.clip(middle, 1.3 * near, 3 * near))
