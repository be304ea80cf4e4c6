"""Coarse background videos made of good ones, for training without Gaussians (A13).

The paper names what is done to the background: black blocks, noise, blur, random perspective warps and
down-sampling. How strongly it does not say; the strengths here are ours.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import ContractError

Video = NDArray[np.uint8]


class DegradationConfig(BaseModel):
    """How often and how strongly each fault is drawn. A fault is drawn once a clip, so that it lasts.

    Blur, noise and down-sampling that are drawn have at least a quarter of their greatest strength.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    probability: float = Field(0.5, ge=0, le=1, description="Of each of the five faults.")
    most_blocks: int = Field(8, ge=1, description="Black blocks: voids of the rendered field.")
    largest_block: float = Field(0.25, gt=0, le=1, description="Side, as a share of the frame's.")
    most_noise: float = Field(0.08, ge=0, description="Standard deviation, of the full range.")
    most_blur: float = Field(0.012, ge=0, description="Sigma, as a share of the shorter side.")
    most_warp: float = Field(0.08, ge=0, lt=0.5, description="How far corners move, of the sides.")
    most_shrinking: float = Field(4.0, ge=1, description="Down-sampling, and up again.")


def degrade_background(background: Video, config: DegradationConfig, rng: np.random.Generator) -> Video:
    """A video as rough as a rendering of a Gaussian field may be.

    Args:
        background: uint8 [T, H, W, 3], without its character.
        config: strengths.
        rng: decides everything.

    Returns:
        uint8 [T, H, W, 3].

    Raises:
        ContractError: not a video.
    """
    if background.dtype != np.uint8 or background.ndim != 4 or background.shape[3] != 3:
        raise ContractError(
            "not a video",
            where="background",
            expected="uint8 [T, H, W, 3]",
            got=f"{background.dtype} {background.shape}",
            hint="Give the inpainted background as RGB frames.",
        )
    video = background
    # Blocks come last: a void of a rendering is black, neither blurred nor noisy.
    for fault in (shrink, warp, blur, add_noise, blacken_blocks):
        if rng.random() < config.probability:
            video = fault(video, config, rng)
    return video


def shrink(video: Video, config: DegradationConfig, rng: np.random.Generator) -> Video:
    """Down-sample by a random factor, and up again."""
    height, width = video.shape[1:3]
    factor = 1 + rng.uniform(0.25, 1) * (config.most_shrinking - 1)
    small = max(1, round(width / factor)), max(1, round(height / factor))
    return np.stack(
        [
            cv2.resize(cv2.resize(frame, small, interpolation=cv2.INTER_AREA), (width, height))
            for frame in video
        ]
    )


def warp(video: Video, config: DegradationConfig, rng: np.random.Generator) -> Video:
    """A perspective warp that drifts from one random one to another over the clip."""
    height, width = video.shape[1:3]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    reach = config.most_warp * np.array([width, height])
    start, end = rng.uniform(-1, 1, (2, 4, 2)) * reach
    frames = []
    for frame, share in zip(video, np.linspace(0, 1, len(video)), strict=True):
        moved = corners + (1 - share) * start + share * end
        matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), moved.astype(np.float32))
        frames.append(cv2.warpPerspective(frame, matrix, (width, height)))  # black where nothing comes from
    return np.stack(frames)


def blur(video: Video, config: DegradationConfig, rng: np.random.Generator) -> Video:
    """Gaussian blur of a random width."""
    sigma = rng.uniform(0.25, 1) * config.most_blur * min(video.shape[1:3])
    return np.stack([cv2.GaussianBlur(frame, (0, 0), max(sigma, 1e-3)) for frame in video])


def add_noise(video: Video, config: DegradationConfig, rng: np.random.Generator) -> Video:
    """Gaussian noise of a random strength, new for each frame."""
    strength = 255 * rng.uniform(0.25, 1) * config.most_noise
    noisy = video + rng.normal(0, 1, video.shape).astype(np.float32) * strength
    return np.clip(np.rint(noisy), 0, 255).astype(np.uint8)


def blacken_blocks(video: Video, config: DegradationConfig, rng: np.random.Generator) -> Video:
    """Black rectangles that drift slowly, as voids do when the camera moves."""
    height, width = video.shape[1:3]
    holed = video.copy()
    for _ in range(rng.integers(1, config.most_blocks + 1)):
        h, w = np.maximum(1, rng.uniform(0.02, config.largest_block, 2) * [height, width])
        y, x = rng.uniform(0, 1, 2) * [height, width]
        drift = rng.uniform(-0.01, 0.01, 2) * [height, width]
        for t, frame in enumerate(holed):
            top, left = y - h / 2 + t * drift[0], x - w / 2 + t * drift[1]
            frame[
                max(0, round(top)) : max(0, round(top + h)), max(0, round(left)) : max(0, round(left + w))
            ] = 0
    return holed
