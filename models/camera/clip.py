"""A clip as the tracker sees it, and what it finds out, in the clip's own pixels."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.camera_path import Floats
from data_contracts.errors import ContractError
from models.camera.estimate import CameraEstimate, MotionKind
from models.camera.tracks import Grays, Masks

_FOCAL_SHARES = (0.55, 0.75, 1.0, 1.4, 2.0)
"""Starts for an unknown focal length, in long sides: lenses from 84 to 28 degrees across them."""


def check_frames(frames: NDArray[np.uint8], movers: Masks | None) -> None:
    """Refuse what is no clip.

    Raises:
        ContractError: not uint8 [T >= 1, H, W, 3], or movers that are not bool [T, H, W].
    """
    if frames.ndim != 4 or frames.shape[3] != 3 or frames.dtype != np.uint8 or 0 in frames.shape:
        got = f"{frames.dtype} {frames.shape}"
        raise ContractError(
            "not the frames of a clip", where="camera", expected="uint8 [T, H, W, 3]", got=got
        )
    if movers is not None and (movers.shape != frames.shape[:3] or movers.dtype != np.bool_):
        got, expected = f"{movers.dtype} {movers.shape}", f"bool {frames.shape[:3]}"
        raise ContractError("not the masks of this clip", where="camera", expected=expected, got=got)


class Clip:
    """Grey frames at working size, and results in the clip's own pixels.

    Args:
        frames: uint8 [T, H, W, 3].
        movers: bool [T, H, W], True on whoever moves.
        long_side_px: of the working size; frames are never enlarged.
        fov_deg: horizontal angle of view, where it is known.
        centre: principal point in shares of width and height.
    """

    def __init__(
        self,
        frames: NDArray[np.uint8],
        movers: Masks | None,
        long_side_px: int,
        fov_deg: float | None,
        centre: tuple[float, float],
    ) -> None:
        self.n_frames, full_height, full_width = frames.shape[:3]
        self.scale = min(1.0, long_side_px / max(full_height, full_width))
        size = (max(8, round(full_width * self.scale)), max(8, round(full_height * self.scale)))
        gray = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in frames]
        if self.scale < 1:
            gray = [cv2.resize(g, size, interpolation=cv2.INTER_AREA) for g in gray]
        self.grays: Grays = np.stack(gray).astype(np.uint8)
        self.height, self.width = self.grays.shape[1:]
        self.full_size = (full_width, full_height)
        self.centre_share = centre
        self.centre = np.array(centre) * [self.width, self.height]
        self.fov_deg = fov_deg
        self.movers: Masks | None = None
        if movers is not None:
            # Corners on the mover's outline move with it: keep a margin.
            margin = np.ones((9, 9), np.uint8)
            small = [
                cv2.resize(m.astype(np.uint8), (self.width, self.height), interpolation=cv2.INTER_AREA)
                for m in movers
            ]
            self.movers = np.stack([cv2.dilate(m, margin) > 0 for m in small])

    def focals(self) -> list[float]:
        """Focal lengths to try, at working size."""
        if self.fov_deg is not None:
            return [self.width / 2 / float(np.tan(np.radians(self.fov_deg) / 2))]
        return [share * max(self.width, self.height) for share in _FOCAL_SHARES]

    def result(
        self,
        kind: MotionKind,
        path: Floats,
        focal: float | Floats,
        error_px: float | None,
        registered: NDArray[np.bool_],
        confidence: float,
        reason: str,
    ) -> CameraEstimate:
        """`focal`, at working size, is every frame's [T], or one number for all."""
        enlarged = np.array(self.full_size) / [self.width, self.height]
        lens = np.tile([1.0, 1.0, *np.array(self.centre_share) * self.full_size], (self.n_frames, 1))
        lens[:, :2] = np.broadcast_to(focal, self.n_frames)[:, None] * enlarged
        error = None if error_px is None else error_px / self.scale
        return CameraEstimate(kind, path, lens, float(np.clip(confidence, 0, 1)), error, registered, reason)

    def static(self, confidence: float, reason: str) -> CameraEstimate:
        identity = np.tile(np.eye(4), (self.n_frames, 1, 1))
        focal = self.focals()[len(self.focals()) // 2]
        return self.result("static", identity, focal, None, np.ones(self.n_frames, bool), confidence, reason)

    def failed(self, reason: str) -> CameraEstimate:
        identity = np.tile(np.eye(4), (self.n_frames, 1, 1))
        focal = self.focals()[len(self.focals()) // 2]
        return self.result("failed", identity, focal, None, np.zeros(self.n_frames, bool), 0.0, reason)
