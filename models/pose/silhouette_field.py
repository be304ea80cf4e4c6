"""A clip's silhouettes as the fit reads them: distance maps and sample points on a small grid."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import NoFigureError

Array = NDArray[np.float64]

LEAST_PIXELS = 60
"""Grid pixels of figure from which on a frame is fitted; below, its pose comes from its neighbours."""

TOP_SHARE = 0.2
"""Part of the height in which the head is looked for."""


@dataclass(frozen=True)
class SilhouetteField:
    """Silhouettes of a clip in one crop, shrunk to a grid.

    Attributes:
        masks: bool [T, h, w].
        inside, outside: float64 [T, K, 2], sample points (x, y in grid indices) on the figure and
            on the ground close to it.
        depth, gap: float32 [T, h, w], distance to the outline from inside, and from outside.
        valid: bool [T], frames with enough figure.
        height: typical height of the silhouette in grid pixels.
        head_radius: typical radius of the largest disc in the silhouette's uppermost part, grid pixels.
        scale: grid pixels for a picture's pixel.
        origin_px: x, y of the crop's corner, in picture indices.
        cropped: the figure leaves the picture at its lower border.
    """

    masks: NDArray[np.bool_]
    inside: Array
    outside: Array
    depth: NDArray[np.float32]
    gap: NDArray[np.float32]
    valid: NDArray[np.bool_]
    height: float
    head_radius: float
    scale: float
    origin_px: tuple[float, float]
    cropped: bool

    def to_picture(self, grid_xy: Array) -> Array:
        """Grid indices to `xy_px` (the centre of the top-left pixel is 0.5, 0.5)."""
        return np.asarray((grid_xy + 0.5) / self.scale + np.array(self.origin_px), np.float64)

    def to_grid(self, xy_px: Array) -> Array:
        """`xy_px` to grid indices, the inverse of `to_picture`."""
        return np.asarray((xy_px - np.array(self.origin_px)) * self.scale - 0.5, np.float64)

    def crop(self, picture: NDArray[np.uint8], finer: int) -> NDArray[np.uint8]:
        """The same crop of a picture, on a grid `finer` times as fine."""
        height, width = self.masks.shape[1:]
        return np.asarray(
            _shrink(picture, self.scale * finer, self.origin_px, width * finer, height * finer), np.uint8
        )

    def grid_indices(self, finer: int) -> tuple[Array, Array]:
        """Rows and columns, in grid indices, of the pixels of a `crop` that is `finer` times as fine."""
        rows, columns = np.mgrid[: self.masks.shape[1] * finer, : self.masks.shape[2] * finer]
        return (rows + 0.5) / finer - 0.5, (columns + 0.5) / finer - 0.5


def _shrink(
    picture: NDArray[np.uint8], scale: float, origin: tuple[float, float], width: int, height: int
) -> NDArray[np.uint8]:
    x, y = origin
    # Pixel centres to pixel centres, in OpenCV's indices: (i + 0.5 - origin) * scale - 0.5.
    shift_x, shift_y = (0.5 - x) * scale - 0.5, (0.5 - y) * scale - 0.5
    affine = np.array([[scale, 0, shift_x], [0, scale, shift_y]], np.float32)
    smooth = cv2.GaussianBlur(picture, (0, 0), max(0.1, 0.4 / scale)) if scale < 1 else picture
    return np.asarray(
        cv2.warpAffine(
            smooth, affine, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


def _touches_floor(masks: NDArray[np.bool_]) -> bool:
    """Whether the figure is cut off by the lower border in most frames that show one."""
    band = masks[:, -2:].any(axis=1).sum(axis=1)
    widest = masks.sum(axis=2).max(axis=1)
    shown = widest > 0
    return bool(shown.any() and np.median(band[shown] > 0.35 * widest[shown]) > 0.5)


def build_field(
    alpha: NDArray[np.float32], *, side: int, samples: int, rng: np.random.Generator
) -> SilhouetteField:
    """Crop and shrink the silhouettes of `alpha` (float32 [T, H, W]).

    Args:
        side: long side of the grid.
        samples: points drawn on the figure, and as many beside it, in each frame.
        rng: draws the points.

    Raises:
        NoFigureError: the matte is empty in every frame.
    """
    masks = alpha > 0.5
    ever: NDArray[np.bool_] = np.asarray(masks.any(axis=0))
    if not ever.any():
        raise NoFigureError(
            "the matte of this clip is empty",
            where="pose from silhouettes",
            expected="a figure in some frame",
        )
    rows, columns = np.flatnonzero(ever.any(axis=1)), np.flatnonzero(ever.any(axis=0))
    extent = max(rows[-1] - rows[0], columns[-1] - columns[0]) + 1
    margin = 0.06 * extent
    cropped = _touches_floor(masks)
    x, y = float(columns[0] - margin), float(rows[0] - margin)
    wide = columns[-1] + 1 + margin - x
    # Below a figure that the picture cuts off nothing is known: the grid ends there.
    tall = (masks.shape[1] if cropped else rows[-1] + 1 + margin) - y
    scale = side / max(wide, tall)
    width, height = max(8, round(wide * scale)), max(8, round(tall * scale))
    small = np.stack([_shrink((m * 255).astype(np.uint8), scale, (x, y), width, height) > 127 for m in masks])
    valid = small.sum(axis=(1, 2)) >= LEAST_PIXELS
    if not valid.any():
        raise NoFigureError(
            "the figure is too small to fit a pose to",
            where="pose from silhouettes",
            expected=f"at least {LEAST_PIXELS} grid pixels",
            got=f"{int(small.sum(axis=(1, 2)).max())}",
        )
    spans = [float(np.ptp(np.flatnonzero(m.any(axis=1))) + 1) for m in small[valid]]
    tall_typical = float(np.percentile(spans, 85))
    parts = [_sample(m, 0.09 * tall_typical, samples, rng) for m in small]
    inside, outside, depth, gap = (np.stack(p) for p in zip(*parts, strict=True))
    head = _head_radius(depth[valid], small[valid], tall_typical)
    return SilhouetteField(
        small, inside, outside, depth, gap, valid, tall_typical, head, scale, (x, y), cropped
    )  # fmt: skip


def _head_radius(depth: NDArray[np.float32], masks: NDArray[np.bool_], height: float) -> float:
    """Radius of the head: of the largest disc in the top fifth, in the median frame.

    A raised arm's disc is small, and what lies below an adult's head is cut by the shoulders' slope.
    """
    tops = [int(np.flatnonzero(mask.any(axis=1))[0]) for mask in masks]
    reach = max(2, round(TOP_SHARE * height))
    largest = [float(d[top : top + reach].max()) for d, top in zip(depth, tops, strict=True)]
    return float(np.percentile(largest, 40))


def _sample(
    mask: NDArray[np.bool_], reach: float, count: int, rng: np.random.Generator
) -> tuple[Array, Array, NDArray[np.float32], NDArray[np.float32]]:
    """Sample points in and beside one silhouette, and its two distance maps."""
    if mask.sum() < 10:
        mask = np.zeros_like(mask)
        mask[mask.shape[0] // 2 - 3 :, mask.shape[1] // 2 - 3 :][:6, :6] = True
    gap = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    depth = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    near = (gap > 0) & (gap < reach)
    points = []
    for where in (mask, near if near.any() else ~mask if (~mask).any() else mask):
        pixels = np.argwhere(where)[:, ::-1].astype(np.float64)
        drawn = pixels[rng.integers(0, len(pixels), count)]
        points.append(drawn + rng.uniform(-0.4, 0.4, (count, 2)))
    return points[0], points[1], depth.astype(np.float32), gap.astype(np.float32)
