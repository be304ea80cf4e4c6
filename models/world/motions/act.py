"""Act: one thing that a figure can do, as a motion made from a seed."""

from __future__ import annotations

from typing import Protocol

from models.motion.forward_kinematics import JointPoses
from models.world.figures.skeleton import Skeleton


class Act(Protocol):
    """Moves a skeleton on the stage.

    Tempo, amplitude, direction and phase come from the seed alone and lengths are in units of the skeleton's
    legs, so that the same seed is the same motion on every skeleton of its kind.
    """

    def __call__(self, skeleton: Skeleton, num_frames: int, fps: float, seed: int) -> JointPoses:
        """Positions [T, J, 3] in world metres and rotations [T, J, 3, 3]; the floor is y = 0."""
        ...
