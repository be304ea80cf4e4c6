"""Rig: joints and parts of a reference character."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from data_contracts.record import FileRef, Record


class Rig(Record):
    """A skeleton laid into one still."""

    rig: FileRef
    """rig.json: joints in pixels of the still, parents, parts; a person can open and mend it."""
    overlay: FileRef
    """PNG of the joints over the still."""
    method: Literal["given", "fitted"]
    body: str
    """'human', 'half_body', ...: which template fits."""
    cropped: bool
    """The figure is cut by the picture's border: legs are not to be moved."""
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    confidence: float = Field(ge=0, le=1)
