"""Skeletons of the world's figures: joints with parents, and where they are at rest.

At rest a figure stands with its root above the origin, faces +z, its left at +x, y up, feet on the floor; a
human holds the arms out (T-pose), a bird the wings. All rotations are identities at rest. A joint whose name
ends in `_end` is only the tip of its parent's bone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from models.motion.forward_kinematics import JointPoses

Floats = NDArray[np.float64]
FigureKind = Literal["human", "quadruped", "bird"]
FIGURE_KINDS: tuple[FigureKind, ...] = ("human", "quadruped", "bird")

FINGERS = ("Thumb", "Index", "Middle", "Ring", "Pinky")


def _both(*chains: tuple[str, str]) -> list[tuple[str, str]]:
    """Joints of both sides: `*` stands for the side, in the joint's and the parent's name."""
    return [
        (name.replace("*", side), parent.replace("*", side))
        for side in ("Left", "Right")
        for name, parent in chains
    ]


def _hand() -> list[tuple[str, str]]:
    chains = []
    for finger in FINGERS:
        names = [f"*Hand{finger}{number}" for number in (1, 2, 3)] + [f"*Hand{finger}3_end"]
        chains += list(zip(names, ["*Hand", *names], strict=False))
    return chains


_TRUNK = [
    ("Hips", ""),
    ("Spine", "Hips"),
    ("Chest", "Spine"),
    ("Neck", "Chest"),
    ("Head", "Neck"),
    ("Head_end", "Head"),
]

JOINTS: dict[FigureKind, tuple[tuple[str, str], ...]] = {
    "human": (
        *_TRUNK,
        *_both(
            ("*Shoulder", "Chest"), ("*Arm", "*Shoulder"), ("*ForeArm", "*Arm"), ("*Hand", "*ForeArm"),
            *_hand(),
            ("*UpLeg", "Hips"), ("*Leg", "*UpLeg"), ("*Foot", "*Leg"), ("*ToeBase", "*Foot"),
            ("*ToeBase_end", "*ToeBase"),
        ),
    ),
    # Head_end is the muzzle's tip. Fore: shoulder, elbow, wrist, paw; Hind: hip, knee (stifle), hock, paw.
    "quadruped": (
        *_TRUNK,
        *_both(
            ("*Fore1", "Chest"), ("*Fore2", "*Fore1"), ("*Fore3", "*Fore2"), ("*Fore3_end", "*Fore3"),
            ("*Hind1", "Hips"), ("*Hind2", "*Hind1"), ("*Hind3", "*Hind2"), ("*Hind3_end", "*Hind3"),
            ("*Ear", "Head"), ("*Ear_end", "*Ear"),
        ),
        ("Tail1", "Hips"), ("Tail2", "Tail1"), ("Tail2_end", "Tail2"),
    ),
    # Head_end is the beak's tip; wings: shoulder, elbow, wrist, tip.
    "bird": (
        *_TRUNK,
        *_both(
            ("*Wing1", "Chest"), ("*Wing2", "*Wing1"), ("*Wing3", "*Wing2"), ("*Wing3_end", "*Wing3"),
            ("*UpLeg", "Hips"), ("*Leg", "*UpLeg"), ("*Foot", "*Leg"), ("*Foot_end", "*Foot"),
        ),
        ("Tail1", "Hips"), ("Tail1_end", "Tail1"),
    ),
}  # fmt: skip
"""Joint names with their parents ("" for the root), parents first."""


@dataclass(frozen=True)
class Skeleton:
    """One figure's skeleton.

    Attributes:
        kind: whose joints these are.
        offsets_m: float64 [J, 3], from the parent at rest; the root's from the origin on the floor.
    """

    kind: FigureKind
    offsets_m: Floats

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Joint names, parents first."""
        return tuple(name for name, _ in JOINTS[self.kind])

    @cached_property
    def parents(self) -> tuple[int, ...]:
        """Index of each joint's parent; -1 for the root."""
        names = self.names
        return tuple(names.index(parent) if parent else -1 for _, parent in JOINTS[self.kind])

    def index(self, name: str) -> int:
        """Index of a joint."""
        return self._numbers[name]

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.names)}

    def length_m(self, joint: str) -> float:
        """Length of the bone from the joint's parent to it."""
        return float(np.linalg.norm(self.offsets_m[self.index(joint)]))

    def rest_m(self) -> Floats:
        """Joint positions [J, 3] at rest."""
        positions = np.array(self.offsets_m, np.float64)
        for joint, parent in enumerate(self.parents):
            if parent >= 0:
                positions[joint] += positions[parent]
        return positions


def pose(skeleton: Skeleton, root_m: Floats, local: Floats) -> JointPoses:
    """Forward kinematics.

    Args:
        skeleton: the bones.
        root_m: positions [T, 3] of the root.
        local: rotations [T, J, 3, 3] of the joints against their parents; identities are the rest pose.

    Returns:
        positions [T, J, 3] in metres and rotations [T, J, 3, 3] in the world.
    """
    positions, rotations = np.zeros(local.shape[:2] + (3,)), np.array(local, np.float64)
    positions[:, 0] = root_m
    for joint, parent in enumerate(skeleton.parents):
        if parent >= 0:
            rotations[:, joint] = rotations[:, parent] @ local[:, joint]
            positions[:, joint] = positions[:, parent] + rotations[:, parent] @ skeleton.offsets_m[joint]
    return JointPoses(positions, rotations)
