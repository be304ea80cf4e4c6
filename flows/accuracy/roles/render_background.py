"""Scene, splats and render together: what a camera sees later of a place that is known from one picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from flows.accuracy.held_out_views import HeldOut, held_out_cases, plane_view, read_held_out, seen_before
from flows.accuracy.role import Case, Measure, Role, Sources, Values
from models import depth, inpainting, scene, splatting
from models.depth.depth_estimate import DepthEstimate
from models.depth.layout import LayoutDepthConfig
from models.depth.transformers import stands_before
from models.inpainting.patchmatch import PatchMatchConfig
from models.measures.pictures import masked_psnr, masked_ssim
from models.scene.build import DioramaConfig, WarpInpaintConfig
from models.scene.fill_view import SceneFiller
from models.splatting.cpu import CpuSplattingConfig
from models.splatting.fitting import FitConfig
from models.splatting.rgbd import InitConfig, splats_from_views
from tasks.render_background import RenderBackgroundConfig

PSNR = Measure("PSNR dB", "higher", "Of whole held-out frames: 20 looks alike, 25 and more like the place.")
SEEN_PSNR = Measure(
    "PSNR of seen dB",
    "higher",
    "Of what the first picture shows too: errors of depth and camera alone, nothing that had to be invented.",
)
SSIM = Measure("SSIM", "higher", "Mean of the windows of whole held-out frames.")
DEPTH = Measure(
    "depth AbsRel",
    "lower",
    "Mean of |drawn - true| / true of the drawn depth, in the unit that the first picture's median depth "
    "gives.",
)
VOID = Measure("void %", "lower", "Pixels that the splats cover by less than half.")

_VOID_ALPHA = RenderBackgroundConfig().void_alpha
_ORACLE_VIEWS = 10
"""As many as `track_views` gives the splats of a job."""
_FARTHEST = 30.0
"""Depth of sky, in median depths, where true depth is told: beyond it nothing moves."""


class Reference(BaseModel):
    """Rows to read the others by; no settings."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["first frame", "true depth"]
    """The first frame all along; or the diorama from true depth and lens, as a perfect network would tell."""


class View(NamedTuple):
    """What is shown in the place of a held-out frame."""

    rgb: NDArray[np.uint8]
    depth_m: NDArray[np.float32]
    """Metres by the first picture's median depth; 0 where nothing is."""
    void: NDArray[np.bool_]


def measure(case: Case, backend: Any, folder: Path) -> Values:
    """Build, expand, fit and draw as the stages do, along the true path at its full length."""
    view = read_held_out(case.content)
    if isinstance(backend, Reference):
        if backend.kind == "first frame":
            unknown = np.zeros_like(view.depth_m[0])
            return _values(view, lambda pick: View(view.frames[0], unknown, _nowhere(view)))
        return _of_scene(view, DioramaConfig(), _true_estimate(view))
    estimate = depth.load(LayoutDepthConfig()).estimate(np.ascontiguousarray(view.frames[0]))
    return _of_scene(view, backend, estimate)


def baseline(case: Case) -> Values:
    """The first picture on an upright plane at its true median depth, from the true camera and lens."""
    view = read_held_out(case.content)
    return _values(view, lambda pick: View(*plane_view(view, pick), _nowhere(view)))


def oracle(case: Case) -> Values:
    """Splats of the true frames between the held-out ones, with their depth: all that splats can show."""
    view = read_held_out(case.content)
    others = np.setdiff1d(np.arange(len(view.frames)), view.picks)
    taught = others[np.unique(np.linspace(0, len(others) - 1, _ORACLE_VIEWS).astype(int))]
    depths = _with_sky(view.depth_m)[taught]
    posed = view.world_from_camera[taught], view.intrinsics_px[taught]
    drawn = _splats_drawn(view.frames[taught], depths, np.ones(depths.shape, np.bool_), posed, view, 1.0)
    return _values(view, drawn)


