"""Layers of a diorama: sky, planes and upright things, complete behind each other and beyond the frame."""

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.scene import RgbdLayer
from models.depth.depth_estimate import DepthEstimate
from models.depth.layout_planes import WALLS
from models.inpainting.hole import grow_hole
from models.inpainting.pull_push import pull_push
from models.inpainting.unmix import unmix
from models.scene.fill_view import SceneFiller
from models.scene.render_layers import edge_ratio

LEAST_SEEN = 0.04
"""Share of the picture that a surface must take to be continued from itself."""
SKYLINE_PX = 2
"""How far the sky's colour reaches into what stands before it."""
OWN_SHARE = 0.95
"""Pixels so near to the sky have some of its colour, but for those whose own takes this share."""
PLANES_CUT = 9.0
"""Planes may not tear: no picture has neighbouring pixels of one plane this far apart."""
SMOOTH_CUT = 1.25
"""Without a layout what is behind the things may tear: it keeps the steps of the depth that it is made of."""


def diorama_layers(
    rgb: NDArray[np.uint8], estimate: DepthEstimate, filler: SceneFiller, margin_ratio: float
) -> list[RgbdLayer]:
    """Split a picture with depth into complete layers; the first is the planes, at least.

    Args:
        rgb: uint8 [H, W, 3], the background picture.
        estimate: its depth and structure.
        filler: inpaints what the layers hide from each other and the margin round the picture.
        margin_ratio: width of that margin, as a share of the longer side.
    """
    height, width = rgb.shape[:2]
    margin = round(margin_ratio * max(height, width))
    layout = estimate.layout
    surfaces = None if layout is None or layout.kind == "outdoor" else layout.surface_map(margin)
    canvas, solid_known = _planes_picture(
        _without_sky(rgb, estimate.sky), estimate.upright, filler, margin, surfaces
    )
    behind = estimate.background_disparity(margin)
    intrinsics = estimate.intrinsics_px(margin)
    planes_cut = PLANES_CUT if estimate.layout is not None else SMOOTH_CUT
    sky = _sky_on_canvas(estimate, solid_known, margin)
    has_sky = sky.sum() > 0.002 * sky.size
    shown = ~sky if has_sky else np.ones_like(sky)
    layers = [RgbdLayer("planes", canvas, np.reciprocal(behind), shown, np.eye(4), intrinsics, planes_cut)]
    if has_sky:
        layers.append(_sky_layer(canvas, sky, estimate, margin, intrinsics))
    if estimate.upright.any():
        layers.append(_upright_layer(rgb, estimate))
    return layers


