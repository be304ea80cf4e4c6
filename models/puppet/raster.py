"""Draw textured triangles over a picture, exactly once a pixel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled


@compiled(nogil=True)
def draw_mesh(
    canvas: NDArray[np.float32],
    texture: NDArray[np.float32],
    texture_xy: NDArray[np.float64],
    canvas_xy: NDArray[np.float64],
    triangles: NDArray[np.int64],
) -> None:
    """Composite a textured mesh over ``canvas``, both premultiplied float32 RGBA [H, W, 4].

    A pixel belongs to a triangle if its centre lies in the half-open span between two edges; both triangles
    of an edge compute the crossing with the same arithmetic, so there are neither cracks nor pixels drawn
    twice. Textures are sampled bilinearly.

    Args:
        canvas: is drawn upon.
        texture: the part's picture.
        texture_xy: [N, 2] vertices in pixels of the texture.
        canvas_xy: [N, 2] vertices in pixels of the canvas.
        triangles: [F, 3], drawn in this order.
    """
    height, width = canvas.shape[:2]
    rows, columns = texture.shape[:2]
    ex = np.empty(3)
    ey = np.empty(3)
    for k in range(len(triangles)):
        for e in range(3):
            ex[e] = canvas_xy[triangles[k, e], 0]
            ey[e] = canvas_xy[triangles[k, e], 1]
        area = (ex[1] - ex[0]) * (ey[2] - ey[0]) - (ex[2] - ex[0]) * (ey[1] - ey[0])
        if abs(area) < 1e-9:
            continue
        a1, b1 = (ey[2] - ey[0]) / area, -(ex[2] - ex[0]) / area
        a2, b2 = -(ey[1] - ey[0]) / area, (ex[1] - ex[0]) / area
        i0, i1, i2 = triangles[k, 0], triangles[k, 1], triangles[k, 2]
        u0, v0 = texture_xy[i0, 0] - 0.5, texture_xy[i0, 1] - 0.5
        u1, v1 = texture_xy[i1, 0] - 0.5 - u0, texture_xy[i1, 1] - 0.5 - v0
        u2, v2 = texture_xy[i2, 0] - 0.5 - u0, texture_xy[i2, 1] - 0.5 - v0
        top = max(0, int(np.ceil(ey.min() - 0.5)))
        bottom = min(height - 1, int(np.floor(ey.max() - 0.5)))
        for row in range(top, bottom + 1):
            y = row + 0.5
            left, right = 1e9, -1e9
            for e in range(3):
                f = (e + 1) % 3
                if (ey[e] <= y) == (ey[f] <= y):
                    continue
                lo, hi = (e, f) if ey[e] <= ey[f] else (f, e)
                crossing = ex[lo] + (y - ey[lo]) * (ex[hi] - ex[lo]) / (ey[hi] - ey[lo])
                left = min(left, crossing)
                right = max(right, crossing)
            if right < left:
                continue
            for column in range(max(0, int(np.ceil(left - 0.5))), min(width, int(np.ceil(right - 0.5)))):
                dx, dy = column + 0.5 - ex[0], y - ey[0]
                w1, w2 = dx * a1 + dy * b1, dx * a2 + dy * b2
                u = u0 + w1 * u1 + w2 * u2
                v = v0 + w1 * v1 + w2 * v2
                iu, iv = int(np.floor(u)), int(np.floor(v))
                if iu < 0 or iv < 0 or iu >= columns - 1 or iv >= rows - 1:
                    continue
                fu, fv = np.float32(u - iu), np.float32(v - iv)
                p, q = (1 - fu) * (1 - fv), fu * (1 - fv)
                r, t = (1 - fu) * fv, fu * fv
                alpha = (
                    p * texture[iv, iu, 3]
                    + q * texture[iv, iu + 1, 3]
                    + r * texture[iv + 1, iu, 3]
                    + t * texture[iv + 1, iu + 1, 3]
                )
                if alpha < 0.002:
                    continue
                keep = np.float32(1) - alpha
                for c in range(3):
                    colour = (
                        p * texture[iv, iu, c]
                        + q * texture[iv, iu + 1, c]
                        + r * texture[iv + 1, iu, c]
                        + t * texture[iv + 1, iu + 1, c]
                    )
                    canvas[row, column, c] = colour + canvas[row, column, c] * keep
                canvas[row, column, 3] = alpha + canvas[row, column, 3] * keep
