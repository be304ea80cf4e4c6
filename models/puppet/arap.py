"""As-rigid-as-possible deformation in the plane.

Sorkine and Alexa, "As-Rigid-As-Possible Surface Modeling" (SGP 2007), with uniform edge weights, soft
handles, and one factorisation for all frames: alternate between the best rotation of every vertex's star
(in the plane a closed form) and one sparse solve for the positions. Points of the plane are complex numbers
here: a rotation is a product, and a sum over stars a sparse product.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sla
from numpy.typing import NDArray

Complexes = NDArray[np.complex128]

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
        self._stars = _stars(rest, edges)
        self._star_sums = np.asarray(self._stars.sum(1)).ravel()
        self._mirrored = self._stars.conj().tocsr()
        pull = np.full(len(rest), _ANCHOR)
        pull[handles] += handle_weight
        self._solver = sla.splu((laplacian(len(rest), edges) + sp.diags(pull)).tocsc())

    def solve(
        self, start: NDArray[np.float64], targets: NDArray[np.float64], iterations: int = 3
    ) -> NDArray[np.float64]:
        """Positions [N, 2] of least distortion with the handles near ``targets`` [K, 2], from ``start``."""
        places = _complex(start)
        pulls = _ANCHOR * places
        pulls[self.handles] += self.handle_weight * _complex(targets)
        positions = start
        for _ in range(iterations):
            turns = self._rotations(places)
            # Each edge is turned by the mean of its ends' rotations.
            right = pulls + 0.5 * (self._star_sums * turns + self._stars @ turns)
            positions = np.asarray(self._solver.solve(right.view(np.float64).reshape(-1, 2)))
            places = _complex(positions)
        return positions

    def _rotations(self, places: Complexes) -> Complexes:
        """Best rotation of each vertex's star, as cos + i sin [N]."""
        turn = self._star_sums.conj() * places - self._mirrored @ places
        size = np.abs(turn)
        return np.where(size > 1e-12, turn / np.maximum(size, 1e-12), 1.0 + 0j)


def _stars(rest: NDArray[np.float64], edges: NDArray[np.int64]) -> sp.csr_matrix:
    """Edges at rest as complex numbers: entry [i, j] leads from neighbour j to vertex i."""
    start, end = np.concatenate([edges, edges[:, ::-1]]).T
    places = _complex(rest)
    return sp.csr_matrix((places[start] - places[end], (start, end)), (len(rest), len(rest)))


def _complex(xy: NDArray[np.float64]) -> Complexes:
    return np.asarray(xy[:, 0] + 1j * xy[:, 1], np.complex128)
