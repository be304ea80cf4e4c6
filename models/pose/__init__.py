"""Where the joints are: poses of the figure in a clip."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from pydantic import Field

from models.hub import kept
from models.pose.estimate import PoseEstimate, PoseEstimation
from models.pose.rtmlib import RtmlibEstimate, RtmlibPose
from models.pose.silhouette import SilhouettePose, estimate_pose

PoseConfig = Annotated[SilhouettePose | RtmlibPose, Field(discriminator="kind")]

__all__ = ["PoseConfig", "PoseEstimate", "PoseEstimation", "RtmlibPose", "SilhouettePose", "load"]


def load(config: SilhouettePose | RtmlibPose) -> PoseEstimation:
    """The backend that finds poses: `(frames, alpha, seed=0) -> PoseEstimate`."""
    return (
        partial(estimate_pose, config) if isinstance(config, SilhouettePose) else kept(RtmlibEstimate, config)
    )
