"""What every splatting backend offers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data_contracts.splats import Splats
from models.splatting.fitting import FitConfig, FitReport
from models.splatting.rendering import Rendering


class SplattingBackend(Protocol):
    """Draws splats, and fits them to posed views."""

    def render_track(
        self,
        splats: Splats,
        world_from_camera: NDArray[np.float64],
        intrinsics_px: NDArray[np.float64],
        width: int,
        height: int,
        background_rgb: tuple[float, float, float] = ...,
    ) -> Iterator[Rendering]:
        """Yield one rendering for each of the cameras [T, 4, 4] and [T, 4]."""
        ...

    def fit(
        self,
        splats: Splats,
        frames: NDArray[np.uint8],
        masks: NDArray[np.bool_],
        world_from_camera: NDArray[np.float64],
        intrinsics_px: NDArray[np.float64],
        config: FitConfig,
        seed: int,
    ) -> tuple[Splats, FitReport]:
        """Fit `splats` to posed views: see `fitting.target_views` for their shapes."""
        ...

    def render(
        self,
        splats: Splats,
        world_from_camera: NDArray[np.float64],
        intrinsics_px: NDArray[np.float64],
        width: int,
        height: int,
        background_rgb: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ) -> Rendering:
        """Draw one view from a camera [4, 4] with fx, fy, cx, cy [4]."""
        cameras = np.asarray(world_from_camera)[None], np.asarray(intrinsics_px)[None]
        return next(self.render_track(splats, *cameras, width, height, background_rgb))
