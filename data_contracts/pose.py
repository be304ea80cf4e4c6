"""PoseTrack: the driver's joints over time."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from data_contracts.record import FileRef, Record


class PoseTrack(Record):
    """Poses of one clip or motion; `data_contracts.pose_formats` reads and writes ``poses``."""

    poses: FileRef
    """Our JSON: COCO-WholeBody 133 per person and frame with confidences, 3D joints where known."""
    overlay: FileRef | None = None
    """A PNG contact sheet of the joints over the frames, for people."""
    method: Literal["bvh", "pose_json", "skeleton_video", "estimated"]
    backend: str
    num_frames: int = Field(ge=1)
    num_people: int = Field(ge=1)
    fps: float = Field(gt=0)
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    has_3d: bool
    mean_confidence: float = Field(ge=0, le=1)
    """Over the 17 body keypoints of the most prominent figure."""
