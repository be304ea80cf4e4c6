"""A person's motion on an animal seen from its side: arms move its forelegs, legs its hind legs.

Directions in the picture would be nonsense: who lifts an arm to the side would break a foreleg. What is
carried over are angles. However far a limb is lifted, forwards or to the side, the animal's goes forwards;
what swings back, goes back; elbows and knees bend. The trunk stays level on its paws, and rises with both
arms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from data_contracts.rig import INDEX, JOINTS, Skeleton

Floats = NDArray[np.float64]

SIDES = ("right", "left")
_FORE, _HIND = ("shoulder", "elbow", "hand"), ("hip", "knee", "foot")
_SWINGS = {"shoulder": np.radians((-40.0, 70.0)), "hip": np.radians((-40.0, 45.0))}
"""How far an animal's legs swing back and forwards."""
_BENDS = {"shoulder": np.radians((-20.0, 50.0)), "hip": np.radians((-50.0, 15.0))}
"""How far elbows and knees bend beyond the picture's bend, by the forearm's and shin's turn."""
_BEHIND = np.radians(-100.0)
"""No arm reaches farther back: what seems to is raised beyond the vertical."""
_USUAL = 20.0
"""Percentile of a limb's angles that is how the person holds it at rest; the animal's picture is that."""
_MOST_USUAL = np.radians(30.0)
_SIDE_HIPS, _FRONT_HIPS = 0.08, 0.16
"""Shoulder to shoulder over the height without depth: below the first the person is seen from the side."""
_REARING, _LEAN, _NOD = np.radians((28.0, 10.0, 25.0))
_STEADY_S = 0.08
_BEHIND_ALL, _BEHIND_NEAR = 1.0, 0.5
"""Depths that put legs behind the trunk, and the far ones behind the near ones, in heights."""


def animal_pose(skeleton: Skeleton, local: Floats, weight: Floats, fps: float, depth_known: bool) -> Floats:
    """Joints [T, 16, 2] about the root, in pixels.

    Args:
        skeleton: of the animal.
        local: the driver's joints [T, 16, 3] about its root, in its heights.
        weight: how far each joint is to be believed [T, 16].
        fps: frames a second.
        depth_known: whether z of ``local`` means something.
    """
    rest = skeleton.joints_xy_px
    facing = facing_of(skeleton)
    forwards = _forwards(local, fps, depth_known)
    out = np.zeros((len(local), len(JOINTS), 2))
    lifts = []
    for side in SIDES:
        for chain in (_FORE, _HIND):
            if chain is _FORE and not skeleton.arms:
                lifts.append(_swings(local, weight, side, chain, forwards)[0])
                continue
            upper, lower = _swings(local, weight, side, chain, forwards)
            if chain is _FORE:
                lifts.append(upper)
            a, b, c = (INDEX[f"{side}_{name}"] for name in chain)
            out[:, b] = _turned(rest[b] - rest[a], -facing * upper)
            out[:, c] = out[:, b] + _turned(rest[c] - rest[b], -facing * (upper + lower))
    reared = np.clip(np.min(lifts, axis=0) / _SWINGS["shoulder"][1], 0, 1)
    reared = gaussian_filter1d(reared, max(0.5, _STEADY_S * fps), mode="nearest")
    lean = softly(_image_angle(local, "root", "neck") * weight[:, INDEX["root"]], -_LEAN, _LEAN)
    rises = lean - facing * _REARING * reared
    trunk = [INDEX[name] for name in ("chest", "neck", "head")]
    girdles = [INDEX[f"{side}_{name}"] for side in SIDES for name in ("shoulder", "hip")]
    if skeleton.arms:
        level = _on_its_paws(rest, out, facing)
        rises = reared * rises + (1 - reared) * level
    for joint in (*trunk, *girdles):
        out[:, joint] += _turned(rest[joint] - rest[0], rises)
    nod = _image_angle(local, "neck", "head") - _image_angle(local, "root", "neck")
    nod = softly(nod * weight[:, INDEX["head"]], -_NOD, _NOD)
    head = rest[INDEX["head"]] - rest[INDEX["neck"]]
    out[:, INDEX["head"]] = out[:, INDEX["neck"]] + _turned(head, 0.5 * rises + nod)
    for side in SIDES:
        for chain in (_FORE, _HIND):
            first, *others = (INDEX[f"{side}_{name}"] for name in chain)
            if chain is _FORE and not skeleton.arms:
                for joint in others:
                    out[:, joint] = _turned(rest[joint] - rest[0], rises)
                continue
            out[:, others] += out[:, [first]]
    return out


def facing_of(skeleton: Skeleton) -> float:
    """1 for an animal that looks to the right in its picture, -1 to the left."""
    return 1.0 if skeleton.joint("head")[0] >= skeleton.joint("root")[0] else -1.0


