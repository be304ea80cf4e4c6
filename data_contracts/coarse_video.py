"""CoarseVideo: the background as rendered from the splats, before anything mends it."""

from __future__ import annotations

from pydantic import Field

from data_contracts.record import FileRef, Record


class CoarseVideo(Record):
    """A background clip along the job's camera path (A10)."""

    video: FileRef
    """Lossless RGB video."""
    void: FileRef
    """Lossless grey video: 255 where nothing was rendered (alpha < 0.5)."""
    depth: FileRef
    """NumPy .npz without pickle: depth_m float16 [T,H,W]."""
    track: FileRef
    """Camera JSON of the rendered path, in the scene's coordinates."""
    num_frames: int = Field(ge=1)
    fps: float = Field(gt=0)
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    void_share: float = Field(ge=0, le=1)
    """Of all pixels of all frames."""
    void_shares: list[float] = Field(default_factory=list)
    """Of each frame's pixels."""
    backend: str
