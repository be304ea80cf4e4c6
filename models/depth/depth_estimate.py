"""What a depth backend finds in one picture."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.depth.layout_planes import LayoutPlanes
from models.inpainting.pull_push import pull_push

SceneKind = Literal["indoor", "outdoor", "unknown"]


@dataclass(frozen=True)
class DepthEstimate:
    """Depth, camera and structure of a picture.

    `depth_m` is float32 [H, W] along z, all positive; in metres where the backend is metric, else in units of
    the depth at the floor's lowest row. `sky` and `upright` (things that stand before the layout's planes)
    are bool [H, W].
    """

    depth_m: NDArray[np.float32]
    focal_px: float
    kind: SceneKind
    confidence: float
    sky: NDArray[np.bool_]
    upright: NDArray[np.bool_]
    layout: LayoutPlanes | None = None
    metric: bool = False
    """Whether the unit is known to be a metre."""

    @property
    def horizon_y_px(self) -> float | None:
        """Row of the horizon, where the layout is known."""
        return None if self.layout is None else self.layout.vanishing_xy_px[1]

    def intrinsics_px(self, margin_px: int = 0) -> NDArray[np.float64]:
        """fx, fy, cx, cy [4] of the frame grown by a margin; the principal point is in its middle."""
        height, width = self.depth_m.shape
        return np.array([self.focal_px, self.focal_px, width / 2 + margin_px, height / 2 + margin_px])

    def background_disparity(self, margin_px: int) -> NDArray[np.float32]:
        """Disparity of what stands behind the upright things, on the frame grown by a margin.

        The planes of the layout if there is one; else what is left of the disparity after the upright
        things are taken out, continued smoothly; where nothing is left, the things themselves.
        """
        if self.layout is not None:
            return self.layout.disparity_map(margin_px).astype(np.float32)
        behind = ~self.upright & ~self.sky
        known = np.pad(behind if behind.any() else np.ones_like(behind), margin_px)
        return pull_push(np.pad(1 / self.depth_m, margin_px).astype(np.float32), known)


def focal_of_size(height_px: int, width_px: int) -> float:
    """Focal length of an unknown camera: 0.9 of the longer side (58° across it), between wide and normal."""
    return 0.9 * max(height_px, width_px)