def _without_sky(rgb: NDArray[np.uint8], sky: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The picture, without the sky's colour in what stands before it."""
    if not sky.any() or sky.all():
        return rgb
    share, own = unmix((rgb / 255).astype(np.float32), ~sky, SKYLINE_PX)
    mixed = ~sky & (share < OWN_SHARE)
    return np.where(mixed[..., None], np.clip(np.rint(255 * own), 0, 255), rgb).astype(np.uint8)


def _planes_picture(
    rgb: NDArray[np.uint8],
    upright: NDArray[np.bool_],
    filler: SceneFiller,
    margin: int,
    surfaces: NDArray[np.intp] | None,
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The picture without the upright things, continued into the margin; and which pixels are original."""
    height, width = rgb.shape[:2]
    hole = grow_hole(upright, max(1, max(height, width) // 170))
    plain = rgb
    if hole.any() and not hole.all():
        plain = filler.inpainter.fill(rgb, hole, filler.seed, filler.prompt)
    trim = max(1, max(height, width) // 128)  # a frame line round the picture would be copied outwards
    known = np.zeros((height + 2 * margin, width + 2 * margin), np.bool_)
    known[margin + trim : margin + height - trim, margin + trim : margin + width - trim] = True
    canvas = np.pad(plain, ((margin, margin), (margin, margin), (0, 0)))
    grown = _fill_margin(canvas, known, filler, surfaces) if margin else plain
    original = np.pad(~hole, margin) & known
    return grown, original


def _fill_margin(
    canvas: NDArray[np.uint8],
    known: NDArray[np.bool_],
    filler: SceneFiller,
    surfaces: NDArray[np.intp] | None,
) -> NDArray[np.uint8]:
    """Fill round the picture at half size: margins are seen briefly, and it costs a quarter.

    A room's surfaces are each continued from what is seen of themselves, where that is enough: shelves do not
    get on the ceiling.
    """
    height, width = known.shape
    size = ((width + 1) // 2, (height + 1) // 2)
    weight = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    small = cv2.resize(canvas, size, interpolation=cv2.INTER_AREA)
    hole = weight < 0.999
    filled = filler.inpainter.fill(small, hole, filler.seed + 1, filler.prompt)
    if surfaces is not None:
        filled = _continued(filled, hole, surfaces[::2, ::2], filler)
    large = cv2.resize(filled, (width, height), interpolation=cv2.INTER_CUBIC)
    # Two pixels of transition hide the step in sharpness.
    inner = cv2.blur(cv2.erode(known.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32), (3, 3))
    mixed = inner[..., None] * canvas + (1 - inner[..., None]) * large
    return np.asarray(np.clip(np.rint(mixed), 0, 255), np.uint8)


def _continued(
    filled: NDArray[np.uint8], hole: NDArray[np.bool_], surfaces: NDArray[np.intp], filler: SceneFiller
) -> NDArray[np.uint8]:
    """Fill the hole anew on each surface of which enough is seen, from that surface alone; on a wall of which
    too little is seen, from all walls."""
    result = filled.copy()
    seen = ~hole
    for surface in np.unique(surfaces[hole]):
        here = surfaces == surface
        like = here
        if (here & seen).sum() < LEAST_SEEN * seen.sum() and surface in WALLS:
            like = np.isin(surfaces, WALLS)
        if (like & seen).sum() < LEAST_SEEN * seen.sum():
            continue
        rows, columns = np.flatnonzero(like.any(1)), np.flatnonzero(like.any(0))
        box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        own = filler.inpainter.fill(
            np.ascontiguousarray(filled[box]), (hole | ~like)[box], filler.seed + 1, filler.prompt
        )
        result[box] = np.where((hole & here)[box][..., None], own, result[box])
    return result


def _sky_on_canvas(estimate: DepthEstimate, original: NDArray[np.bool_], margin: int) -> NDArray[np.bool_]:
    """Sky pixels on the canvas; in the margin and behind things as their surroundings are."""
    if not estimate.sky.any() or estimate.layout is None:
        return np.zeros(original.shape, np.bool_)
    seen = np.pad(estimate.sky & ~estimate.upright, margin).astype(np.float32)
    above = np.arange(original.shape[0])[:, None] + 0.5 - margin < estimate.layout.vanishing_xy_px[1]
    return np.asarray((pull_push(seen, original) > 0.5) & above)


def _sky_layer(
    canvas: NDArray[np.uint8],
    sky: NDArray[np.bool_],
    estimate: DepthEstimate,
    margin: int,
    intrinsics_px: NDArray[np.float64],
) -> RgbdLayer:
    """The sky, smoothly continued behind the skyline down to a little below the horizon."""
    assert estimate.layout is not None
    height = estimate.depth_m.shape[0]
    clear = cv2.erode(sky.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    clear = clear if clear.any() else sky
    smooth = pull_push(canvas.astype(np.float32), clear)
    rgb = np.where(clear[..., None], canvas, np.clip(np.rint(smooth), 0, 255)).astype(np.uint8)
    lowest = estimate.layout.vanishing_xy_px[1] + 0.08 * height + margin
    band = np.broadcast_to(np.arange(len(sky))[:, None] + 0.5 < lowest, sky.shape).copy()
    depth = np.full(sky.shape, 1 / estimate.layout.sky_disparity, np.float32)
    return RgbdLayer("sky", rgb, depth, band, np.eye(4), intrinsics_px, PLANES_CUT)


def _upright_layer(rgb: NDArray[np.uint8], estimate: DepthEstimate) -> RgbdLayer:
    """The upright things; their outermost pixels hold background colour and take that of the inside."""
    inside = cv2.erode(estimate.upright.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    colours = rgb
    if inside.any():
        bled = pull_push(rgb.astype(np.float32), np.asarray(inside))
        colours = np.where(inside[..., None], rgb, np.clip(np.rint(bled), 0, 255)).astype(np.uint8)
    cut = edge_ratio(*rgb.shape[:2])
    lens = estimate.intrinsics_px()
    return RgbdLayer("upright", colours, estimate.depth_m, estimate.upright, np.eye(4), lens, cut)
