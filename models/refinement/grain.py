"""The scene's grain on a figure that has none: a clean drawing in a noisy clip looks cut out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

_SAMPLES = 6
_BLOCK_PX = 12
_FLATTEST = 0.2
"""Share of the blocks that are taken for flat: what varies in them is grain and not texture."""
_FEWEST_BLOCKS = 8
_SEEN, _MOST = 0.8, 10.0
"""Standard deviations (of 255) below which grain is not seen, and over which it is texture after all."""
_HIGH_PASS_PX = 2.0
_LARGEST_GRAIN_PX = 1.6
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class Grain:
    """Noise of brightness: its standard deviation (of 255), and that of the Gaussian it is blurred by."""

    level: float
    size_px: float


def added_grain(frames: NDArray[np.uint8], alpha: NDArray[np.uint8], background: NDArray[np.uint8]) -> Grain:
    """What the figure lacks of the background's grain.

    Grain is what differs, in flat places, between a frame and the next and cannot be told from one pixel to
    those around it: a pattern that stays, or a texture, is none.

    Args:
        frames: uint8 [T, H, W, 3], the composite.
        alpha: uint8 [T, H, W] of the figure.
        background: uint8 [T, H, W, 3] as rendered.
    """
    if len(frames) < 2:
        return Grain(0, 0)
    times = np.unique(np.linspace(0, len(frames) - 2, _SAMPLES).astype(int))
    wanted, size_px = _grain(background, alpha < 8, times)
    if not _SEEN <= wanted <= _MOST:
        return Grain(0, 0)
    had, _ = _grain(frames, alpha > 247, times)
    level = float(np.sqrt(max(wanted**2 - had**2, 0)))
    return Grain(level if level >= _SEEN else 0.0, size_px)


def grained(
    frame: NDArray[np.float32], cover: NDArray[np.float32], grain: Grain, t: int
) -> NDArray[np.float32]:
    """A frame [H, W, 3] with grain wherever the figure covers it [H, W]; every frame has its own."""
    if grain.level <= 0:
        return frame
    noise = np.random.default_rng(t).standard_normal(cover.shape, np.float32)
    if grain.size_px > 0.2:
        noise = cv2.GaussianBlur(noise, (0, 0), grain.size_px)
    noise *= grain.level / float(noise.std())
    return np.asarray(frame + (noise * cover)[..., None], np.float32)


def _grain(clip: NDArray[np.uint8], where: NDArray[np.bool_], times: NDArray[np.int_]) -> tuple[float, float]:
    """Level and size of a clip's grain, as in the blocks that vary least; (0, 0) where there are too few."""
    blocks = np.concatenate([_of_blocks(clip[t], clip[t + 1], where[t] & where[t + 1]) for t in times])
    if len(blocks) < _FEWEST_BLOCKS:
        return 0.0, 0.0
    count = max(_FEWEST_BLOCKS // 2, round(_FLATTEST * len(blocks)))
    flat = blocks[np.argsort(blocks[:, 0], kind="stable")[:count]]
    # Noise blurred by s has neighbours that are alike by exp(-1 / (4 s^2)).
    alike = float(np.clip(np.median(flat[:, 2]), 0.0, 0.9))
    size_px = 0.0 if alike < 0.05 else float(0.5 / np.sqrt(-np.log(alike)))
    return float(np.median(flat[:, 1])), min(size_px, _LARGEST_GRAIN_PX)


def _of_blocks(
    frame: NDArray[np.uint8], following: NDArray[np.uint8], where: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Of each block wholly inside: its own variation, that of the grain, and how alike neighbours' grain is
    [N, 3].

    What a still camera sees twice is taken off by the difference of two frames, and what varies slowly in the
    picture by a high pass. Of the two estimates of the grain the lower one counts: a moving camera makes
    differences of what is no grain.
    """
    inside = _blocks(where).all((2, 3))
    once, again = (_blocks(_high(picture))[inside] for picture in (frame, following))
    changed = (once - again) / np.float32(np.sqrt(2))
    own, level = once.std((1, 2)), changed.std((1, 2))
    alike = (changed[:, :, 1:] * changed[:, :, :-1]).mean((1, 2)) / (level**2 + np.float32(1e-9))
    return np.stack([own, np.minimum(level, own), alike], axis=1)


def _blocks(picture: NDArray[Any]) -> NDArray[Any]:
    """The whole blocks of a picture [H, W], as [rows, columns, block, block]."""
    rows, columns = (side // _BLOCK_PX for side in picture.shape)
    whole = picture[: rows * _BLOCK_PX, : columns * _BLOCK_PX]
    return whole.reshape(rows, _BLOCK_PX, columns, _BLOCK_PX).swapaxes(1, 2)


def _high(frame: NDArray[np.uint8]) -> NDArray[np.float32]:
    luma = frame.astype(np.float32) @ _LUMA
    return np.asarray(luma - cv2.GaussianBlur(luma, (0, 0), _HIGH_PASS_PX), np.float32)
