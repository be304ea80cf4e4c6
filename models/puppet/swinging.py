"""A person's motion on wings and many limbs: they swing about their places in the picture.

The directions of a person's limbs would lay wings along the trunk and one limb over the next. What is carried
over is by how much a limb swings, outwards and up, from how the person usually holds it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX, Skeleton
from models.puppet.animal_motion import softly, usual

Floats = NDArray[np.float64]

_CHAINS = (("shoulder", "elbow", "hand"), ("hip", "knee", "foot"))
_SWINGS = {"shoulder": np.radians((-50.0, 50.0)), "hip": np.radians((-20.0, 30.0))}
"""How far limbs swing down or inwards, and up or outwards."""
_ASIDE, _LEAST = np.radians((15.0, 8.0))
"""From the vertical limbs keep so far away if they have room, and so far they swing without any."""
_BENDS = np.radians((-30.0, 30.0))
_CROSSED = np.radians(-100.0)
"""No limb reaches farther over to the other side: what seems to is raised beyond the vertical."""
_FLATTEST = 0.6
"""Limbs of which the person's point to the viewer are drawn no shorter than this share of their length."""


def swung_limbs(skeleton: Skeleton, local: Floats, posed: Floats, weight: Floats) -> Floats:
    """Joints [T, 16, 2] about the root, in pixels: the trunk as it was posed, the limbs swung.

    Args:
        skeleton: of the creature, which faces the viewer.
        local: the driver's joints [T, 16, 3] about its root.
        posed: joints [T, 16, 2] whose trunk is kept, and takes the limbs along.
        weight: how far each joint is to be believed [T, 16].
    """
    rest, out = skeleton.joints_xy_px, posed.copy()
    root, neck = INDEX["root"], INDEX["neck"]
    lean = _direction(posed[:, neck] - posed[:, root]) - _direction(rest[neck] - rest[root])
    for side in ("right", "left"):
        # The character's right is on the picture's left; outwards is up for limbs that reach to the side.
        outwards = 1.0 if side == "left" else -1.0
        for chain in _CHAINS:
            a, b, c = (INDEX[f"{side}_{name}"] for name in chain)
            out[:, a] = out[:, root] + _turned(rest[a] - rest[root], lean)
            trust = weight[:, [a, b, c]].min(1)
            upper = _raised(local[:, b] - local[:, a], outwards)
            lower = _raised(local[:, c] - local[:, b], outwards) - upper
            swing = softly((upper - usual(upper)) * trust, *_room(rest[c] - rest[a], outwards, chain[0]))
            bend = softly((lower - usual(lower)) * trust, *_BENDS)
            for start, end, turn in ((a, b, swing), (b, c, swing + bend)):
                bone = _turned(rest[end] - rest[start], -outwards * turn)
                flat = _flat(local[:, end] - local[:, start])
                out[:, end] = out[:, start] + bone * (1 + trust * (flat - 1))[:, None]
    return out


def _room(limb: Floats, outwards: float, first: str) -> tuple[float, float]:
    """How far a limb [2] may swing inwards and outwards before it crosses the trunk or head."""
    at = float(_raised(limb[None], outwards)[0])
    low, high = _SWINGS[first]
    return -float(np.clip(at - _ASIDE, _LEAST, -low)), float(np.clip(np.pi - _ASIDE - at, _LEAST, high))


def _raised(bone: Floats, outwards: float) -> Floats:
    """Angle [T] of a bone [T, 2 or 3] in the picture from hanging, outwards."""
    angle = np.arctan2(outwards * bone[:, 0], bone[:, 1])
    return np.asarray(np.where(angle < _CROSSED, angle + 2 * np.pi, angle))


def _flat(bone: Floats) -> Floats:
    """Share of a bone's length that is seen [T]; without depth the longest seen is all of it."""
    seen = np.linalg.norm(bone[:, :2], axis=1)
    whole = np.linalg.norm(bone, axis=1) if np.any(bone[:, 2]) else np.maximum(seen, np.percentile(seen, 90))
    return np.asarray(np.clip(seen / np.maximum(whole, 1e-6), _FLATTEST, 1))


def _direction(up: Floats) -> Floats:
    """Angle of a vector [..., 2] from straight up, to the right."""
    return np.asarray(np.arctan2(up[..., 0], -up[..., 1]))


def _turned(vector: Floats, angle: Floats) -> Floats:
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([c * vector[0] - s * vector[1], s * vector[0] + c * vector[1]], axis=-1)
