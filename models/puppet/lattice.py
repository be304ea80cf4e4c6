"""Regular triangle lattices over textures: robust, well conditioned, and equal for layers that overlap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Lattice:
    """Vertices xy float64 [N, 2] in pixels, triangles int64 [F, 3], cells int64 [C, 4] (corners in order)."""

    vertices: NDArray[np.float64]
    triangles: NDArray[np.int64]
    cells: NDArray[np.int64]

    def edges(self) -> NDArray[np.int64]:
        """Sides and diagonals of the cells, int64 [E, 2], each once, lower index first."""
        return cell_edges(self.cells)


def cell_edges(cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sides and diagonals of cells [C, 4] as [E, 2], each once, lower index first."""
    pairs = [cells[:, pair] for pair in ([0, 1], [1, 2], [2, 3], [3, 0], [0, 2], [1, 3])]
    return np.unique(np.sort(np.concatenate(pairs), axis=1), axis=0)


def lattice_over(alpha: NDArray[np.float32], cell_px: int) -> Lattice:
    """Cells of ``cell_px`` pixels wherever ``alpha`` [H, W] is over 0.01; the corners lie on multiples of it.

    Diagonals alternate like a chequerboard, so that bending has no preferred side.
    """
    height, width = alpha.shape
    rows, columns = height // cell_px + 1, width // cell_px + 1
    used = np.zeros((rows, columns), bool)
    ys, xs = np.nonzero(alpha > 0.01)
    used[ys // cell_px, xs // cell_px] = True
    cy, cx = np.nonzero(used)
    corner = np.full((rows + 1, columns + 1), -1, np.int64)
    for dy in (0, 1):
        for dx in (0, 1):
            corner[cy + dy, cx + dx] = 0
    vy, vx = np.nonzero(corner == 0)
    corner[vy, vx] = np.arange(len(vy))
    cells = np.stack([corner[cy, cx], corner[cy, cx + 1], corner[cy + 1, cx + 1], corner[cy + 1, cx]], axis=1)
    even = ((cx + cy) % 2 == 0)[:, None]
    triangles = np.concatenate(
        [
            np.where(even, cells[:, [0, 1, 2]], cells[:, [0, 1, 3]]),
            np.where(even, cells[:, [0, 2, 3]], cells[:, [1, 2, 3]]),
        ]
    )
    return Lattice(np.stack([vx, vy], axis=1).astype(np.float64) * cell_px, triangles, cells)
