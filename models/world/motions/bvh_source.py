"""What a BVH file says of a human at wanted times: joints by name, upright, in leg lengths."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from data_contracts.bvh import BvhMotion
from models.motion.forward_kinematics import forward_kinematics, rest_positions
from models.motion.person import person_joints
from models.motion.wholebody import unit, upright_rotation, wholebody_motion
from models.world.figures.skeleton import Floats

_NOSE, _LEFT_EAR, _RIGHT_EAR = 0, 3, 4
NOSE_BELOW = float(np.arctan2(0.10, 0.55))
"""How far the nose is below the ears, seen from between them, in wholebody.py's head (radians)."""


STANDING_SHARE = 0.25
"""Share of a file's frames, those with the lowest toes, in which a foot is taken to be flat."""


STAGE_LEGS = 1.0
"""Radius within which a figure moves, in leg lengths: who walks further would leave the picture."""

TURN_S = 0.3
"""Time in which a motion that is played to and fro turns back."""


class Standing(NamedTuple):
    """A standing foot in the file: slope from the ankle to the toes (radians), height of the toes."""

    slope: float
    toe: float


class BvhSource(NamedTuple):
    """The file's joints at the wanted times: y up, in leg lengths.

    `points`: names of humanoid.map_humanoid -> [T, 3]; `middle` [T, 3]: half way up the spine;
    `face` [T, 3, 3]: left, up and ahead of the head as columns.
    """

    points: dict[str, Floats]
    middle: Floats
    face: Floats
    standing: dict[str, Standing]
    """Of each side whose toes the file has."""


def _frames_at(way: Floats, frame_time_s: float, num_frames: int, fps: float) -> Floats:
    """Fractional frames [T] of a file whose pelvis goes the way [F, 3], in leg lengths."""
    first, last = _on_one_stage(way)
    length = last - first
    wanted = np.arange(num_frames) / fps / frame_time_s
    if length < 1:
        return np.full(num_frames, float(first))
    if wanted[-1] <= length:
        return np.asarray(first + (length - wanted[-1]) / 2 + wanted, np.float64)
    soft = min(TURN_S / frame_time_s, 0.5 * length)
    # To and fro, with soft turns: a triangle wave, averaged over the time of a turn.
    shifts = soft * (np.arange(9) - 4) / 8
    waves = np.abs(np.mod(wanted[:, None] + shifts + length, 2 * length) - length).mean(axis=1)
    return np.asarray(first + waves, np.float64)


def _on_one_stage(way: Floats) -> tuple[int, int]:
    """First and last frame of the longest stretch that stays on the stage."""
    stride = max(1, len(way) // 200)
    best = (0, 0)
    for first in range(0, len(way), stride):
        part = way[first:, [0, 2]]
        extent = np.maximum.accumulate(part) - np.minimum.accumulate(part)
        stays = np.linalg.norm(extent, axis=1) <= 2 * STAGE_LEGS
        last = first + int(np.argmin(stays) if not stays.all() else len(part)) - 1
        if last - first > best[1] - best[0]:
            best = (first, last)
    return best


def read_source(motion: BvhMotion, num_frames: int, fps: float) -> BvhSource:
    """The file at wanted times: the middle of its longest stretch that stays on the stage.

    Where that is shorter than the wanted time, it is played to and fro.

    Raises InputError for a skeleton that is no humanoid or has no size.
    """
    positions = forward_kinematics(motion).positions
    joint = person_joints(motion, positions, rest_positions(motion), "the BVH file")
    whole = wholebody_motion(motion)
    ankles = positions[:, [joint["left_ankle"], joint["right_ankle"]]].mean(axis=1)
    positions = positions @ upright_rotation(np.median(positions[:, joint["head"]] - ankles, axis=0)).T
    bones = [
        (f"{s}_{a}", f"{s}_{b}") for s in ("left", "right") for a, b in (("hip", "knee"), ("knee", "ankle"))
    ]
    leg = sum(
        np.median(np.linalg.norm(positions[:, joint[a]] - positions[:, joint[b]], axis=1)) for a, b in bones
    )
    positions = positions / (0.5 * float(leg))
    at = _frames_at(positions[:, joint["pelvis"]], motion.frame_time_s, num_frames, fps)
    sampled = _sampled(positions, at)
    ears = _sampled(whole.xyz[:, [_NOSE, _LEFT_EAR, _RIGHT_EAR]], at)
    left = unit(ears[:, 1] - ears[:, 2])
    ahead = ears[:, 0] - 0.5 * (ears[:, 1] + ears[:, 2])
    ahead = unit(ahead - left * np.sum(ahead * left, axis=1, keepdims=True))
    up = np.cross(ahead, left)
    sine, cosine = np.sin(NOSE_BELOW), np.cos(NOSE_BELOW)
    up, ahead = cosine * up - sine * ahead, cosine * ahead + sine * up
    points = {name: sampled[:, index] for name, index in joint.items()}
    middle = sampled[:, _middle_of_spine(motion, joint, positions)]
    standing = {
        side: _standing(positions[:, joint[f"{side}_ankle"]], positions[:, joint[f"{side}_toe"]])
        for side in ("left", "right")
        if f"{side}_toe" in joint
    }
    return BvhSource(points, middle, np.stack([left, up, ahead], axis=-1), standing)


def _standing(ankle: Floats, toe: Floats) -> Standing:
    low = toe[:, 1] <= np.quantile(toe[:, 1], STANDING_SHARE)
    slope = np.median(np.arcsin(np.clip(unit(toe - ankle)[low, 1], -1, 1)))
    return Standing(float(slope), float(np.quantile(toe[:, 1], 0.05)))


def _sampled(values: Floats, at: Floats) -> Floats:
    below = np.minimum(at.astype(int), max(len(values) - 2, 0))
    above = np.minimum(below + 1, len(values) - 1)
    share = (at - below).reshape(-1, *([1] * (values.ndim - 1)))
    return np.asarray(values[below] * (1 - share) + values[above] * share, np.float64)


def _middle_of_spine(motion: BvhMotion, joint: dict[str, int], positions: Floats) -> int:
    """The joint between pelvis and neck that is nearest to half of the way; the neck where there is none."""
    low, high = positions[0, joint["pelvis"]], positions[0, joint["neck"]]
    best, least, current = joint["neck"], 0.3, motion.parents[joint["neck"]]
    while current >= 0 and current != joint["pelvis"]:
        share = np.linalg.norm(positions[0, current] - low) / max(float(np.linalg.norm(high - low)), 1e-9)
        if abs(share - 0.55) < least:
            best, least = current, float(abs(share - 0.55))
        current = motion.parents[current]
    return best
