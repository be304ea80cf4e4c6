"""Which joint is which joint of a person by the skeleton's shape, where its names say nothing.

A person is two pairs of like limbs: legs at the pelvis and arms at the chest, with the head's chain beside
the arms. Limbs are told by their two longest bones, legs from arms by the head, left from right by where
the toes and the knees point.
"""

from __future__ import annotations

from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.bvh import BvhMotion

Floats = NDArray[np.float64]

LIKE = 0.12
"""Difference of two limbs' lengths, by the longer one, up to which they can be a pair."""

LEAST_SHARE = 0.35
"""Length of the arms by that of the legs from which on a pair is no pair of fingers."""

UPRIGHT = 0.5
"""Cosine between trunk and legs from which on somebody stands, in the median frame or in the zero pose: of
four-legged animals it is near 0."""

HEAD_SHARE = 0.16
"""Bone by the legs' length from which on it is a whole head (0.13 of the height, the legs 0.53; Drillis and
Contini 1966) and no piece of the neck."""

LEFT_OVER = 1 / 3
"""Weight of what follows a limb's two long bones: little does, so that a collar bone is not taken for one."""

TELLING = 0.02
"""Cosine of the toes' or knees' direction with the front from which on it tells the front."""


class _Limb(NamedTuple):
    """A chain of joints from the one that hangs on the trunk to the farthest end."""

    chain: tuple[int, ...]
    length: float


class _Pair(NamedTuple):
    trunk: int
    limbs: tuple[_Limb, _Limb]
    unlikeness: float


def joints_by_structure(motion: BvhMotion, positions: Floats, rest: Floats) -> dict[str, int] | None:
    """Joint index by name, those of humanoid.REQUIRED_JOINTS and toes; None where this is no person.

    Args:
        motion: the skeleton.
        positions: [T, J, 3], its joints in each frame.
        rest: [J, 3], its zero pose.
    """
    skeleton = _Skeleton(motion)
    pairs = _limb_pairs(skeleton)
    if pairs is None:
        return None
    legs, arms, head = pairs
    joint: dict[str, int] = {"pelvis": legs.trunk, **_head(skeleton, head, legs.limbs[0].length)}
    sides = _left_first(legs, arms, positions, skeleton, joint["neck"])
    for pair, names in ((sides[0], ("hip", "knee", "ankle")), (sides[1], ("shoulder", "elbow", "wrist"))):
        for side, limb in zip(("left", "right"), pair, strict=True):
            found = _bend(skeleton, limb)
            if found is None:
                return None
            joint.update({f"{side}_{name}": limb.chain[k] for name, k in zip(names, found, strict=True)})
            if names[0] == "hip" and found[2] + 1 < len(limb.chain):
                joint[f"{side}_toe"], joint[f"{side}_toe_end"] = limb.chain[found[2] + 1], limb.chain[-1]
    return joint if max(uprightness(positions, joint), uprightness(rest[None], joint)) >= UPRIGHT else None


class _Skeleton:
    """Children, bone lengths and chains."""

    def __init__(self, motion: BvhMotion) -> None:
        self.parents = motion.parents
        self.bone = np.linalg.norm(motion.offsets, axis=1)
        self.children: list[list[int]] = [[] for _ in motion.parents]
        for joint, parent in enumerate(motion.parents):
            if parent >= 0:
                self.children[parent].append(joint)

    def limb(self, joint: int) -> _Limb:
        """The longest chain from a joint on; of equal ones that with most joints."""
        ways = [self.limb(child) for child in self.children[joint]]
        if not ways:
            return _Limb((joint,), float(self.bone[joint]))
        way = max(ways, key=lambda limb: (round(limb.length, 6), len(limb.chain)))
        return _Limb((joint, *way.chain), float(self.bone[joint]) + way.length)

    def above(self, joint: int) -> set[int]:
        """A joint's parents up to the root, itself included."""
        found = set()
        while joint >= 0:
            found.add(joint)
            joint = self.parents[joint]
        return found


def _limb_pairs(skeleton: _Skeleton) -> tuple[_Pair, _Pair, _Limb] | None:
    """Legs, arms, and the chain of the head."""
    pairs = [pair for joint in range(len(skeleton.parents)) for pair in _pairs_at(skeleton, joint)]
    pairs.sort(key=lambda pair: -sum(limb.length for limb in pair.limbs))
    for first, second in combinations(pairs, 2):
        roots = [limb.chain[0] for pair in (first, second) for limb in pair.limbs]
        nested = any(a in skeleton.above(b) for a in roots for b in roots if a != b)
        if nested or len(set(roots)) < 4:
            continue
        if second.limbs[0].length < LEAST_SHARE * first.limbs[0].length:
            return None
        return _legs_and_arms(skeleton, first, second)
    return None


def _pairs_at(skeleton: _Skeleton, joint: int) -> list[_Pair]:
    """The likest two of the chains that hang on a joint, if they are a pair at all."""
    limbs = [skeleton.limb(child) for child in skeleton.children[joint]]
    found = []
    for a, b in combinations(limbs, 2):
        longer = max(a.length, b.length)
        if len(a.chain) == len(b.chain) >= 3 and longer > 0:
            unlikeness = abs(a.length - b.length) / longer
            if unlikeness <= LIKE:
                found.append(_Pair(joint, (a, b), unlikeness))
    return sorted(found, key=lambda pair: (pair.unlikeness, -pair.limbs[0].length))[:1]


