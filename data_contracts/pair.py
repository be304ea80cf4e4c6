"""Pair: a pseudo cross-identity training pair (D7)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from data_contracts.record import FileRef, Record


class Segment(Record):
    """Which stretch of a job's clip becomes a pair: a long clip gives several."""

    index: int = Field(default=0, ge=0)


class Pair(Record):
    """The triplet (synthesised video V_o, reference frame V_src[0], source clip V_src).

    Both videos have the same frames in time, the same size and the same rate.
    """

    synthesized: FileRef
    """MP4 of V_o."""
    source: FileRef
    """MP4 of V_src: the driving clip, or its drawn skeleton."""
    reference: FileRef
    """PNG of V_src[0]."""
    figure: FileRef
    """Lossless grey video: the alpha of the figure in V_o."""
    character: FileRef
    """PNG of I_o, the picture whose character V_o shows; with the character's alpha where that is known."""
    signal: Literal["rgb", "skeleton"]
    """What stands for the driver: its own frames (end-to-end variant), or a drawn skeleton."""
    segment: int = Field(ge=0)
    """Index of the segment in the job's clip."""
    start_frame: int = Field(ge=0)
    """The segment's first frame in the job's clip."""
    source_name: str
    source_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    """Digest of the whole driving input after ingest: pairs of one source clip share it."""
    character_name: str
    character_sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    seed: int = Field(ge=0)
    num_frames: int = Field(ge=1)
    fps: float = Field(gt=0)
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    limbs: bool = True
    """The character's limbs do what the source's do; False: it moves as a whole."""

    @property
    def pair_id(self) -> str:
        """A short name that depends on the pair's content alone, and so is the same in every run."""
        return self.digest()[:16]
