# mypy: allow-untyped-defs, allow-untyped-calls
"""From the planes that were drawn to the arrays of a rendering."""

from __future__ import annotations

from models.compiling import kernel
from models.splatting.kernels.layout import ALPHA_MIN, ALPHA_PLANE, DEPTH_PLANE, F


@kernel
def present(part, parts, image, height, width, rgb, alpha, depth):
    """Write colours pixel by pixel, alpha, and the mean depth of what covers a pixel.

    Args:
        part, parts: this part has the rows part, part + parts, ...
        image: float32 flat [PLANES, H, W].
        height, width: pixels.
        rgb: out, float32 flat [H, W, 3].
        alpha, depth: out, float32 flat [H, W]; depth is 0 where alpha is below that of the thinnest splat.
    """
    pixels = height * width
    for row in range(part, height, parts):
        for p in range(row * width, (row + 1) * width):
            for c in range(3):
                rgb[3 * p + c] = image[c * pixels + p]
            covered = image[ALPHA_PLANE * pixels + p]
            alpha[p] = covered
            depth[p] = image[DEPTH_PLANE * pixels + p] / covered if covered >= F(ALPHA_MIN) else F(0)
