"""Take: one filmed performance of the puppet world, with everything that is true of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from data_contracts.record import FileRef, Record

Split = Literal["train", "validation", "test"]


class Take(Record):
    """One cast filmed once. Takes of one shot share motion, camera and place, and differ in who performs.

    No identity, motion or camera of one split appears in another one.
    """

    shot: str
    """Name of the shot; item names are 'shot.identity'."""
    split: Split
    identity: str
    motion: str
    camera: str
    place: str
    style: str
    figure_kind: Literal["human", "quadruped", "bird"]
    """The first figure's kind; it is the one that the still shows."""
    num_figures: int = Field(ge=1)
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    fps: float = Field(gt=0)
    num_frames: int = Field(ge=1)

    clip: FileRef
    """MP4, as a camera would give it: an ordinary driving input."""
    frames: FileRef
    """Lossless RGB: the same frames."""
    clean: FileRef
    """Lossless RGB: the place without figures and their shadows, along the same camera."""
    alpha: FileRef
    """FFV1 grey: coverage by all figures."""
    figures: FileRef
    """FFV1 grey: number of the figure at the pixel's centre, 0 for none."""
    parts: FileRef
    """FFV1 grey: part label at the pixel's centre (models.world.solids.PARTS)."""
    geometry: FileRef
    """NPZ: depth_m and clean_depth_m float16 [T, H, W], normal int8 [T, H, W, 3] (127 is 1; camera axes)."""
    camera_path: FileRef
    """JSON camera track with intrinsics, metres."""
    joints: FileRef
    """JSON of all figures' joints: names, parents, xyz_world_m, xy_px, visible; see flows.world."""
    poses: FileRef | None = None
    """Pose sequence JSON (COCO-WholeBody 133, confidence 1 where visible, 0.5 where hidden, 0 where outside
    of the picture); None where a figure is no human."""
    still: FileRef
    """PNG: the first figure in another pose, in the style of its own, before its own place."""
    still_alpha: FileRef
    """Grey PNG: coverage by the figure in the still."""
    still_clean: FileRef
    """PNG: the still's place without the figure."""
    still_parts: FileRef
    """Grey PNG: part labels of the still."""
    still_joints: FileRef
    """JSON of the still's joints, as `joints` with one frame."""
    still_style: str
    still_place: str
    views: list[FileRef] = Field(default_factory=list)
    """PNG RGBA: the first figure of the middle frame from azimuths that part the circle evenly, first one
    in front."""
    views_truth: FileRef | None = None
    """NPZ of the views: world_from_camera [M, 4, 4], intrinsics_px [M, 4], depth_m, normal as above."""
    seconds: float = Field(ge=0)
    """What it took to film, all truth included."""

    @property
    def name(self) -> str:
        """What items and pairs call it."""
        return f"{self.shot}.{self.identity}"
