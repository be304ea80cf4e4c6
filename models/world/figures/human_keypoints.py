"""Keypoints of a human: the 133 of COCO-WholeBody (Jin et al., 2020), fixed to its joints."""

from __future__ import annotations

import numpy as np

from models.world.figures.face import NOSE_TIP, Face, landmarks_xy, on_head
from models.world.figures.layout import Draft
from models.world.figures.proportions import Proportions
from models.world.figures.skeleton import FINGERS, Floats

_LIMBS = (("Arm", "upper_arm"), ("ForeArm", "lower_arm"), ("Hand", "lower_arm"), ("UpLeg", "torso"),
          ("Leg", "lower_leg"), ("Foot", "lower_leg"))  # fmt: skip


def add_keypoints(draft: Draft, of: Proportions, face: Face, head_m: Floats, ears_m: Floats) -> None:
    """Add all keypoints, for a head about `head_m` and ears [2, 3] (left, right) from there."""
    on_map = on_head(landmarks_xy(face), of)
    nose = nose_tip(face, of)
    eyes = [on_map[42:48].mean(axis=0), on_map[36:42].mean(axis=0)]
    surface = [on_head(eye[:2] / of.head_m[1], of) for eye in eyes]
    for point in (nose, *surface, *ears_m):
        draft.keypoint("Head", head_m + point, "head")
    for joint, part in _LIMBS:
        for side in ("Left", "Right"):
            label = part if part == "torso" else f"{side.lower()}_{part}"
            draft.keypoint(f"{side}{joint}", draft.rest_m[f"{side}{joint}"], label)
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        _add_foot(draft, of, side, sign)
    on_map[NOSE_TIP] = nose
    for point in on_map:
        draft.keypoint("Head", head_m + point, "head")
    for side in ("Left", "Right"):
        _add_hand(draft, side)


def nose_tip(face: Face, of: Proportions) -> Floats:
    """Foremost point [3] of the nose's solid, in metres from the middle of the head."""
    return nose_middle(face, of) + [0, 0, float(face.nose[2] * of.head_m[1])]


def nose_middle(face: Face, of: Proportions) -> Floats:
    """Middle [3] of the nose's solid, in metres from the middle of the head."""
    at = on_head(np.array([0.0, face.nose_y]), of)
    return at - [0, 0, 0.25 * float(face.nose[2] * of.head_m[1])]


def _add_foot(draft: Draft, of: Proportions, side: str, sign: float) -> None:
    part = f"{side.lower()}_foot"
    tip, foot, ball = (draft.rest_m[f"{side}{name}"] for name in ("ToeBase_end", "Foot", "ToeBase"))
    width, height = 0.1 * of.foot_m, 0.4 * of.ankle_y_m
    big = [tip[0] - sign * 0.5 * width, height, tip[2] - 0.02 * of.foot_m]
    small = [ball[0] + sign * 1.1 * width, height, ball[2] + 0.12 * of.foot_m]
    heel = [foot[0], 0.5 * of.ankle_y_m, foot[2] - 0.2 * of.foot_m]
    for hold, point in (("ToeBase", big), ("ToeBase", small), ("Foot", heel)):
        draft.keypoint(f"{side}{hold}", point, part)


def _add_hand(draft: Draft, side: str) -> None:
    part = f"{side.lower()}_hand"
    names = ["Hand"]
    for finger in FINGERS:
        names += [f"Hand{finger}{number}" for number in (1, 2, 3)] + [f"Hand{finger}3_end"]
    for name in names:
        draft.keypoint(f"{side}{name}", draft.rest_m[side + name], part)
