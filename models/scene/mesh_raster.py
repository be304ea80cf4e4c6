"""Draws an RGBD picture from another camera: a mesh over its pixels, with a z-buffer (compiled)."""

from typing import Any

import numpy as np

from models.compiling import compiled

FAR = np.float32(1e9)
"""Depth of an empty z-buffer; finite, because fastmath may not see infinities."""
NEAREST = 0.02
"""Triangles nearer than this, in scene units times the layer's own scale, are behind or in the lens."""

ROUNDING = 1e-3
"""How far outside a triangle a pixel centre may lie, in pixels: float32 coordinates are no better."""


@compiled(nogil=True, fastmath=True)
def draw_layer(
    rgb: Any, depth: Any, valid: Any, layer_k: Any, view_from_layer: Any, view_k: Any,
    cut_ratio: float, nearest: float, handicap: float, colour: Any, depth_out: Any, z_buffer: Any,
) -> None:  # fmt: skip
    """Draw one layer into `colour` float32 [H, W, 3] and `depth_out` float32 [H, W], both in place.

    `z_buffer` float32 [H, W] decides who wins; it holds depths made larger by each layer's handicap.

    Colours are interpolated with perspective. Triangles whose corners' own depths differ by more than
    `cut_ratio` are left out: no rubber sheets between near and far.
    """
    h, w = depth.shape
    px = np.empty((h, w), np.float32)
    py = np.empty((h, w), np.float32)
    pz = np.empty((h, w), np.float32)
    m = view_from_layer
    for i in range(h):
        for j in range(w):
            z = depth[i, j]
            x = (j + 0.5 - layer_k[2]) / layer_k[0] * z
            y = (i + 0.5 - layer_k[3]) / layer_k[1] * z
            vz = m[2, 0] * x + m[2, 1] * y + m[2, 2] * z + m[2, 3]
            pz[i, j] = vz
            if vz < nearest:
                continue
            px[i, j] = view_k[0] * (m[0, 0] * x + m[0, 1] * y + m[0, 2] * z + m[0, 3]) / vz + view_k[2] - 0.5
            py[i, j] = view_k[1] * (m[1, 0] * x + m[1, 1] * y + m[1, 2] * z + m[1, 3]) / vz + view_k[3] - 0.5
    for i in range(h - 1):
        for j in range(w - 1):
            for half in range(2):
                i0, j0 = i, j + half
                i1, j1 = i + half, j + 1
                i2, j2 = i + 1, j
                if not (valid[i0, j0] and valid[i1, j1] and valid[i2, j2]):
                    continue
                least = min(depth[i0, j0], depth[i1, j1], depth[i2, j2])
                if max(depth[i0, j0], depth[i1, j1], depth[i2, j2]) > least * cut_ratio:
                    continue
                if min(pz[i0, j0], pz[i1, j1], pz[i2, j2]) < nearest:
                    continue
                _draw_triangle(rgb, px, py, pz, i0, j0, i1, j1, i2, j2, handicap, colour, depth_out, z_buffer)


@compiled(nogil=True, fastmath=True, inline="always")
def _draw_triangle(
    rgb: Any, px: Any, py: Any, pz: Any, i0: int, j0: int, i1: int, j1: int, i2: int, j2: int,
    handicap: float, colour: Any, depth_out: Any, z_buffer: Any,
) -> None:  # fmt: skip
    height, width = z_buffer.shape
    x0, x1, x2 = px[i0, j0], px[i1, j1], px[i2, j2]
    y0, y1, y2 = py[i0, j0], py[i1, j1], py[i2, j2]
    # Compare before rounding: far outside the frame a coordinate may not fit an integer.
    if max(x0, x1, x2) < -1 or max(y0, y1, y2) < -1 or min(x0, x1, x2) > width or min(y0, y1, y2) > height:
        return
    # Corners that fall on pixel centres but for rounding still own those pixels.
    first_x = max(0, int(np.ceil(min(x0, x1, x2) - ROUNDING)))
    first_y = max(0, int(np.ceil(min(y0, y1, y2) - ROUNDING)))
    last_x = int(min(width - 1, np.floor(max(x0, x1, x2) + ROUNDING)))
    last_y = int(min(height - 1, np.floor(max(y0, y1, y2) + ROUNDING)))
    area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0)
    if abs(area) < 1e-9:
        return
    w0, w1, w2 = 1 / pz[i0, j0], 1 / pz[i1, j1], 1 / pz[i2, j2]
    for y in range(first_y, last_y + 1):
        for x in range(first_x, last_x + 1):
            u = ((x - x0) * (y2 - y0) - (x2 - x0) * (y - y0)) / area
            v = ((x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)) / area
            if u < -1e-4 or v < -1e-4 or u + v > 1.0001:
                continue
            q = 1 - u - v
            z = 1 / (q * w0 + u * w1 + v * w2)
            if z * (1 + handicap) < z_buffer[y, x]:
                z_buffer[y, x] = z * (1 + handicap)
                depth_out[y, x] = z
                for c in range(3):
                    mixed = q * w0 * rgb[i0, j0, c] + u * w1 * rgb[i1, j1, c] + v * w2 * rgb[i2, j2, c]
                    colour[y, x, c] = mixed * z
