"""How far two parts of a picture have the same colours."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.matting.components import Mask
from models.matting.local_votes import COLOUR_CELLS, Singles, colour_cells, count_votes


class Palette:
    """Shares of colours in parts of one picture, uint8 ``[H, W, 3]``."""

    def __init__(self, rgb: NDArray[np.uint8]) -> None:
        self._cells = colour_cells(rgb).reshape(-1, 3)

    def of(self, part: Mask) -> Singles:
        """Share of each colour in a part ``[H, W]``, blurred; all zero where the part is empty."""
        votes = count_votes(self._cells, part.ravel().astype(np.float32), COLOUR_CELLS)
        return np.asarray(votes / max(float(votes.sum()), 1e-6), np.float32)


def likeness(some: Singles, others: Singles) -> float:
    """Bhattacharyya coefficient of two palettes: 0 where no colour is shared, 1 where all are alike."""
    return float(np.sqrt(some * others).sum())
