"""Fills the hole of one view: inpainted colours, and depth from its far side or aligned to what is known."""

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