def resting_depth(skeleton: Skeleton, frames: int) -> Floats:
    """Depths [T, 16] by which legs are drawn behind the trunk, the far ones first."""
    near = "right" if facing_of(skeleton) > 0 else "left"
    depth = np.zeros((frames, len(JOINTS)))
    for side in SIDES:
        limb = [INDEX[f"{side}_{name}"] for name in (*_FORE[1:], *_HIND[1:])]
        depth[:, limb] = _BEHIND_NEAR if side == near else _BEHIND_ALL
    return depth


def _forwards(local: Floats, fps: float, depth_known: bool) -> tuple[Floats, Floats]:
    """Unit vectors over the floor [T, 2], x and z: to the person's left, and where the person faces."""
    across = local[:, INDEX["left_shoulder"]] - local[:, INDEX["right_shoulder"]]
    across = across + local[:, INDEX["left_hip"]] - local[:, INDEX["right_hip"]]
    if depth_known:
        flat = gaussian_filter1d(across[:, [0, 2]], max(0.5, _STEADY_S * fps), axis=0, mode="nearest")
        left = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9)
        return left, np.stack([left[:, 1], -left[:, 0]], axis=1)
    # Without depth a person is seen from the front or from the side, and knees bend forwards.
    front = float(np.interp(np.median(np.abs(across[:, 0])) / 2, (_SIDE_HIPS, _FRONT_HIPS), (0, 1)))
    knees = sum(
        local[:, INDEX[f"{side}_knee"], 0]
        - 0.5 * (local[:, INDEX[f"{side}_hip"], 0] + local[:, INDEX[f"{side}_foot"], 0])
        for side in SIDES
    )
    ahead = 1.0 if float(np.sum(knees)) >= 0 else -1.0
    order = np.sign(np.median(across[:, 0])) or 1.0
    floor = np.zeros((len(local), 2))
    return floor + [front * order, 0.0], floor + [(1 - front) * ahead, 0.0]


def _swings(
    local: Floats, weight: Floats, side: str, chain: tuple[str, ...], axes: tuple[Floats, Floats]
) -> tuple[Floats, Floats]:
    """How far a limb swings forwards [T], and by how much more its lower bone, from its usual pose."""
    joints = [INDEX[f"{side}_{name}"] for name in chain]
    outwards = 1.0 if side == "left" else -1.0
    angles = []
    for a, b in zip(joints, joints[1:], strict=False):
        bone = local[:, b] - local[:, a]
        flat = bone[:, [0, 2]]
        aside = outwards * (flat * axes[0]).sum(1)
        angle = np.arctan2((flat * axes[1]).sum(1) + np.maximum(aside, -0.3 * np.abs(aside)), bone[:, 1])
        angles.append(np.where(angle < _BEHIND, angle + 2 * np.pi, angle))
    upper, lower = angles[0], angles[1] - angles[0]
    trust = weight[:, joints].min(1)
    swung = softly((upper - usual(upper)) * trust, *_SWINGS[chain[0]])
    return swung, softly((lower - usual(lower)) * trust, *_BENDS[chain[0]])


def usual(angles: Floats) -> float:
    """The angle that a limb has when it rests: of those seen, the one nearest to hanging or stretched."""
    quiet = float(np.percentile(np.abs(angles), _USUAL))
    near = angles[np.abs(angles) <= quiet + 1e-9]
    return float(np.clip(near.mean() if len(near) else 0.0, -_MOST_USUAL, _MOST_USUAL))


def softly(angle: Floats, low: float, high: float) -> Floats:
    """Angles as they are near 0, never beyond the limits."""
    return np.asarray(np.where(angle > 0, high * np.tanh(angle / high), low * np.tanh(angle / low)))


def _image_angle(local: Floats, below: str, above: str) -> Floats:
    """Angle of a line from straight up in the picture, clockwise [T]."""
    up = local[:, INDEX[above]] - local[:, INDEX[below]]
    return np.asarray(np.arctan2(up[:, 0], -up[:, 1]))


def _on_its_paws(rest: Floats, legs: Floats, facing: float) -> Floats:
    """The turn of the trunk about the hips [T] with which the lower forepaw stands where the picture has it.

    ``legs`` [T, 16, 2]: paws from where their legs begin.
    """
    feet, hands = ([INDEX[f"{side}_{name}"] for side in SIDES] for name in ("foot", "hand"))
    hips, shoulders = ([INDEX[f"{side}_{name}"] for side in SIDES] for name in ("hip", "shoulder"))
    ground = (legs[:, feet, 1] + rest[hips, 1] - rest[0, 1]).max(1)
    wanted = ground + rest[hands, 1].max() - rest[feet, 1].max()
    there = (legs[:, hands, 1] + rest[shoulders, 1] - rest[0, 1]).max(1)
    reach = max(abs(float(rest[INDEX["chest"], 0] - rest[0, 0])), 1.0)
    return np.asarray(facing * np.arcsin(np.clip((wanted - there) / reach, -0.5, 0.5)))


def _turned(vector: Floats, angle: Floats) -> Floats:
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([c * vector[0] - s * vector[1], s * vector[0] + c * vector[1]], axis=-1)
