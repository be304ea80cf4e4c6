"""What a face says of the picture round it: a head, a neck, a trunk below, and nobody far beside.

The networks of figure odds know colours and places and no faces: dark hair before a dark board, a pale face
before a pale wall and stones in a shirt's colours are wrong to them, and a face tells.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.matting.components import Mask
from models.matting.heads import Face
from models.matting.superpixels import Superpixels

Floats = NDArray[np.float64]

SURE = (0.38, 0.55)
"""Half axes of what of a head is figure for certain, in widths of the face's box as all lengths here, and
about the middle of a head."""
HEAD, MIDDLE = (0.45, 0.62), -0.08
"""Of a whole head without its hair, and how far its middle is below that of the box. Hair is found by its
colours from there: odds for a ring of it brought walls along."""
NECK, SHOULDERS = 0.3, 1.4
"""Half width of the neck, and of a trunk with its arms down, where being figure and not are alike likely."""
BESIDE, ABOVE = 1.0, -1.0
"""How far beside a face, and how high above its middle, arms are all that may be."""
HEAD_SAYS, TRUNK_SAYS = 4.0, 3.5
"""Log odds that these are the figure, at most; as much against it far away. Set on 24 pictures of one man
before photographs and looked at on three references: with 2.5 for the trunk rubble beside a hiker stays."""


def odds_by_faces(regions: Superpixels, odds: Floats, faces: Sequence[Face]) -> Floats:
    """The odds ``[N]`` of regions to be the figure, knowing the faces in the picture."""
    if not faces:
        return odds
    says = np.max([_round_one(face, regions.labels.shape) for face in faces], axis=0)
    safe = np.clip(odds, 1e-3, 1 - 1e-3)
    score = np.log(safe / (1 - safe)) + regions.mean(says)
    return np.asarray(1 / (1 + np.exp(-score)), np.float64)


def sure_heads(faces: Sequence[Face], shape: tuple[int, ...]) -> Mask:
    """Mask ``[H, W]`` of what is figure for certain."""
    sure = np.zeros(shape[:2], np.bool_)
    for face in faces:
        across, down = _from_face(face, shape)
        sure |= _inside(SURE, across, down - MIDDLE)
    return sure


def _round_one(face: Face, shape: tuple[int, ...]) -> Floats:
    """Log odds ``[H, W]`` that somebody with this face adds to a pixel's own."""
    across, down = _from_face(face, shape)
    off = np.abs(across)
    trunk = np.clip(TRUNK_SAYS * (1 - off / SHOULDERS), -TRUNK_SAYS, TRUNK_SAYS)
    beside = -np.clip(off - BESIDE, 0, TRUNK_SAYS)
    # The chin is half a box below the middle; a head's height lower all is trunk.
    below = np.clip((down - 0.5) / 0.6, 0, 1)
    says = below * trunk + (1 - below) * beside
    says = np.where(down < ABOVE, np.minimum(says, np.maximum(down - ABOVE, -TRUNK_SAYS)), says)
    says = np.where((off < NECK) & (down > 0) & (down < 1), TRUNK_SAYS, says)
    return np.where(_inside(HEAD, across, down - MIDDLE), HEAD_SAYS, says)


def _from_face(face: Face, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """How far each pixel ``[H, W]`` is right of and below the middle of a face, in widths of its box."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(np.float64)
    return (x - face.x - face.width / 2) / face.width, (y - face.y - face.height / 2) / face.width


def _inside(half: tuple[float, float], across: Floats, down: Floats) -> Mask:
    return np.asarray((across / half[0]) ** 2 + (down / half[1]) ** 2 < 1, np.bool_)
