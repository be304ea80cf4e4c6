"""As-rigid-as-possible deformation written out: loops, singular values, dense matrices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def neighbours_of(n: int, edges: NDArray[np.int64]) -> list[list[int]]:
    star: list[list[int]] = [[] for _ in range(n)]
    for a, b in edges:
        star[a].append(int(b))
        star[b].append(int(a))
    return star


def best_rotation(rest: Floats, now: Floats) -> Floats:
    """Rotation R that minimises sum |now_k - R rest_k|^2, by SVD (Sorkine and Alexa 2007, eq. 6)."""
    u, _, vt = np.linalg.svd(rest.T @ now)
    d = np.diag([1.0, np.linalg.det(vt.T @ u.T)])
    return vt.T @ d @ u.T


def arap(
    rest: Floats,
    edges: NDArray[np.int64],
    handles: NDArray[np.int64],
    weight: float,
    start: Floats,
    targets: Floats,
    iterations: int,
) -> Floats:
    """Local-global iterations with soft handles, all weights 1."""
    n = len(rest)
    star = neighbours_of(n, edges)
    matrix = np.zeros((n, n))
    for i in range(n):
        for j in star[i]:
            matrix[i, i] += 1
            matrix[i, j] -= 1
    for h in handles:
        matrix[h, h] += weight
    x = start.copy()
    for _ in range(iterations):
        turns = [
            best_rotation(
                np.array([rest[i] - rest[j] for j in star[i]]), np.array([x[i] - x[j] for j in star[i]])
            )
            for i in range(n)
        ]
        right = np.zeros((n, 2))
        for i in range(n):
            for j in star[i]:
                right[i] += 0.5 * (turns[i] + turns[j]) @ (rest[i] - rest[j])
        for h, target in zip(handles, targets, strict=True):
            right[h] += weight * target
        x = np.linalg.solve(matrix, right)
    return x


def energy(rest: Floats, edges: NDArray[np.int64], x: Floats) -> float:
    """Sum over all stars of the distances to their best rotation (eq. 3)."""
    total = 0.0
    for i, near in enumerate(neighbours_of(len(rest), edges)):
        before = np.array([rest[i] - rest[j] for j in near])
        after = np.array([x[i] - x[j] for j in near])
        total += float(((after - before @ best_rotation(before, after).T) ** 2).sum())
    return total
