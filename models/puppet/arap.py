"""As-rigid-as-possible deformation in the plane.

Sorkine and Alexa, "As-Rigid-As-Possible Surface Modeling" (SGP 2007), with uniform edge weights, soft
handles, and one factorisation for all frames: alternate between the best rotation of every vertex's star
(in the plane a closed form) and one sparse solve for the positions.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sla
from numpy.typing import NDArray

_ANCHOR = 1e-6
"""Weight that holds pieces without a handle at their start; too small to be seen elsewhere."""


def laplacian(num_vertices: int, edges: NDArray[np.int64]) -> sp.csr_matrix:
    """Uniform graph Laplacian of undirected ``edges`` [E, 2]."""
    both = np.concatenate([edges, edges[:, ::-1]])
    graph = sp.coo_matrix(
        (np.ones(len(both)), (both[:, 0], both[:, 1])), (num_vertices, num_vertices)
    ).tocsr()
    return (sp.diags(np.asarray(graph.sum(1)).ravel()) - graph).tocsr()


class Arap:
    """A mesh at rest and the factorised system that moves it.

    Args:
        rest: vertices xy float64 [N, 2].
        edges: int64 [E, 2], each edge once.
        handles: int64 [K], vertices that are pulled to targets.
        handle_weight: pull of a handle relative to an edge's stiffness.
    """

    def __init__(
        self,
        rest: NDArray[np.float64],
        edges: NDArray[np.int64],
        handles: NDArray[np.int64],
        handle_weight: float = 20.0,
    ) -> None:
        self.rest = rest
        self.handles = handles
        self.handle_weight = handle_weight
        both = np.concatenate([edges, edges[:, ::-1]])
        self._from, self._to = both[:, 0], both[:, 1]
        self._edge_vectors = rest[self._from] - rest[self._to]
        pull = np.full(len(rest), _ANCHOR)
        pull[handles] += handle_weight
        self._solver = sla.splu((laplacian(len(rest), edges) + sp.diags(pull)).tocsc())

    def solve(
        self, start: NDArray[np.float64], targets: NDArray[np.float64], iterations: int = 3
    ) -> NDArray[np.float64]:
        """Positions [N, 2] of least distortion with the handles near ``targets`` [K, 2], from ``start``."""
        positions = start
        for _ in range(iterations):
            positions = self._solve_positions(self._rotations(positions), start, targets)
        return positions

    def _rotations(self, positions: NDArray[np.float64]) -> NDArray[np.complex128]:
        """Best rotation of each vertex's star, as cos + i sin [N]."""
        now = positions[self._from] - positions[self._to]
        rest = self._edge_vectors
        n = len(self.rest)
        cos = np.bincount(self._from, (rest * now).sum(1), n)
        sin = np.bincount(self._from, rest[:, 0] * now[:, 1] - rest[:, 1] * now[:, 0], n)
        turn = cos + 1j * sin
        size = np.abs(turn)
        return np.where(size > 1e-12, turn / np.maximum(size, 1e-12), 1.0 + 0j)

    def _solve_positions(
        self,
        rotations: NDArray[np.complex128],
        start: NDArray[np.float64],
        targets: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        mean = 0.5 * (rotations[self._from] + rotations[self._to])
        rest = self._edge_vectors
        turned = mean * (rest[:, 0] + 1j * rest[:, 1])
        n = len(self.rest)
        right = _ANCHOR * start
        right[:, 0] += np.bincount(self._from, turned.real, n)
        right[:, 1] += np.bincount(self._from, turned.imag, n)
        right[self.handles] += self.handle_weight * targets
        return np.asarray(self._solver.solve(right))
