"""What a camera backend finds out about a clip."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from data_contracts.camera_path import Floats

MotionKind = Literal["static", "rotation", "full", "failed"]


@dataclass(frozen=True)
class CameraEstimate:
    """An estimated camera path.

    Attributes:
        kind: "static" (exact identities), "rotation" (no translation can be seen), "full" (six degrees of
            freedom) or "failed" (identities that mean nothing, confidence 0).
        world_from_camera: float64 [T, 4, 4]; frame 0 is the identity. Unit of length: median depth of the
            reconstructed points in frame 0.
        intrinsics_px: float64 [T, 4], for the clip's own size; the focal length is a guess for "static".
        confidence: 0..1.
        reprojection_error_px: root mean square over the trusted points, in the clip's own pixels.
        registered: bool [T]; False where the pose is interpolated.
        reason: why this kind was chosen, in words.
    """

    kind: MotionKind
    world_from_camera: Floats
    intrinsics_px: Floats
    confidence: float
    reprojection_error_px: float | None
    registered: NDArray[np.bool_]
    reason: str

    @property
    def registered_share(self) -> float:
        """Share of frames that were located rather than filled in."""
        return float(self.registered.mean())
