"""Ways to show a place later on that is known from one picture: what draws its held-out frames."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.scene import PosedViews, RgbdLayer
from data_contracts.splats import Splats
from flows.accuracy.held_out_views import HeldOut
from models import depth, inpainting, scene, splatting
from models.depth.depth_estimate import DepthEstimate
from models.depth.layout import LayoutDepthConfig
from models.inpainting.patchmatch import PatchMatchConfig
from models.scene.build import DioramaConfig, WarpInpaintConfig
from models.scene.fill_view import SceneFiller, fill_view
from models.scene.render_layers import edge_ratio, render_layers
from models.scene.scene_model import SceneModel
from models.splatting.cpu import CpuSplattingConfig
from tasks.extend_splats import ExtendSplatsConfig
from tasks.optimize_splats import OptimizeSplatsConfig
from tasks.render_background import RenderBackgroundConfig

SceneConfig = DioramaConfig | WarpInpaintConfig

_VOID_ALPHA = RenderBackgroundConfig().void_alpha


class View(NamedTuple):
    """What is shown in the place of a held-out frame."""

    rgb: NDArray[np.uint8]
    depth_m: NDArray[np.float32]
    """Metres by the first picture's median depth; 0 where nothing is."""
    void: NDArray[np.bool_]
    intrinsics_px: NDArray[np.float64]
    """[4] of the lens that it was drawn with: the estimate's, which may not be the true one."""


Show = Callable[[int], View]
"""Draws a frame by its number."""


def first_frame(view: HeldOut) -> Show:
    """The first picture all along; its depth is not known."""
    nothing = np.zeros_like(view.depth_m[0])
    return lambda frame: View(view.frames[0], nothing, nothing > 0, view.intrinsics_px[0])


def splats_of_scene(view: HeldOut, config: SceneConfig, estimate: DepthEstimate) -> Show:
    """As the stages do: build, optimize, expand, extend, draw; the path at its full length."""
    built, larger, along, unit = _scene_along(view, config, estimate)
    field = _fitted(built.views, None, OptimizeSplatsConfig())
    return _drawn(_fitted(larger.views, field, ExtendSplatsConfig()), along, unit)


def meshes_of_scene(view: HeldOut, config: SceneConfig, estimate: DepthEstimate) -> Show:
    """The same scene's surfaces drawn as they are, without splats."""
    _, larger, along, unit = _scene_along(view, config, estimate)

    def show(frame: int) -> View:
        camera = along.world_from_camera[frame], along.intrinsics_px[frame]
        drawn = render_layers(larger.layers, *camera, larger.size_px)
        return View(drawn.rgb, (drawn.depth_m / unit).astype(np.float32), drawn.hole, camera[1])

    return show


def warped_frames(view: HeldOut, estimate: DepthEstimate) -> Show:
    """Each frame by itself: the first picture warped by its depth, its holes inpainted anew."""
    rgb, unit = view.frames[0], _unit(view, estimate)
    whole = np.ones(rgb.shape[:2], np.bool_)
    lens = _lens(view, estimate)
    picture = RgbdLayer(
        "picture", rgb, estimate.depth_m, whole, np.eye(4), lens[0], edge_ratio(*rgb.shape[:2])
    )
    poses = _scaled(view.world_from_camera, unit)
    filler = _filler()

    def show(frame: int) -> View:
        camera = poses[frame], lens[frame]
        drawn = render_layers([picture], *camera, rgb.shape[:2])
        if drawn.hole.any():
            filled = fill_view(drawn, *camera, [picture], filler, f"fill_{frame}", frame)
            drawn = render_layers([picture, filled], *camera, rgb.shape[:2])
        return View(drawn.rgb, (drawn.depth_m / unit).astype(np.float32), drawn.hole, camera[1])

    return show


def splats_of_frames(view: HeldOut, taught: NDArray[np.intp], depth_m: NDArray[np.float32]) -> Show:
    """Splats of true frames with their true depth."""
    share = np.zeros(len(taught))
    views = PosedViews(
        view.frames[taught],
        depth_m[taught],
        np.ones(depth_m[taught].shape, np.bool_),
        view.world_from_camera[taught],
        view.intrinsics_px[taught],
        share,
        share,
    )
    return _drawn(_fitted(views, None, OptimizeSplatsConfig()), view, 1.0)


def _scene_along(
    view: HeldOut, config: SceneConfig, estimate: DepthEstimate
) -> tuple[SceneModel, SceneModel, HeldOut, float]:
    """The scene before and after it was expanded, the path in its coordinates, and its metre."""
    kept = config.views.model_copy(update={"track_scale": "keep"})  # held-out frames are at the full length
    builder, filler = scene.load(config.model_copy(update={"views": kept})), _filler()
    unit = _unit(view, estimate)
    built = builder.build(np.ascontiguousarray(view.frames[0]), estimate, filler)
    larger, track, lens = builder.expand(built, view.world_from_camera, view.intrinsics_px, filler, unit)
    return built, larger, view._replace(world_from_camera=track, intrinsics_px=lens), unit


def _filler() -> SceneFiller:
    return SceneFiller(inpainting.load(PatchMatchConfig()), depth.load(LayoutDepthConfig()))


def _unit(view: HeldOut, estimate: DepthEstimate) -> float:
    """A metre in the estimate's unit, by the first picture's median depth."""
    seen = view.depth_m[0] > 0
    return float(np.median(estimate.depth_m[seen]) / np.median(view.depth_m[0][seen]))


def _lens(view: HeldOut, estimate: DepthEstimate) -> NDArray[np.float64]:
    """The estimate's lens with the path's zoom, [T, 4]."""
    height, width = estimate.depth_m.shape
    lens = np.tile(
        [estimate.focal_px, estimate.focal_px, width / 2, height / 2], (len(view.intrinsics_px), 1)
    )
    lens[:, :2] *= view.intrinsics_px[:, :2] / view.intrinsics_px[0, :2]
    return lens


def _scaled(world_from_camera: NDArray[np.float64], unit: float) -> NDArray[np.float64]:
    poses = world_from_camera.copy()
    poses[:, :3, 3] *= unit
    return poses


def _fitted(
    views: PosedViews, field: Splats | None, config: OptimizeSplatsConfig | ExtendSplatsConfig
) -> Splats:
    backend = splatting.load(CpuSplattingConfig())
    return splatting.fit_field(views, backend, config.start, config.fit, 0, field)[0]


def _drawn(splats: Splats, along: HeldOut, unit: float) -> Show:
    backend = splatting.load(CpuSplattingConfig())
    height, width = along.depth_m.shape[1:]

    def show(frame: int) -> View:
        camera = along.world_from_camera[frame], along.intrinsics_px[frame]
        drawn = backend.render(splats, *camera, width, height)
        void = np.asarray(drawn.alpha < _VOID_ALPHA, np.bool_)
        rgb = np.rint(drawn.rgb.clip(0, 1) * 255).astype(np.uint8)
        return View(rgb, np.where(void, 0, drawn.depth_m / unit).astype(np.float32), void, camera[1])

    return show
