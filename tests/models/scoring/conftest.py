"""A generated clip to degrade: a jointed figure that swings its limbs before a smooth background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

SIZE_PX = 224
NUM_FRAMES = 14
FPS = 24.0


@dataclass(frozen=True)
class Clip:
    frames: NDArray[np.uint8]
    alpha: NDArray[np.float32]
    fps: float = FPS

    def with_frames(self, frames: NDArray[np.floating] | NDArray[np.uint8]) -> Clip:
        return Clip(np.clip(np.round(frames), 0, 255).astype(np.uint8), self.alpha, self.fps)


def smooth_background() -> NDArray[np.float32]:
    y, x = np.mgrid[:SIZE_PX, :SIZE_PX].astype(np.float32) / SIZE_PX
    sky = np.stack([150 + 40 * x, 185 + 20 * y, 215 - 40 * y], axis=-1)
    ground = np.stack([150 - 30 * y, 140 + 0 * x, 110 + 20 * x], axis=-1)
    return np.where((y > 0.72)[..., None], ground, sky).astype(np.float32)


def other_background() -> NDArray[np.float32]:
    y, x = np.mgrid[:SIZE_PX, :SIZE_PX].astype(np.float32) / SIZE_PX
    wall = np.stack([120 + 60 * np.sin(18 * x), 60 + 30 * np.cos(14 * y), 50 + 20 * x], axis=-1)
    return wall.astype(np.float32)


def draw_figure(
    phase: float, shift_px: tuple[float, float] = (0.0, 0.0)
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Colours [S, S, 3] and alpha [S, S] of the figure at a phase of its swing (2π is a full one)."""
    scale = 2
    side = SIZE_PX * scale
    colour = np.zeros((side, side, 3), np.float32)
    alpha = np.zeros((side, side), np.float32)
    unit = side / 100.0
    hip = np.array([50.0 + 4 * np.sin(phase), 55.0]) + np.array(shift_px) * scale / unit
    neck = hip + np.array([0, -22])

    def limb(
        start: NDArray, angle: float, length: float, width: float, tint: tuple[int, int, int]
    ) -> NDArray:
        end = start + length * np.array([np.sin(angle), np.cos(angle)])
        a, b = (tuple(int(v) for v in np.round(point * unit)) for point in (start, end))
        cv2.line(alpha, a, b, 1.0, int(width * unit))
        cv2.line(colour, a, b, tint, int(width * unit))
        for share in (0.3, 0.55, 0.8):
            spot = tuple(int(v) for v in np.round((start + share * (end - start)) * unit))
            cv2.circle(colour, spot, int(0.22 * width * unit), tuple(0.45 * c for c in tint), -1)
        return end

    swing = np.sin(phase)
    for side_sign in (-1, 1):
        knee = limb(hip + np.array([3.5 * side_sign, 0]), 0.45 * swing * side_sign, 15, 6, (60, 70, 130))
        limb(knee, 0.45 * swing * side_sign - 0.2, 15, 5, (60, 70, 130))
    limb(neck + np.array([0, 2]), 0.0, 20, 13, (200, 70, 60))
    for side_sign in (-1, 1):
        elbow = limb(
            neck + np.array([7 * side_sign, 1]), (0.5 + 0.5 * swing) * side_sign, 12, 5, (220, 170, 60)
        )
        limb(elbow, (0.9 + 0.8 * swing) * side_sign, 11, 4, (230, 190, 160))
    head = tuple(int(v) for v in np.round((neck + np.array([0, -10])) * unit))
    cv2.circle(alpha, head, int(8 * unit), 1.0, -1)
    cv2.circle(colour, head, int(8 * unit), (230, 190, 160), -1)
    for eye in (-3, 3):
        cv2.circle(colour, (head[0] + int(eye * unit), head[1]), int(unit), (40, 30, 30), -1)
    size = (SIZE_PX, SIZE_PX)
    alpha_small = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    colour_small = cv2.resize(colour, size, interpolation=cv2.INTER_AREA)
    return colour_small / np.maximum(alpha_small, 1e-3)[..., None], alpha_small


def make_clip(
    phases: NDArray[np.float64] | None = None,
    shifts_px: NDArray[np.float64] | None = None,
    recolour: Callable[[int, NDArray[np.float32]], NDArray[np.float32]] | None = None,
    background: Callable[[int], NDArray[np.float32]] | None = None,
) -> Clip:
    if phases is None:
        phases = 2 * np.pi * np.arange(NUM_FRAMES) / 28.0
    frames, alphas = [], []
    for index, phase in enumerate(phases):
        shift = (0.0, 0.0) if shifts_px is None else tuple(shifts_px[index])
        colour, alpha = draw_figure(float(phase), shift)
        if recolour is not None:
            colour = recolour(index, colour)
        behind = smooth_background() if background is None else background(index)
        frames.append(colour * alpha[..., None] + behind * (1 - alpha[..., None]))
        alphas.append(alpha)
    # A camera's and a codec's trace of noise: perfectly clean pictures do not occur.
    grain = np.random.default_rng(7).normal(0, 0.8, (len(frames), SIZE_PX, SIZE_PX, 1))
    picture = np.clip(np.round(np.stack(frames) + grain), 0, 255).astype(np.uint8)
    return Clip(picture, np.stack(alphas).astype(np.float32))


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> None:
    cv2.setNumThreads(1)  # as in a worker process


@pytest.fixture(scope="session")
def clean() -> Clip:
    return make_clip()


@pytest.fixture(scope="session")
def build() -> Callable[..., Clip]:
    return make_clip


@pytest.fixture(scope="session")
def backgrounds() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return smooth_background(), other_background()
