"""Layers of an animal seen from its side: a whole trunk, and behind it legs that reach up into it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX
from models.puppet.body_parts import ARMS, LEGS, NAMES, PARTS
from models.puppet.layer import Layer, premultiplied, soft_cover
from models.puppet.skinning import distance_to_bone

_GLUE = 0.8
"""Of a leg's girth: the disc in which it is one with the trunk."""
_SHIN, _HEEL = 0.6, 1.4
"""Half-thickness of the lower bone, and how far a heel stands out from it, of the upper one's."""
_LIMBS = [NAMES.index(name) for name in (*ARMS, *LEGS)]


def trunk_layer(rgb: NDArray[np.float32], alpha: NDArray[np.float32], labels: NDArray[np.uint8]) -> Layer:
    """The trunk: nothing hides it but the near legs, which it hides in its turn."""
    cover = soft_cover(alpha, labels == 0, np.isin(labels, _LIMBS))
    return Layer("torso", premultiplied(rgb, cover), None, 0.0)


def leg_layer(
    rgb: NDArray[np.float32],
    alpha: NDArray[np.float32],
    labels: NDArray[np.uint8],
    joints: NDArray[np.float64],
    name: str,
    girth: float,
) -> Layer:
    """A leg, whole where the trunk or the other leg of the pair hides it, in what is seen there.

    Where it comes out from under the trunk as it swings no gap opens; and of two legs that the picture shows
    one before the other none is left a stump: both are in one coat.
    """
    upper, lower = PARTS[name]
    ys, xs = np.mgrid[: alpha.shape[0], : alpha.shape[1]] + 0.5
    pixels = np.stack([xs.ravel(), ys.ravel()], axis=1)
    thigh, shin = (
        distance_to_bone(pixels, joints[INDEX[a]], joints[INDEX[b]]).reshape(alpha.shape)
        for a, b in (upper, lower)
    )
    side, kind = name.split("_")
    pair = NAMES.index(f"{'left' if side == 'right' else 'right'}_{kind}")
    others = PARTS[NAMES[pair]]
    apart = [
        np.linalg.norm(joints[INDEX[a[1]]] - joints[INDEX[b[1]]])
        for a, b in zip(PARTS[name], others, strict=True)
    ]
    # Legs that the picture shows as one are both all of it, with the heel that stands out behind the bone.
    reach = _HEEL if np.mean(apart) < girth else _SHIN
    along = (thigh < girth) | ((labels == pair) & (shin < reach * girth))
    part = (labels == NAMES.index(name)) | (along & np.isin(labels, (0, pair)))
    cover = soft_cover(alpha, part & (alpha > 0.3))
    return Layer(name, premultiplied(rgb, cover), joints[INDEX[upper[0]]], _GLUE * girth)


def trunk_radius(mask: NDArray[np.bool_], joints: NDArray[np.float64]) -> float:
    """Half of a trunk's usual thickness round its spine, in pixels of the mask."""
    thick = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    root, chest = joints[INDEX["root"]], joints[INDEX["chest"]]
    along = root + np.linspace(0, 1, 9)[:, None] * (chest - root)
    x, y = np.clip(along.astype(int), 0, np.array(mask.shape[::-1]) - 1).T
    return float(np.median(thick[y, x]))
