"""A camera that only turns: rotations from shared points, and what focal length explains them."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation, Slerp

from data_contracts.camera_path import Floats
from models.camera.bundle import Bundle, adjust, usual_lens
from models.camera.lens import Lens
from models.camera.tracks import FeatureTracks

_MAX_KEYFRAMES = 40
_MAX_POINTS = 800
"""Enough for three angles a frame; the longest tracks tie the most frames together."""


class Turning(NamedTuple):
    """Camera-from-world rotations [T, 3, 3] (frame 0 the identity), the lens and the error in pixels."""

    rotation: Floats
    lens: Lens
    error_px: float


def _bearings(xy: Floats, focal: float | Floats) -> Floats:
    rays = np.concatenate([xy / focal, np.ones((len(xy), 1))], axis=1)
    return np.asarray(rays / np.linalg.norm(rays, axis=1, keepdims=True), np.float64)


def _nearest_rotation(matrix: Floats) -> Floats:
    u, _, vt = np.linalg.svd(matrix)
    return np.asarray(u @ np.diag([1, 1, np.linalg.det(u @ vt)]) @ vt, np.float64)


def turning_path(tracks: FeatureTracks, centre: Floats, focals: list[float], refine: bool) -> Turning | None:
    """Rotations that carry the points of each frame to the next; None where two frames share too few.

    Of several `focals` the one whose rotations explain the points best is taken; where they do equally
    well (small turns), the middle one. `refine` adjusts rotations, rays and focal length together.
    """
    pairs = _pairs(tracks, centre, np.ones(tracks.n_frames))
    if pairs is None:
        return None
    lenses = [Lens.steady(focal, tracks.n_frames) for focal in focals]
    return _best([_refined(tracks, centre, _chain(pairs, lens.focal[0]), lens, refine) for lens in lenses])


def zooming_path(tracks: FeatureTracks, centre: Floats, focals: list[float], refine: bool) -> Turning | None:
    """As `turning_path`, for a lens that changes: the picture's growth is taken out first.

    A camera that turns by small steps and zooms moves its points by a similarity, whose scale is the zoom.
    Divided by it, the points are those of a lens that stays. The growth adds up from frame to frame, and so
    do its errors: the lens is adjusted with the rotations afterwards.
    """
    growth = [1.0]
    for t in range(tracks.n_frames - 1):
        a, b = tracks.shared(t, t + 1)
        if len(a) < 12:
            return None
        similar, _ = cv2.estimateAffinePartial2D(
            a - centre, b - centre, method=cv2.RANSAC, ransacReprojThreshold=1.0, confidence=0.999
        )
        if similar is None:
            return None
        growth.append(float(np.hypot(similar[0, 0], similar[1, 0])))
    zoom = np.asarray(np.cumprod(growth), np.float64)
    pairs = _pairs(tracks, centre, zoom)
    if pairs is None:
        return None
    lenses = [Lens.zooming(focal * zoom, zoom) for focal in focals]
    return _best([_refined(tracks, centre, _chain(pairs, lens.focal[0]), lens, refine) for lens in lenses])


def _pairs(tracks: FeatureTracks, centre: Floats, zoom: Floats) -> list[tuple[Floats, Floats]] | None:
    """Points of each frame and the next that one homography carries over, brought to the first one's lens."""
    pairs: list[tuple[Floats, Floats]] = []
    for t in range(tracks.n_frames - 1):
        a, b = tracks.shared(t, t + 1)
        if len(a) < 12:
            return None
        a, b = (a - centre) / zoom[t], (b - centre) / zoom[t + 1]
        homography, inliers = cv2.findHomography(a, b, cv2.USAC_MAGSAC, 1.5)
        if homography is None or int(inliers.sum()) < 12:
            return None
        keep = inliers.ravel() > 0
        pairs.append((a[keep], b[keep]))
    return pairs


def _best(results: list[Turning]) -> Turning:
    """The one of least error; the middle one where that is about as good."""
    middle = results[len(results) // 2]
    best = min(results, key=lambda result: result.error_px)
    return middle if middle.error_px <= 1.03 * best.error_px else best


def _chain(pairs: list[tuple[Floats, Floats]], focal: float) -> Floats:
    rotation = [np.eye(3)]
    for a, b in pairs:
        step = _nearest_rotation(_bearings(b, focal).T @ _bearings(a, focal))
        rotation.append(step @ rotation[-1])
    return np.stack(rotation)


def _refined(tracks: FeatureTracks, centre: Floats, chain: Floats, lens: Lens, free: bool) -> Turning:
    """Adjust rotations, rays and lens over whole tracks, so that drift of the chain does not add up."""
    keys = np.unique(np.linspace(0, len(chain) - 1, min(len(chain), _MAX_KEYFRAMES)).astype(int))
    key_of = np.full(len(chain), -1)
    key_of[keys] = np.arange(len(keys))
    rows = np.flatnonzero(key_of[tracks.frame] >= 0)
    _, start, track, count = np.unique(
        tracks.track[rows], return_index=True, return_inverse=True, return_counts=True
    )
    longest = np.argsort(-count, kind="stable")[:_MAX_POINTS]
    longest = longest[count[longest] >= min(3, len(keys))]
    index = np.full(len(count), -1)
    index[longest] = np.arange(len(longest))
    seen = index[track] >= 0
    if seen.sum() < 30:
        return Turning(chain, lens, float("inf"))
    xy = tracks.xy_px[rows] - centre
    first = start[longest]
    seen_in = tracks.frame[rows[first]]
    rays = np.einsum("nji,nj->ni", chain[seen_in], _bearings(xy[first], lens.focal[seen_in, None]))
    camera, point = key_of[tracks.frame[rows[seen]]], index[track[seen]]
    still = np.zeros((len(keys), 3))
    bundle = Bundle(chain[keys], still, rays, lens.knots, lens.shape[keys], camera, point, xy[seen])
    bundle = adjust(bundle, 8, rotation_only=True, free_focal=free, focal_prior=usual_lens(bundle))
    error = bundle.errors()
    worst = np.zeros(len(bundle.points))
    np.maximum.at(worst, bundle.point, error)
    # Points on the mover or badly followed must not hide how well the background fits.
    trusted = worst[bundle.point] <= max(3.0, 3 * float(np.median(error)))
    rms = float(np.sqrt(np.mean(error[trusted] ** 2)))
    return Turning(_carry(chain, keys, bundle.rotation), lens.tuned(bundle.focal), rms)


def _carry(chain: Floats, keys: NDArray[np.int64], refined: Floats) -> Floats:
    """Spread what the key frames' rotations changed over the frames between them."""
    correction = Rotation.from_matrix(np.swapaxes(chain[keys], 1, 2) @ refined)
    if len(keys) == 1:
        return refined
    between = Slerp(keys.astype(float), correction)(np.arange(len(chain), dtype=float))
    return np.asarray(chain @ between.as_matrix(), np.float64)
