"""Proportions: how tall, broad and long-limbed one human is, and the skeleton that follows from it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.world.figures.skeleton import FINGERS, JOINTS, Floats, Skeleton

ADULT_BELOW_CHIN_M = 1.52
"""From floor to chin of the adult (1.75 m, 7.6 heads) whose thicknesses the others scale."""


class Proportions(NamedTuple):
    """Measures of one human in metres; `scale` and `girth` are shares of an average adult's."""

    build: str
    feminine: float
    """0..1: narrow shoulders, waist and broad hips at 1."""
    height_m: float
    head_m: Floats
    """[3]: radii of the head across, up and ahead."""
    scale: float
    girth: float
    hip_y_m: float
    shoulder_y_m: float
    ankle_y_m: float
    shoulder_x_m: float
    hip_x_m: float
    arm_m: tuple[float, float, float]
    """Upper arm, lower arm, hand."""
    foot_m: float

    @property
    def chin_y_m(self) -> float:
        """Height of the chin."""
        return self.height_m - 2 * float(self.head_m[1])

    @property
    def thick(self) -> float:
        """Factor on an adult's radii of limbs."""
        return self.scale * self.girth


# build: weight, height, heads in a height, girth, hips' height as a share of what is below the chin.
_BUILDS = {
    "adult": (3, (1.55, 1.95), (6.5, 7.3), (0.92, 1.1), (0.57, 0.6)),
    "slim": (2, (1.6, 1.95), (6.7, 7.5), (0.76, 0.88), (0.58, 0.615)),
    "stocky": (2, (1.5, 1.85), (6.2, 6.9), (1.2, 1.42), (0.55, 0.58)),
    "drawn": (3, (1.45, 1.8), (5.2, 6.2), (0.82, 1.0), (0.57, 0.61)),
    "child": (2, (1.0, 1.4), (4.9, 5.8), (0.95, 1.12), (0.54, 0.57)),
    "chibi": (2, (1.0, 1.3), (2.9, 3.7), (1.25, 1.5), (0.48, 0.53)),
}
BUILDS = tuple(_BUILDS)


def draw_proportions(rng: np.random.Generator) -> Proportions:
    """Draw one human's measures."""
    weights = np.array([row[0] for row in _BUILDS.values()], np.float64)
    build = BUILDS[int(rng.choice(len(BUILDS), p=weights / weights.sum()))]
    _, heights, heads, girths, hips = _BUILDS[build]
    height, girth = rng.uniform(*heights), rng.uniform(*girths)
    feminine = float(rng.uniform(0, 1)) * (0.3 if build in ("child", "chibi") else 1.0)
    head = height / rng.uniform(*heads)
    below = height - head
    scale = below / ADULT_BELOW_CHIN_M
    round_head = {"chibi": 0.97, "child": 0.88, "drawn": 0.86}.get(build, 0.76) + rng.uniform(-0.03, 0.03)
    head_m = head / 2 * np.array([round_head, 1.0, round_head + rng.uniform(0.02, 0.08)])
    arm = scale * rng.uniform(0.94, 1.06) * (0.94 if build == "chibi" else 1.0)
    breadth = (0.185 - 0.028 * feminine) * (1 + 0.35 * (girth - 1)) * rng.uniform(0.96, 1.04)
    return Proportions(
        build, feminine, float(height), head_m, float(scale), float(girth),
        hip_y_m=float(below * rng.uniform(*hips)),
        shoulder_y_m=float(below * rng.uniform(0.925, 0.95)),
        ankle_y_m=float(0.075 * scale * (1.1 if build == "chibi" else 1.0)),
        shoulder_x_m=float(breadth * scale * (0.95 if build == "chibi" else 1.0)),
        hip_x_m=float((0.084 + 0.012 * feminine) * scale * (1 + 0.4 * (girth - 1))),
        arm_m=(float(0.29 * arm), float(0.255 * arm), float(0.18 * arm * rng.uniform(0.94, 1.08))),
        foot_m=float(0.25 * scale * (1.15 if build == "chibi" else 1.0)),
    )  # fmt: skip


