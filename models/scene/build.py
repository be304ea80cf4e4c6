"""Builds and expands scenes from one background picture with depth (A6-A8)."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.camera_path import CameraPath
from data_contracts.errors import ContractError
from data_contracts.scene import PosedViews, RgbdLayer
from models.depth.depth_estimate import DepthEstimate
from models.scene.camera_path import fit_track, spiral_path
from models.scene.diorama_layers import diorama_layers
from models.scene.extend import extend_along, finish_views, views_along
from models.scene.fill_view import SceneFiller
from models.scene.render_layers import edge_ratio
from models.scene.scene_model import SceneModel
from models.scene.travel import path_depths, track_unit, travel_limit
from models.scene.views_config import SceneViewsConfig


class DioramaConfig(BaseModel):
    """Layers that are complete behind each other and beyond the frame before any camera moves."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 9

    kind: Literal["diorama"] = "diorama"
    margin: float = Field(0.4, ge=0, le=1, description="Margin round the picture, share of the longer side.")
    views: SceneViewsConfig = SceneViewsConfig()

    def missing(self) -> str | None:
        """Nothing is missing: the backend is our own code."""
        return None

    def weights(self) -> list[Path]:
        """No weights."""
        return []


class WarpInpaintConfig(BaseModel):
    """The paper's way: one RGBD picture, warped and inpainted view by view (A7)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 7

    kind: Literal["warp_inpaint"] = "warp_inpaint"
    views: SceneViewsConfig = SceneViewsConfig()

    def missing(self) -> str | None:
        """Nothing is missing: the backend is our own code."""
        return None

    def weights(self) -> list[Path]:
        """No weights."""
        return []


class SceneBuilder:
    """Makes a scene out of one picture, and adds what a custom track sees of it."""

    def __init__(self, config: DioramaConfig | WarpInpaintConfig) -> None:
        self.config = config

    def build(self, rgb: NDArray[np.uint8], estimate: DepthEstimate, filler: SceneFiller) -> SceneModel:
        """The scene along the spiral; view 0 is the picture itself.

        Args:
            rgb: uint8 [H, W, 3], a background without its character, or a scene picture (A17).
            estimate: its depth.
            filler: inpainting and depth for what the picture does not show.

        Raises:
            ContractError: picture and depth do not fit, or depth is not finite and over 0.
        """
        if rgb.shape[:2] != estimate.depth_m.shape:
            raise ContractError(
                "picture and depth differ in size",
                where="scene",
                expected=rgb.shape[:2],
                got=estimate.depth_m.shape,
            )
        if not np.isfinite(estimate.depth_m).all() or estimate.depth_m.min() <= 0:
            raise ContractError("depth must be finite and over 0 everywhere", where="scene")
        layers = self._first_layers(rgb, estimate, filler)
        near, pivot = path_depths(estimate.depth_m)
        views = self.config.views
        path = spiral_path(
            views.spiral_views, pivot, views.spiral_radius, views.spiral_depth, views.spiral_height
        )
        intrinsics = np.tile(estimate.intrinsics_px(), (len(path), 1))
        size = estimate.depth_m.shape
        layers, shown = _extend(layers, path, intrinsics, np.arange(len(path)), size, filler, views)
        shown.rgb[0], shown.depth_m[0], shown.valid[0] = rgb, estimate.depth_m, True
        return SceneModel(tuple(layers), shown, near, pivot, travel_limit(estimate))

    def expand(
        self,
        scene: SceneModel,
        world_from_camera: NDArray[np.float64],
        intrinsics_px: NDArray[np.float64] | None,
        filler: SceneFiller,
        track_unit_m: float | None = None,
    ) -> tuple[SceneModel, NDArray[np.float64], NDArray[np.float64]]:
        """Add what a job's track sees.

        Args:
            scene: a built scene.
            world_from_camera: [T, 4, 4] in any coordinates and scale.
            intrinsics_px: [T, 4] of the track's own picture plane, or None. Only its zoom (focal length
                relative to frame 0) is taken over: the scene has its own camera.
            filler: inpainting and depth.
            track_unit_m: what one unit of the track is in the scene; None where the track has no metre.

        Returns:
            The larger scene, and the track in its coordinates: world_from_camera [T, 4, 4] and intrinsics_px
            [T, 4] for the scene's frame.

        Raises:
            ContractError: the track is empty, not finite, or its rotations, lens or unit are none.
        """
        if track_unit_m is not None and not 0 < track_unit_m < np.inf:
            raise ContractError(
                "not a unit of length", where="track_unit_m", expected="finite, over 0", got=track_unit_m
            )
        times = np.arange(len(world_from_camera), dtype=np.float64)
        world_from_camera = CameraPath.of(world_from_camera, time_s=times).world_from_camera
        views = self.config.views
        unit = track_unit(scene.near_m, scene.pivot_m) if track_unit_m is None else track_unit_m
        budget = min(views.parallax_budget, scene.travel_limit or views.parallax_budget)
        track = fit_track(world_from_camera, scene.near_m, budget, views.track_scale, unit)
        intrinsics = _zoomed(scene.views.intrinsics_px[0], intrinsics_px, len(track))
        chosen = np.unique(np.linspace(0, len(track) - 1, views.track_views).round().astype(int))
        layers, shown = _extend(list(scene.layers), track, intrinsics, chosen, scene.size_px, filler, views)
        larger = replace(scene, layers=tuple(layers), views=scene.views.joined(shown))
        return larger, track, intrinsics

    def _first_layers(
        self, rgb: NDArray[np.uint8], estimate: DepthEstimate, filler: SceneFiller
    ) -> list[RgbdLayer]:
        if isinstance(self.config, DioramaConfig):
            return diorama_layers(rgb, estimate, filler, self.config.margin)
        everywhere, cut = np.ones(rgb.shape[:2], np.bool_), edge_ratio(*rgb.shape[:2])
        lens = estimate.intrinsics_px()
        return [RgbdLayer("picture", rgb, estimate.depth_m, everywhere, np.eye(4), lens, cut)]


def _extend(
    layers: Sequence[RgbdLayer],
    path: NDArray[np.float64],
    intrinsics_px: NDArray[np.float64],
    chosen: NDArray[np.intp],
    size_px: tuple[int, int],
    filler: SceneFiller,
    config: SceneViewsConfig,
) -> tuple[list[RgbdLayer], PosedViews]:
    """Fill along the whole path, then take the chosen views of the result."""
    along = extend_along(layers, path, intrinsics_px, size_px, filler, config)
    cameras = path[chosen], intrinsics_px[chosen]
    gaps, shown = finish_views([*layers, *along], *cameras, size_px, filler, config)
    before = layers if along or gaps else None
    return [*layers, *along, *gaps], views_along(shown, before, *cameras, size_px)


def _zoomed(
    scene_intrinsics_px: NDArray[np.float64], track_intrinsics_px: NDArray[np.float64] | None, num_frames: int
) -> NDArray[np.float64]:
    """The scene's intrinsics for each frame [T, 4], with the track's zoom."""
    intrinsics = np.tile(scene_intrinsics_px, (num_frames, 1))
    if track_intrinsics_px is not None:
        lens = np.asarray(track_intrinsics_px, np.float64)
        if lens.shape != (num_frames, 4) or not (np.isfinite(lens).all() and (lens[:, :2] > 0).all()):
            raise ContractError(
                "not the intrinsics of the track",
                where="scene",
                expected=f"finite [{num_frames}, 4] with focal lengths over 0",
                got=f"{lens.shape}, smallest {lens.min(initial=0):g}, largest {lens.max(initial=0):g}",
            )
        intrinsics[:, :2] *= lens[:, :2] / lens[0, :2]
    return intrinsics
