"""Perform: all acts by name, still poses, and placing a performance on the stage."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from data_contracts.errors import InputError
from models.motion.forward_kinematics import JointPoses
from models.world.figures.skeleton import FigureKind, Floats, Skeleton
from models.world.motions.act import Act
from models.world.motions.bird_motions import BIRD_ACTS
from models.world.motions.bvh import perform_bvh
from models.world.motions.dances import robot_dance, step_touch, sway_dance, twist
from models.world.motions.exercises import crouch, jump, jumping_jacks, squat
from models.world.motions.gestures import bow, clap, point, wave_hand
from models.world.motions.holds import still_pose
from models.world.motions.posture import Posture, stand_up
from models.world.motions.quadruped_gaits import QUADRUPED_ACTS
from models.world.motions.slow import idle, tai_chi
from models.world.motions.turning import turn
from models.world.motions.walking import march, turn_round, walk

__all__ = ["ACTS", "HUMAN_ACTS", "hold", "move", "perform", "perform_bvh"]


def _act(plan: Callable[[int, float, int], Posture]) -> Act:
    """An act of what a human does in units of the own body."""

    def perform_plan(skeleton: Skeleton, num_frames: int, fps: float, seed: int) -> JointPoses:
        return stand_up(skeleton, plan(num_frames, fps, seed))

    return perform_plan


HUMAN_ACTS: dict[str, Act] = {
    "walk": _act(walk),
    "march": _act(march),
    "turn_round": _act(turn_round),
    "wave": _act(wave_hand),
    "point": _act(point),
    "bow": _act(bow),
    "clap": _act(clap),
    "squat": _act(squat),
    "jump": _act(jump),
    "jumping_jacks": _act(jumping_jacks),
    "crouch": _act(crouch),
    "sway_dance": _act(sway_dance),
    "step_touch": _act(step_touch),
    "twist": _act(twist),
    "robot_dance": _act(robot_dance),
    "tai_chi": _act(tai_chi),
    "idle": _act(idle),
}
"""What humans do, by name."""

ACTS: dict[FigureKind, dict[str, Act]] = {"human": HUMAN_ACTS, "quadruped": QUADRUPED_ACTS, "bird": BIRD_ACTS}
"""What each kind of figure does, by name."""


def perform(
    kind: FigureKind, act: str, skeleton: Skeleton, num_frames: int, fps: float, seed: int
) -> JointPoses:
    """An act on a skeleton, near the origin of the stage.

    Raises InputError for an act that this kind of figure does not know, a skeleton of another kind, or less
    than one frame.
    """
    if act not in ACTS[kind]:
        raise InputError(f"a {kind} knows no such act", expected=", ".join(ACTS[kind]), got=repr(act))
    _fits(kind, skeleton)
    if num_frames < 1 or not fps > 0:
        raise InputError(
            "a performance takes time", expected="frames >= 1 and fps > 0", got=f"{num_frames} at {fps} fps"
        )
    return ACTS[kind][act](skeleton, num_frames, fps, seed)


def hold(kind: FigureKind, skeleton: Skeleton, seed: int) -> JointPoses:
    """A natural still pose: one frame. Raises InputError for a skeleton of another kind."""
    _fits(kind, skeleton)
    if kind == "human":
        return stand_up(skeleton, still_pose(seed))
    # Animals are drawn in a moment of what they do.
    rng = np.random.default_rng(seed)
    act = str(rng.choice(list(ACTS[kind])))
    poses = ACTS[kind][act](skeleton, 12, 12.0, seed)
    frame = int(rng.integers(0, 12))
    return JointPoses(poses.positions[frame : frame + 1], poses.rotations[frame : frame + 1])


def move(poses: JointPoses, position_m: Floats, yaw_deg: float) -> JointPoses:
    """The performance elsewhere: turned by `yaw_deg` to its left about the origin, then shifted by [3]."""
    rotation = turn(np.array([yaw_deg], np.float64))[0]
    return JointPoses(poses.positions @ rotation.T + position_m, rotation @ poses.rotations)


def _fits(kind: FigureKind, skeleton: Skeleton) -> None:
    if skeleton.kind != kind:
        raise InputError("the skeleton is of another kind of figure", expected=kind, got=skeleton.kind)
