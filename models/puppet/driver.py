"""The driver's joints over time: gaps filled within limits, jitter smoothed, named as the rig's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy.ndimage import gaussian_filter1d

from data_contracts.errors import EstimationError, InputError
from data_contracts.pose_sequence import PoseSequence
from data_contracts.rig import INDEX, JOINTS

Floats = NDArray[np.float64]

NOSE, LEFT_EAR, RIGHT_EAR = 0, 3, 4
_COCO = {
    "left_shoulder": 5,
    "right_shoulder": 6,
    "left_elbow": 7,
    "right_elbow": 8,
    "left_hand": 9,
    "right_hand": 10,
    "left_hip": 11,
    "right_hip": 12,
    "left_knee": 13,
    "right_knee": 14,
    "left_foot": 15,
    "right_foot": 16,
}
COCO_OF_JOINT = dict(_COCO)
"""Which COCO body keypoint each limb joint of the rig is."""
NECK_SHARE = 0.32
"""Where the neck lies between the shoulders' middle and the head's centre."""
_TORSO_PER_SHOULDERS = 1.5
_KEYPOINTS = 133


class DriverConfig(BaseModel):
    """How a driver's keypoints are trusted and cleaned."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    min_keypoint_confidence: float = Field(0.25, ge=0, le=1)
    """A keypoint below it is missing in that frame."""
    min_mean_confidence: float = Field(0.2, ge=0, le=1)
    """Mean over shoulders, elbows, wrists and hips below which the motion is refused."""
    max_gap_s: float = Field(0.5, ge=0, le=10)
    """A joint missing for longer goes to rest."""
    smoothing_s: float = Field(0.03, ge=0, le=1)
    """Standard deviation of the smoothing in time."""


@dataclass(frozen=True)
class DriverMotion:
    """A person's keypoints (COCO-WholeBody 133), from a video or projected from a skeleton file.

    ``xy`` [T, 133, 2], x right, y down, in any unit; ``confidence`` [T, 133] in 0..1; ``depth`` [T, 133]
    away from the viewer in the same unit as xy, where it is known; ``fps``.
    """

    xy: Floats
    confidence: Floats
    fps: float
    depth: Floats | None = None

    @classmethod
    def of(cls, poses: PoseSequence, person: int, frames: int) -> DriverMotion:
        """The first ``frames`` of one person of a motion, in 3D where that is known."""
        confidence = poses.confidence[:frames, person].astype(np.float64)
        if poses.xyz_camera is None:
            return cls(poses.keypoints_xy_px[:frames, person].astype(np.float64), confidence, poses.fps)
        xyz = poses.xyz_camera[:frames, person].astype(np.float64)
        return cls(xyz[..., :2], confidence, poses.fps, xyz[..., 2])

    def __post_init__(self) -> None:
        t = len(self.xy)
        if t == 0 or self.xy.shape != (t, _KEYPOINTS, 2) or self.confidence.shape != (t, _KEYPOINTS):
            raise InputError(
                "the driver's keypoints have the wrong shape",
                expected=f"xy [T, {_KEYPOINTS}, 2] and confidence [T, {_KEYPOINTS}], T >= 1",
                got=f"{self.xy.shape} and {self.confidence.shape}",
            )
        if self.depth is not None and self.depth.shape != (t, _KEYPOINTS):
            raise InputError(
                "the driver's depth has the wrong shape", expected=(t, _KEYPOINTS), got=self.depth.shape
            )
        if not np.isfinite(self.xy).all() or self.fps <= 0:
            raise InputError("the driver's keypoints or frame rate are not finite and positive", got=self.fps)


@dataclass(frozen=True)
class BodyMotion:
    """The rig's sixteen joints of a driver.

    ``xyz`` [T, 16, 3] in the driver's unit (z is 0 throughout where no depth is known); ``weight`` [T, 16]
    in 0..1: how far a joint is to be believed, 0 leaves it at rest; ``keypoints`` the cleaned 133 points.
    """

    xyz: Floats
    weight: Floats
    fps: float
    has_depth: bool
    keypoints: Floats
    keypoint_weight: Floats


def body_motion(driver: DriverMotion, config: DriverConfig) -> BodyMotion:
    """Clean a driver's keypoints and name its joints.

    Raises:
        EstimationError: too little of the person was seen with confidence.
    """
    _refuse_unseen(driver, config)
    known = driver.confidence >= max(config.min_keypoint_confidence, 1e-6)
    points = driver.xy if driver.depth is None else np.dstack([driver.xy, driver.depth])
    keypoints, weight = np.zeros((*points.shape[:2], 3)), np.zeros(points.shape[:2])
    for k in np.flatnonzero(known.any(0)):
        keypoints[:, k, : points.shape[2]], weight[:, k] = _filled(
            points[:, k], known[:, k], driver.confidence[:, k], driver.fps, config
        )
    xyz, joint_weight = _joints(keypoints, weight)
    return BodyMotion(xyz, joint_weight, driver.fps, driver.depth is not None, keypoints, weight)


