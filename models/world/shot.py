"""Shot: the whole description of what is filmed. The same description films the same bytes.

Everything that is drawn at random has a name of its kind and its seed: human-0012, walk-0031, orbit-0007,
room-0004. The seed's last two digits say to which split it belongs, in every world that is ever planned; so
no identity, motion, camera or place of one split can appear in another one.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from models.world.figures.skeleton import FigureKind
from models.world.filming.frame import Style

Split = Literal["train", "validation", "test"]
SPLITS: tuple[Split, ...] = ("train", "validation", "test")
NUM_SEEDS = 10_000
"""Seeds from which identities, motions, cameras and places are drawn: four digits."""


class Description(BaseModel):
    """Base of the frozen parts of a description."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Shares(Description):
    """How many in a hundred belong to each split."""

    train: int = Field(80, ge=0, le=100)
    validation: int = Field(10, ge=0, le=100)
    test: int = Field(10, ge=0, le=100)

    def split_of(self, seed: int) -> Split:
        """The split that a seed belongs to: by its last two digits."""
        rest = seed % 100
        if rest < self.train:
            return "train"
        return "validation" if rest < self.train + self.validation else "test"


class Drawn(Description):
    """Something drawn at random: what kind of thing, and the seed that makes it."""

    kind: str = Field(min_length=1)
    seed: int = Field(ge=0, lt=NUM_SEEDS)

    @property
    def name(self) -> str:
        """As people call it: 'walk-0031'."""
        return f"{self.kind}-{self.seed:04d}"


class Role(Description):
    """What one figure does in a shot, whoever plays it."""

    kind: FigureKind
    motion: Drawn
    """Act and seed; with a motion file the kind is 'bvh'."""
    bvh: str = ""
    """Name of a motion file without its ending, '' for a procedural act."""
    position_m: tuple[float, float]
    """x and z on the stage, of the middle of the figure's way."""
    yaw_deg: float
    """0 faces +z, where the camera is; positive turns towards +x."""

    @property
    def motion_name(self) -> str:
        """'walk-0031', or 'bvh-jumping'."""
        return f"bvh-{self.bvh}" if self.bvh else self.motion.name


class StillPlan(Description):
    """The picture of an identity that a job's reference is."""

    pose_seed: int = Field(ge=0)
    yaw_deg: float
    place: Drawn
    camera: Drawn
    style: Style
    width_px: int = Field(ge=16)
    height_px: int = Field(ge=16)


class Performers(Description):
    """Who plays the roles in one take of a shot, in the roles' order, and the first one's still."""

    identities: tuple[Drawn, ...] = Field(min_length=1)
    still: StillPlan

    @property
    def name(self) -> str:
        """The first identity's name."""
        return self.identities[0].name


class ShotPlan(Description):
    """One motion, one camera, one place: filmed once with each set of performers."""

    shot: str
    """'shot0001'."""
    split: Split
    place: Drawn
    camera: Drawn
    style: Style
    width_px: int = Field(ge=16)
    height_px: int = Field(ge=16)
    fps: float = Field(gt=0)
    num_frames: int = Field(ge=1)
    subject_height_m: float = Field(gt=0)
    """What the camera is set up to show; the same for all performers, large or small."""
    cast: tuple[Role, ...] = Field(min_length=1, max_length=3)
    performers: tuple[Performers, ...] = Field(min_length=1)
    num_views: int = Field(ge=0)
