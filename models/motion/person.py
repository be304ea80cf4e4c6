"""The joints of a person in a skeleton file, by name or else by structure, and which way is up in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.bvh import BvhMotion
from data_contracts.errors import InputError
from models.motion.humanoid import map_humanoid, split_side
from models.motion.structure import UPRIGHT, joints_by_structure, uprightness

Floats = NDArray[np.float64]

STEADY = 0.5
"""Length of the mean body axis, by that of the body, from which on the motion says which way is up."""


def person_joints(motion: BvhMotion, positions: Floats, rest: Floats, where: str) -> dict[str, int]:
    """Joint index by name, as `map_humanoid` gives it; from the skeleton's shape where names are foreign.

    Args:
        motion: the skeleton.
        positions: [T, J, 3], its joints in each frame.
        rest: [J, 3], its zero pose.
        where: names it in errors.

    Raises:
        InputError: neither its names nor its shape are a person's.
    """
    try:
        return map_humanoid(motion.joint_names, motion.parents, where)
    except InputError as error:
        found = joints_by_structure(motion, positions, rest)
        if found is None:
            raise InputError(
                "the skeleton is not a humanoid, by its joints' names or by its shape",
                where=where,
                expected=f"two legs, two arms and a head on an upright trunk; by name {error.expected}",
                got=error.got,
                hint=error.hint,
            ) from None
    return _sides_by_name(found, motion.joint_names)


def _sides_by_name(joint: dict[str, int], names: tuple[str, ...]) -> dict[str, int]:
    """Names that tell sides are believed, whatever they call the joints."""
    told = [
        split_side(names[joint[f"{side}_{kind}"]])[0] == side
        for side in ("left", "right")
        for kind in ("hip", "knee", "ankle", "shoulder", "elbow", "wrist")
        if split_side(names[joint[f"{side}_{kind}"]])[0]
    ]
    if len(told) < 6 or np.mean(told) > 0.5:
        return joint
    other = {"left": "right", "right": "left"}

    def swapped(name: str) -> str:
        side, _, rest = name.partition("_")
        return f"{other[side]}_{rest}" if side in other else name

    return {swapped(name): index for name, index in joint.items()}


def up_direction(positions: Floats, rest: Floats, joint: dict[str, int]) -> Floats:
    """Direction [3] from the ankles to the head: in the mean frame, or in a zero pose that stands.

    A figure that tumbles or lies about has no mean direction; the zero pose then tells, if it is a standing
    figure in this file.
    """

    def axis(points: Floats) -> Floats:
        ankles = points[:, [joint["left_ankle"], joint["right_ankle"]]].mean(axis=1)
        return np.asarray(points[:, joint["head"]] - ankles, np.float64)

    moving = axis(positions)
    steady = np.linalg.norm(moving.mean(axis=0)) >= STEADY * np.linalg.norm(moving, axis=1).mean()
    if steady or uprightness(rest[None], joint) < UPRIGHT:
        return np.asarray(np.median(moving, axis=0), np.float64)
    return np.asarray(axis(rest[None])[0], np.float64)
