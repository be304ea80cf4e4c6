"""Pose from silhouettes: a capsule figure fitted to a clip's mattes, all frames together, no weights."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import InputError
from models.pose.capsule_figure import JOINTS, MIRRORED_JOINTS, NUMBERS, POSE, head_factor, mirrored, place
from models.pose.confidence import Evidence
from models.pose.descent import Fitted, descend
from models.pose.estimate import BODY_FROM_FIGURE, PoseEstimate
from models.pose.facing import back_evidence
from models.pose.figure_keypoints import to_wholebody
from models.pose.from_joints import FigurePoses, figure_of_joints
from models.pose.hand_cue import hand_patches
from models.pose.hypotheses import Hypotheses, cheapest_path, doubt, explain, mean_best_energy
from models.pose.one_figure import most_prominent
from models.pose.refinement import GridFlow, TimeForce, grid_flow
from models.pose.silhouette_field import SilhouetteField, build_field

Array = NDArray[np.float64]

CUT_HEIGHTS = (1.15, 1.5, 2.0, 2.8, 4.0)
"""Whole figure over visible part, tried where the lower border cuts it: at shins, knees, hips,
chest, shoulders."""

CUT_PENALTY = 0.08
"""Energy for each unit of log(whole / visible): the larger a guessed figure, the more it can explain."""

WIDTH_WEIGHT, BREADTH = 0.1, 0.25
"""Weight of a guess of the whole height from the breadth of trunk and arms, a quarter of it."""

WIDTH = 4
ANGLES = (2, 5, *range(6, 14), 22, 23)
"""Of a pose's numbers: the signed width, and those that are angles (see `capsule_figure.POSE`)."""


