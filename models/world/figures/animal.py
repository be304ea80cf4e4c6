"""Animal: a body whose flesh hangs on its joints, marked with the 17 keypoints of AP-10K."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from models.world.figures.body import Keypoints
from models.world.figures.feathers import Feathers
from models.world.figures.flesh import Flesh
from models.world.figures.skeleton import Floats, Skeleton
from models.world.solids import PARTS, Solids, Triangles

AP10K = (
    "left_eye", "right_eye", "nose", "neck", "root_of_tail",
    "left_shoulder", "left_elbow", "left_front_paw", "right_shoulder", "right_elbow", "right_front_paw",
    "left_hip", "left_knee", "left_back_paw", "right_hip", "right_knee", "right_back_paw",
)  # fmt: skip
"""Keypoints in their order (Yu et al., AP-10K, NeurIPS 2021, table 2)."""


class Mark(NamedTuple):
    """A keypoint on a joint: its place [3] from the joint at rest, and the name of the part it lies on."""

    joint: str
    offset_m: Floats
    part: str


@dataclass(frozen=True)
class Animal:
    """A posable animal.

    Attributes:
        skeleton: the bones.
        flesh: the solids on them.
        marks: one of each of AP10K.
        feathers: of a bird's wings; their textures are among the flesh's.
    """

    skeleton: Skeleton
    flesh: Flesh
    marks: Mapping[str, Mark]
    feathers: Feathers | None = None

    def solids(self, positions_m: Floats, rotations: Floats) -> Solids:
        """The posed figure: joint positions [J, 3] and rotations [J, 3, 3] of one frame."""
        solids = self.flesh.posed(positions_m, rotations)
        if self.feathers is None:
            return solids
        vanes = self.feathers.posed(positions_m, rotations)
        own = solids.triangles
        both = Triangles(
            corners_m=np.concatenate([own.corners_m, vanes.corners_m]),
            uv=np.concatenate([own.uv, vanes.uv]),
            texture=np.concatenate([own.texture, vanes.texture]),
            part=np.concatenate([own.part, vanes.part]),
        )
        return solids._replace(triangles=both)

    def keypoints(self, positions_m: Floats, rotations: Floats) -> Keypoints:
        """The posed keypoints [17, 3]."""
        marks = [self.marks[name] for name in AP10K]
        joints = [self.skeleton.index(mark.joint) for mark in marks]
        offsets = np.array([mark.offset_m for mark in marks])
        xyz = positions_m[joints] + np.einsum("kij,kj->ki", rotations[joints], offsets)
        return Keypoints(xyz, tuple(PARTS.index(mark.part) for mark in marks))
