"""Media: a picture, clip, skeleton clip or motion after ingest, in one normal form."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from data_contracts.record import FileRef, Record

MediaKind = Literal["still", "clip", "skeleton", "motion"]
MotionFormat = Literal["bvh", "pose_json"]

STANDARD_SIDE_PX = 512
"""Long side at which a reference's figure is looked for, whatever size its job asks for."""


class Media(Record):
    """One ingested input.

    still: ``content`` is a PNG (RGB or RGBA). clip: lossless RGB video in Matroska. skeleton: the
    same, and its pixels are a drawn skeleton on black. motion: a BVH file, or poses in our own JSON.
    """

    kind: MediaKind
    content: FileRef
    standard: FileRef | None = None
    """A reference again (PNG, RGB), its long side at most `STANDARD_SIDE_PX`; None where content is that."""
    name: str
    """The source's file name, for people."""
    width_px: int | None = Field(default=None, ge=1)
    """None for a BVH motion, which has no picture plane."""
    height_px: int | None = Field(default=None, ge=1)
    num_frames: int = Field(ge=1)
    fps: float | None = Field(default=None, gt=0)
    """None for stills."""
    has_alpha: bool = False
    motion_format: MotionFormat | None = None
    notes: list[str] = Field(default_factory=list)
    """What ingest had to do to the input: 'rotated by 90 degrees', 'variable frame rate resampled', ..."""
