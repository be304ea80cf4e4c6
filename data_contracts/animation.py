"""Animation: the figure moving before the background."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from data_contracts.lossless_video import write_lossless
from data_contracts.record import FileRef, Record

Drawn = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""A frame uint8 [H, W, 3], and the alpha uint8 [H, W] of the figures in it."""


class Animation(Record):
    """The composite before refinement."""

    video: FileRef
    """Lossless RGB video."""
    alpha: FileRef
    """Lossless grey video of the figure's alpha."""
    num_frames: int = Field(ge=1)
    fps: float = Field(gt=0)
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    backend: str
    on_white: bool = False
    """The figure is alone on white, and not before the coarse background."""


def write_animation(
    folder: Path, drawn: Iterable[Drawn], fps: float, backend: str, on_white: bool = False
) -> Animation:
    """Write frames as they come, and their alphas after them.

    Args:
        folder: for ``composite.mkv`` and ``alpha.mkv``.
        drawn: at least one frame.
        fps: frames a second.
        backend: that drew them.
        on_white: whether nothing is behind the figure.
    """
    alphas: list[NDArray[np.uint8]] = []

    def pictures() -> Iterator[NDArray[np.uint8]]:
        for picture, alpha in drawn:
            alphas.append(alpha)
            yield picture

    video = write_lossless(folder / "composite.mkv", pictures(), fps)
    alpha = write_lossless(folder / "alpha.mkv", alphas, fps)
    height, width = alphas[0].shape
    return Animation(
        video=FileRef.of(video, folder),
        alpha=FileRef.of(alpha, folder),
        num_frames=len(alphas),
        fps=fps,
        width_px=width,
        height_px=height,
        backend=backend,
        on_white=on_white,
    )


class RefinedVideo(Record):
    """The result of a job."""

    video: FileRef
    """MP4 (H.264), for people and players."""
    lossless: FileRef
    """The same frames, lossless, for the stages that follow."""
    poster: FileRef
    """PNG of one frame."""
    num_frames: int = Field(ge=1)
    fps: float = Field(gt=0)
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    filled_share: float = Field(ge=0, le=1)
    """Share of background pixels that refinement had to fill."""
    backend: str
