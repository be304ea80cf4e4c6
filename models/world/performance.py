"""Performance: one figure doing its part of a shot: a body, posed in every frame."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from data_contracts.bvh import BvhMotion
from data_contracts.errors import ConfigError
from models.motion.forward_kinematics import JointPoses
from models.world.figures.body import Body, Keypoints
from models.world.figures.draw import draw_body
from models.world.figures.skeleton import FigureKind, Floats
from models.world.motions.perform import hold, move, perform, perform_bvh
from models.world.shot import Drawn, Role, ShotPlan, StillPlan
from models.world.solids import Solids


@dataclass(frozen=True)
class Performance:
    """A figure over time."""

    identity: str
    body: Body
    poses: JointPoses

    @property
    def height_m(self) -> float:
        """Height of the skeleton at rest."""
        return rest_height_m(self.body)

    def solids(self, t: int) -> Solids:
        """What there is to film of it in frame t."""
        return self.body.solids(self.poses.positions[t], self.poses.rotations[t])

    def keypoints(self, t: int) -> Keypoints:
        """Its keypoints in frame t."""
        return self.body.keypoints(self.poses.positions[t], self.poses.rotations[t])

    def facing(self, t: int) -> Floats:
        """Unit vector [3] along the floor: where its hips face in frame t."""
        ahead: Floats = self.poses.rotations[t, 0] @ np.array([0.0, 0.0, 1.0])
        ahead[1] = 0.0
        length = float(np.linalg.norm(ahead))
        return ahead / length if length > 1e-6 else np.array([0.0, 0.0, 1.0])


def rest_height_m(body: Body) -> float:
    """Height of a body's skeleton at rest."""
    return float(np.ptp(body.skeleton.rest_m()[:, 1]))


def cast_shot(
    plan: ShotPlan, identities: tuple[Drawn, ...], motions: Mapping[str, BvhMotion]
) -> list[Performance]:
    """All roles of a shot, played by these identities.

    Args:
        plan: the shot.
        identities: one for each role.
        motions: the motion files that the roles name.

    Raises:
        ConfigError: a motion file is not among them.
    """
    return [
        play(role, identity, plan.num_frames, plan.fps, motions)
        for role, identity in zip(plan.cast, identities, strict=True)
    ]


def play(
    role: Role, identity: Drawn, num_frames: int, fps: float, motions: Mapping[str, BvhMotion]
) -> Performance:
    """One role played by one identity; the middle of its way is where the role stands."""
    body = _body(role.kind, identity.seed)
    if role.bvh:
        if role.bvh not in motions:
            raise ConfigError(
                "a shot's motion file is not there", expected=", ".join(sorted(motions)), got=role.bvh
            )
        poses = perform_bvh(motions[role.bvh], body.skeleton, num_frames, fps)
    else:
        poses = perform(role.kind, role.motion.kind, body.skeleton, num_frames, fps, role.motion.seed)
    return Performance(identity.name, body, _placed(poses, role.position_m, role.yaw_deg))


def pose_still(kind_of: Role, identity: Drawn, still: StillPlan) -> Performance:
    """The identity in the pose of its still, in the middle of the stage; one frame."""
    body = _body(kind_of.kind, identity.seed)
    poses = hold(kind_of.kind, body.skeleton, still.pose_seed)
    # Animals hold still in the middle of what they do, whichever way that leads.
    ahead = Performance(identity.name, body, poses).facing(0)
    turned = still.yaw_deg - float(np.degrees(np.arctan2(ahead[0], ahead[2])))
    return Performance(identity.name, body, _placed(poses, (0.0, 0.0), turned))


@lru_cache(maxsize=4)
def _body(kind: FigureKind, seed: int) -> Body:
    """A take and its still show the same body: it is drawn once."""
    return draw_body(kind, seed)


def _placed(poses: JointPoses, position_m: tuple[float, float], yaw_deg: float) -> JointPoses:
    turned = move(poses, np.zeros(3), yaw_deg)
    way: NDArray[np.float64] = turned.positions[:, 0]
    middle = (way.min(axis=0) + way.max(axis=0)) / 2
    x, z = position_m
    return move(turned, np.array([x - middle[0], 0.0, z - middle[2]]), 0.0)
