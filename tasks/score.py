"""Score: rate a pair's synthesised video in the six filter dimensions (D8)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
from pydantic import Field

from data_contracts.conditions import Conditions
from data_contracts.image import read_image
from data_contracts.lossless_video import read_lossless
from data_contracts.pair import Pair
from data_contracts.pose_formats import read_poses
from data_contracts.pose_sequence import PoseSequence
from data_contracts.scores import Scores
from data_contracts.video import read_clip
from models.scoring import FeaturesConfig
from models.scoring.clip_scores import Reference, score_clip
from models.scoring.colour_texture import ColourTextureConfig
from models.scoring.driver_motion import DriverMotion, observe_driver
from tasks.stage import StageConfig, stage


class ScoreConfig(StageConfig):
    """Settings of scoring."""

    features: FeaturesConfig = Field(default_factory=ColourTextureConfig)
    """What the two consistency proxies compare."""


@stage(version=2, timeout_s=600)
def score(pair: Pair, conditions: Conditions | None, config: ScoreConfig, out_dir: Path) -> Scores:
    """Measure the synthesised video as it will be handed out, its motion against the source clip's, its
    figure against the character's picture where that has an alpha, and against the pose that it was to take.

    Raises:
        InputError: the video has fewer than three frames.
        NoFigureError: the figure is in no frame.
        EstimationError: the figure leaves no background to judge.
    """
    driver = _observed(_Source(pair.source.sha256, pair.fps, pair.path(pair.source)))
    scores = score_clip(
        read_clip(pair.path(pair.synthesized)),
        np.divide(read_lossless(pair.path(pair.figure)), 255, dtype=np.float32),
        pair.fps,
        config.features,
        driver,
        _reference(pair),
        _poses(pair, conditions),
    )
    return Scores(
        **scores.dimensions(),
        mean=scores.mean,
        motion_amount=scores.motion_amount,
        driver_motion_amount=driver.amount,
        features=config.features.kind,
    )


@dataclass(frozen=True)
class _Source:
    """A source clip, which is the same one wherever a copy of it lies: each pair has its own."""

    sha256: str
    fps: float
    path: Path = field(compare=False)


@lru_cache(maxsize=2)
def _observed(source: _Source) -> DriverMotion:
    """Pairs of one source come one after the other, and its optical flow is almost half of the work."""
    return observe_driver(read_clip(source.path), source.fps)


def _reference(pair: Pair) -> Reference | None:
    picture = read_image(pair.path(pair.character))
    if picture.shape[-1] != 4:
        return None
    return Reference(np.ascontiguousarray(picture[..., :3]), picture[..., 3].astype(np.float32) / 255.0)


def _poses(pair: Pair, conditions: Conditions | None) -> PoseSequence | None:
    """The pose that the figure was to take in the pair's frames."""
    if conditions is None:
        return None
    poses = read_poses(conditions.path(conditions.poses), fps=conditions.fps)
    span = slice(pair.start_frame, pair.start_frame + pair.num_frames)
    return replace(
        poses,
        keypoints_xy_px=poses.keypoints_xy_px[span],
        confidence=poses.confidence[span],
        xyz_camera=None if poses.xyz_camera is None else poses.xyz_camera[span],
    )