def _legs_and_arms(skeleton: _Skeleton, first: _Pair, second: _Pair) -> tuple[_Pair, _Pair, _Limb] | None:
    """Beside the arms hangs the head; the legs' other chain, if there is one, leads to the arms."""
    loose = []
    for pair, other in ((first, second), (second, first)):
        taken = {limb.chain[0] for limb in pair.limbs}
        loose.append(
            [
                skeleton.limb(child)
                for child in skeleton.children[pair.trunk]
                if child not in taken and child not in skeleton.above(other.trunk)
            ]
        )
    with_head = [k for k in (0, 1) if any(limb.length > 0 for limb in loose[k])]
    if len(with_head) == 1:
        arms = with_head[0]
    elif with_head and first.trunk in skeleton.above(second.trunk) - {second.trunk}:
        # A skirt or a tail hangs beside the legs, which are nearer to the root.
        arms = 1
    elif with_head and second.trunk in skeleton.above(first.trunk) - {first.trunk}:
        arms = 0
    else:
        return None
    head = max(loose[arms], key=lambda limb: limb.length)
    return (second, first, head) if arms == 0 else (first, second, head)


def _head(skeleton: _Skeleton, chain: _Limb, leg: float) -> dict[str, int]:
    """Neck, head and the head's top: the last joint is the head, or its top where it ends a long bone."""
    joints = list(chain.chain)
    top = joints[-1]
    if len(joints) > 2 and skeleton.bone[top] == 0 and skeleton.bone[joints[-2]] >= HEAD_SHARE * leg:
        top = joints.pop(-2)
    head = joints[-2] if len(joints) > 1 else joints[-1]
    found = {"neck": joints[0], "head": head, "head_top": top}
    if joints[0] == head:
        found["neck"] = skeleton.parents[head]
    return found


def _bend(skeleton: _Skeleton, limb: _Limb) -> tuple[int, int, int] | None:
    """Places in the chain of a limb's root, bend and end: around its two longest neighbouring bones."""
    solid = [k for k in range(1, len(limb.chain)) if skeleton.bone[limb.chain[k]] > 1e-9 * limb.length]
    if len(solid) < 2:
        return None
    bones = np.array([skeleton.bone[limb.chain[k]] for k in solid])
    left = bones[::-1].cumsum()[::-1] - bones
    k = int(np.argmax(bones[:-1] + bones[1:] - LEFT_OVER * left[1:]))
    return solid[k] - 1, solid[k], solid[k + 1]


def _left_first(
    legs: _Pair, arms: _Pair, positions: Floats, skeleton: _Skeleton, neck: int
) -> tuple[tuple[_Limb, _Limb], tuple[_Limb, _Limb]]:
    """Both pairs with the left limb first."""
    (a, b), (c, d) = legs.limbs, arms.limbs
    up = positions[:, neck] - positions[:, [a.chain[-1], b.chain[-1]]].mean(axis=1)
    across = _root_of(skeleton, a, positions) - _root_of(skeleton, b, positions)
    front = np.cross(across, up)
    if _points_to(front, legs.limbs, positions, skeleton) < 0:
        a, b, across = b, a, -across
    arms_across = _root_of(skeleton, c, positions) - _root_of(skeleton, d, positions)
    if np.median(np.sum(across * arms_across, axis=1)) < 0:
        c, d = d, c
    return (a, b), (c, d)


def _root_of(skeleton: _Skeleton, limb: _Limb, positions: Floats) -> Floats:
    found = _bend(skeleton, limb)
    return np.asarray(positions[:, limb.chain[found[0] if found else 0]], np.float64)


def _points_to(front: Floats, limbs: tuple[_Limb, _Limb], positions: Floats, skeleton: _Skeleton) -> float:
    """Positive where toes, or without toes the bent knees, point to `front` [T, 3]."""
    toes, knees = [], []
    for limb in limbs:
        found = _bend(skeleton, limb)
        if found is None:
            continue
        hip, knee, ankle = (positions[:, limb.chain[k]] for k in found)
        toes.append(_cosine(positions[:, limb.chain[-1]] - ankle, front))
        knees.append(_cosine(knee - (hip + ankle) / 2, front))
    for cosines in (toes, knees):
        told = float(np.median(np.concatenate(cosines))) if cosines else 0.0
        if abs(told) > TELLING:
            return told
    return 1.0


def _cosine(a: Floats, b: Floats) -> Floats:
    norms = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    return np.asarray(np.sum(a * b, axis=-1) / np.maximum(norms, 1e-12), np.float64)


def uprightness(positions: Floats, joint: dict[str, int]) -> float:
    """Cosine between trunk and legs in the median frame of positions [T, J, 3]."""
    ankles = positions[:, [joint["left_ankle"], joint["right_ankle"]]].mean(axis=1)
    hips = positions[:, [joint["left_hip"], joint["right_hip"]]].mean(axis=1)
    shoulders = positions[:, [joint["left_shoulder"], joint["right_shoulder"]]].mean(axis=1)
    return float(np.median(_cosine(shoulders - hips, hips - ankles)))
