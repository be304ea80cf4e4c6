"""Heads, by the faces that look out of a picture: whether a cut has lost one, which no colour tells.

Faces are found by skimage's cascade of local binary patterns, trained by OpenCV's authors on photographs. It
knows few drawn faces, and none from the side: where none is found, nothing is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.data import lbp_frontal_face_cascade_filename
from skimage.feature import Cascade

from models.matting.components import Mask

LEAST_PX = 24
"""Side of the smallest face, at work size."""
NEIGHBOURS = 11
"""Windows that must agree on a face. With four, hands and posters are faces, too; with eight, two of 32 rooms
and things without people have one, with eleven none, and one of 14 real faces is lost."""
TRUNK, LEAST_TRUNK = (1.5, 3.0), 0.6
"""Where the trunk is below a face, in heights of its box, and the share of it that must be figure: a face
above something else is on the wall. Of people before scenes 0.9 and more, with the head cut off or not."""
CENTRE, RADII = 0.42, (0.45, 0.62)
"""Of a head from chin to hair without ears, as shares of the face's box."""
LOST, KEPT = 0.6, 0.9
"""Covered share of a head at which it is lost, and from which on it is whole (a hairline is 0.82, good cuts
have 0.92 and more)."""


class Face(NamedTuple):
    """The box of a face, in pixels."""

    x: int
    y: int
    width: int
    height: int


def heads_kept(faces: Sequence[Face], figure: Mask) -> float:
    """0..1: how far a cut ``[H, W]`` holds the heads of faces seen at work size; 1 where none is."""
    kept = 1.0
    for face in faces:
        first, last = (round(face.y + share * face.height) for share in TRUNK)
        trunk = figure[first:last, face.x : face.x + face.width]
        if trunk.size and trunk.mean() > LEAST_TRUNK:
            covered = float(figure[_head(face, figure.shape)].mean())
            kept = min(kept, float(np.clip((covered - LOST) / (KEPT - LOST), 0, 1)))
    return kept


def find_faces(rgb: NDArray[np.uint8]) -> list[Face]:
    """Faces in ``rgb`` (uint8 ``[H, W, 3]``, about 400 px on the long side) that look towards the camera."""
    most = min(rgb.shape[:2]) // 2
    if most <= LEAST_PX:
        return []
    found = _cascade().detect_multi_scale(
        img=rgb,
        scale_factor=1.2,
        step_ratio=1,
        min_size=(LEAST_PX, LEAST_PX),
        max_size=(most, most),
        min_neighbor_number=NEIGHBOURS,
    )
    return [Face(face["c"], face["r"], face["width"], face["height"]) for face in found]


def _head(face: Face, shape: tuple[int, ...]) -> Mask:
    head = np.zeros(shape[:2], np.uint8)
    middle = round(face.x + face.width / 2), round(face.y + CENTRE * face.height)
    radii = round(RADII[0] * face.width), round(RADII[1] * face.height)
    cv2.ellipse(head, middle, radii, 0, 0, 360, 1, -1)
    return np.asarray(head > 0, np.bool_)


@cache
def _cascade() -> Cascade:
    return Cascade(lbp_frontal_face_cascade_filename())
