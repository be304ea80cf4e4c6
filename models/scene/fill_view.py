"""Fills the hole of one view: inpainted colours, and depth from its far side or aligned to what is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.scene import RgbdLayer
from models.depth import DepthEstimator
from models.inpainting import Inpainter
from models.inpainting.pull_push import pull_push
from models.scene.align_depth import align_depth
from models.scene.render_layers import RenderedView

FILL_CUT = 3.0
"""Fills are background without near things, and a tear in them would be a hole again."""
LEAST_OCCLUSION = 1 / 30
"""A new surface may not stand before what a kept view shows by more than this share of its depth."""
PUSH_STEPS, PUSH_FACTOR = 12, 1.12
"""What is in the way moves back by this factor so many times: to four times its depth."""


@dataclass(frozen=True)
class SceneFiller:
    """What fills the holes of a view: an inpainter with its prompt and seed, and a depth estimator."""

    inpainter: Inpainter
    depth: DepthEstimator
    seed: int = 0
    prompt: str = ""


def fill_view(
    view: RenderedView,
    world_from_camera: NDArray[np.float64],
    intrinsics_px: NDArray[np.float64],
    kept: Sequence[RgbdLayer],
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
    return behind_kept(layer, kept)


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


def behind_kept(layer: RgbdLayer, kept: Sequence[RgbdLayer]) -> RgbdLayer:
    """Move back what would hide a kept view from its own camera (A7).

    A pixel that lands in the frame of a view that is complete already, before its surface by more than 1/30
    of the depth, is invented and contradicts what was shown. It moves back along its own ray in steps; what
    is still in the way after that is left out.

    Args:
        layer: a filled view.
        kept: the reference picture, and the views filled before this one.
    """
    rows, columns = np.nonzero(layer.valid)
    fx, fy, cx, cy = layer.intrinsics_px
    rays = np.stack([(columns + 0.5 - cx) / fx, (rows + 0.5 - cy) / fy, np.ones(len(rows))], axis=-1)
    depth = layer.depth_m[rows, columns].astype(np.float64)
    for _ in range(PUSH_STEPS):
        hides = _hides_any(rays * depth[:, None], layer, kept)
        if not hides.any():
            break
        depth[hides] *= PUSH_FACTOR
    depth_m, valid = layer.depth_m.copy(), layer.valid.copy()
    depth_m[rows, columns] = depth
    valid[rows, columns] = ~_hides_any(rays * depth[:, None], layer, kept)
    return replace(layer, depth_m=depth_m, valid=valid)


def _hides_any(points: NDArray[np.float64], layer: RgbdLayer, kept: Sequence[RgbdLayer]) -> NDArray[np.bool_]:
    """Which points [N, 3] of a layer's camera stand before a kept view's surface, seen from its camera."""
    hides = np.zeros(len(points), np.bool_)
    for view in kept:
        pose = np.linalg.inv(view.world_from_camera) @ layer.world_from_camera
        seen = points @ pose[:3, :3].T + pose[:3, 3]
        hides |= seen[:, 2] < _surface_at(seen, view) * (1 - LEAST_OCCLUSION)
    return hides


def _surface_at(points: NDArray[np.float64], view: RgbdLayer) -> NDArray[np.float64]:
    """Depth [N] of a view's surface where points [N, 3] of its camera land; -inf beside it and out of frame,
    where nothing is hidden, not even by what lies behind the camera."""
    height, width = view.depth_m.shape
    fx, fy, cx, cy = view.intrinsics_px
    depth = np.maximum(points[:, 2], 1e-6)
    column = np.floor(points[:, 0] / depth * fx + cx)
    row = np.floor(points[:, 1] / depth * fy + cy)
    inside = (points[:, 2] > 1e-6) & (column >= 0) & (row >= 0) & (column < width) & (row < height)
    index = (np.where(inside, row, 0).astype(np.intp), np.where(inside, column, 0).astype(np.intp))
    # A filled view is complete: what it knew before it was filled has its depth too.
    there = inside if view.invented else inside & view.valid[index]
    return np.where(there, view.depth_m[index], -np.inf)
