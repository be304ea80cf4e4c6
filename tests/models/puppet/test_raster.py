from __future__ import annotations

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from models.puppet.lattice import lattice_over
from models.puppet.raster import draw_mesh


def textured(size: int = 24) -> np.ndarray:
    rng = np.random.default_rng(3)
    texture = np.ones((size, size, 4), np.float32)
    texture[..., :3] = rng.random((size, size, 3))
    return texture


def test_an_unmoved_mesh_copies_its_texture_exactly() -> None:
    texture = textured()
    lattice = lattice_over(texture[..., 3], 6)
    canvas = np.zeros((24, 24, 4), np.float32)
    draw_mesh(canvas, texture, lattice.vertices, lattice.vertices, lattice.triangles)
    # The last row and column have no neighbour to be interpolated with.
    np.testing.assert_allclose(canvas[:-1, :-1], texture[:-1, :-1], atol=1e-5)


def doubled_areas(vertices: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Twice the signed area of each triangle: its sign tells which side shows."""
    (ax, ay), (bx, by) = ((vertices[triangles[:, k]] - vertices[triangles[:, 0]]).T for k in (1, 2))
    return ax * by - ay * bx


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_every_pixel_is_drawn_once(seed: int) -> None:
    """A half-transparent bent sheet has one alpha all over: 0.75 would be drawn twice, 0 a crack.

    Where the sheet is folded over, as in one of 300, it does lie there twice.
    """
    rng = np.random.default_rng(seed)
    texture = np.full((40, 40, 4), 0.5, np.float32)
    lattice = lattice_over(np.ones((36, 36), np.float32), 6)
    placed = lattice.vertices * rng.uniform(0.7, 1.6) + rng.uniform(-1.5, 1.5, lattice.vertices.shape) + 8
    flat, bent = (doubled_areas(vertices, lattice.triangles) for vertices in (lattice.vertices, placed))
    assume(bool((flat * bent > 0).all()))
    canvas = np.zeros((80, 80, 4), np.float32)
    draw_mesh(canvas, texture, lattice.vertices, placed, lattice.triangles)
    alpha = canvas[..., 3]
    assert set(np.round(np.unique(alpha), 4)) <= {0.0, 0.5}
    rows, columns = np.nonzero(alpha)
    inner = alpha[rows.min() + 6 : rows.max() - 6, columns.min() + 6 : columns.max() - 6]
    assert (inner == 0.5).all()


def test_a_mirrored_triangle_is_drawn_too_and_outside_is_left_alone() -> None:
    texture = textured()
    corners = np.array([[0.0, 0.0], [20.0, 0.0], [0.0, 20.0]])
    canvas = np.zeros((24, 24, 4), np.float32)
    draw_mesh(canvas, texture, corners, corners[:, ::-1].copy(), np.array([[0, 1, 2]]))
    np.testing.assert_allclose(canvas[3, 5], texture[5, 3], atol=1e-5)
    assert not canvas[15, 15].any()
    draw_mesh(canvas, texture, corners, corners - 100, np.array([[0, 1, 2]]))
    assert not canvas[15, 15].any()
