"""Warp and inpaint along a path: the scene grows by what its cameras newly see (A7, A8)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.scene import PosedViews, RgbdLayer
from models.depth import DepthEstimator
from models.inpainting import Inpainter
from models.inpainting.pull_push import pull_push
from models.scene.align_depth import align_depth
from models.scene.render_layers import RenderedView, render_layers, thinned
from models.scene.views_config import SceneViewsConfig

COARSE_STEP = 4
FILL_CUT = 3.0
"""Fills are background without near things, and a tear in them would be a hole again."""
LEAST_OCCLUSION = 1 / 30
"""A new surface may not stand before what the reference shows by more than this share of its depth."""
PUSH_STEPS = 12
PUSH_FACTOR = np.float32(1.12)


@dataclass(frozen=True)
class SceneFiller:
    """What fills the holes of a view: an inpainter with its prompt and seed, and a depth estimator."""

    inpainter: Inpainter
    depth: DepthEstimator
    seed: int = 0
    prompt: str = ""


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
    holes of others. Ends when no view has a hole worth filling.

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
        patch = fill_view(view, *camera, layers[0], filler, f"fill_{index}", len(added))
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
) -> list[RgbdLayer]:
    """New layers that close what is left open in single views: gaps too narrow to be seen along the path."""
    added: list[RgbdLayer] = []
    for index, camera in enumerate(zip(world_from_camera, intrinsics_px, strict=True)):
        view = render_layers([*layers, *added], *camera, size_px)
        if len(added) < config.most_fills and config.fill_above < view.hole.mean() <= config.most_hole:
            patch = fill_view(view, *camera, layers[0], filler, f"gap_{index}", len(added))
            if patch.valid.any():
                added.append(patch)
    return added


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
    open_views = {i: share for i, share in shares.items() if share > config.fill_above}
    if not open_views:
        return None
    known_enough = {i: share for i, share in open_views.items() if share <= config.most_hole}
    if known_enough:
        return max(known_enough, key=lambda i: known_enough[i])
    return min(open_views, key=lambda i: open_views[i])


def fill_view(
    view: RenderedView,
    world_from_camera: NDArray[np.float64],
    intrinsics_px: NDArray[np.float64],
    reference: RgbdLayer,
    filler: SceneFiller,
    name: str,
    number: int = 0,
) -> RgbdLayer:
    """The surface that fills a view's hole: inpainted colours at background depth, or at aligned depth.

    Raises:
        InputError: nothing of the view is known.
    """
    known = ~view.hole
    behind, is_background = background_disparity(view)
    rgb = filler.inpainter.fill(view.rgb, view.hole, filler.seed + number, filler.prompt, is_background)
    if filler.depth.per_view:
        depth = align_depth(filler.depth.estimate(rgb).depth_m, view.depth_m, known)
    else:
        depth = (1 / behind).astype(np.float32)
    valid = cv2.dilate(view.hole.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    layer = RgbdLayer(
        name=name,
        rgb=rgb,
        depth_m=depth,
        valid=np.asarray(valid),
        world_from_camera=world_from_camera,
        intrinsics_px=intrinsics_px,
        cut_ratio=FILL_CUT,
        handicap=LEAST_OCCLUSION,
    )
    return behind_reference(layer, reference)


def edge_ratio(height_px: int, width_px: int) -> float:
    """Depth ratio of neighbouring pixels that marks an edge: 1.08 at 512 px, where a floor has up to 1.03."""
    return 1 + 0.08 * 512 / max(height_px, width_px)


def background_disparity(view: RenderedView) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Disparity [H, W] with the hole filled from its far side, and which known pixels count as background.

    What a moving camera uncovers lies behind the near side of the hole's rim, so near rim pixels are left
    out, of the depth as of the colours to copy.
    """
    known = ~view.hole
    size = max(view.hole.shape)
    disparity = np.where(known, 1 / np.maximum(view.depth_m, 1e-6), 0).astype(np.float32)
    ring = 2 * max(3, size // 85) + 1
    rim = (cv2.dilate(view.hole.astype(np.uint8), np.ones((ring, ring), np.uint8)) > 0) & known
    reach = ring + 4 * _uncovered_radius(view.hole) + 2  # from the ring's outer edge across the hole
    farthest = cv2.erode(np.where(known, disparity, np.float32(1e6)), np.ones((reach, reach), np.uint8))
    near_side = rim & (disparity > 1.06 * farthest)
    sources = rim & ~near_side
    filled = pull_push(disparity, sources if sources.any() else known)
    background = known & ~near_side
    return np.where(known, disparity, filled), background if background.any() else known


def _uncovered_radius(hole: NDArray[np.bool_]) -> int:
    """Half the width of the widest hole inside the frame: so far is its far side from its near one.

    Holes at the frame's border do not count: there, surfaces go on as they are.
    """
    _, labels = cv2.connectedComponents(hole.astype(np.uint8))
    border = np.unique(np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]]))
    inner = hole & ~np.isin(labels, border[border > 0])
    radius = cv2.distanceTransform(np.pad(inner, 1).astype(np.uint8), cv2.DIST_L2, 3).max()
    return int(min(np.ceil(radius), max(hole.shape) // 8))


def behind_reference(layer: RgbdLayer, reference: RgbdLayer) -> RgbdLayer:
    """Move back what would hide the reference picture from its own camera.

    A pixel that lands in the reference's frame, before its surface by more than 1/30 of the depth, is
    invented and contradicts what was seen. It moves back along its own ray in steps; what is still in the
    way after that is left out.
    """
    depth = layer.depth_m.copy()
    for _ in range(PUSH_STEPS):
        hides = layer.valid & _hides_reference(layer, depth, reference)
        if not hides.any():
            break
        depth[hides] *= PUSH_FACTOR
    hides = _hides_reference(layer, depth, reference)
    return replace(layer, depth_m=depth, valid=layer.valid & ~hides)


def _hides_reference(
    layer: RgbdLayer, depth_m: NDArray[np.float32], reference: RgbdLayer
) -> NDArray[np.bool_]:
    """Pixels [h, w] of a layer that stand before the reference's surface, seen from its camera."""
    height, width = depth_m.shape
    fx, fy, cx, cy = layer.intrinsics_px
    y, x = np.mgrid[0:height, 0:width] + 0.5
    z = depth_m.astype(np.float64)
    points = np.stack([(x - cx) / fx * z, (y - cy) / fy * z, z, np.ones_like(z)], -1)
    seen = points @ (np.linalg.inv(reference.world_from_camera) @ layer.world_from_camera).T
    fx, fy, cx, cy = reference.intrinsics_px
    depth = np.maximum(seen[..., 2], 1e-6)
    column = np.floor(seen[..., 0] / depth * fx + cx)
    row = np.floor(seen[..., 1] / depth * fy + cy)
    inside = (seen[..., 2] > 1e-6) & (column >= 0) & (row >= 0)
    inside &= (column < reference.depth_m.shape[1]) & (row < reference.depth_m.shape[0])
    index = (np.where(inside, row, 0).astype(np.intp), np.where(inside, column, 0).astype(np.intp))
    surface = np.where(reference.valid[index], reference.depth_m[index], 0)
    return np.asarray(inside & (depth < surface * (1 - LEAST_OCCLUSION)))


def views_along(
    layers: Sequence[RgbdLayer],
    num_before: int,
    world_from_camera: NDArray[np.float64],
    intrinsics_px: NDArray[np.float64],
    size_px: tuple[int, int],
) -> PosedViews:
    """Render layers from each camera; hole shares are those of the first `num_before` layers, and of all."""
    shown = [
        render_layers(layers, *camera, size_px)
        for camera in zip(world_from_camera, intrinsics_px, strict=True)
    ]
    after = np.array([view.hole.mean() for view in shown])
    if num_before == len(layers):
        before = after
    else:
        before = np.array(
            [
                render_layers(layers[:num_before], *camera, size_px).hole.mean()
                for camera in zip(world_from_camera, intrinsics_px, strict=True)
            ]
        )
    return PosedViews(
        rgb=np.stack([view.rgb for view in shown]),
        depth_m=np.stack([view.depth_m for view in shown]),
        valid=np.stack([~view.hole for view in shown]),
        world_from_camera=np.asarray(world_from_camera, np.float64),
        intrinsics_px=np.asarray(intrinsics_px, np.float64),
        hole_share_before=before,
        hole_share_after=after,
    )
