"""Scene, splats and render together: what a camera sees later of a place that is known from one picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from flows.accuracy.held_out_views import HeldOut, held_out_cases, plane_view, read_held_out, seen_before
from flows.accuracy.role import Case, Measure, Role, Sources, Values
from flows.accuracy.shown_places import (
    SceneConfig,
    Show,
    View,
    first_frame,
    meshes_of_scene,
    splats_of_frames,
    splats_of_scene,
    warped_frames,
)
from models import depth
from models.depth.depth_estimate import DepthEstimate
from models.depth.foreground import stands_before
from models.depth.layout import LayoutDepthConfig
from models.measures.flicker import DrawnFrame, flicker
from models.measures.pictures import masked_psnr, masked_ssim
from models.scene.build import DioramaConfig, WarpInpaintConfig

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

FLICKER = Measure(
    "flicker",
    "lower",
    "Mean difference, of 255, between a frame and the one before it carried along by the drawn depth: the "
    "oracle's is what resampling costs. Blur flickers less.",
)

_ORACLE_VIEWS = 10
"""As many as `track_views` gives the splats of a job."""
_FARTHEST = 30.0
"""Depth of sky, in median depths, where true depth is told: beyond it nothing moves."""


class Reference(BaseModel):
    """Rows to read the others by; no settings."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["first frame", "true depth"]
    """The first frame all along; or the diorama from true depth and lens, as a perfect network would tell."""


AblationKind = Literal[
    "diorama, no spiral", "diorama, no splats", "warp_inpaint, no spiral", "frame by frame"
]


class Ablation(BaseModel):
    """A scene backend with a part taken away."""

    model_config = ConfigDict(frozen=True)

    kind: AblationKind


_QUICK = (DioramaConfig(), Reference(kind="first frame"))
"""The rows of the quick table; `make bench-scene` compares all."""


def measure(case: Case, backend: Any, folder: Path) -> Values:
    """Show the held-out frames from the first picture, as the stages do or as an ablation says."""
    if not case.content.all_ways and backend not in _QUICK:
        return {}
    view = read_held_out(case.content)
    if isinstance(backend, Reference):
        if backend.kind == "first frame":
            return _values(view, first_frame(view))
        return _values(view, splats_of_scene(view, DioramaConfig(), _true_estimate(view)))
    estimate = depth.load(LayoutDepthConfig()).estimate(np.ascontiguousarray(view.frames[0]))
    if isinstance(backend, Ablation):
        return _values(view, _without(backend, view, estimate))
    return _values(view, splats_of_scene(view, backend, estimate))


def _without(ablation: Ablation, view: HeldOut, estimate: DepthEstimate) -> Show:
    if ablation.kind == "frame by frame":
        return warped_frames(view, estimate)
    if ablation.kind == "diorama, no splats":
        return meshes_of_scene(view, DioramaConfig(), estimate)
    whole: SceneConfig = DioramaConfig() if ablation.kind.startswith("diorama") else WarpInpaintConfig()
    first_view_only = whole.views.model_copy(update={"spiral_views": 1})
    return splats_of_scene(view, whole.model_copy(update={"views": first_view_only}), estimate)


def baseline(case: Case) -> Values:
    """The first picture on an upright plane at its true median depth, from the true camera and lens."""
    view = read_held_out(case.content)
    nowhere = np.zeros(view.depth_m.shape[1:], np.bool_)
    lens = view.intrinsics_px
    return _values(view, lambda frame: View(*plane_view(view, frame), nowhere, lens[frame]))


def oracle(case: Case) -> Values:
    """Splats of the true frames between the held-out ones, with their depth: all that splats can show."""
    view = read_held_out(case.content)
    others = np.setdiff1d(np.arange(len(view.frames)), view.picks)
    taught = others[np.unique(np.linspace(0, len(others) - 1, _ORACLE_VIEWS).astype(int))]
    return _values(view, splats_of_frames(view, taught, _with_sky(view.depth_m)))


def _values(view: HeldOut, show: Show) -> dict[str, float]:
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
        if (changed := _flicker(view, show, pick, shown)) is not None:
            found[FLICKER.name] = changed
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


def _flicker(view: HeldOut, show: Show, pick: int, shown: View) -> float | None:
    """Between a held-out frame and the one before it; None where the depth is not known."""

    def drawn(frame: int, seen: View) -> DrawnFrame:
        return DrawnFrame(seen.rgb, seen.depth_m, view.world_from_camera[frame], seen.intrinsics_px)

    return flicker(drawn(pick, shown), drawn(pick - 1, show(pick - 1)))


def cases(sources: Sources) -> Sequence[Case]:
    """Takes of the puppet world whose camera travels."""
    return list(held_out_cases(sources))


ROLE = Role(
    name="scene, splats, render",
    measures=(PSNR, SEEN_PSNR, SSIM, DEPTH, VOID, FLICKER),
    backends=(
        DioramaConfig(),
        WarpInpaintConfig(),
        *(Ablation(kind=kind) for kind in get_args(AblationKind)),
        Reference(kind="first frame"),
        Reference(kind="true depth"),
    ),
    cases=cases,
    measure=measure,
    baseline=baseline,
    oracle=oracle,
)
