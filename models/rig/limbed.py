"""Figures that are no person in outline and have limbs all the same: a blob with arms, wings or legs.

Of the limbs that grow out of the trunk those are taken that lie left and right of it alike: the lowest pair
is its legs, the best one above them its arms or wings. All others follow the trunk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX, JOINTS
from models.rig.figure import ANKLE
from models.rig.outgrowths import SHARES, Outgrowth, outgrowths, trunk_of

Floats = NDArray[np.float64]

_SIDE_PX = 288
"""Larger masks are reduced: finer edges tell no limbs."""
_UNLIKE = 0.33
"""How unlike the two of a pair may be: distance of one from the other's mirror image over their length, the
roots counted twice, and the logarithm of their sizes' ratio."""
_ASIDE = 0.9
"""Arms reach farther aside than this share of the trunk's half width: ears and antennas do not."""
_STOUT = 0.5
"""Of the largest pair's area that arms have."""
_LEGS_END = 0.12
"""Of the figure's height: a pair of legs ends so near to its lowest place."""
_WING = 0.3
"""Width over length: broader arms are wings."""
_TOLD = 0.94
"""Of the figure's area that trunk, arms and legs have, where it has no other limbs."""
_HEAD = 0.75
"""How far up from the middle of the trunk to its top the head's joint is put, where none is told."""


class Limbed(NamedTuple):
    """A blob with limbs."""

    joints: Floats
    """[16, 2] in pixels of the mask."""
    confidence: Floats
    """[16]."""
    body: str
    """'object': arms and legs like a person's; 'creature': wings, or more limbs than those."""
    arms: bool
    legs: bool


class _Pair(NamedTuple):
    """Two limbs, the one on the picture's left first, and how unlike they are."""

    limbs: tuple[Outgrowth, Outgrowth]
    unlike: float

    @property
    def size(self) -> float:
        return sum(limb.length * limb.width for limb in self.limbs)

    def mean_y(self, joint: int) -> float:
        return float(np.mean([limb.joints[joint, 1] for limb in self.limbs]))


class _Seen(NamedTuple):
    """A trunk and the limbs that grow out of it."""

    trunk: NDArray[np.bool_]
    arms: _Pair | None
    legs: _Pair | None


def find_limbed(mask: NDArray[np.bool_]) -> Limbed | None:
    """The limbs of a blob, or None where no pair of them is seen.

    Args:
        mask: the whole figure [h, w]; nothing of it is cut off.
    """
    scale = min(1.0, _SIDE_PX / max(np.ptp(np.argwhere(mask), axis=0)))
    size = (max(1, round(mask.shape[1] * scale)), max(1, round(mask.shape[0] * scale)))
    small = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0.5
    seen = [_Seen(trunk, *_arms_and_legs(small, trunk)) for trunk in (trunk_of(small, k) for k in SHARES)]
    # Wings leave the trunk early, thin legs late: what one disc parts from it need not be what another does.
    tries = [(one, one.arms, one.legs) for one in seen] + [
        (one, one.arms, other.legs) for one, other in permutations(seen, 2) if _apart(one.arms, other.legs)
    ]
    one, arms, legs = max(tries, key=lambda found: _likeness(*found[1:]))
    if arms is None and legs is None:
        return None
    figure = _figure(small, one.trunk, arms, legs)
    return figure._replace(joints=figure.joints / (np.array(size) / np.array(mask.shape[::-1])))


def _likeness(arms: _Pair | None, legs: _Pair | None) -> float:
    """How well arms and legs are told, to a hundredth: more of them, and more alike."""
    return round(sum(1 - pair.unlike for pair in (arms, legs) if pair is not None), 2)


def _apart(arms: _Pair | None, legs: _Pair | None) -> bool:
    """Whether pairs of two searches are limbs of one figure."""
    if arms is None or legs is None:
        return False
    shared = any((a.pixels & b.pixels).any() for a in arms.limbs for b in legs.limbs)
    return not shared and arms.mean_y(0) < legs.mean_y(0)


