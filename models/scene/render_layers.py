"""Forward warping: what the surfaces of a scene look like from a camera, and where nothing is known."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.scene import RgbdLayer
from models.scene.mesh_raster import FAR, NEAREST, draw_layer


class RenderedView(NamedTuple):
    """rgb uint8 [H, W, 3], depth_m float32 [H, W] (0 = none), hole bool [H, W] where no surface is."""

    rgb: NDArray[np.uint8]
    depth_m: NDArray[np.float32]
    hole: NDArray[np.bool_]


def render_layers(
    layers: Sequence[RgbdLayer],
    world_from_camera: NDArray[np.float64],
    intrinsics_px: NDArray[np.float64],
    size_px: tuple[int, int],
) -> RenderedView:
    """Draw layers from a camera, the nearest surface winning at every pixel.

    Args:
        layers: the surfaces.
        world_from_camera: [4, 4] of the view.
        intrinsics_px: [4] of the view.
        size_px: height and width of the view.
    """
    colour = np.zeros((*size_px, 3), np.float32)
    depth = np.zeros(size_px, np.float32)
    z_buffer = np.full(size_px, FAR, np.float32)
    camera_from_world = np.linalg.inv(world_from_camera)
    for layer in layers:
        draw_layer(
            layer.rgb, layer.depth_m, layer.valid, layer.intrinsics_px,
            camera_from_world @ layer.world_from_camera, np.asarray(intrinsics_px, np.float64),
            layer.cut_ratio, _nearest_drawn(layer), layer.handicap, colour, depth, z_buffer,
        )  # fmt: skip
    hole = z_buffer >= FAR
    rgb = np.clip(np.rint(colour), 0, 255).astype(np.uint8)
    return RenderedView(rgb, depth, hole)


def edge_ratio(height_px: int, width_px: int) -> float:
    """Depth ratio of neighbouring pixels that marks an edge: 1.08 at 512 px, where a floor has up to 1.03."""
    return 1 + 0.08 * 512 / max(height_px, width_px)


def _nearest_drawn(layer: RgbdLayer) -> float:
    """Nearest depth drawn, a share of the layer's own nearest depth, so that units do not matter."""
    return NEAREST * float(layer.depth_m[layer.valid].min()) if layer.valid.any() else NEAREST


def thinned(layer: RgbdLayer, step: int) -> RgbdLayer:
    """Every `step`-th pixel of a layer: enough to see where holes will be."""
    fx, fy, cx, cy = layer.intrinsics_px
    return replace(
        layer,
        rgb=np.ascontiguousarray(layer.rgb[::step, ::step]),
        depth_m=np.ascontiguousarray(layer.depth_m[::step, ::step]),
        valid=np.ascontiguousarray(layer.valid[::step, ::step]),
        # Sample i of the thin grid is pixel i·step: its centre i·step + 0.5 must come out as i + 0.5.
        intrinsics_px=np.array([fx / step, fy / step, (cx - 0.5) / step + 0.5, (cy - 0.5) / step + 0.5]),
        cut_ratio=1 + (layer.cut_ratio - 1) * step,
    )