def human_skeleton(of: Proportions) -> Skeleton:
    """The skeleton, at rest in T-pose with the palms down."""
    at = {name: (0.0, y, z) for name, (y, z) in _trunk(of).items()}
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        at |= {f"{side}{name}": (sign * x, y, z) for name, (x, y, z) in (_limbs(of) | _fingers(of)).items()}
    joints = JOINTS["human"]
    origin = {"": np.zeros(3)} | {name: np.array(point) for name, point in at.items()}
    return Skeleton("human", np.array([origin[name] - origin[parent] for name, parent in joints]))


def arm_y_m(of: Proportions) -> float:
    """Height of the outstretched arms: shoulders slope."""
    return of.shoulder_y_m - 0.016 * of.scale


def _trunk(of: Proportions) -> dict[str, tuple[float, float]]:
    trunk = of.shoulder_y_m - of.hip_y_m
    return {
        "Hips": (of.hip_y_m + 0.06 * trunk, 0.0),
        "Spine": (of.hip_y_m + 0.3 * trunk, 0.0),
        "Chest": (of.hip_y_m + 0.56 * trunk, 0.0),
        "Neck": (of.shoulder_y_m + 0.02 * of.scale, -0.01 * of.scale),
        "Head": (of.chin_y_m + 0.3 * float(of.head_m[1]), 0.0),
        "Head_end": (of.height_m, 0.0),
    }


def _limbs(of: Proportions) -> dict[str, tuple[float, float, float]]:
    upper, lower, _ = of.arm_m
    arm_x, y = of.shoulder_x_m, arm_y_m(of)
    knee_y = of.ankle_y_m + 0.505 * (of.hip_y_m - of.ankle_y_m)
    toe_y = 0.3 * of.ankle_y_m
    return {
        "Shoulder": (0.22 * arm_x, of.shoulder_y_m, 0.0),
        "Arm": (arm_x, y, 0.0),
        "ForeArm": (arm_x + upper, y, 0.0),
        "Hand": (arm_x + upper + lower, y, 0.0),
        "UpLeg": (of.hip_x_m, of.hip_y_m, 0.0),
        "Leg": (of.hip_x_m, knee_y, 0.0),
        "Foot": (of.hip_x_m, of.ankle_y_m, -0.01 * of.scale),
        "ToeBase": (of.hip_x_m * 1.03, toe_y, 0.48 * of.foot_m),
        "ToeBase_end": (of.hip_x_m * 1.05, toe_y * 0.9, 0.74 * of.foot_m),
    }


# Along the hand and towards the thumb, in shares of the hand: knuckle, then the lengths of three phalanges.
_FINGER = {
    "Thumb": ((0.16, 0.13), (0.22, 0.17, 0.14), (0.72, 0.69)),
    "Index": ((0.5, 0.125), (0.22, 0.14, 0.11), (0.995, 0.1)),
    "Middle": ((0.52, 0.04), (0.24, 0.155, 0.115), (1.0, 0.01)),
    "Ring": ((0.5, -0.045), (0.225, 0.145, 0.11), (0.997, -0.07)),
    "Pinky": ((0.46, -0.125), (0.18, 0.11, 0.1), (0.985, -0.17)),
}


def _fingers(of: Proportions) -> dict[str, tuple[float, float, float]]:
    hand = of.arm_m[2]
    wrist_x, y = sum(of.arm_m[:2]) + of.shoulder_x_m, arm_y_m(of)
    places = {}
    for finger in FINGERS:
        (along, aside), lengths, direction = _FINGER[finger]
        drop = 0.06 if finger == "Thumb" else 0.0
        for number, length in enumerate((0.0, *lengths)):
            along, aside = along + length * direction[0], aside + length * direction[1]
            name = f"Hand{finger}{number + 1}" if number < 3 else f"Hand{finger}3_end"
            places[name] = (wrist_x + along * hand, y - drop * hand, aside * hand)
    return places
