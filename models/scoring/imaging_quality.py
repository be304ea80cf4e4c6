"""Imaging quality: blur, noise, compression blocks and washed-out contrast of single frames.

Stands in for VBench's imaging quality (MUSIQ) and Video-Bench's, which need weights. Four measured
quantities, each with a published no-reference estimator; their responses are multiplied, so that the worst
one decides.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.scoring.observation import ClipObservation, shrink
from models.scoring.response import falling, rising, to_score

FRAMES = 12
"""Frames that are looked at, evenly spread."""

LONG_SIDE_PX = 512
"""Working size, as VBench feeds MUSIQ."""

BLUR_HALF, BLUR_SLOPE = 0.5, 7.0
NOISE_HALF, NOISE_SLOPE = 9.0, 1.7
BLOCK_HALF, BLOCK_SLOPE = 0.65, 2.5
CONTRAST_HALF, CONTRAST_SLOPE = 32.0, 2.2
"""Calibrated on generated and real clips: docs/scores.md."""


def proxy_imaging_quality(clip: ClipObservation) -> float:
    """Score 1–5 of how cleanly the frames are drawn. Falls with blur, noise, blocks, loss of contrast."""
    scores = []
    for index in clip.sampled(FRAMES):
        native = cv2.cvtColor(clip.frames[index], cv2.COLOR_RGB2GRAY)
        grey = shrink(native, LONG_SIDE_PX).astype(np.float32)
        quality = (
            falling(blur_effect(grey), BLUR_HALF, BLUR_SLOPE)
            * falling(noise_level(grey), NOISE_HALF, NOISE_SLOPE)
            * falling(blockiness(native.astype(np.float32)), BLOCK_HALF, BLOCK_SLOPE)
            * rising(contrast(grey), CONTRAST_HALF, CONTRAST_SLOPE)
        )
        scores.append(to_score(quality))
    return float(np.mean(scores))


def blur_effect(grey: NDArray[np.float32]) -> float:
    """The blur effect of Crete et al. (SPIE 2007), 0 sharp to 1 blurred: the share of the picture's
    differences between neighbours that a further blur leaves as they are.

    Taken after a 3×3 median, as single noisy pixels would pass for sharpness.

    Args:
        grey: float32 [H, W], levels 0..255.
    """
    calm = cv2.medianBlur(np.clip(grey, 0, 255).astype(np.uint8), 3).astype(np.float32)
    worst = 0.0
    for axis, kernel in ((0, (1, 9)), (1, (9, 1))):
        # A box of nine pixels along the axis, the length that Crete et al. use.
        blurred = cv2.blur(calm, kernel, borderType=cv2.BORDER_REFLECT)
        before = np.abs(np.diff(calm, axis=axis))
        lost = np.maximum(0.0, before - np.abs(np.diff(blurred, axis=axis)))
        total = float(before.sum())
        worst = max(worst, 1.0 - float(lost.sum()) / total if total > 0 else 1.0)
    return worst


def noise_level(grey: NDArray[np.float32]) -> float:
    """Standard deviation of the noise in levels (Immerkær, CVIU 1996), in the calmer quarter of 16 px blocks.

    The estimator's mask ignores ramps; blocks with texture and blocks clipped to black or white are
    left to the others.
    """
    mask = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    response = np.abs(cv2.filter2D(grey, cv2.CV_32F, mask)) * float(np.sqrt(np.pi / 2) / 6.0)
    block = 16
    height, width = (side // block for side in grey.shape)
    if height == 0 or width == 0:
        return float(response.mean())
    size = (width, height)
    crop = np.s_[: height * block, : width * block]
    level = cv2.resize(grey[crop], size, interpolation=cv2.INTER_AREA)
    noise = cv2.resize(response[crop], size, interpolation=cv2.INTER_AREA)
    open_to_noise = (level > 12) & (level < 243)
    return float(np.percentile(noise[open_to_noise] if open_to_noise.any() else noise, 25))


def blockiness(grey: NDArray[np.float32]) -> float:
    """How much larger steps across the 8 px grid are than the steps beside them, as a share; 0 for none.

    After Wang, Sheikh and Bovik (ICIP 2002), who compare the two as well. The four steps beside each one take
    out what is drawn there, and a level is added to them: a codec that leaves nothing between the block edges
    would make the share endless. Steps over 40 levels are drawn edges, left out.
    """
    excess = []
    for picture in (grey, grey.T):
        step = np.abs(np.diff(picture, axis=1))
        on_grid = np.arange(7, step.shape[1] - 2, 8)
        if on_grid.size == 0:
            continue
        across = step[:, on_grid]
        beside = np.mean([step[:, on_grid + offset] for offset in (-2, -1, 1, 2)], axis=0)
        calm = (across < 40.0) & (beside < 40.0)
        if calm.any():
            level = float(beside[calm].mean())
            excess.append((float(across[calm].mean()) - level) / (1.0 + level))
    return max(0.0, float(np.mean(excess))) if excess else 0.0


def contrast(grey: NDArray[np.float32]) -> float:
    """Spread of the levels between their 1st and 99th percentile."""
    low, high = np.percentile(grey, (1, 99))
    return float(high - low)