def _of_scene(view: HeldOut, config: DioramaConfig | WarpInpaintConfig, estimate: DepthEstimate) -> Values:
    filler = SceneFiller(inpainting.load(PatchMatchConfig()), depth.load(LayoutDepthConfig()))
    kept = config.views.model_copy(update={"track_scale": "keep"})  # held-out frames are at the full length
    builder = scene.load(config.model_copy(update={"views": kept}))
    rgb = np.ascontiguousarray(view.frames[0])
    seen = view.depth_m[0] > 0
    unit = float(np.median(estimate.depth_m[seen]) / np.median(view.depth_m[0][seen]))
    built = builder.build(rgb, estimate, filler)
    larger, track, lens = builder.expand(built, view.world_from_camera, view.intrinsics_px, filler, unit)
    shown = larger.views
    along = view._replace(world_from_camera=track, intrinsics_px=lens)
    posed = shown.world_from_camera, shown.intrinsics_px
    return _values(view, _splats_drawn(shown.rgb, shown.depth_m, shown.valid, posed, along, unit))


def _splats_drawn(
    frames: NDArray[np.uint8],
    depths: NDArray[np.float32],
    valid: NDArray[np.bool_],
    posed: tuple[NDArray[np.float64], NDArray[np.float64]],
    along: HeldOut,
    unit: float,
) -> Callable[[int], View]:
    """Fit splats to views as optimize_splats does; returns what draws a frame of the path `along`."""
    backend = splatting.load(CpuSplattingConfig())
    start = splats_from_views(frames, depths, valid, *posed, InitConfig(), backend)
    splats, _ = backend.fit(start, frames, valid, *posed, FitConfig(), 0)
    height, width = along.depth_m.shape[1:]

    def draw(pick: int) -> View:
        camera = along.world_from_camera[pick], along.intrinsics_px[pick]
        drawn = backend.render(splats, *camera, width, height)
        void = np.asarray(drawn.alpha < _VOID_ALPHA, np.bool_)
        rgb = np.rint(drawn.rgb.clip(0, 1) * 255).astype(np.uint8)
        return View(rgb, np.where(void, 0, drawn.depth_m / unit).astype(np.float32), void)

    return draw


def _values(view: HeldOut, show: Callable[[int], View]) -> dict[str, float]:
    rows: dict[str, list[float]] = {}
    for pick in map(int, view.picks):
        shown, true, true_m = show(pick), view.frames[pick], view.depth_m[pick]
        seen = seen_before(view, pick)
        compared = (true_m > 0) & (shown.depth_m > 0)
        found = {
            PSNR.name: masked_psnr(shown.rgb, true),
            SSIM.name: masked_ssim(shown.rgb, true),
            VOID.name: 100 * float(shown.void.mean()),
        }
        if seen.any():
            found[SEEN_PSNR.name] = masked_psnr(shown.rgb, true, seen)
        if compared.any():
            error = np.abs(shown.depth_m[compared] - true_m[compared]) / true_m[compared]
            found[DEPTH.name] = float(error.mean())
        for name, value in found.items():
            rows.setdefault(name, []).append(value)
    return {name: float(np.mean(values)) for name, values in rows.items()}


def _true_estimate(view: HeldOut) -> DepthEstimate:
    true = _with_sky(view.depth_m)[0]
    return DepthEstimate(
        depth_m=true,
        focal_px=float(view.intrinsics_px[0, 0]),
        kind="unknown",
        confidence=1.0,
        sky=np.zeros(true.shape, np.bool_),
        upright=stands_before(np.reciprocal(true), LayoutDepthConfig().sheet_ratio),
        metric=True,
    )


def _with_sky(depth_m: NDArray[np.float32]) -> NDArray[np.float32]:
    """Sky put far away: splats need a depth."""
    far = _FARTHEST * float(np.median(depth_m[depth_m > 0]))
    return np.where(depth_m > 0, np.minimum(depth_m, far), far).astype(np.float32)


def _nowhere(view: HeldOut) -> NDArray[np.bool_]:
    return np.zeros(view.depth_m.shape[1:], np.bool_)


def cases(sources: Sources) -> Sequence[Case]:
    """Takes of the puppet world whose camera travels."""
    return list(held_out_cases(sources))


ROLE = Role(
    name="scene, splats, render",
    measures=(PSNR, SEEN_PSNR, SSIM, DEPTH, VOID),
    backends=(
        DioramaConfig(),
        WarpInpaintConfig(),
        Reference(kind="first frame"),
        Reference(kind="true depth"),
    ),
    cases=cases,
    measure=measure,
    baseline=baseline,
    oracle=oracle,
)
