"""Which pixels of a blob with limbs belong to which limb: the piece that grows out of its trunk there."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import scipy.ndimage as ndi
from numpy.typing import NDArray
from skimage.graph import MCP_Geometric

from data_contracts.rig import INDEX
from models.puppet.body_parts import NAMES, PARTS
from models.rig.outgrowths import SHARES, trunk_of

_BEFORE_ROOT = 0.03
"""Of a limb's length: how far its piece reaches into the trunk beyond its first joint."""
_ASTRAY = 0.25
"""Of a limb's length: a tip or root farther from its piece is none of it."""


def blob_parts(
    mask: NDArray[np.bool_], joints: NDArray[np.float64], limbs: Iterable[str]
) -> NDArray[np.uint8]:
    """Label the pixels of limbs; all others, limbs that do not move among them, are the trunk's.

    Args:
        mask: the figure [H, W].
        joints: [16, 2] xy in pixels of the mask.
        limbs: names of the parts to look for.

    Returns:
        uint8 [H, W]: index into `NAMES`, for pixels outside of the figure too (the nearest part's).
    """
    chains = {name: joints[[INDEX[PARTS[name][0][0]], *(INDEX[b] for _, b in PARTS[name])]] for name in limbs}
    labels = np.zeros(mask.shape, np.uint8)
    best = dict.fromkeys(chains, np.inf)
    for share in SHARES:
        trunk = trunk_of(mask, share)
        near = cv2.dilate(trunk.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        _, pieces = cv2.connectedComponents((mask & ~trunk).astype(np.uint8))
        at = {name: _piece(pieces, chain) for name, chain in chains.items()}
        for name, chain in chains.items():
            alone = at[name] > 0 and list(at.values()).count(at[name]) == 1
            piece = pieces == at[name]
            away = _distance(np.argwhere(piece & near)[:, ::-1] + 0.5, chain[0]) if alone else np.inf
            if away < min(best[name] - 0.5, _ASTRAY * _length(chain)):
                best[name] = away
                labels[labels == NAMES.index(name)] = 0
                labels[_beyond_root(piece, chain)] = NAMES.index(name)
    # The matte's soft rim moves with what it is the rim of.
    rows, columns = ndi.distance_transform_edt(~mask, return_distances=False, return_indices=True)
    return np.asarray(labels[rows, columns])


def _piece(pieces: NDArray[np.int32], chain: NDArray[np.float64]) -> int:
    """Number of the piece at the tip of a limb's chain [3, 2], or 0."""
    ys, xs = np.nonzero(pieces)
    if len(ys) == 0:
        return 0
    away = np.hypot(xs + 0.5 - chain[2, 0], ys + 0.5 - chain[2, 1])
    nearest = int(away.argmin())
    return int(pieces[ys[nearest], xs[nearest]]) if away[nearest] < _ASTRAY * _length(chain) else 0


def _beyond_root(piece: NDArray[np.bool_], chain: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The piece without what lies farther from its tip than its root: rims of the trunk beside the limb."""
    ys, xs = np.nonzero(piece)
    tip, root = (int(np.hypot(xs + 0.5 - x, ys + 0.5 - y).argmin()) for x, y in (chain[2], chain[0]))
    way, _ = MCP_Geometric(np.where(piece, 1.0, -1.0)).find_costs([(int(ys[tip]), int(xs[tip]))])
    return np.asarray(piece & (way <= way[ys[root], xs[root]] + _BEFORE_ROOT * _length(chain)))


def _length(chain: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(np.diff(chain, axis=0), axis=1).sum())


def _distance(points: NDArray[np.floating], place: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(points - place, axis=1).min()) if len(points) else np.inf
