"""CameraPath: where a camera is in every frame, and what its lens does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ContractError

Floats = NDArray[np.float64]

ROTATION_TOLERANCE = 1e-3
"""Largest |R^T R - I| that a text file with few digits may show; `CameraPath.of` then makes it exact."""
LEAST_FOCAL_RATIO = 0.05
"""Of the picture's longer side: a straight-lined lens that sees 169 degrees. Shorter ones are mistakes."""
MOST_FOCAL_RATIO = 100.0
"""A lens that sees half a degree. Longer ones are mistakes: pixels where shares of the sides are meant."""
FARTHEST = 1e9
"""Largest coordinate of a position: maps count metres up to ten million. Larger numbers are mistakes."""


def invert_rigid(poses: Floats) -> Floats:
    """Inverses of rigid transforms [..., 4, 4]: exactly rigid again, unlike a general inverse."""
    out = np.zeros_like(poses, dtype=np.float64)
    out[..., :3, :3] = np.swapaxes(poses[..., :3, :3], -1, -2)
    out[..., :3, 3] = -np.einsum("...ij,...j->...i", out[..., :3, :3], poses[..., :3, 3])
    out[..., 3, 3] = 1.0
    return out


@dataclass(frozen=True)
class CameraPath:
    """A camera over time, OpenCV axes.

    Attributes:
        world_from_camera: float64 [T, 4, 4], rigid.
        intrinsics_px: float64 [T, 4] = fx, fy, cx, cy, or None: any lens.
        width_px: width of the picture plane of the intrinsics, if known.
        height_px: height of that plane.
        time_s: float64 [T], strictly increasing.
    """

    world_from_camera: Floats
    intrinsics_px: Floats | None
    width_px: int | None
    height_px: int | None
    time_s: Floats

    @property
    def n_frames(self) -> int:
        """Number of frames."""
        return int(self.world_from_camera.shape[0])

    @classmethod
    def of(
        cls,
        world_from_camera: Floats,
        *,
        time_s: Floats,
        intrinsics_px: Floats | None = None,
        width_px: int | None = None,
        height_px: int | None = None,
    ) -> CameraPath:
        """Check and build a path; slightly inexact rotations become exact ones.

        Raises ContractError where shapes differ, a number is not finite or absurd, a matrix is not rigid, the
        lens is no lens or time does not increase.
        """
        poses = np.array(world_from_camera, np.float64)
        if poses.ndim != 3 or poses.shape[1:] != (4, 4) or len(poses) == 0:
            raise ContractError("camera poses have the wrong shape", expected="[T, 4, 4]", got=poses.shape)
        time_s = np.asarray(time_s, np.float64)
        if time_s.shape == (len(poses),) and not np.isfinite(time_s).all():
            raise ContractError("times must be finite", where=f"frame {np.argmin(np.isfinite(time_s))}")
        if time_s.shape != (len(poses),) or not (np.diff(time_s) > 0).all():
            frame = int(np.argmin(np.diff(time_s))) + 1 if time_s.shape == (len(poses),) else ""
            raise ContractError("times must increase, one a frame", where=f"frame {frame}", got=time_s.shape)
        if not np.isfinite(poses).all():
            frame = int(np.argmin(np.isfinite(poses).all(axis=(1, 2))))
            raise ContractError("camera poses must be finite", where=f"frame {frame}")
        if (far := np.abs(poses[:, :3, 3]).max(axis=1)).max() > FARTHEST:
            got, frame = f"{far.max():g}", int(np.argmax(far))
            raise ContractError(
                "a position is absurd", where=f"frame {frame}", expected=f"up to {FARTHEST:g}", got=got
            )
        lens = None if intrinsics_px is None else _lens(intrinsics_px, len(poses), width_px, height_px)
        return cls(_rigid(poses), lens, width_px, height_px, time_s)


def _rigid(poses: Floats) -> Floats:
    """The poses [T, 4, 4] with exact rotations. Raises ContractError where a matrix is not rigid."""
    rotation = poses[:, :3, :3]
    off = np.abs(np.swapaxes(rotation, 1, 2) @ rotation - np.eye(3)).max(axis=(1, 2))
    bottom = np.abs(poses[:, 3] - [0, 0, 0, 1]).max(axis=1)
    bad = (off > ROTATION_TOLERANCE) | (np.linalg.det(rotation) < 0) | (bottom > ROTATION_TOLERANCE)
    if bad.any():
        frame = int(np.argmax(bad))
        raise ContractError(
            "the camera pose is not rigid",
            where=f"frame {frame}",
            expected="a rotation without scale or mirror, last row 0 0 0 1",
            got=f"|R^T R - I| = {off[frame]:.2g}, det = {np.linalg.det(rotation[frame]):.3f}",
            hint="Check that matrices are row-major and quaternions in the stated order.",
        )
    if not np.allclose(off, 0, atol=1e-12):
        u, _, vt = np.linalg.svd(rotation)
        poses[:, :3, :3] = u @ vt
    poses[:, 3] = [0, 0, 0, 1]
    return poses


def _lens(intrinsics_px: Floats, n_frames: int, width_px: int | None, height_px: int | None) -> Floats:
    """The intrinsics [T, 4], checked. Raises ContractError."""
    lens = np.asarray(intrinsics_px, np.float64)
    if lens.shape != (n_frames, 4):
        raise ContractError("intrinsics do not fit", expected=(n_frames, 4), got=lens.shape)
    sides = [side for side in (width_px, height_px) if side is not None]
    if not all(isinstance(side, int) and side > 0 for side in sides):
        raise ContractError(
            "the size of the lens's picture is no size",
            expected="whole pixels",
            got=f"{width_px}x{height_px}",
        )
    side = max(sides, default=0)
    least, most = LEAST_FOCAL_RATIO * side, MOST_FOCAL_RATIO * side or np.inf
    if not np.isfinite(lens).all() or lens[:, :2].min() <= least or lens[:, :2].max() > most:
        raise ContractError(
            "a focal length is no lens's",
            expected=f"finite numbers over {least:g} px, up to {most:g}",
            got=f"{lens[:, :2].min():g} .. {lens[:, :2].max():g}",
        )
    if side and np.abs(lens[:, 2:]).max() > 2 * side:
        raise ContractError(
            "the lens looks past its picture",
            expected=f"cx, cy within {2 * side} px of the picture's corner",
            got=f"{np.abs(lens[:, 2:]).max():g}",
        )
    return lens
