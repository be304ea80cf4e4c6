from __future__ import annotations

import numpy as np

from models.matting import edge


def test_a_huge_picture_has_the_edge_of_a_smaller_one() -> None:
    width, half = 2 * edge.FINEST_SIDE, edge.FINEST_SIDE
    rgb = np.full((16, width, 3), (20, 160, 60), np.uint8)
    rgb[:, :half] = (200, 30, 40)
    coverage = np.zeros((16, width), np.float32)
    coverage[:, : half + 6] = 1
    alpha = edge.soften(rgb, coverage)
    assert alpha.shape == coverage.shape and alpha.dtype == np.float32
    assert (alpha[:, : half - 300] == 1).all() and (alpha[:, half + 300 :] == 0).all()