def _refuse_unseen(driver: DriverMotion, config: DriverConfig) -> None:
    upper = driver.confidence[:, 5:13]
    mean = float(upper.mean())
    if mean < config.min_mean_confidence:
        raise EstimationError(
            "the driver's body is hardly seen",
            expected=f"a mean confidence of at least {config.min_mean_confidence:.2f} "
            "over shoulders, elbows, wrists and hips",
            got=f"{mean:.2f} over {len(upper)} frames",
            hint="Use a clip that shows the person's upper body, or give poses as BVH or OpenPose JSON",
        )
    shoulders = (driver.confidence[:, 5:7] >= config.min_keypoint_confidence).all(1).mean()
    if shoulders < 0.5:
        raise EstimationError(
            "the driver's shoulders are not seen",
            expected="both shoulders in at least half of the frames",
            got=f"{shoulders:.0%} of the frames",
            hint="Use a clip that shows the person's upper body, or cut the clip to where it does",
        )


def _filled(
    points: Floats, known: NDArray[np.bool_], confidence: Floats, fps: float, config: DriverConfig
) -> tuple[Floats, Floats]:
    """One keypoint [T, D] without gaps, and its weight: 0 inside of long gaps, eased at their ends."""
    times = np.arange(len(points))
    seen = times[known]
    whole = np.stack([np.interp(times, seen, points[known, d]) for d in range(points.shape[1])], axis=1)
    if config.smoothing_s * fps > 0.2 and len(points) > 1:
        trust = np.where(known, np.maximum(confidence, 0.05), 0.05)
        sigma = config.smoothing_s * fps
        norm = gaussian_filter1d(trust, sigma, mode="nearest")
        whole = gaussian_filter1d(whole * trust[:, None], sigma, axis=0, mode="nearest") / norm[:, None]
    before = np.maximum.accumulate(np.where(known, times, -(10**9)))
    after = np.minimum.accumulate(np.where(known, times, 10**9)[::-1])[::-1]
    usable = (after - before <= config.max_gap_s * fps + 1).astype(np.float64)
    weight = gaussian_filter1d(usable, max(0.1 * fps, 0.5), mode="nearest") if not usable.all() else usable
    return whole, np.asarray(weight, np.float64)


def _joints(points: Floats, weight: Floats) -> tuple[Floats, Floats]:
    xyz, joint_weight = np.zeros((len(points), len(JOINTS), 3)), np.zeros((len(points), len(JOINTS)))
    for name, k in _COCO.items():
        xyz[:, INDEX[name]], joint_weight[:, INDEX[name]] = points[:, k], weight[:, k]

    def put(name: str, value: Floats, trust: Floats) -> None:
        xyz[:, INDEX[name]], joint_weight[:, INDEX[name]] = value, trust

    def pair(kind: str) -> tuple[Floats, Floats]:
        a, b = INDEX[f"right_{kind}"], INDEX[f"left_{kind}"]
        return 0.5 * (xyz[:, a] + xyz[:, b]), np.minimum(joint_weight[:, a], joint_weight[:, b])

    chest, seen_chest = pair("shoulder")
    hips, seen_hips = pair("hip")
    shoulders = np.linalg.norm(
        xyz[:, INDEX["right_shoulder"]] - xyz[:, INDEX["left_shoulder"]], axis=1, keepdims=True
    )
    below = chest + np.array([0.0, 1.0, 0.0]) * np.median(shoulders) * _TORSO_PER_SHOULDERS
    root = seen_hips[:, None] * hips + (1 - seen_hips[:, None]) * below
    for side in ("right", "left"):
        j = INDEX[f"{side}_hip"]
        xyz[:, j] = joint_weight[:, j, None] * xyz[:, j] + (1 - joint_weight[:, j, None]) * root
    head_points = [NOSE, LEFT_EAR, RIGHT_EAR]
    # Ears lie on the head's axis, the nose only in a frontal view: it counts where the ears are not seen.
    trust = weight[:, head_points] * np.array([0.1, 1.0, 1.0]) + 1e-6
    head = (points[:, head_points] * trust[..., None]).sum(1) / trust.sum(1, keepdims=True)
    seen_head = weight[:, head_points].max(1)
    upright = chest + 0.3 * (chest - root)
    head = seen_head[:, None] * head + (1 - seen_head[:, None]) * upright
    put("root", root, seen_hips)
    put("chest", chest, seen_chest)
    put("head", head, seen_head)
    put("neck", chest + NECK_SHARE * (head - chest), seen_chest)
    return xyz, joint_weight
