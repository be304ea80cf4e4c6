"""Is the tracker's confidence honest? Generated takes under hard conditions: does it rank with the error?"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np

from data_contracts.camera_path import Floats, invert_rigid
from models.camera import CameraEstimate, FeaturesConfig, load
from models.camera.alignment import extent, relative_to_first, umeyama
from models.camera.presets import preset_path
from tests.models.camera.planes import FOCAL, FOV_DEG, HEIGHT, WIDTH, render, with_walker

TAKES, FRAMES, SEED = 60, 12, 5
BAD_PX = 1.0
"""Displacement of the scene's points, as the median over the clip, from which a track is called bad."""

_DEPTH = 1.3
"""About the median depth of the rendered place."""

Generator = np.random.Generator
_MOVES: dict[str, Callable[[Generator], dict[str, float]]] = {
    "orbit": lambda rng: {"angle_deg": rng.uniform(4, 30)},
    "dolly_in": lambda rng: {"distance": rng.uniform(0.05, 0.4)},
    "crane": lambda rng: {"rise": rng.uniform(0.05, 0.4)},
    "shake": lambda rng: {
        "angle_deg": rng.uniform(0.3, 3), "shift": rng.uniform(0.003, 0.03), "cycles": 3.0
    },
    "pan": lambda rng: {"yaw_deg": rng.uniform(3, 20)},
    "static": lambda rng: {},
}  # fmt: skip
_CONDITIONS: dict[str, Callable[[np.ndarray, Generator], np.ndarray]] = {
    "clear": lambda frames, rng: frames,
    "blurred": lambda frames, rng: _blurred(frames, rng.uniform(3, 14)),
    "faint": lambda frames, rng: 128 + rng.uniform(0.03, 0.3) * (frames - 128.0),
    "noisy": lambda frames, rng: frames + rng.normal(0, rng.uniform(5, 60), frames.shape),
    "a mover that is not masked": lambda frames, rng: with_walker(frames)[0],
    "flickering": lambda frames, rng: (
        frames * (1 + rng.uniform(0, 0.5) * rng.uniform(-1, 1, (len(frames), 1, 1, 1)))
    ),
}


class Judged(NamedTuple):
    """One take: what it was, how sure the tracker was, and how wrong."""

    take: str
    kind: str
    confidence: float
    error_px: float


def measure_confidence() -> dict[str, object]:
    """AUC: how probably a good track has more confidence than a bad one; and what passes the limit."""
    judged = [_judged(number, np.random.default_rng([SEED, number])) for number in range(TAKES)]
    confidence = np.array([each.confidence for each in judged])
    bad = np.array([each.error_px > BAD_PX for each in judged])
    above = confidence[~bad, None] - confidence[bad]
    trusted = confidence >= 0.3
    return {
        "takes": TAKES,
        "bad_above_px": BAD_PX,
        "bad": int(bad.sum()),
        "auc": round(float(np.mean((above > 0) + 0.5 * (above == 0))), 3),
        "trusted": int(trusted.sum()),
        "bad_among_trusted": int((bad & trusted).sum()),
        "worst_trusted": [
            {
                "take": each.take,
                "kind": each.kind,
                "confidence": round(each.confidence, 2),
                "error_px": round(each.error_px, 2),
            }
            for each in sorted(judged, key=lambda each: -each.error_px)
            if each.confidence >= 0.3
        ][:5],
    }


def _judged(number: int, rng: Generator) -> Judged:
    move = list(_MOVES)[number % len(_MOVES)]
    condition = list(_CONDITIONS)[number // len(_MOVES) % len(_CONDITIONS)]
    true = preset_path(move, FRAMES, _MOVES[move](rng), seed=number)
    frames = np.clip(_CONDITIONS[condition](render(true), rng), 0, 255).astype(np.uint8)
    found = load(FeaturesConfig(fov_deg=FOV_DEG))(frames)
    return Judged(f"{move}, {condition}", found.kind, found.confidence, _error_px(found, true))


def _blurred(frames: np.ndarray, sigma: float) -> np.ndarray:
    return np.stack([cv2.GaussianBlur(frame, (0, 0), sigma) for frame in frames])


def _error_px(found: CameraEstimate, true: Floats) -> float:
    """How far points all over the first picture are from where the true camera sees them later (median)."""
    ours = found.world_from_camera.copy()
    if extent(ours) > 1e-9:
        ours[:, :3, 3] *= umeyama(ours[:, :3, 3], true[:, :3, 3])[0]
    off = _seen(ours, found.intrinsics_px[:, 0]) - _seen(true, np.full(len(true), FOCAL))
    return float(np.median(np.linalg.norm(off, axis=-1)))


def _seen(path: Floats, focal_px: Floats) -> Floats:
    """Where a grid of points at one depth, in the first picture's view, appears over time [T, N, 2]."""
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, 7) * WIDTH, np.linspace(-0.5, 0.5, 7) * HEIGHT)
    points = _DEPTH * np.stack([x.ravel() / FOCAL, y.ravel() / FOCAL, np.ones(x.size)], axis=1)
    view = invert_rigid(relative_to_first(path))
    local = points @ np.swapaxes(view[:, :3, :3], 1, 2) + view[:, None, :3, 3]
    return np.asarray(local[..., :2] / np.maximum(local[..., 2:], 0.05) * focal_px[:, None, None], np.float64)
