"""Motions: short loops that show whether a rig moves well, made from what people of the puppet world do."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from models.motion.poses import bvh_poses
from models.puppet.driver import DriverMotion
from models.world.figures.human import draw_human
from models.world.figures.skeleton import Floats, Skeleton
from models.world.motions.as_bvh import bvh_of
from models.world.motions.perform import perform

FPS = 12.0
_FRAMES, _SHORTEST, _LONGEST = 60, 10, 30
_PLANE_PX = 384
_BODY_SEED = 0

MOTIONS: dict[str, tuple[str, int]] = {
    "Walk": ("walk", 1),
    "Wave": ("wave", 0),
    "Dance": ("step_touch", 1),
    "Jumping jacks": ("jumping_jacks", 0),
    "Squat": ("squat", 0),
}
"""Title -> act and its seed."""


@lru_cache(maxsize=len(MOTIONS))
def motion_loop(title: str) -> DriverMotion:
    """A motion that ends where it begins, on the spot, at FPS."""
    act, seed = MOTIONS[title]
    skeleton = _skeleton()
    poses = perform("human", act, skeleton, _FRAMES, FPS, seed)
    seen = bvh_poses(bvh_of(skeleton, poses, FPS), _PLANE_PX, _PLANE_PX, fps=FPS)
    return looped(DriverMotion.of(seen, 0, _FRAMES))


def looped(driver: DriverMotion) -> DriverMotion:
    """The stretch of a motion whose end is most like its beginning, with what is left spread over it."""
    points = driver.xy if driver.depth is None else np.dstack([driver.xy, driver.depth])
    posture = points - points.mean(axis=1, keepdims=True)
    start, end = _best_stretch(posture)
    drift = points[end] - points[start]
    share = (np.arange(end - start) / (end - start))[:, None, None]
    ring = points[start:end] - share * drift
    return replace(
        driver,
        xy=ring[..., :2],
        confidence=driver.confidence[start:end],
        depth=None if driver.depth is None else ring[..., 2],
    )


def _best_stretch(posture: Floats) -> tuple[int, int]:
    """First frame and the one after the last; a stretch in which little happens is no loop."""
    best, chosen = float("inf"), (0, min(_LONGEST, len(posture) - 1))
    for start in range(len(posture) - _SHORTEST):
        for end in range(start + _SHORTEST, min(start + _LONGEST, len(posture) - 1) + 1):
            place = posture[end] - posture[start]
            pace = (posture[end] - posture[end - 1]) - (posture[start + 1] - posture[start])
            moved = float(np.linalg.norm(posture[start:end].std(axis=0)))
            seam = float(np.linalg.norm(place) + np.linalg.norm(pace)) / (moved + 1e-9)
            if seam < best:
                best, chosen = seam, (start, end)
    return chosen


@lru_cache(maxsize=1)
def _skeleton() -> Skeleton:
    return draw_human(_BODY_SEED).skeleton
