"""What others take to deform a mesh: AnimatedDrawings' own solver where it is installed, and a plain one."""

from __future__ import annotations

import importlib
from typing import Any, Protocol

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sla
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

_PIN_WEIGHT = 1000.0


class Solver(Protocol):
    """Deforms a mesh whose pins are moved."""

    def solve(self, pins_xy: Floats) -> Floats:
        """Vertices [N, 2] for the pins [K, 2] at new places."""
        ...


def animated_drawings() -> Any | None:
    """AnimatedDrawings' class ``ARAP(pins_xy, triangles, vertices)``, or None where it is not installed."""
    try:
        return importlib.import_module("animated_drawings.model.arap").ARAP
    except ImportError:
        return None


class TwoSteps:
    """Igarashi and Igarashi, "Implementing As-Rigid-As-Possible Shape Manipulation" (2009), plainly.

    The algorithm that AnimatedDrawings uses: first every edge may turn and grow as its neighbours do, then
    it may turn only. Both systems are solved from scratch for each frame, as AnimatedDrawings does; unlike
    there, the edges are turned at once and not one by one, so that what is compared is the method.

    Args:
        pins: vertices [K] that are pulled.
        triangles: [F, 3].
        vertices: [N, 2] at rest.
    """

    def __init__(self, pins: Indices, triangles: Indices, vertices: Floats) -> None:
        sides = np.sort(
            np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]), axis=1
        )
        edges = np.unique(sides, axis=0)
        self._vectors = vertices[edges[:, 1]] - vertices[edges[:, 0]]
        self._turn = _similarity_of_neighbours(edges, triangles, vertices)
        count, rows = len(vertices), np.arange(len(edges))
        steps = sp.csr_matrix(
            (np.repeat([-1.0, 1.0], len(edges)), (np.tile(rows, 2), edges.T.ravel())), (len(edges), count)
        )
        held = sp.csr_matrix(
            (np.full(len(pins), _PIN_WEIGHT), (np.arange(len(pins)), pins)), (len(pins), count)
        )
        free = sp.kron(steps, sp.identity(2)) - self._grown() @ self._turn
        self._first = sp.vstack([free, sp.kron(held, sp.identity(2))]).tocsr()
        self._second = sp.vstack([steps, held]).tocsr()
        self._first_normal = (self._first.T @ self._first).tocsc()
        self._second_normal = (self._second.T @ self._second).tocsc()

    def solve(self, pins_xy: Floats) -> Floats:
        """Vertices [N, 2] for the pins [K, 2] at new places."""
        pulled = _PIN_WEIGHT * pins_xy
        right = np.concatenate([np.zeros(2 * len(self._vectors)), pulled.ravel()])
        guess = sla.spsolve(self._first_normal, self._first.T @ right)
        cos, sin = (self._turn @ guess).reshape(-1, 2).T
        size = np.hypot(cos, sin)
        x, y = self._vectors.T
        turned = np.stack([cos * x + sin * y, cos * y - sin * x], axis=1) / size[:, None]
        right = self._second.T @ np.concatenate([turned, pulled])
        return np.stack([sla.spsolve(self._second_normal, right[:, k]) for k in range(2)], axis=1)

    def _grown(self) -> sp.csr_matrix:
        """Takes (c, s) of each edge to the edge as it is turned and grown: (c x + s y, c y - s x)."""
        x, y = self._vectors.T
        blocks = np.stack([np.stack([x, y], 1), np.stack([y, -x], 1)], axis=1)
        return sp.block_diag(list(blocks), format="csr")


def _similarity_of_neighbours(edges: Indices, triangles: Indices, vertices: Floats) -> sp.csr_matrix:
    """Takes vertices (x0, y0, x1, ...) to (c, s) of each edge: how its triangles turned and grew."""
    around: dict[int, set[int]] = {}
    for triangle in triangles.tolist():
        for vertex in triangle:
            around.setdefault(vertex, set()).update(triangle)
    rows, columns, values = [], [], []
    for k, (i, j) in enumerate(edges.tolist()):
        others = [j, *sorted((around[i] & around[j]) - {i, j})]
        dx, dy = (vertices[others] - vertices[i]).T
        # x' = c dx + s dy and y' = c dy - s dx, by least squares over the edge's neighbours.
        norm = float((dx**2 + dy**2).sum())
        for sign, (x, y) in enumerate(((dx, dy), (dy, -dx))):
            for axis, weight in ((0, x / norm), (1, y / norm)):
                rows += [2 * k + sign] * (len(others) + 1)
                columns += [2 * v + axis for v in others] + [2 * i + axis]
                values += [*weight.tolist(), -float(weight.sum())]
    return sp.csr_matrix((values, (rows, columns)), (2 * len(edges), 2 * len(vertices)))
