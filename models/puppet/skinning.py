"""Linear blend skinning in the plane with bone-heat weights."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
import scipy.sparse.linalg as sla
from numpy.typing import NDArray

from models.puppet.arap import laplacian

_HEAT = 0.35
_EPSILON = 1e-6


def distance_to_bone(
    points: NDArray[np.float64], a: NDArray[np.float64], b: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Distance of points [N, 2] to the segment from ``a`` to ``b``."""
    along = b - a
    t = np.clip((points - a) @ along / max(float(along @ along), 1e-9), 0, 1)
    return np.asarray(np.linalg.norm(points - a - t[:, None] * along, axis=1))


def bone_heat(edges: NDArray[np.int64], distances_in_cells: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weights [N, B] as the heat in equilibrium of every bone, summing to 1.

    Baran and Popović, "Automatic Rigging and Animation of 3D Characters" (SIGGRAPH 2007), eq. 2: each vertex
    is heated by its nearest bone, over one over the squared distance, and heat spreads along the edges.

    Args:
        edges: int64 [E, 2].
        distances_in_cells: [N, B] distance to each bone in lattice cells; inf forbids a bone.
    """
    n = len(distances_in_cells)
    nearest = distances_in_cells.argmin(1)
    source = np.zeros_like(distances_in_cells)
    source[np.arange(n), nearest] = 1
    closest = np.minimum(distances_in_cells.min(1), 1e6)
    heat = _HEAT / np.maximum(closest, 0.5) ** 2
    system = (laplacian(n, edges) + sp.diags(heat)).tocsc()
    return np.asarray(sla.splu(system).solve(heat[:, None] * source))


def bone_transforms(
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    new_start: NDArray[np.float64],
    new_end: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Matrices [B, 2, 2] and offsets [B, 2] that take each bone to its new place, stretched along itself."""
    old, new = end - start, new_end - new_start
    old_length = np.maximum(np.linalg.norm(old, axis=1), _EPSILON)
    new_length = np.maximum(np.linalg.norm(new, axis=1), _EPSILON)
    u, v = old / old_length[:, None], new / new_length[:, None]
    stretch = new_length / old_length
    # Columns along the bone and across it, before and after.
    before = np.stack([u, np.stack([-u[:, 1], u[:, 0]], axis=1)], axis=2)
    after = np.stack([v * stretch[:, None], np.stack([-v[:, 1], v[:, 0]], axis=1)], axis=2)
    matrices = after @ before.transpose(0, 2, 1)
    return matrices, new_start - np.einsum("bij,bj->bi", matrices, start)


def blend(
    rest: NDArray[np.float64],
    weights: NDArray[np.float64],
    matrices: NDArray[np.float64],
    offsets: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Skinned positions [N, 2]."""
    matrix = np.einsum("nb,bij->nij", weights, matrices)
    return np.asarray(np.einsum("nij,nj->ni", matrix, rest) + weights @ offsets)
