"""The feature backend without weights: what colours a region has, and how fine its texture is.

A joint Lab histogram and a histogram of band-pass energies at two scales, both without any position or
direction, so that a limb may turn and a figure may walk without its features changing; the region's mean
brightness is made the same, so that the light may change. Square roots are taken, so that the cosine of two
descriptors is the Bhattacharyya coefficient of the histograms (as in RootSIFT, Arandjelović and Zisserman,
CVPR 2012).
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from scipy.ndimage import gaussian_filter

_BINS, _TEXTURE_BINS = (10, 22, 22), 8
_LOWEST, _HIGHEST = np.array([0, -110, -110], np.float32), np.array([100, 110, 110], np.float32)
"""sRGB stays within ±108 on Lab's a and b axes; a bin is then 10 units wide, four just noticeable steps."""
_BRIGHTNESS, _LARGEST_GAIN = 0.4, 3.0
_TEXTURE_SCALES = (1.0, 2.0)
_REACH_PX = 16
"""More than the radius, 13 px, of the widest blur's kernel: 4 standard deviations of 1.6 times 2."""
_LARGEST_LOG_ENERGY = 6.0
"""log2(1 + |band-pass|) of Lab lightness reaches 6 at a difference of 63, a hard black and white edge."""


class ColourTextureConfig(BaseModel):
    """Classical colour and texture histograms: no weights, milliseconds a frame."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 2
    kind: Literal["colour_texture"] = "colour_texture"
    texture_weight: float = Field(0.25, ge=0, le=1, description="The texture's share beside colour's.")
    background_half: float = Field(0.04, gt=0, description="Distance that halves background consistency.")
    subject_half: float = Field(0.05, gt=0, description="Distance that halves subject consistency.")
    slope: float = Field(1.5, gt=0, description="How sudden the loss is around these distances.")

    def missing(self) -> str | None:
        """Nothing is needed."""
        return None

    def weights(self) -> list[Path]:
        """There are none."""
        return []


class ColourTexture:
    """Describes regions by colour and texture histograms."""

    def __init__(self, config: ColourTextureConfig) -> None:
        self.config = config

    def describe(self, frames: NDArray[np.uint8], regions: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Unit descriptors [T, D] of a region bool [T, H, W] (never empty) of frames uint8 [T, H, W, 3]."""
        return np.stack(
            [self._describe(frame, region) for frame, region in zip(frames, regions, strict=True)]
        )

    def _describe(self, frame: NDArray[np.uint8], region: NDArray[np.bool_]) -> NDArray[np.float32]:
        window = _window(region)
        frame, region = frame[window], region[window]
        lab = cv2.cvtColor(_evenly_lit(frame, region), cv2.COLOR_RGB2LAB)
        share = self.config.texture_weight
        parts = [(1.0 - share) * _colours(lab[region])]
        for scale in _TEXTURE_SCALES:
            parts.append(share / len(_TEXTURE_SCALES) * _texture(lab[..., 0], region, scale))
        root: NDArray[np.float32] = np.sqrt(np.concatenate(parts)).astype(np.float32)
        return root / max(float(np.linalg.norm(root)), 1e-12)


def _window(region: NDArray[np.bool_]) -> tuple[slice, slice]:
    """All that a region's descriptor depends on: a figure is a small part of its frame."""
    rows, columns = (np.flatnonzero(region.any(axis=axis)) for axis in (1, 0))
    return _reached(rows), _reached(columns)


def _reached(seen: NDArray[np.intp]) -> slice:
    return slice(max(0, int(seen[0]) - _REACH_PX), int(seen[-1]) + _REACH_PX + 1)


def _evenly_lit(frame: NDArray[np.uint8], region: NDArray[np.bool_]) -> NDArray[np.float32]:
    """A frame in 0..1 whose region has the usual mean brightness: a figure in weaker light is the same one.

    The gain is bounded, so that black is not taken for grey.
    """
    scaled = frame.astype(np.float32) / np.float32(255)
    gain = _BRIGHTNESS / max(float(scaled[region].mean()), 1e-6)
    bounded = np.float32(min(max(gain, 1.0 / _LARGEST_GAIN), _LARGEST_GAIN))
    return np.asarray(np.minimum(scaled * bounded, np.float32(1)), np.float32)


def _colours(lab: NDArray[np.float32]) -> NDArray[np.float64]:
    """Joint histogram of Lab colours [N, 3], smoothed so that a slight shift is a slight change."""
    scaled = (lab - _LOWEST) * (np.array(_BINS, np.float32) / (_HIGHEST - _LOWEST))
    cells = np.clip(scaled.astype(np.int32), 0, np.array(_BINS) - 1)
    flat = (cells[:, 0] * _BINS[1] + cells[:, 1]) * _BINS[2] + cells[:, 2]
    counts = np.bincount(flat, minlength=int(np.prod(_BINS))).reshape(_BINS).astype(np.float64)
    smooth: NDArray[np.float64] = gaussian_filter(counts, sigma=0.7, mode="constant", truncate=2.5)
    shares: NDArray[np.float64] = (smooth / smooth.sum()).ravel()
    return shares


def _texture(lightness: NDArray[np.float32], region: NDArray[np.bool_], scale: float) -> NDArray[np.float64]:
    """Histogram of band-pass energies of lightness [H, W] in the region."""
    band = cv2.GaussianBlur(lightness, (0, 0), scale) - cv2.GaussianBlur(lightness, (0, 0), 1.6 * scale)
    energy = np.log2(1.0 + np.abs(band[region]))
    counts, _ = np.histogram(np.minimum(energy, _LARGEST_LOG_ENERGY), _TEXTURE_BINS, (0, _LARGEST_LOG_ENERGY))
    smooth: NDArray[np.float64] = gaussian_filter(counts.astype(np.float64), sigma=0.7, mode="nearest")
    shares: NDArray[np.float64] = smooth / smooth.sum()
    return shares
