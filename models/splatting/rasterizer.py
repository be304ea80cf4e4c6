"""The CPU rasteriser: the kernels in their order, and the memory that they work in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from models.splatting.kernels.drawing import draw
from models.splatting.kernels.drawing_gradient import draw_gradient
from models.splatting.kernels.layout import CHUNKS, FIELD_ROWS, MAX_EDGE_PX, PLANES, RECORD, SLOT, TILE
from models.splatting.kernels.projecting import project
from models.splatting.kernels.projecting_gradient import project_gradient
from models.splatting.kernels.tiling import place, scatter
from models.splatting.workers import Workers


class Rasterizer:
    """Draws fields of up to `count` splats on pictures of one size, and takes the gradient.

    All arrays are kept between calls. The result is the same, bit for bit, for any number of threads.

    Args:
        count: number of splats.
        width: picture width in pixels.
        height: picture height in pixels.
        workers: the threads that draw.
    """

    def __init__(self, count: int, width: int, height: int, workers: Workers) -> None:
        if not (1 <= width <= MAX_EDGE_PX and 1 <= height <= MAX_EDGE_PX):
            got = f"{width} x {height}"
            raise InputError("picture size", where="render", expected=f"1..{MAX_EDGE_PX} pixels", got=got)
        self.width, self.height = width, height
        self._count = count
        self._run = workers.run
        stride = (count + 7) // 8 * 8
        self._bounds = np.minimum((stride * np.arange(CHUNKS + 1) // CHUNKS + 7) // 8 * 8, stride)
        self._across = (width + TILE - 1) // TILE
        num_tiles = self._across * ((height + TILE - 1) // TILE)
        self._records = _cache_aligned(count * RECORD)
        self._record_bits = self._records.view(np.int32)
        self._tiles = np.zeros(count, np.int32)
        self._slot_starts = np.zeros(count, np.int64)
        self._tile_starts = np.zeros(num_tiles + 1, np.int64)
        self._histogram = np.zeros((CHUNKS, num_tiles), np.int64)
        self._pairs = np.empty(0, np.uint64)
        self._slots = np.empty(0, np.float32)
        self._image = np.zeros(PLANES * height * width, np.float32)
        self._gradient = np.zeros(FIELD_ROWS * stride, np.float32)
        self._view = np.zeros(12, np.float32)
        self._lens = np.zeros(4, np.float32)

    def draw(
        self,
        field: NDArray[np.float32],
        camera_from_world: NDArray[np.float64],
        intrinsics_px: NDArray[np.float64],
        background_rgb: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ) -> NDArray[np.float32]:
        """Return the image [PLANES, H, W]: colour, depth times weight, alpha. Overwritten by the next call.

        Args:
            field: float32 [FIELD_ROWS, stride], see `kernels.layout`.
            camera_from_world: [4, 4].
            intrinsics_px: [4], fx, fy, cx, cy.
            background_rgb: what is seen where there is nothing.
        """
        size = (self.width, self.height)
        self._view = np.ascontiguousarray(camera_from_world[:3], dtype=np.float32).reshape(-1)
        self._lens = np.ascontiguousarray(intrinsics_px, dtype=np.float32)
        self._histogram[:] = 0
        records = (self._records, self._record_bits)
        self._run(
            project, self._bounds, self._count, field.reshape(-1), self._view, self._lens, *size, *records,
            self._tiles, self._histogram,
        )  # fmt: skip
        pairs = place(self._histogram, self._tile_starts, self._tiles, self._slot_starts)
        if pairs > self._pairs.size:
            self._pairs = np.empty(pairs * 5 // 4, np.uint64)
        self._run(
            scatter, self._bounds, self._tiles, self._record_bits, self._histogram, self._across, self._pairs
        )
        fullest = int(np.diff(self._tile_starts).max())
        background = np.asarray(background_rgb, dtype=np.float32)
        self._run(draw, *records, self._pairs, self._tile_starts, fullest, *size, background, self._image)
        return self._image.reshape(PLANES, self.height, self.width)

    def gradient(self, field: NDArray[np.float32], by_image: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the gradient of a loss at the last `draw`. Overwritten by the next call.

        Args:
            field: the one that was drawn.
            by_image: float32 [PLANES, H, W], gradient of the loss by the image.

        Returns:
            float32 [FIELD_ROWS, stride], by mean, quaternion, log-scale, opacity logit and colour.
        """
        size = (self.width, self.height)
        needed = int(self._tile_starts[-1]) * SLOT
        if needed > self._slots.size:
            self._slots = np.empty(needed * 5 // 4, np.float32)
        self._run(
            draw_gradient, self._records, self._record_bits, self._pairs, self._tile_starts,
            self._slot_starts, *size, self._image, by_image.reshape(-1), self._slots,
        )  # fmt: skip
        self._run(
            project_gradient, self._bounds, self._count, field.reshape(-1), self._view, self._lens, *size,
            self._records, self._tiles, self._slot_starts, self._slots, self._gradient,
        )  # fmt: skip
        return self._gradient.reshape(FIELD_ROWS, -1)


def _cache_aligned(size: int) -> NDArray[np.float32]:
    """Return `size` zeros that start on a cache line, so that each record lies in one."""
    spare = np.zeros(size + 16, np.float32)
    start = (-spare.ctypes.data // 4) % 16
    return spare[start : start + size]
