"""Arms that no outline shows: within the silhouette of a trunk, a coat or an animal's chest any arm fits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX, Skeleton
from models.rig.part_colours import PartColours

Floats = NDArray[np.float64]

_PERSONS = ("human", "skirt", "half_body")
_SLENDER = 0.11
"""Width of the figure across a forearm that is seen, of its height, at most: what the puppet world's people
show is 0.03 to 0.06 wide, and 0.13 to 0.67 where the arm lies before or behind the trunk."""
_GAP = 0.02
"""Background between the forearm and the hips, of the height, that tells a stout arm from the trunk."""
_HEAD = 0.85
"""Of the way from a head's joint to its crown: so far round the joint all is head, which makes no arm that is
raised beside it broad."""
_TOLD = 0.25
"""Nats that parts tell about the colours of a person of whom no arm is seen: 0.3 to 0.8 of 20 people in
clothes; 0.04 to 0.2 of seven of nine animals from the front, and of drawings in one colour."""
_UNKNOWN = 0.5
"""Of its confidence that such a figure keeps."""
_ALONG = np.linspace(0.1, 0.9, 7)
_BETWEEN = np.linspace(0.0, 1.0, 5)


def arms_that_are_seen(
    skeleton: Skeleton, alpha: NDArray[np.float32], hands_seen: Collection[str]
) -> Skeleton:
    """A person's skeleton of whose hidden arms nothing is known: confidence 0, so that they are not moved.

    Args:
        skeleton: in pixels of the picture.
        alpha: float32 [H, W].
        hands_seen: sides ('right', 'left') whose hand the picture shows before the body.
    """
    if not skeleton.limbs or skeleton.body not in _PERSONS:
        return skeleton
    mask = alpha > 0.5
    height = float(np.ptp(np.flatnonzero(mask.any(1)))) + 1
    hidden = [side for side in hidden_arms(mask, skeleton.joints_xy_px, height) if side not in hands_seen]
    confidence = skeleton.confidence.copy()
    for side in hidden:
        confidence[[INDEX[f"{side}_elbow"], INDEX[f"{side}_hand"]]] = 0
    return replace(skeleton, confidence=confidence)


def whole_where_nothing_tells(skeleton: Skeleton, colours: PartColours) -> Skeleton:
    """A person's skeleton that is to move as a whole where neither an arm nor the colours bear it out.

    An animal that faces us has a head and two legs like a person, and one fur all over.
    """
    armless = skeleton.limbs and skeleton.body in _PERSONS and len(skeleton.still_arms) == 2
    if not armless or colours.told_by(skeleton.joints_xy_px) >= _TOLD:
        return skeleton
    return replace(skeleton, limbs=False, confidence=_UNKNOWN * skeleton.confidence)


def hidden_arms(mask: NDArray[np.bool_], joints: Floats, height: float) -> list[str]:
    """The sides ('right', 'left') whose forearm lies in what is broad, without a gap between it and the hips.

    Args:
        mask: the figure [h, w].
        joints: [16, 2] in pixels of the mask.
        height: of the figure, in pixels.
    """
    return [side for side in ("right", "left") if not _is_seen(mask, joints, side, height)]


def _is_seen(mask: NDArray[np.bool_], joints: Floats, side: str, height: float) -> bool:
    elbow, hand = joints[INDEX[f"{side}_elbow"]], joints[INDEX[f"{side}_hand"]]
    way = hand - elbow
    across = np.array([-way[1], way[0]]) / max(float(np.linalg.norm(way)), 1e-6)
    head = _head(mask, joints[INDEX["head"]])
    places = elbow + _ALONG[:, None] * way
    widths = [_width(mask & ~head, place, across, height) for place in places]
    if np.median(np.where(_at(head, places), np.inf, widths)) < _SLENDER * height:
        return True
    gaps = (_background(mask, elbow + t * way, joints[INDEX["root"]]) for t in _BETWEEN)
    return max(gaps) > _GAP * height


def _head(mask: NDArray[np.bool_], joint: Floats) -> NDArray[np.bool_]:
    """Where the head surely is [h, w]: a disc round its joint."""
    rows, columns = np.mgrid[: mask.shape[0], : mask.shape[1]] + 0.5
    over = np.flatnonzero(mask[: max(0, int(joint[1])), min(max(0, int(joint[0])), mask.shape[1] - 1)])
    radius = _HEAD * (joint[1] - over[0]) if len(over) else 0.0
    return np.asarray(np.hypot(columns - joint[0], rows - joint[1]) < radius)


def _width(mask: NDArray[np.bool_], place: Floats, across: Floats, most: float) -> float:
    """Length of the run of figure through a place in a direction, in pixels."""
    steps = np.arange(int(most) + 1)
    return float(sum(_first_out(_at(mask, place + steps[:, None] * way)) for way in (across, -across)))


def _first_out(inside: NDArray[np.bool_]) -> int:
    return len(inside) if inside.all() else int(inside.argmin())


def _background(mask: NDArray[np.bool_], start: Floats, end: Floats) -> float:
    """How much of a line is not figure, in pixels."""
    count = int(np.linalg.norm(end - start)) + 2
    return float((~_at(mask, np.linspace(start, end, count))).sum())


def _at(mask: NDArray[np.bool_], places: Floats) -> NDArray[np.bool_]:
    """The mask at places xy [N, 2]; a figure goes on below a picture that cuts it, and nowhere else."""
    x, y = np.floor(places).astype(int).T
    inside = (x >= 0) & (y >= 0) & (x < mask.shape[1]) & (y < mask.shape[0])
    seen = y >= mask.shape[0]
    seen[inside] = mask[y[inside], x[inside]]
    return np.asarray(seen)
