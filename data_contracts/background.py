"""Background: a reference's (or a custom scene's) picture without its figure."""

from __future__ import annotations

from pydantic import Field

from data_contracts.record import FileRef, Record


class Background(Record):
    """The completed background of a still, the same size as it."""

    image: FileRef
    """RGB PNG."""
    hole: FileRef
    """Grey PNG: 255 where the image was filled in."""
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    hole_share: float = Field(ge=0, le=1)
    method: str
    caption: str = ""
    """What the place is, in words, where a captioner was asked."""
