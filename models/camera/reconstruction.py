"""From tracks to a structure: the first pair, the lens, key frames, and then every frame."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.camera_path import Floats
from models.camera.ground import without_upside_down
from models.camera.lens import Lens
from models.camera.structure import Structure
from models.camera.tracks import FeatureTracks

_TRIAL_FRAMES = 14
"""Frames round the first pair on which lenses are tried."""
_INLIER_PX = 3.0
"""Error up to which an observation is explained."""
_UPRIGHT_SHARE = 0.8
"""Of the best support, from which a reading with its ground below is preferred: the two readings of a long
lens differ by a tenth."""


def best_pair(tracks: FeatureTracks) -> tuple[tuple[int, int] | None, float]:
    """The two frames that show depth best, and the motion in pixels that no homography explains there."""
    best: tuple[float, tuple[int, int], float] | None = None
    for first in range(0, tracks.n_frames, max(1, tracks.n_frames // 8)):
        for gap in (2, 3, 4, 6, 8, 11, 15, 22, 30, 45, 60, 90):
            second = first + gap
            if second >= tracks.n_frames:
                break
            a, b = tracks.shared(first, second)
            if len(a) < 60:
                break
            homography, _ = cv2.findHomography(a, b, cv2.USAC_MAGSAC, 1.5)
            if homography is None:
                continue
            off = cv2.perspectiveTransform(a[:, None], homography)[:, 0] - b
            parallax = float(np.percentile(np.linalg.norm(off, axis=1), 70))
            score = min(parallax, 6.0) * np.sqrt(min(len(a), 250))
            if best is None or score > best[0]:
                best = (float(score), (first, second), parallax)
    return (None, 0.0) if best is None else (best[1], best[2])


def reconstruct(
    tracks: FeatureTracks,
    centre: Floats,
    pair: tuple[int, int],
    lenses: list[Lens],
    free_focal: bool,
    max_keyframes: int,
) -> Structure | None:
    """Structure of a clip; None where it does not even start.

    An unknown focal length is sought on a few frames around the first pair, from several starts. The
    reconstruction that explains them best goes on to the key frames (not just its focal length: at a wrong
    start the same pair may fall into a wrong solution), and every frame between is placed by its points.
    """
    xy = tracks.xy_px - centre
    reach = max(4, pair[1] - pair[0])
    window = np.linspace(max(0, pair[0] - reach), min(tracks.n_frames - 1, pair[1] + reach), _TRIAL_FRAMES)
    rows = _rows(tracks, np.r_[window.astype(int), pair])
    trials = []
    for lens in lenses:
        trial = Structure(tracks.track[rows], tracks.frame[rows], xy[rows], tracks.n_frames, lens)
        if trial.start(*pair):
            trial.grow(free_focal, rounds=1)
            if _holds(trial):
                trials.append(trial)
    if not trials:
        return None
    best = without_upside_down(trials, [_support(trial) for trial in trials], _UPRIGHT_SHARE)
    keys = key_frames(tracks.n_frames, max_keyframes)
    rows = _rows(tracks, np.r_[keys, np.flatnonzero(best.registered)])
    structure = best.seeing(tracks.track[rows], tracks.frame[rows], xy[rows])
    structure.triangulate()
    structure.grow(free_focal, rounds=3)
    if not _holds(structure):
        return None
    if len(keys) < tracks.n_frames:
        structure = structure.seeing(tracks.track, tracks.frame, xy)
        for frame in np.flatnonzero(~structure.registered):
            structure.resect(int(frame))
    return structure


def key_frames(n_frames: int, most: int) -> NDArray[np.int64]:
    """Frames that are adjusted together: at most eight apart, as points must live from one to the next."""
    return np.linspace(0, n_frames - 1, min(n_frames, max(most, n_frames // 8))).astype(np.int64)


def fit(structure: Structure) -> tuple[float, float]:
    """Root mean square reprojection error of the observations within 3 px, and their share."""
    error = structure.errors_px()
    near = error <= _INLIER_PX
    if not near.any():
        return float("inf"), 0.0
    return float(np.sqrt(np.mean(error[near] ** 2))), float(near.mean())


def _rows(tracks: FeatureTracks, frames: NDArray[np.int64]) -> NDArray[np.int64]:
    chosen = np.zeros(tracks.n_frames, bool)
    chosen[frames] = True
    return np.flatnonzero(chosen[tracks.frame])


def _holds(structure: Structure) -> bool:
    return int(structure.has_point.sum()) >= 20


def _support(structure: Structure) -> float:
    """How much a reconstruction explains and how well: to choose among starts."""
    error = structure.errors_px()
    rms = float(np.sqrt(np.mean(np.minimum(error, 10) ** 2)))
    return len(error) / (1 + rms) + 10 * float(structure.registered.sum())
