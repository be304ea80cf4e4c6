"""Move the hands of a fitted figure onto bare skin, where the picture shows some.

A silhouette does not tell where an arm that hangs before the body ends. Skin does: it has the face's colour.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX, Skeleton

Floats = NDArray[np.float64]

_COLOUR_WEIGHT = np.array([0.45, 1.0, 1.0], np.float32)
_COLOUR_RADIUS = 13.0
"""Largest weighted CIELAB distance to the face's median: light varies, hue hardly."""
_LEAST_RIM = 200
"""Pixels of background from which its colour is known."""
_MOST_SKIN = 0.35
"""A figure that is 'skin' all over is a drawing of one colour: nothing can be told then."""
_REACH = 0.30
"""Farthest that a hand moves, in figure heights."""
_ON_SKIN = 0.02
"""A hand this near to skin, in figure heights, stays where it is."""
_LEAST_AREA = 2e-4
"""Smallest piece of skin that is a hand, in squared figure heights."""
_FINGERTIPS = 0.13
"""How far hanging hands reach below the hips (fingertips at 0.38 of the height: Drillis and Contini 1966)."""
_HAND_AREA = (4e-4, 4.5e-3)
"""Area of a hand in squared figure heights, from a child's drawing to a half-figure."""
_ASIDE, _LEVEL = 0.07, 0.12
"""A pair of hands lies on both sides of the head's middle, about level; in figure heights."""
_DOUBT = 0.2
SIDES = ("right", "left")
_NEARLY_STRAIGHT = np.cos(np.radians(40))
_STRAIGHT = 0.97


def hands_on_skin(
    rgb: NDArray[np.uint8], alpha: NDArray[np.float32], skeleton: Skeleton
) -> tuple[Skeleton, list[str]]:
    """The skeleton with its hands at the ends of bare skin; elbows follow. Without such skin, unchanged.

    And the sides ('right', 'left') whose hand is on skin.

    Args:
        rgb: uint8 [H, W, 3].
        alpha: float32 [H, W].
        skeleton: in pixels of the picture.
    """
    joints = skeleton.joints_xy_px.copy()
    ys = np.nonzero((alpha > 0.5).any(1))[0]
    height = float(ys[-1] - ys[0] + 1)
    skin = _skin(rgb, alpha, joints, joints[INDEX["root"], 1] + _FINGERTIPS * height)
    if skin is None:
        return skeleton, []
    seen = []
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(skin.astype(np.uint8))
    large = [k for k in range(1, count) if stats[k, cv2.CC_STAT_AREA] > _LEAST_AREA * height**2]
    for side, sign in zip(SIDES, (-1.0, 1.0), strict=True):
        shoulder, elbow, hand = (joints[INDEX[f"{side}_{name}"]] for name in ("shoulder", "elbow", "hand"))
        ends = [_end(pieces == k, shoulder) for k in large]
        middle = joints[INDEX["root"], 0]
        ends = [
            end
            for end in ends
            if np.linalg.norm(end - hand) < _REACH * height
            and sign * (end[0] - middle) > -0.02 * height
            and np.linalg.norm(end - shoulder) > 0.08 * height
        ]
        if ends:
            seen.append(side)
        if not ends or _near(skin, hand) < _ON_SKIN * height:
            continue
        target = min(ends, key=lambda end: float(np.linalg.norm(end - hand)))
        joints[INDEX[f"{side}_elbow"]] = bent_elbow(shoulder, elbow, hand, target, float(middle))
        joints[INDEX[f"{side}_hand"]] = target
    return replace(skeleton, joints_xy_px=joints), seen


def pair_of_hands(rgb: NDArray[np.uint8], alpha: NDArray[np.float32], skeleton: Skeleton) -> Floats | None:
    """Two bare hands [2, 2], right then left, if the picture shows two alike pieces of skin at the sides."""
    ys = np.nonzero((alpha > 0.5).any(1))[0]
    height = float(ys[-1] - ys[0] + 1)
    skin = _skin(rgb, alpha, skeleton.joints_xy_px, float(ys[-1]) + 1)
    if skin is None:
        return None
    count, pieces, stats, centres = cv2.connectedComponentsWithStats(skin.astype(np.uint8))
    areas = stats[:, cv2.CC_STAT_AREA] / height**2
    hands = [k for k in range(1, count) if _HAND_AREA[0] < areas[k] < _HAND_AREA[1]]
    middle = float(skeleton.joint("head")[0])
    best = 0.0
    found: tuple[int, int] | None = None
    for a in hands:
        for b in hands:
            right, left = (centres[a] - [middle, 0]) / height, (centres[b] - [middle, 0]) / height
            apart = right[0] < -_ASIDE and left[0] > _ASIDE
            alike = abs(right[1] - left[1]) < _LEVEL and 1 / 3 < areas[a] / areas[b] < 3
            if apart and alike and areas[a] + areas[b] > best:
                best, found = float(areas[a] + areas[b]), (a, b)
    if found is None:
        return None
    shoulders = skeleton.joint("right_shoulder"), skeleton.joint("left_shoulder")
    return np.stack([_end(pieces == k, shoulder) for k, shoulder in zip(found, shoulders, strict=True)])