def _arms_and_legs(mask: NDArray[np.bool_], trunk: NDArray[np.bool_]) -> tuple[_Pair | None, _Pair | None]:
    ys, xs = np.nonzero(trunk)
    axis, middle, half = float(xs.mean()) + 0.5, float(ys.mean()) + 0.5, 0.5 * (np.ptp(xs) + 1)
    rows = np.flatnonzero(mask.any(1))
    lowest, height = float(rows[-1]) + 1, float(np.ptp(rows)) + 1
    pairs = list(_pairs(outgrowths(mask, trunk), axis))
    ending_low = [pair for pair in pairs if lowest - pair.mean_y(2) < _LEGS_END * height]
    ending_low = [pair for pair in ending_low if pair.mean_y(2) > max(pair.mean_y(0), middle)]
    # Of several that stand on the ground the inner ones carry the trunk.
    legs = min(ending_low, key=lambda pair: _aside(pair, axis), default=None)
    rest = [pair for pair in pairs if legs is None or not _share_a_limb(pair, legs)]
    rest = [pair for pair in rest if _aside(pair, axis) > _ASIDE * half]
    if legs is not None:
        rest = [pair for pair in rest if pair.mean_y(0) < legs.mean_y(0)]
    # Small pairs above the arms are ears, horns or eyes on stalks.
    largest = max((pair.size for pair in rest), default=0.0)
    arms = min((p for p in rest if p.size > _STOUT * largest), key=lambda p: p.mean_y(0), default=None)
    return arms, legs


def _pairs(limbs: Sequence[Outgrowth], axis: float) -> Iterator[_Pair]:
    for one, other in combinations(limbs, 2):
        left, right = sorted((one, other), key=lambda limb: float(limb.joints[:, 0].sum()))
        if not left.joints[2, 0] < axis < right.joints[2, 0]:
            continue
        mirrored = right.joints * [-1, 1] + [2 * axis, 0]
        away = np.linalg.norm(left.joints - mirrored, axis=1) / (0.5 * (left.length + right.length))
        sizes = abs(np.log(left.length * left.width / (right.length * right.width)))
        unlike = float((2 * away[0] + 0.5 * away[1] + 0.25 * away[2]) / 2.75 + 0.25 * sizes)
        if unlike < _UNLIKE:
            yield _Pair((left, right), unlike)


def _aside(pair: _Pair, axis: float) -> float:
    return float(np.mean([abs(limb.joints[2, 0] - axis) for limb in pair.limbs]))


def _share_a_limb(one: _Pair, other: _Pair) -> bool:
    return any(a is b for a in one.limbs for b in other.limbs)


def _figure(
    mask: NDArray[np.bool_], trunk: NDArray[np.bool_], arms: _Pair | None, legs: _Pair | None
) -> Limbed:
    """Joints of the trunk from where its limbs begin, of limbs that it lacks along its sides."""
    ys, xs = np.nonzero(trunk)
    axis, top, bottom = float(xs.mean()) + 0.5, float(ys.min()), float(ys.max()) + 1
    rows = np.flatnonzero(mask.any(1))
    lowest = float(rows[-1]) + 1 - ANKLE * float(np.ptp(rows) + 1)
    high = bottom - top
    chest_y = top + 0.35 * high if arms is None else arms.mean_y(0)
    root_y = top + 0.8 * high if legs is None else legs.mean_y(0)
    chest_y = float(np.clip(chest_y, top + 0.15 * high, top + 0.6 * high))
    root_y = float(np.clip(root_y, chest_y + 0.15 * high, bottom - 0.05 * high))
    joints, confidence = np.empty((len(JOINTS), 2)), np.zeros(len(JOINTS))
    head_y = chest_y + _HEAD * (top - chest_y)
    middle = {"root": root_y, "chest": chest_y, "neck": chest_y + 0.4 * (head_y - chest_y), "head": head_y}
    pairs = [pair for pair in (arms, legs) if pair is not None]
    sure = [1 - pair.unlike for pair in pairs]
    for name, y in middle.items():
        joints[INDEX[name]], confidence[INDEX[name]] = (axis, y), np.mean(sure)
    half = 0.25 * (np.ptp(xs) + 1)
    for pair, chain, begin, down in (
        (arms, ("shoulder", "elbow", "hand"), chest_y, root_y - chest_y),
        (legs, ("hip", "knee", "foot"), root_y, lowest - root_y),
    ):
        for k, side in enumerate(("right", "left")):
            at = [INDEX[f"{side}_{name}"] for name in chain]
            if pair is None:
                joints[at] = [(axis + (2 * k - 1) * half, begin + share * down) for share in (0, 0.5, 1)]
            else:
                joints[at], confidence[at] = pair.limbs[k].joints, 1 - pair.unlike
    taken = trunk.sum() + sum(limb.pixels.sum() for pair in pairs for limb in pair.limbs)
    winged = arms is not None and any(limb.width > _WING * limb.length for limb in arms.limbs)
    body = "creature" if winged or taken < _TOLD * mask.sum() else "object"
    return Limbed(joints, confidence, body, arms is not None, legs is not None)
