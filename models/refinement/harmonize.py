"""Refinement backend ``harmonize``: fill voids, soften the figure's edge, bring its tone near the scene's."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import InputError
from models.refinement.grain import Grain, added_grain, grained
from models.refinement.tone import shifted, tone_shift
from models.refinement.voids import fill_voids

_FOREIGN = 40.0
"""Mean difference (of 255) beside the figure above which the composite does not show the background."""


class HarmonizeConfig(BaseModel):
    """Classical refinement without weights. Colours are shifted alike over the clip: nothing flickers."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 2
    kind: Literal["harmonize"] = "harmonize"
    fill_voids: bool = True
    """Fill what the background left empty."""
    feather_px: float = Field(0.6, ge=0, le=5)
    """Softening along the figure's edge, standard deviation."""
    tone: float = Field(0.12, ge=0, le=1)
    """Share of the difference in mean colour to the scene that the figure takes over; limits are tight."""
    grain: bool = True
    """Give the figure the grain that a filmed background has and it lacks."""

    def missing(self) -> str | None:
        """What is missing for it to run here: nothing."""
        return None

    def weights(self) -> list[Path]:
        """Files of weights: none."""
        return []


@dataclass(frozen=True)
class Refined:
    """``frames`` uint8 [T, H, W, 3], and the share of background pixels that had to be filled."""

    frames: NDArray[np.uint8]
    filled_share: float


def harmonize(
    frames: NDArray[np.uint8],
    alpha: NDArray[np.uint8],
    background: NDArray[np.uint8],
    void: NDArray[np.bool_],
    config: HarmonizeConfig,
) -> Refined:
    """Refine a composite.

    Args:
        frames: uint8 [T, H, W, 3], the figure over the background.
        alpha: uint8 [T, H, W] of the figure.
        background: uint8 [T, H, W, 3] as rendered.
        void: bool [T, H, W], True where nothing was rendered.
        config: options.

    Raises:
        InputError: the clips differ in size or length.
    """
    sizes = {clip.shape[:3] for clip in (frames, alpha, background, void)}
    if len(sizes) > 1:
        raise InputError(
            "the clips to refine differ in size or length", expected="one [T, H, W]", got=sorted(sizes)
        )
    out = frames.copy()
    share = 0.0
    on_scene = _shows(frames, alpha, background, void)
    if on_scene and config.fill_voids and void.any():
        filled = fill_voids(background, void)
        share = float((void & (alpha < 128)).mean())
        for t in np.flatnonzero(void.any((1, 2))).tolist():
            clear = 1 - alpha[t].astype(np.float32)[..., None] / 255
            added = clear * (filled[t].astype(np.float32) - background[t])
            out[t] = np.clip(np.rint(out[t] + added), 0, 255).astype(np.uint8)
    shift = tone_shift(out, alpha, background, config.tone) if on_scene else np.zeros(3, np.float32)
    grain = added_grain(out, alpha, background) if on_scene and config.grain else Grain(0, 0)
    for t, (picture, matte) in enumerate(zip(out, alpha, strict=True)):
        here = _around(matte, config.feather_px)
        cover = matte[here].astype(np.float32) / 255
        frame = shifted(picture[here].astype(np.float32), cover, shift)
        frame = grained(_feathered(frame, cover, config.feather_px), cover, grain, t)
        picture[here] = np.clip(np.rint(frame), 0, 255)
    return Refined(out, share)


def _around(matte: NDArray[np.uint8], feather_px: float) -> tuple[slice, slice]:
    """The window of the figure [H, W] with all that its softened edge is made from; nothing else changes."""
    rows, columns = np.flatnonzero(matte.any(1)), np.flatnonzero(matte.any(0))
    if len(rows) == 0:
        return slice(0, 0), slice(0, 0)
    # OpenCV's blur reaches four standard deviations: once for the edge, once for what is blurred along it.
    margin = 2 + 2 * ceil(4 * max(0.5, feather_px) + 1)
    top, left = max(0, int(rows[0]) - margin), max(0, int(columns[0]) - margin)
    return slice(top, int(rows[-1]) + 1 + margin), slice(left, int(columns[-1]) + 1 + margin)


def _feathered(
    frame: NDArray[np.float32], alpha: NDArray[np.float32], feather_px: float
) -> NDArray[np.float32]:
    """Blur across the figure's edge and nowhere else."""
    if feather_px <= 0 or not alpha.any():
        return frame
    edge = cv2.morphologyEx(alpha, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    edge = cv2.GaussianBlur(edge, (0, 0), max(0.5, feather_px))[..., None]
    edge = np.clip(edge, 0, 1)
    return np.asarray(frame * (1 - edge) + edge * cv2.GaussianBlur(frame, (0, 0), feather_px), np.float32)


def _shows(
    frames: NDArray[np.uint8],
    alpha: NDArray[np.uint8],
    background: NDArray[np.uint8],
    void: NDArray[np.bool_],
) -> bool:
    """Whether the composite shows the background at all; a figure on white does not."""
    beside = (alpha[0] == 0) & ~void[0]
    if not beside.any():
        return True
    difference = np.abs(frames[0].astype(np.float32) - background[0])[beside]
    return float(difference.mean()) < _FOREIGN
