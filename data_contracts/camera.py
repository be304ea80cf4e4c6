"""CameraRequest and CameraTrack: the camera a job asks for, and the one it gets."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from data_contracts.record import FileRef, Record

CameraKind = Literal["static", "rotation", "full", "given", "preset"]


class CameraRequest(Record):
    """Where a job's camera comes from."""

    origin: Literal["extracted", "file", "preset"]
    num_frames: int = Field(ge=1)
    fps: float = Field(gt=0)
    preset: str = ""
    """A name of `models.camera.presets`, with ``parameters``."""
    parameters: dict[str, float] = Field(default_factory=dict)
    seed: int = 0
    """For presets with randomness (shake)."""
    trajectory: FileRef | None = None
    """origin 'file': TUM, COLMAP, RealEstate10K or JSON, below the record's folder."""
    lens: FileRef | None = None
    """COLMAP's cameras.txt beside its images.txt: read with it, and so part of the request."""
    location: str = ""
    """origin 'file': what the job named. No part of the content, unless there is no file at it."""

    def key_content(self) -> dict[str, Any]:
        return self.model_dump(mode="json", exclude={"location"} if self.trajectory else set())


class CameraTrack(Record):
    """One camera path; `data_contracts.camera_formats` reads and writes ``track``."""

    track: FileRef
    """Our JSON: world_from_camera and intrinsics_px per frame. Frame 0 need not be the identity."""
    tum: FileRef
    """The same path as TUM text, to look at and to edit."""
    kind: CameraKind
    num_frames: int = Field(ge=1)
    width_px: int | None = None
    """Size of the picture plane that the intrinsics are meant for; None: a preset, for any plane. A preset's
    zoom is given for a plane of 1 x 1: only its growth counts."""
    height_px: int | None = None
    metric: bool = False
    """Whether the unit of length is known to be a metre; otherwise the scale is arbitrary."""
    confidence: float = Field(ge=0, le=1)
    reprojection_error_px: float | None = Field(default=None, ge=0)
    registered_share: float = Field(default=1.0, ge=0, le=1)
    """Share of frames that were located rather than filled in."""
    reason: str = ""
    """In words, how an extracted path was told, or why none could be; '' for files and presets."""
