"""Patterns: fabrics as functions of where one is on a garment, and the pictures baked from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.figures.skeleton import Floats

PatternKind = Literal["plain", "stripes", "pinstripes", "checks", "dots", "zigzag", "band"]
PATTERNS: tuple[PatternKind, ...] = ("plain", "stripes", "pinstripes", "checks", "dots", "zigzag", "band")

Paint = Callable[[Floats, Floats], Floats]
"""Colour [..., 3] in 0..255 at texture coordinates u, v [...]."""


class Fabric(NamedTuple):
    """A woven colour.

    `size_m`: one stripe with its gap, or one square; `middle_m`: height of a single band.
    """

    kind: PatternKind
    base: Floats
    accent: Floats
    size_m: float
    middle_m: float = 0.0

    def colour(self, turn: Floats, round_m: float, along_m: Floats) -> Floats:
        """Colour [..., 3] at a share `turn` of the way round something of `round_m`, and at a height."""
        share = self._share(turn * max(2, round(round_m / self.size_m)), along_m / self.size_m, along_m)
        return self.base + (self.accent - self.base) * share[..., None]

    def _share(self, across: Floats, up: Floats, along_m: Floats) -> Floats:
        if self.kind == "stripes":
            return _bars(up, 0.45)
        if self.kind == "pinstripes":
            return _bars(across, 0.22)
        if self.kind == "checks":
            return 0.5 * (_bars(up, 0.5) + _bars(across, 0.5))
        if self.kind == "dots":
            row = np.floor(up)
            x, y = (across + 0.5 * (row % 2)) % 1 - 0.5, up - row - 0.5
            return _soft(0.27 - np.hypot(x, y))
        if self.kind == "zigzag":
            return _bars(up + 0.35 * np.abs((across % 1) * 2 - 1), 0.4)
        if self.kind == "band":
            return _soft((1.1 * self.size_m - np.abs(along_m - self.middle_m)) / self.size_m)
        return np.zeros(np.broadcast(across, up).shape)


def _bars(at: Floats, share: float) -> Floats:
    """1 within a share of every unit."""
    return _soft(share / 2 - np.abs(at % 1 - 0.5))


def _soft(inside: Floats) -> Floats:
    """0..1 over a narrow edge about 0, so that edges have no steps."""
    ramp: Floats = np.clip(inside / 0.06 + 0.5, 0, 1)
    return ramp


def bake(paint: Paint, width_px: int = 128, height_px: int = 128) -> NDArray[np.uint8]:
    """Picture [H, W, 3] of a paint over u, v in 0..1, four samples a pixel."""
    u = (np.arange(2 * width_px) + 0.5) / (2 * width_px)
    v = (np.arange(2 * height_px) + 0.5) / (2 * height_px)
    fine = paint(*np.meshgrid(u, v))
    picture = cv2.resize(fine.astype(np.float32), (width_px, height_px), interpolation=cv2.INTER_AREA)
    whole: NDArray[np.uint8] = np.clip(picture + 0.5, 0, 255).astype(np.uint8)
    return whole


def mix(first: Floats, second: Floats, share: Floats | NDArray[np.bool_]) -> Floats:
    """Colours between two, [..., 3]; share [...] of the second."""
    return np.asarray(first + (second - first) * np.asarray(share, np.float64)[..., None])


def on_ellipsoid(u: Floats, v: Floats) -> Floats:
    """Point [..., 3] of the unit sphere at (u, v); see solids.Ellipsoids."""
    around, down = 2 * np.pi * (u - 0.5), np.pi * v
    return np.stack([np.sin(down) * np.sin(around), np.cos(down), np.sin(down) * np.cos(around)], axis=-1)
