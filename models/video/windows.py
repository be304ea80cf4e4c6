"""Long clips as overlapping windows, and noise that every frame has for itself (A16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from data_contracts.errors import ConfigError

if TYPE_CHECKING:
    import torch

Window = tuple[int, int]
"""First frame and the one past the last."""


def windows_over(frames: int, length: int, overlap: int, multiple: int = 1) -> list[Window]:
    """Windows that cover a clip; the last one ends with it, and overlaps more where it must.

    Args:
        frames: of the clip (latent ones, as all here), a multiple of `multiple`.
        length: of a window.
        overlap: frames that two neighbours share, at least.
        multiple: windows start and end at multiples of this many frames.

    Raises:
        ConfigError: lengths that leave no way forward.
    """
    if not 0 <= overlap < length or length % multiple or overlap % multiple:
        raise ConfigError(
            "windows that cannot cover a clip",
            where="window",
            expected=f"0 <= overlap < length, multiples of {multiple}",
            got=f"length {length}, overlap {overlap}",
            hint="Lengths count latent frames: 4 frames each with CogVideoX's VAE.",
        )
    if frames <= length:
        return [(0, frames)]
    starts = list(range(0, frames - length, length - overlap)) + [frames - length]
    return [(start, start + length) for start in starts]


def window_weights(windows: list[Window]) -> list[torch.Tensor]:
    """How much each window says about each of its frames; the weights of a frame sum to one.

    Over what it shares with a neighbour a window's say rises or falls linearly. The clip's first and
    last frames have no neighbour: their window speaks for them alone, and nothing wraps round.
    """
    import torch

    frames = windows[-1][1]
    weights = []
    for i, (first, past) in enumerate(windows):
        at = torch.arange(first, past, dtype=torch.float64) + 0.5
        weight = torch.ones_like(at)
        if i > 0:
            weight = weight.minimum((at - first) / max(windows[i - 1][1] - first, 1))
        if i + 1 < len(windows):
            weight = weight.minimum((past - at) / max(past - windows[i + 1][0], 1))
        weights.append(weight)
    total = torch.zeros(frames, dtype=torch.float64)
    for (first, past), weight in zip(windows, weights, strict=True):
        total[first:past] += weight
    return [
        (weight / total[first:past]).float() for (first, past), weight in zip(windows, weights, strict=True)
    ]


def noise_of_frames(seed: int, frames: int, shape: tuple[int, int, int], first: int = 0) -> torch.Tensor:
    """Standard normal noise float32 [1, frames, C, h, w], drawn for each frame from (seed, its number).

    A frame keeps its noise however long the clip and however it is cut into windows or batches.
    """
    import torch

    drawn = [
        np.random.default_rng((seed, first + frame)).standard_normal(shape, np.float32)
        for frame in range(frames)
    ]
    return torch.from_numpy(np.stack(drawn))[None]
