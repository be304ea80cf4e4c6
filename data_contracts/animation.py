"""Animation: the figure moving before the background."""

from __future__ import annotations

from pydantic import Field

from data_contracts.record import FileRef, Record


class Animation(Record):
    """The composite before refinement."""

    video: FileRef
    """Lossless RGB video."""
    alpha: FileRef
    """Lossless grey video of the figure's alpha."""
    num_frames: int = Field(ge=1)
    fps: float = Field(gt=0)
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    backend: str


class RefinedVideo(Record):
    """The result of a job."""

    video: FileRef
    """MP4 (H.264), for people and players."""
    lossless: FileRef
    """The same frames, lossless, for the stages that follow."""
    poster: FileRef
    """PNG of one frame."""
    num_frames: int = Field(ge=1)
    fps: float = Field(gt=0)
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    filled_share: float = Field(ge=0, le=1)
    """Share of background pixels that refinement had to fill."""
    backend: str
