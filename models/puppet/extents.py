"""How far a figure reaches to the left and to the right beyond its joints: noses, tails and wing tips."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import ANIMALS, BLOBS, INDEX

Floats = NDArray[np.float64]

_NOSE, _TAIL = 1.0, 0.6
"""Beyond the head, in lengths of the neck, and behind the hips, in lengths of the trunk: proportions of
`models.rig.animal_figure`, of a tail that hangs."""
_TIP = 0.35
"""Beyond the wrists and ankles of blobs, in lengths of the lower bone."""


def reach(joints: Floats, body: str) -> Floats:
    """How far a figure reaches from its root to the left and to the right [T, 2], in the joints' pixels.

    Persons reach equally far to both sides: they turn.

    Args:
        joints: [T, 16, 2].
        body: what kind of body it is, as rigs say.
    """

    def at(name: str) -> Floats:
        return joints[:, INDEX[name], 0]

    root, places = at("root"), [joints[..., 0]]
    if body in ANIMALS:
        ahead = np.sign(at("head") - root)
        neck = np.linalg.norm(joints[:, INDEX["head"]] - joints[:, INDEX["neck"]], axis=1)
        trunk = np.linalg.norm(joints[:, INDEX["chest"]] - joints[:, 0], axis=1)
        places += [(at("head") + ahead * _NOSE * neck)[:, None], (root - ahead * _TAIL * trunk)[:, None]]
    elif body in BLOBS:
        for side in ("right", "left"):
            for middle, end in (("elbow", "hand"), ("knee", "foot")):
                tip, bend = at(f"{side}_{end}"), at(f"{side}_{middle}")
                places.append((tip + _TIP * (tip - bend))[:, None])
    x = np.concatenate(places, axis=1) - root[:, None]
    sides = np.stack([-x.min(1), x.max(1)], axis=1)
    return sides if body in (*ANIMALS, *BLOBS) else np.broadcast_to(sides.max(1, keepdims=True), sides.shape)
