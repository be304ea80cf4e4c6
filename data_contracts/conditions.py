"""Conditions: what steers the figure's animation, frame by frame."""

from __future__ import annotations

from pydantic import Field

from data_contracts.record import FileRef, Record


class Conditions(Record):
    """Retargeted pose in output pixels, its three drawn streams, and the inpainting mask (A11, A12)."""

    poses: FileRef
    """Our pose JSON: the reference's figure, with its own bone lengths, placed in the output frame."""
    placement: FileRef
    """JSON: per frame the figure's scale, foot point, depth, and per-joint depth order."""
    body: FileRef
    """Lossless RGB video of the body skeleton."""
    hands: FileRef
    face: FileRef
    mask: FileRef
    """Lossless grey video: 255 where the figure may appear."""
    num_frames: int = Field(ge=1)
    fps: float = Field(gt=0)
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    mean_confidence: float = Field(ge=0, le=1)
    limbs: bool = True
    """The figure's limbs follow the driver. False: they are not known, it moves as a whole, and its drawn
    arms and legs are a guess."""
