from __future__ import annotations

import numpy as np

from models.puppet.lattice import lattice_over


def test_a_lattice_covers_the_figure_and_nothing_far_from_it() -> None:
    alpha = np.zeros((50, 60), np.float32)
    alpha[12:18, 22:45] = 1
    lattice = lattice_over(alpha, 10)
    np.testing.assert_array_equal(lattice.vertices.min(0), [20, 10])
    np.testing.assert_array_equal(lattice.vertices.max(0), [50, 20])
    assert len(lattice.cells) == 3 and len(lattice.triangles) == 6
    a, b, c = (lattice.vertices[lattice.triangles[:, k]] for k in range(3))
    ab, ac = b - a, c - a
    areas = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    np.testing.assert_allclose(np.abs(areas), 100)
    assert len(np.unique(np.sign(areas))) == 1, "one orientation"
