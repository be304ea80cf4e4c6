"""Holds: natural still poses, as a character is drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.world.figures.skeleton import Floats
from models.world.motions.angles import arm_angles, hands, trunk_bends
from models.world.motions.posture import FIST, OPEN, POINTING, RELAXED, Posture, Reach, mirrored, standing
from models.world.motions.timing import between

CLEAR_SHARE = 0.8
"""Share of the poses whose arms are clear of the trunk: most character art shows them so."""


def still_pose(seed: int) -> Posture:
    """One frame: the weight on one leg, arms a little away or doing something, the head turned a little."""
    rng = np.random.default_rng(seed)
    posture = _contrapposto(rng)
    clear = ("away", "away", "open", "waving", "hand_on_hip", "hands_on_hips", "ahead", "raised")
    covered = ("folded", "behind", "pointing_ahead", "at_chin")
    kind = str(rng.choice(clear if rng.uniform() < CLEAR_SHARE else covered))
    posed = _with_arms(posture, kind, rng)
    return mirrored(posed) if rng.uniform() < 0.5 else posed


def _contrapposto(rng: np.random.Generator) -> Posture:
    posture = standing(1)
    weight, wide = between(rng, 0.0, 1.0), between(rng, 0.02, 0.14)
    hips, ankles = posture.hips.copy(), posture.ankles.copy()
    hips[:, 0], hips[:, 1] = 0.07 * weight, 0.993 - 0.012 * weight
    ankles[0, :, 0] = [0.5 * wide, -wide]
    ankles[0, 1, 2] = between(rng, -0.05, 0.12)
    look, nod = between(rng, -22, 22), between(rng, -6, 6)
    trunk = trunk_bends(
        1,
        Hips=(5.0 * weight, 0.0, between(rng, -10, 10)),
        Spine=(-5.0 * weight, 0.0, between(rng, -4, 4)),
        Chest=(-4.0 * weight, between(rng, -3, 3), between(rng, -6, 6)),
        Neck=(0.0, 0.0, 0.35 * look),
        Head=(between(rng, -6, 6), nod, 0.65 * look),
    )
    heel = np.array([[0.0, 12.0 * weight * float(rng.uniform() < 0.5)]])
    return replace(posture, hips=hips, ankles=ankles, bends_deg=trunk, heel_deg=heel,
                   toe_out_deg=between(rng, 8, 24))  # fmt: skip


def _with_arms(posture: Posture, kind: str, rng: np.random.Generator) -> Posture:
    def varied(low: float, high: float) -> tuple[float, float]:
        return between(rng, low, high), between(rng, low, high)

    arms = arm_angles(1, lift=varied(-68, -46), across=varied(0, 14), swing=varied(-6, 10),
                      elbow=varied(10, 34), wrist=varied(-4, 16))  # fmt: skip
    fingers = hands(1, RELAXED if rng.uniform() < 0.6 else OPEN)
    reaches: tuple[Reach, ...] = ()
    if kind == "open":
        arms |= arm_angles(
            1, lift=varied(-48, -20), across=varied(5, 30), roll=varied(-10, 20), twist=varied(30, 80)
        )
        fingers = hands(1, OPEN)
    elif kind == "waving":
        _right(arms, lift=between(rng, -10, 30), across=18.0, roll=84.0, elbow=between(rng, 45, 85),
               wrist=0.0, twist=10.0, spread=7.0)  # fmt: skip
        fingers = hands(1, RELAXED, OPEN)
    elif kind == "raised":
        _right(arms, lift=between(rng, 45, 72), across=10.0, roll=20.0, elbow=between(rng, 5, 30))
        fingers = hands(1, RELAXED, FIST if rng.uniform() < 0.5 else OPEN)
    elif kind == "ahead":
        _right(arms, lift=between(rng, -35, -5), across=between(rng, 20, 45), roll=30.0,
               elbow=between(rng, 20, 60), twist=between(rng, 20, 90))  # fmt: skip
        fingers = hands(1, RELAXED, OPEN)
    elif kind == "pointing_ahead":
        _right(arms, lift=between(rng, -10, 12), across=between(rng, 60, 84), roll=30.0, elbow=8.0, wrist=0.0)
        fingers = hands(1, RELAXED, POINTING)
    elif kind in ("hand_on_hip", "hands_on_hips"):
        weight = np.array([[1.0, float(kind == "hands_on_hips")]])
        reaches = (Reach("hips", np.tile([0.12, 0.2, 0.06], (1, 2, 1)), weight, (1.0, 0.0, -0.35)),)
        arms["wrist"] = arms["wrist"] * (1 - weight) - 35 * weight
    elif kind == "folded":
        place = np.array([[[-0.28, -0.42, 0.40], [-0.28, -0.34, 0.46]]])
        reaches = (Reach("chest", place, np.ones((1, 2)), (0.9, -0.7, 0.1)),)
    elif kind == "behind":
        place = np.array([[[-0.2, -0.92, -0.3], [-0.2, -0.88, -0.34]]])
        reaches = (Reach("chest", place, np.ones((1, 2)), (0.8, 0.0, -0.8)),)
    elif kind == "at_chin":
        place = np.array([[[-0.34, -0.42, 0.36], [-0.26, -0.02, 0.36]]])
        reaches = (Reach("chest", place, np.ones((1, 2)), (0.5, -0.9, 0.1)),)
        fingers = hands(1, RELAXED, POINTING)
    return replace(posture, arms_deg=arms, fingers_deg=fingers, reaches=reaches)


def _right(arms: dict[str, Floats], **angles: float) -> None:
    """Set angles of the right arm."""
    for name, angle in angles.items():
        if name not in arms:
            arms[name] = np.zeros((1, 2))
        arms[name][:, 1] = angle
