"""A head that turns and nods: a picture pulled over a rounded front, as far as one picture allows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX
from models.puppet.body_parts import girths
from models.puppet.face_motion import FacePose

Floats = NDArray[np.float64]

_BULGE = 0.5
"""How far the middle of a face stands before the head's rim, in half-widths. Up to 1 nothing folds at
`MOST_TURN`: the pull's slope is at most 2 * 0.5 * sin(28 degrees) < 1."""
_TALL = 1.25
"""Height over width of a head."""


class Head:
    """Where the head is in the picture, and how its layer's vertices are pulled as it turns.

    Args:
        joints: [16, 2] at rest.
        vertices: of the head's layer at rest [N, 2].
    """

    def __init__(self, joints: Floats, vertices: Floats) -> None:
        self._up = _up(joints)
        self._size = girths(joints)["head"]
        offset = vertices - joints[INDEX["head"]]
        across = offset @ np.array([-self._up[1], self._up[0]]) / self._size
        along = offset @ self._up / (_TALL * self._size)
        self._front = np.maximum(0, 1 - across**2 - along**2)

    def pulled(self, vertices: Floats, joints: Floats, pose: FacePose) -> Floats:
        """The layer's moved vertices [N, 2] with the face turned; ``joints`` [16, 2] are the moved ones."""
        up = _up(joints)
        aside = np.array([-up[1], up[0]])
        pull = np.sin(pose.turn) * aside - _TALL * np.sin(pose.nod) * up
        return np.asarray(vertices + _BULGE * self._size * self._front[:, None] * pull)


def _up(joints: Floats) -> Floats:
    up = joints[INDEX["head"]] - joints[INDEX["neck"]]
    return np.asarray(up / max(float(np.linalg.norm(up)), 1e-9))
