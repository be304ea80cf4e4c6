"""Which colours are the figure's here: votes of a frame whose figure is known, by place and colour.

A bilateral grid (Chen, Paris & Durand 2007) over x, y and CIELAB, as in bilateral-space segmentation of video
(Märki et al. 2016): known pixels vote in their cell, cells are blurred, and other pixels read theirs.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

Singles = NDArray[np.float32]

LIGHT_STEP, HUE_STEP = 18.0, 11.0
"""Size of a cell in OpenCV's 8-bit L, and in its a and b."""
HUE_LOW, HUE_HIGH = 70.0, 186.0
"""Range of a and b that is told apart; few colours of pictures lie outside."""
COLOUR_CELLS = (17, 13, 13)
"""One cell to spare on each side."""


def colour_cells(rgb: NDArray[np.uint8]) -> Singles:
    """Place of each pixel's colour among the cells, ``[..., 3]``, from uint8 RGB ``[H, W, 3]``."""
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB).astype(np.float32)
    lab[..., 1:] = np.clip(lab[..., 1:], HUE_LOW, HUE_HIGH) - HUE_LOW
    return np.asarray(lab / (LIGHT_STEP, HUE_STEP, HUE_STEP) + 1, np.float32)


def count_votes(places: Singles, weights: Singles, cells: tuple[int, ...]) -> Singles:
    """A blurred histogram of weighted places ``[N, D]`` in a grid of D dimensions."""
    rounded = np.rint(places).astype(np.int64)
    index = np.ravel_multi_index(tuple(np.clip(rounded, 0, np.array(cells) - 1).T), cells)
    grid = np.bincount(index, weights, int(np.prod(cells))).reshape(cells).astype(np.float32)
    for axis in range(grid.ndim):
        grid = _blurred(grid, axis)
    return grid


def read_votes(grid: Singles, places: Singles) -> Singles:
    """The grid's values at places ``[N, D]``, between the cells by linear interpolation."""
    return np.asarray(map_coordinates(grid, places.T, order=1), np.float32)


def _blurred(grid: Singles, axis: int) -> Singles:
    """One pass of the filter 1 2 1."""
    moved = np.moveaxis(grid, axis, 0)
    blurred = np.asarray(2 * moved, np.float32)
    blurred[1:] += moved[:-1]
    blurred[:-1] += moved[1:]
    return np.asarray(np.moveaxis(blurred / 4, 0, axis), np.float32)