class SilhouettePose(BaseModel):
    """A capsule figure fitted to the mattes over time."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 5

    kind: Literal["silhouette"] = "silhouette"
    grid_side: int = Field(112, ge=48, le=256)
    """Long side of the grid on which silhouettes are compared."""
    samples: int = Field(320, ge=60, le=2000)
    """Points on the figure, and as many beside it, that are compared in each frame."""
    key_step: int = Field(3, ge=1, le=30)
    """Frames between key frames, which are searched from many starts."""
    keep: int = Field(6, ge=1, le=20)
    """Different explanations kept for each key frame."""
    iterations: int = Field(180, ge=10, le=1000)
    """Steps of the fit of all frames together."""
    smooth: float = Field(0.3, ge=0, le=20)
    """How strongly joints are kept from jumping between frames."""

    def missing(self) -> str | None:
        """What is missing for this backend to run here: nothing."""
        return None

    def weights(self) -> list[Path]:
        """No weights."""
        return []


def estimate_pose(
    config: SilhouettePose,
    frames: NDArray[np.uint8] | None,
    alpha: NDArray[np.float32] | None,
    seed: int = 0,
) -> PoseEstimate:
    """Fit one figure to a clip: of several in the matte the one who fills most of it.

    Args:
        config: effort and smoothness.
        frames: uint8 [T, H, W, 3] for optical flow, or None.
        alpha: float32 [T, H, W], the figure's matte.
        seed: draws the sample points.

    Raises:
        InputError: no matte, or one of another size than the frames.
        NoFigureError: the matte is empty in every frame.
    """
    if alpha is None or alpha.ndim != 3 or (frames is not None and frames.shape[:3] != alpha.shape):
        raise InputError(
            "the silhouette backend needs the matte of the clip",
            where="pose from silhouettes",
            expected="alpha [T, H, W]" + ("" if frames is None else f" = {list(frames.shape[:3])}"),
            got="none" if alpha is None else f"{list(alpha.shape)}",
            hint="Run segment first, or choose a pose backend that finds people by itself.",
        )
    alpha = most_prominent(alpha)
    field, flow = _observed(config, frames, alpha, seed)
    valid = np.flatnonzero(field.valid)
    keys = np.unique(np.append(valid[:: config.key_step], valid[-1]))
    hypotheses = _explain(field, keys, config)
    path = cheapest_path(hypotheses, field, None if flow is None else flow.forward)
    start = FigurePoses(_interpolate(path, keys, len(alpha)), hypotheses.fitted.shared)
    hands = _hands(field, frames, start.poses, hypotheses)
    force = TimeForce(field, flow, config.smooth, hands)
    fitted = _fitted(config, field, start, hypotheses.height, force, hypotheses.rest)
    placed, poses, spread = fitted.placed, fitted.poses, doubt(hypotheses, field, len(alpha))
    breadth = np.abs(np.tanh(poses[:, WIDTH]))
    facing = np.zeros(len(alpha)) if frames is None else back_evidence(field, frames, breadth)
    back = facing[:, None] > 0
    placed = np.where(back, mirrored(placed), placed)
    spread = np.where(back, spread[:, MIRRORED_JOINTS], spread)
    poses = np.where(back & (np.arange(POSE) == WIDTH), -poses, poses)
    method = "capsule figure on silhouettes" + (", cut by the lower border" if field.cropped else "")
    evidence = Evidence(spread, facing, mean_best_energy(hypotheses), hands)
    return to_wholebody(field, placed, poses, fitted.shared, hypotheses.height, method, evidence)


def fit_from(
    config: SilhouettePose,
    frames: NDArray[np.uint8] | None,
    alpha: NDArray[np.float32],
    start_xy_px: Array,
    seed: int = 0,
) -> PoseEstimate:
    """Fit one figure to a clip from known joints on: no search, only the fit of all frames together.

    Args:
        config: effort and smoothness.
        frames: uint8 [T, H, W, 3] for optical flow, or None.
        alpha: float32 [T, H, W], the figure's matte.
        start_xy_px: float64 [T, 17, 2], the body's joints in COCO's order.
        seed: draws the sample points.
    """
    field, flow = _observed(config, frames, alpha, seed)
    order = [BODY_FROM_FIGURE.get(name, 0) for name in JOINTS]
    joints = field.to_grid(start_xy_px[:, order])
    joints[:, JOINTS.index("neck")] = (joints[:, 2] + joints[:, 5]) / 2
    start = figure_of_joints(joints, field.height)
    tall = field.height * float(np.exp(start.shared[4]))
    start.shared[5] = np.log(head_factor(field.head_radius / tall))
    fitted = _fitted(config, field, start, field.height, TimeForce(field, flow, config.smooth))
    method = "capsule figure from known joints"
    return to_wholebody(field, fitted.placed, fitted.poses, fitted.shared, field.height, method)


def _observed(
    config: SilhouettePose, frames: NDArray[np.uint8] | None, alpha: NDArray[np.float32], seed: int
) -> tuple[SilhouetteField, GridFlow | None]:
    """The clip as the fit reads it: its silhouettes, and how the picture moves."""
    field = build_field(alpha, side=config.grid_side, samples=config.samples, rng=np.random.default_rng(seed))
    return field, None if frames is None or len(frames) < 2 else grid_flow(field, frames)


def _fitted(
    config: SilhouettePose,
    field: SilhouetteField,
    start: FigurePoses,
    height: float,
    force: TimeForce,
    rest: Array | None = None,
) -> Fitted:
    """All frames fitted together, from one pose for each; see `descend`."""
    return descend(
        field, np.arange(len(start.poses)), start.poses, start.shared, height, iterations=config.iterations,
        rate=0.03, points=config.samples, free_shared=True, rest=rest, force=force,
    )  # fmt: skip


def _hands(
    field: SilhouetteField, frames: NDArray[np.uint8] | None, poses: Array, hypotheses: Hypotheses
) -> list[Array]:
    """Hand-like patches in each frame, by the colour of the face that the poses so far show."""
    if frames is None:
        return []
    height, shared = hypotheses.height, hypotheses.fitted.shared
    nose = np.zeros((len(poses), 2))
    for t, pose in enumerate(poses):
        placed = np.zeros(NUMBERS)
        place(pose, shared, height, placed)
        nose[t] = placed[:2]
    return hand_patches(field, frames, nose, height * float(np.exp(shared[4])))


def _explain(field: SilhouetteField, keys: NDArray[np.int64], config: SilhouettePose) -> Hypotheses:
    """Explanations of the key frames; for a cut figure, with the whole height that fits best."""
    if not field.cropped:
        return explain(field, keys, field.height, keep=config.keep, points=config.samples)
    probe = keys[np.unique(np.linspace(0, len(keys) - 1, min(3, len(keys))).astype(int))]
    costs = []
    for ratio in CUT_HEIGHTS:
        tried = explain(field, probe, ratio * field.height, keep=2, points=min(160, config.samples))
        likely = _width_height(field) / (ratio * field.height)
        costs.append(
            mean_best_energy(tried) + CUT_PENALTY * np.log(ratio) + WIDTH_WEIGHT * abs(np.log(likely))
        )
    best = CUT_HEIGHTS[int(np.argmin(costs))]
    return explain(field, keys, best * field.height, keep=config.keep, points=config.samples)


def _width_height(field: SilhouetteField) -> float:
    """A figure's height in grid pixels by its breadth: near its broadest rows, and not at a stretched arm."""
    broad = [np.percentile(rows[rows > 0], 80) for rows in field.masks[field.valid].sum(axis=2)]
    return float(np.median(broad)) / BREADTH


def _interpolate(path: Array, keys: NDArray[np.int64], count: int) -> Array:
    """Key poses to one pose a frame; angles take the short way round."""
    path = path.copy()
    for column in ANGLES:
        path[:, column] = np.unwrap(path[:, column])
    time = np.arange(count)
    return np.stack([np.interp(time, keys, path[:, column]) for column in range(POSE)], axis=1)
