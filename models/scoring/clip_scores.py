"""ClipScores: all six proxies of a clip at once."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from data_contracts.pose_sequence import PoseSequence
from models.scoring import load
from models.scoring.aesthetic_quality import proxy_aesthetic_quality
from models.scoring.background_consistency import proxy_background_consistency
from models.scoring.colour_texture import ColourTextureConfig
from models.scoring.dinov2 import DinoV2Config
from models.scoring.driver_motion import DriverMotion
from models.scoring.imaging_quality import proxy_imaging_quality
from models.scoring.motion_smoothness import proxy_motion_smoothness
from models.scoring.observation import observe
from models.scoring.subject_consistency import describe_reference, proxy_subject_consistency
from models.scoring.temporal_consistency import proxy_temporal_consistency


@dataclass(frozen=True)
class ClipScores:
    """Scores 1–5, and how much the clip moves."""

    proxy_imaging_quality: float
    proxy_aesthetic_quality: float
    proxy_temporal_consistency: float
    proxy_motion_smoothness: float
    proxy_background_consistency: float
    proxy_subject_consistency: float
    motion_amount: float
    """Speed of the fastest 5 % of pixels, in picture diagonals a second."""

    def dimensions(self) -> dict[str, float]:
        """The six scores by name."""
        return {name: value for name, value in asdict(self).items() if name.startswith("proxy_")}

    @property
    def mean(self) -> float:
        """The mean of the six scores, what the filter looks at."""
        return float(np.mean(list(self.dimensions().values())))


@dataclass(frozen=True)
class Reference:
    """The picture that a clip's figure should look like."""

    rgb: NDArray[np.uint8]
    """uint8 [H, W, 3]."""
    alpha: NDArray[np.float32]
    """float32 [H, W] in 0..1."""


def score_clip(
    frames: NDArray[np.uint8],
    alpha: NDArray[np.float32],
    fps: float,
    config: ColourTextureConfig | DinoV2Config,
    driver: DriverMotion | None = None,
    reference: Reference | None = None,
    poses: PoseSequence | None = None,
) -> ClipScores:
    """Score a clip on all six dimensions.

    Args:
        frames: uint8 [T, H, W, 3], at least three frames.
        alpha: float32 [T, H, W], the figure's.
        fps: frames a second.
        config: the feature backend of the two consistency proxies.
        driver: how the driving clip moves, if there is one (`driver_motion.observe_driver`).
        reference: what the figure should look like, if that is known.
        poses: the pose that the figure was to take in each frame, if that is known.

    Raises:
        InputError, NoFigureError, EstimationError: see the proxies.
    """
    clip = observe(frames, alpha, fps)
    features = load(config)
    anchor = None if reference is None else describe_reference(features, reference.rgb, reference.alpha)
    return ClipScores(
        proxy_imaging_quality=proxy_imaging_quality(clip),
        proxy_aesthetic_quality=proxy_aesthetic_quality(clip),
        proxy_temporal_consistency=proxy_temporal_consistency(clip),
        proxy_motion_smoothness=proxy_motion_smoothness(clip, driver),
        proxy_background_consistency=proxy_background_consistency(
            clip, features, config.background_half, config.slope
        ),
        proxy_subject_consistency=proxy_subject_consistency(
            clip, features, config.subject_half, config.slope, anchor, poses
        ),
        motion_amount=clip.motion_amount,
    )