def with_hands_at(skeleton: Skeleton, hands: Floats) -> Skeleton:
    """The skeleton with its right and left hand at ``hands`` [2, 2]; elbows follow."""
    joints = skeleton.joints_xy_px.copy()
    body_x = float(skeleton.joint("root")[0])
    for side, target in zip(SIDES, hands, strict=True):
        arm = [joints[INDEX[f"{side}_{name}"]] for name in ("shoulder", "elbow", "hand")]
        joints[INDEX[f"{side}_elbow"]] = bent_elbow(arm[0], arm[1], arm[2], target, body_x)
        joints[INDEX[f"{side}_hand"]] = target
    return replace(skeleton, joints_xy_px=joints)


def far_from_hands(skeleton: Skeleton, hands: Floats, alpha: NDArray[np.float32]) -> bool:
    """Whether a hand of the skeleton lies so far from the one seen that the whole fit is in doubt."""
    height = float(np.ptp(np.nonzero((alpha > 0.5).any(1))[0])) + 1
    away = [
        np.linalg.norm(skeleton.joint(f"{side}_hand") - hand) for side, hand in zip(SIDES, hands, strict=True)
    ]
    return float(max(away)) > _DOUBT * height


def _skin(
    rgb: NDArray[np.uint8], alpha: NDArray[np.float32], joints: Floats, lowest_y: float
) -> NDArray[np.bool_] | None:
    """Pixels of the face's colour away from the head and above a line, or None if colour tells nothing."""
    height = float(np.ptp(np.nonzero((alpha > 0.5).any(1))[0])) + 1
    lab = cv2.cvtColor(np.float32(1 / 255) * rgb.astype(np.float32), cv2.COLOR_RGB2LAB)
    head, neck = joints[INDEX["head"]], joints[INDEX["neck"]]
    size = max(float(np.linalg.norm(head - neck)), 2.0)
    rows, columns = np.mgrid[: alpha.shape[0], : alpha.shape[1]] + 0.5
    inside = alpha > 0.9
    face = inside & (np.hypot(columns - head[0], rows - head[1] - 0.15 * size) < 0.45 * size)
    if face.sum() < 20:
        return None
    tone = np.median(lab[face], axis=0)
    alike = np.linalg.norm((lab - tone) * _COLOUR_WEIGHT, axis=2) < _COLOUR_RADIUS
    outside = alpha < 0.05
    if outside.sum() > _LEAST_RIM and _apart(np.median(lab[outside], axis=0), tone) < 0.5 * _COLOUR_RADIUS:
        # A face of the paper's colour is an outline drawing's.
        return None
    around_head = np.hypot(columns - head[0], rows - head[1]) < 2.0 * size
    body = inside & ~around_head
    # Seen against the whole face, hair or one flat colour may pass for skin.
    if alike[face].mean() < 0.45 or (body.any() and alike[body].mean() > _MOST_SKIN):
        return None
    above_thighs = rows < lowest_y
    skin = (alike & body & above_thighs).astype(np.uint8)
    size_px = max(3, int(0.008 * height) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size_px, size_px))
    return np.asarray(cv2.morphologyEx(skin, cv2.MORPH_OPEN, kernel) > 0)


def _apart(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Weighted CIELAB distance of two colours."""
    return float(np.linalg.norm((one - other) * _COLOUR_WEIGHT))


def _near(skin: NDArray[np.bool_], point: Floats) -> float:
    """Distance of a point to the nearest skin, in pixels."""
    ys, xs = np.nonzero(skin)
    return float(np.hypot(xs + 0.5 - point[0], ys + 0.5 - point[1]).min())


def _end(piece: NDArray[np.bool_], shoulder: Floats) -> Floats:
    """Middle of the part of a piece that lies farthest from the shoulder."""
    ys, xs = np.nonzero(piece)
    points = np.stack([xs + 0.5, ys + 0.5], axis=1)
    distance = np.linalg.norm(points - shoulder, axis=1)
    far = distance >= np.quantile(distance, 0.6)
    return np.asarray(points[far].mean(0))


def bent_elbow(shoulder: Floats, elbow: Floats, hand: Floats, target: Floats, body_x: float) -> Floats:
    """Elbow for a hand moved to ``target``; an arm that was nearly straight stays so, at a new length."""
    upper, lower = float(np.linalg.norm(elbow - shoulder)), float(np.linalg.norm(hand - elbow))
    way = target - shoulder
    distance = max(float(np.linalg.norm(way)), 1e-6)
    cosine = float((elbow - shoulder) @ (hand - elbow)) / max(upper * lower, 1e-9)
    if cosine > _NEARLY_STRAIGHT or distance > _STRAIGHT * (upper + lower):
        share = distance / (_STRAIGHT * max(upper + lower, 1e-6))
        upper, lower = upper * share, lower * share
    along = (upper**2 - lower**2 + distance**2) / (2 * distance)
    across = float(np.sqrt(max(0.0, upper**2 - along**2)))
    unit = way / distance
    aside = across * np.array([unit[1], -unit[0]])
    # Elbows point away from the body.
    outwards = np.sign(shoulder[0] - body_x) or 1.0
    return np.asarray(shoulder + unit * along + (aside if aside[0] * outwards > 0 else -aside))
