"""Pair: a pseudo cross-identity training pair (D7)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from data_contracts.record import FileRef, Record


class Pair(Record):
    """The triplet (synthesised video V_o, reference frame V_src[0], source clip V_src)."""

    synthesized: FileRef
    """MP4 of V_o."""
    source: FileRef
    """MP4 of V_src: the driving clip, or its drawn skeleton."""
    reference: FileRef
    """PNG of V_src[0]."""
    signal: Literal["rgb", "skeleton"]
    """What stands for the driver: its own frames (end-to-end variant), or a drawn skeleton."""
    segment: int = Field(ge=0)
    """Index of the segment in the job's clip."""
    source_name: str
    num_frames: int = Field(ge=1)
    fps: float = Field(gt=0)
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
