"""Is the camera at rest? Told by the rim of the frame, which the mover seldom fills."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.camera.tracks import FeatureTracks, Floats, Grays, Masks

STILL_LEVELS = 4.0
"""Grey levels by which a pixel at rest may leave its median over time: sensor and compression noise."""

STILL_SHARE = 0.8
"""Rim share from which a camera is at rest. Locked-off clips: 0.87-0.97, hand-held: 0.3, moving: 0-0.05."""

TELLING_SHARE, TELLING_SHIFT = 0.03, 0.02
"""Share of the rim that a shift (in long sides) would have to change, along both axes, for its brightness to
tell that nothing moved. Locked-off clips, plain walls among them: 0.05-0.6; graded studio backdrops: 0."""

STILL_PX = 1.0
"""Common motion below which a camera whose rim keeps its brightness is at rest."""

TOGETHER_SHARE, EVERYWHERE_SHARE = 0.7, 0.6
"""Shares of points that follow one homography, and of 8x8 cells that have such points, from which the picture
moves as a whole. Plain backdrops before a moving camera: 0.77-1 and 0.85-0.9; locked-off clips with a mover
that nobody masked: below 0.7 or below 0.6, or their points do not move."""

_SIDE, _TOP = 0.12, 0.10
"""The rim's breadth: shares of the picture's width and height."""


def _rim(height: int, width: int) -> NDArray[np.bool_]:
    """Both sides and the top; a figure stands on the lower border."""
    rim = np.zeros((height, width), bool)
    side, top = max(1, int(_SIDE * width)), max(1, int(_TOP * height))
    rim[:, :side] = rim[:, -side:] = rim[:top] = True
    return rim


def rim_still_share(grays: Grays, movers: Masks | None = None) -> float:
    """Share of rim pixels whose grey value stays near its median over time (1 for a single frame)."""
    rim, smooth = _rim_over_time(grays, movers)
    if not rim.any():
        return 0.0
    return float(_still(smooth[:, rim]).mean())


class Telling(NamedTuple):
    """How much the rim's brightness says of motion."""

    share: float
    """Of rim pixels, those that would not have kept their brightness, had the picture shifted a little: the
    lesser share of both axes. A rim without texture is 'still' whatever the camera does: 0 says so."""
    still: float
    """Of the pixels that tell, those that did keep their brightness."""


def rim_telling(grays: Grays, movers: Masks | None = None) -> Telling:
    """What a rim that keeps its brightness is worth as a proof of rest."""
    rim, smooth = _rim_over_time(grays, movers)
    plate = np.median(smooth, axis=0)
    shift = max(1, round(TELLING_SHIFT * max(plate.shape)))
    rows = np.abs(plate[shift:] - plate[:-shift]) > STILL_LEVELS
    columns = np.abs(plate[:, shift:] - plate[:, :-shift]) > STILL_LEVELS
    tells = np.zeros_like(rim)
    tells[shift:] |= rows
    tells[:-shift] |= rows
    tells[:, shift:] |= columns
    tells[:, :-shift] |= columns
    tells &= rim
    if not tells.any():
        return Telling(0.0, 0.0)
    share = min(rows[rim[shift:]].mean(), columns[rim[:, shift:]].mean())
    return Telling(float(share), float(_still(smooth[:, tells]).mean()))


def _still(values: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Which of some pixels [N, P] stay near their median over time."""
    deviation = np.abs(values - np.median(values, axis=0))
    return np.asarray(np.percentile(deviation, 75, axis=0) < STILL_LEVELS)


def _rim_over_time(grays: Grays, movers: Masks | None) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """The rim [H, W] and at most 40 smoothed frames [N, H, W].

    Pixels that the mover touches in more than a quarter of the frames do not count.
    """
    picks = np.unique(np.linspace(0, len(grays) - 1, min(len(grays), 40)).astype(int))
    rim = _rim(*grays.shape[1:])
    if movers is not None:
        rim &= movers[picks].mean(axis=0) <= 0.25
    smooth = np.stack([cv2.GaussianBlur(grays[i], (0, 0), 1.5) for i in picks]).astype(np.float32)
    return rim, smooth


def rim_drift_px(tracks: FeatureTracks, height: int, width: int) -> float | None:
    """How far the background has moved since each point's first sight, in pixels; None: too few points.

    Median over 8x8 cells of the rim, so that one well-textured corner does not decide alone; in each the 75th
    percentile over time, as for the rim's brightness, so that a camera which rests first is not at rest.
    """
    starts = np.flatnonzero(np.r_[True, np.diff(tracks.track) > 0])
    length = np.diff(np.r_[starts, len(tracks.track)])
    first = np.repeat(starts, length)
    age = tracks.frame - tracks.frame[first]
    lead = min(5, max(1, tracks.n_frames // 2))
    old = age >= lead
    origin = tracks.xy_px[first][old]
    moved = np.linalg.norm(tracks.xy_px[old] - origin, axis=1)
    x, y = origin.T
    ring = (x < 0.15 * width) | (x > 0.85 * width) | (y < 0.12 * height)
    cell = (y * 8 // height).astype(int) * 8 + (x * 8 // width).astype(int)
    cells = np.unique(cell[ring])
    if ring.sum() < 30 or len(cells) < 3:
        return None
    return float(np.median([np.percentile(moved[ring & (cell == c)], 75) for c in cells]))


def common_motion_px(tracks: FeatureTracks, height: int, width: int) -> float:
    """By how many pixels the picture as a whole moves over a third of the clip; 0: not as a whole.

    A rim without texture keeps its brightness however the camera moves. What gives a moving camera away is
    that nearly all points, all over the picture, follow one homography; a mover before a still wall does not
    carry points everywhere.
    """
    lag = max(1, tracks.n_frames // 3)
    moved = []
    for first in range(0, tracks.n_frames - lag, max(1, (tracks.n_frames - lag) // 6)):
        before, after = tracks.shared(first, first + lag)
        if len(before) < 20:
            continue
        inliers = _following_one_homography(before, after)
        cells = np.unique((before[inliers] * 8 // [width, height]) @ [1, 8])
        together = inliers.mean() >= TOGETHER_SHARE and len(cells) >= EVERYWHERE_SHARE * 64
        shift = np.linalg.norm(after - before, axis=1)[inliers]
        moved.append(float(np.median(shift)) if together else 0.0)
    return float(np.median(moved)) if moved else 0.0


def _following_one_homography(before: Floats, after: Floats) -> NDArray[np.bool_]:
    homography, inliers = cv2.findHomography(before, after, cv2.USAC_MAGSAC, 1.5)
    return np.zeros(len(before), bool) if homography is None else inliers.ravel() > 0
