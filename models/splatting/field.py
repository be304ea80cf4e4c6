"""A field of splats out of posed RGBD views: started where they have depth, then fitted to their colours."""

from __future__ import annotations

from data_contracts.scene import PosedViews
from data_contracts.splats import Splats
from models.splatting.fitting import FitConfig, FitReport
from models.splatting.from_views import InitConfig, splats_from_views
from models.splatting.protocol import SplattingBackend


def fit_field(
    views: PosedViews,
    backend: SplattingBackend,
    start: InitConfig,
    fit: FitConfig,
    seed: int,
    onto: Splats | None = None,
) -> tuple[Splats, FitReport]:
    """Fit a field to views, from nothing or going on from another field.

    Pixels that a view marks as invalid start no splat and teach nothing.

    Args:
        views: pictures with depth, and their cameras.
        backend: draws and fits.
        start: how dense the field is, and of what shape.
        fit: steps and rates.
        seed: decides the order of the views.
        onto: a field to go on from: splats are added where it does not explain the views.

    Raises:
        InputError: no view has a pixel with colour and depth, or a camera is unusable.
    """
    cameras = views.world_from_camera, views.intrinsics_px
    first = splats_from_views(views.rgb, views.depth_m, views.valid, *cameras, start, backend, onto)
    return backend.fit(first, views.rgb, views.valid, *cameras, fit, seed)
