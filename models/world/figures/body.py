"""Body: one identity's skeleton, with the solids that hang on it and the keypoints that it shows."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from models.world.figures.skeleton import Floats, Skeleton
from models.world.solids import Solids


class Keypoints(NamedTuple):
    """Points that an annotator would mark, in world metres.

    For humans the 133 of COCO-WholeBody in their order; for animals the 17 of AP-10K (Yu et al., 2021).
    """

    xyz_m: Floats
    """[K, 3]."""
    part: tuple[int, ...]
    """Label of the part that each point lies on or in (an index of solids.PARTS): what may be in front of it
    without hiding it."""


class Body(Protocol):
    """What every kind of figure is: made once from a seed, then posed frame by frame.

    Positions [J, 3] and rotations [J, 3, 3] are those of one frame, in the world.
    """

    @property
    def skeleton(self) -> Skeleton:
        """The bones."""
        ...

    def solids(self, positions_m: Floats, rotations: Floats) -> Solids:
        """The posed figure; the textures are the same objects in every frame."""
        ...

    def keypoints(self, positions_m: Floats, rotations: Floats) -> Keypoints:
        """The posed figure's keypoints."""
        ...
