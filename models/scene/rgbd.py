"""Posed RGBD: the layers that a scene is made of, and the views taken of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class RgbdLayer:
    """One surface: a picture with depth, seen from one camera; it may be larger than the frame.

    rgb uint8 [h, w, 3], depth_m float32 [h, w] along z, valid bool [h, w], world_from_camera float64 [4, 4],
    intrinsics_px float64 [4] (fx, fy, cx, cy of this picture). Neighbouring pixels whose depths differ by
    more than the factor `cut_ratio` are not joined.
    """

    name: str
    rgb: NDArray[np.uint8]
    depth_m: NDArray[np.float32]
    valid: NDArray[np.bool_]
    world_from_camera: NDArray[np.float64]
    intrinsics_px: NDArray[np.float64]
    cut_ratio: float


@dataclass(frozen=True)
class PosedViews:
    """Views of one size: what a Gaussian field is trained on.

    rgb uint8 [V, H, W, 3], depth_m float32 [V, H, W] (0 = none), valid bool [V, H, W], world_from_camera
    float64 [V, 4, 4], intrinsics_px float64 [V, 4]; hole_share_before and _after float64 [V]: the share of
    pixels that no surface covered before and after inpainting.
    """

    rgb: NDArray[np.uint8]
    depth_m: NDArray[np.float32]
    valid: NDArray[np.bool_]
    world_from_camera: NDArray[np.float64]
    intrinsics_px: NDArray[np.float64]
    hole_share_before: NDArray[np.float64]
    hole_share_after: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.rgb)

    def joined(self, more: "PosedViews") -> "PosedViews":
        """These views and more of them, of the same size."""
        return PosedViews(
            rgb=np.concatenate([self.rgb, more.rgb]),
            depth_m=np.concatenate([self.depth_m, more.depth_m]),
            valid=np.concatenate([self.valid, more.valid]),
            world_from_camera=np.concatenate([self.world_from_camera, more.world_from_camera]),
            intrinsics_px=np.concatenate([self.intrinsics_px, more.intrinsics_px]),
            hole_share_before=np.concatenate([self.hole_share_before, more.hole_share_before]),
            hole_share_after=np.concatenate([self.hole_share_after, more.hole_share_after]),
        )


@dataclass(frozen=True)
class SceneModel:
    """A scene: surfaces in the coordinates of the reference camera (view 0), and views of them.

    `near_m` and `pivot_m` are the depths that paths are measured by: of the nearest things, and of what the
    camera looks at.
    """

    layers: tuple[RgbdLayer, ...]
    views: PosedViews
    near_m: float
    pivot_m: float

    @property
    def size_px(self) -> tuple[int, int]:
        """Height and width of the views."""
        return self.views.rgb.shape[1], self.views.rgb.shape[2]


def path_depths(depth_m: NDArray[np.float32]) -> tuple[float, float]:
    """Depth of the nearest things (2nd percentile) and of the pivot: the 65th, 1.3 to 3 times the nearest."""
    near, middle = np.percentile(depth_m[depth_m > 0], [2, 65])
    return float(near), float(np.clip(middle, 1.3 * near, 3 * near))
