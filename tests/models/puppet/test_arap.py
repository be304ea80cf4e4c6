from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.puppet.arap import Arap
from models.puppet.lattice import lattice_over
from tests.reference import arap as oracle

# The anchor of weight 1e-6 that holds loose pieces moves vertices by about its size times their way.
ANCHOR_TOLERANCE_PX = 1e-3


def strip() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A lattice of 8 x 2 cells of 5 px with handles on its two short sides."""
    lattice = lattice_over(np.ones((10, 40), np.float32)[:10, :40], 5)
    x = lattice.vertices[:, 0]
    handles = np.flatnonzero((x == x.min()) | (x == x.max()))
    return lattice.vertices, lattice.edges(), handles


def rotation(angle: float) -> np.ndarray:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def test_rest_stays_at_rest() -> None:
    rest, edges, handles = strip()
    moved = Arap(rest, edges, handles).solve(rest, rest[handles])
    np.testing.assert_allclose(moved, rest, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.floats(-3.1, 3.1), st.floats(-200, 200), st.floats(-200, 200))
def test_rigid_motions_are_reproduced(angle: float, x: float, y: float) -> None:
    rest, edges, handles = strip()
    goal = rest @ rotation(angle).T + [x, y]
    moved = Arap(rest, edges, handles).solve(goal, goal[handles])
    np.testing.assert_allclose(moved, goal, atol=1e-6)


@pytest.mark.parametrize("iterations", [1, 3])
def test_agrees_with_the_written_out_oracle(iterations: int) -> None:
    rest, edges, handles = strip()
    rng = np.random.default_rng(0)
    start = rest + rng.normal(0, 2, rest.shape)
    targets = rest[handles] + rng.normal(0, 4, (len(handles), 2))
    fast = Arap(rest, edges, handles).solve(start, targets, iterations)
    slow = oracle.arap(rest, edges, handles, 20.0, start, targets, iterations)
    np.testing.assert_allclose(fast, slow, atol=ANCHOR_TOLERANCE_PX)


def test_bending_keeps_edges_and_lowers_the_energy() -> None:
    rest, edges, handles = strip()
    right = rest[handles, 0] > 20
    targets = np.where(right[:, None], (rest[handles] - [40, 5]) @ rotation(0.9).T + [36, 22], rest[handles])
    solver = Arap(rest, edges, handles)
    start = rest.copy()
    start[handles] = targets
    energies = [oracle.energy(rest, edges, solver.solve(start, targets, n)) for n in (1, 2, 5, 20)]
    assert energies == sorted(energies, reverse=True)
    moved = solver.solve(start, targets, 20)
    before = np.linalg.norm(rest[edges[:, 0]] - rest[edges[:, 1]], axis=1)
    after = np.linalg.norm(moved[edges[:, 0]] - moved[edges[:, 1]], axis=1)
    assert np.abs(after / before - 1).max() < 0.35
    assert np.abs(after / before - 1).mean() < 0.08


def test_a_piece_without_handles_stays_where_it_started() -> None:
    rest, edges, handles = strip()
    loose = rest + [500, 0]
    both = Arap(np.vstack([rest, loose]), np.vstack([edges, edges + len(rest)]), handles)
    start = np.vstack([rest, loose + [3, 4]])
    moved = both.solve(start, rest[handles])
    np.testing.assert_allclose(moved[len(rest) :], loose + [3, 4], atol=1e-3)
