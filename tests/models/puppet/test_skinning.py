from __future__ import annotations

import numpy as np

from models.puppet.lattice import lattice_over
from models.puppet.skinning import blend, bone_heat, bone_transforms, distance_to_bone


def test_distance_to_a_bone() -> None:
    points = np.array([[0.0, 3.0], [5.0, -2.0], [13.0, 4.0]])
    np.testing.assert_allclose(distance_to_bone(points, np.zeros(2), np.array([10.0, 0.0])), [3, 2, 5])


def test_bone_heat_sums_to_one_and_is_one_on_a_bone() -> None:
    lattice = lattice_over(np.ones((20, 80), np.float32), 5)
    a, b, c = (np.array([x, 10.0]) for x in (0.0, 40.0, 80.0))
    distances = np.stack(
        [distance_to_bone(lattice.vertices, a, b), distance_to_bone(lattice.vertices, b, c)], 1
    )
    weights = bone_heat(lattice.edges(), distances / 5)
    np.testing.assert_allclose(weights.sum(1), 1, atol=1e-9)
    assert (weights >= -1e-9).all()
    x = lattice.vertices[:, 0]
    assert weights[x == 0, 0].min() > 0.95 and weights[x == 80, 1].min() > 0.95
    # Vertices at the joint are equally near to both bones; the tie goes to the first one.
    np.testing.assert_allclose(weights[x == 40].mean(0), 0.5, atol=0.12)


def test_transforms_take_bones_to_their_places_and_keep_width() -> None:
    start, end = np.array([[0.0, 0.0]]), np.array([[10.0, 0.0]])
    new_start, new_end = np.array([[5.0, 5.0]]), np.array([[5.0, 20.0]])
    matrices, offsets = bone_transforms(start, end, new_start, new_end)
    points = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 2.0]])
    moved = blend(points, np.ones((3, 1)), matrices, offsets)
    np.testing.assert_allclose(moved, [[5, 5], [5, 20], [3, 5]], atol=1e-12)
