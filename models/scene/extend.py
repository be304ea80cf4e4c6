"""Warp and inpaint along a path: the scene grows by what its cameras newly see (A7, A8)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data_contracts.scene import PosedViews, RgbdLayer
from models.scene.fill_view import SceneFiller, fill_view
from models.scene.render_layers import RenderedView, render_layers, thinned
from models.scene.views_config import SceneViewsConfig

COARSE_STEP = 4
"""Holes along a whole path are looked for on every fourth pixel of every fourth row."""

LEAST_KNOWN = 0.05
"""Share of a view that must be known for the rest to be told from it. Less is left open: what a camera sees
that has left the scene would be invented from nothing."""


def extend_along(
    layers: Sequence[RgbdLayer],
    world_from_camera: NDArray[np.float64],
    intrinsics_px: NDArray[np.float64],
    size_px: tuple[int, int],
    filler: SceneFiller,
    config: SceneViewsConfig,
) -> list[RgbdLayer]:
    """New layers that close the holes seen along a path.

    The view with the largest hole comes first, as long as enough of it is known; what it adds may close the
    holes of others. Ends when no view has a hole worth filling, or enough that is known to fill it from.

    Args:
        layers: the scene so far; the first is the reference picture or stands for it.
        world_from_camera: path [T, 4, 4]; intrinsics_px: [T, 4].
        size_px: height and width of the views.
        filler: inpainting and depth.
        config: limits.

    Returns:
        The layers to add, in order; empty if nothing is missing.
    """
    added: list[RgbdLayer] = []
    thin = [thinned(layer, COARSE_STEP) for layer in layers]
    holes = [
        _coarse_hole(thin, *camera, size_px) for camera in zip(world_from_camera, intrinsics_px, strict=True)
    ]
    given_up: set[int] = set()
    while len(added) < config.most_fills:
        index = _next_view(holes, given_up, config)
        if index is None:
            break
        camera = (world_from_camera[index], intrinsics_px[index])
        view = render_layers([*layers, *added], *camera, size_px)
        patch = fill_view(view, *camera, _kept([*layers, *added]), filler, f"fill_{index}", len(added))
        before = sum(hole.sum() for hole in holes)
        thin_patch = [thinned(patch, COARSE_STEP // 2)]
        for i, other in enumerate(zip(world_from_camera, intrinsics_px, strict=True)):
            holes[i] &= _coarse_hole(thin_patch, *other, size_px)
        given_up.add(index)  # what one fill could not close, a second would not either
        if patch.valid.any() and sum(hole.sum() for hole in holes) < before:
            added.append(patch)
    return added


def finish_views(
    layers: Sequence[RgbdLayer],
    world_from_camera: NDArray[np.float64],
    intrinsics_px: NDArray[np.float64],
    size_px: tuple[int, int],
    filler: SceneFiller,
    config: SceneViewsConfig,
) -> tuple[list[RgbdLayer], list[RenderedView]]:
    """New layers that close what is left open in single views: gaps too narrow to be seen along the path.

    Returns:
        The layers to add, and the views of all layers, old and new.
    """
    added: list[RgbdLayer] = []
    shown: list[RenderedView] = []
    cameras = list(zip(world_from_camera, intrinsics_px, strict=True))
    for index, camera in enumerate(cameras):
        view = render_layers([*layers, *added], *camera, size_px)
        shown.append(view)
        if len(added) < config.most_fills and config.fill_above < view.hole.mean() <= config.most_hole:
            patch = fill_view(view, *camera, _kept([*layers, *added]), filler, f"gap_{index}", len(added))
            if patch.valid.any():
                added.append(patch)
    if added:
        shown = [render_layers([*layers, *added], *camera, size_px) for camera in cameras]
    return added, shown


def _kept(layers: Sequence[RgbdLayer]) -> list[RgbdLayer]:
    """The views that nothing new may hide: the reference, and all that were filled."""
    return [layers[0], *(layer for layer in layers[1:] if layer.invented)]


def _coarse_hole(
    thin: Sequence[RgbdLayer],
    world_from_camera: NDArray[np.float64],
    intrinsics_px: NDArray[np.float64],
    size_px: tuple[int, int],
) -> NDArray[np.bool_]:
    small = (max(1, size_px[0] // COARSE_STEP), max(1, size_px[1] // COARSE_STEP))
    return render_layers(thin, world_from_camera, intrinsics_px / COARSE_STEP, small).hole


def _next_view(
    holes: Sequence[NDArray[np.bool_]], given_up: set[int], config: SceneViewsConfig
) -> int | None:
    shares = {i: float(hole.mean()) for i, hole in enumerate(holes) if i not in given_up}
    open_views = {i: share for i, share in shares.items() if config.fill_above < share < 1 - LEAST_KNOWN}
    if not open_views:
        return None
    known_enough = {i: share for i, share in open_views.items() if share <= config.most_hole}
    if known_enough:
        return max(known_enough, key=lambda i: known_enough[i])
    return min(open_views, key=lambda i: open_views[i])


def views_along(
    shown: Sequence[RenderedView],
    layers_before: Sequence[RgbdLayer] | None,
    world_from_camera: NDArray[np.float64],
    intrinsics_px: NDArray[np.float64],
    size_px: tuple[int, int],
) -> PosedViews:
    """The views that were rendered; hole shares are those of the layers before (None: the same), and now."""
    after = before = np.array([view.hole.mean() for view in shown])
    if layers_before is not None:
        cameras = zip(world_from_camera, intrinsics_px, strict=True)
        before = np.array([render_layers(layers_before, *camera, size_px).hole.mean() for camera in cameras])
    return PosedViews(
        rgb=np.stack([view.rgb for view in shown]),
        depth_m=np.stack([view.depth_m for view in shown]),
        valid=np.stack([~view.hole for view in shown]),
        world_from_camera=np.asarray(world_from_camera, np.float64),
        intrinsics_px=np.asarray(intrinsics_px, np.float64),
        hole_share_before=before,
        hole_share_after=after,
    )
