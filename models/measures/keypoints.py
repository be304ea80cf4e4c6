"""Keypoints against true keypoints: how many are near, how near by part of the body, how much they shake."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from data_contracts.pose_sequence import BODY, FACE, FEET, LEFT_HAND, RIGHT_HAND
from models.measures.keypoint_sigmas import COCO_WHOLEBODY_SIGMAS

Points = NDArray[np.floating]
Flags = NDArray[np.bool_]

PCK_SHARE = 0.1

PARTS: dict[str, tuple[int, ...]] = {
    name: tuple(range(133)[part]) for name, part in (("body", BODY), ("feet", FEET), ("face", FACE))
} | {"hands": (*range(133)[LEFT_HAND], *range(133)[RIGHT_HAND])}
"""Indices of COCO-WholeBody keypoints by part of the body."""

TORSO = (5, 6, 11, 12)
"""Left and right shoulder, left and right hip of COCO."""


def box_side_px(xy: Points, known: Flags) -> NDArray[np.float64]:
    """Longer side of the box round the known keypoints: [..., K, 2] and [..., K] -> [...]; NaN for none.

    The reference length of PCK on whole persons and animals (Yang and Ramanan 2013; AP-10K). It is used
    here rather than the torso, which seen from the side shrinks to nothing and which animals do not have.
    """
    low = np.where(known[..., None], xy, np.inf).min(axis=-2)
    high = np.where(known[..., None], xy, -np.inf).max(axis=-2)
    return np.asarray(np.where(known.any(axis=-1), (high - low).max(axis=-1), np.nan), np.float64)


def pck(
    estimated: Points, true: Points, counted: Flags, reference_px: Points, share: float = PCK_SHARE
) -> float | None:
    """Share of keypoints within `share` of the reference length (PCK@0.1; Yang and Ramanan 2013, section 5).

    Args:
        estimated: [..., K, 2] px; NaN for a keypoint that was not found, which counts as wrong.
        true: [..., K, 2] px.
        counted: bool [..., K]: which true keypoints are asked for.
        reference_px: [...]: one length for each set of K, e.g. `box_side_px`.
        share: of the reference length.

    Returns:
        0 to 1; None where no keypoint is counted.
    """
    distance = _distance(estimated, true, counted)
    if not counted.any():
        return None
    with np.errstate(invalid="ignore"):
        near = distance <= share * np.asarray(reference_px)[..., None]
    return float(near[counted].mean())


def oks(
    estimated: Points,
    true: Points,
    counted: Flags,
    area_px: Points,
    sigmas: NDArray[np.float64] = COCO_WHOLEBODY_SIGMAS,
) -> NDArray[np.float64]:
    """Object keypoint similarity: mean over counted keypoints of exp(-d² / (2 s² k²)), k = 2 σ, s² = area.

    The definition of cocodataset.org/#keypoints-eval; pass a part's keypoints with its own sigmas for
    COCO-WholeBody's parts.

    Args:
        estimated: [..., K, 2] px; NaN counts as infinitely far.
        true: [..., K, 2] px.
        counted: bool [..., K].
        area_px: [...]: the object's area in square pixels.
        sigmas: [K].

    Returns:
        [...], 0 to 1; NaN where no keypoint is counted.
    """
    distance = _distance(estimated, true, counted)
    if sigmas.shape != distance.shape[-1:]:
        raise InputError("a sigma for every keypoint", expected=distance.shape[-1], got=list(sigmas.shape))
    area = np.maximum(np.asarray(area_px, np.float64), np.spacing(1.0))[..., None]
    near = np.exp(-(distance**2) / (2 * area * (2 * sigmas) ** 2))
    near = np.where(counted & np.isfinite(near), near, 0.0)
    number = counted.sum(axis=-1)
    return np.asarray(np.where(number > 0, near.sum(axis=-1) / np.maximum(number, 1), np.nan), np.float64)


def jitter(estimated: Points, true: Points, counted: Flags, height_px: Points) -> float | None:
    """How much keypoints shake beyond the true motion, in shares of the figure's height for a frame squared.

    Mean length of the second difference over time, |x(t-1) - 2 x(t) + x(t+1)|, of the estimate less that of
    the truth, over keypoints that are counted and found in all three frames; not under 0: smoother than the
    truth is no shaking, and is PCK's to punish.

    Args:
        estimated: [T, ..., K, 2] px; NaN where not found.
        true: [T, ..., K, 2] px.
        counted: bool [T, ..., K].
        height_px: [T, ...]: the figure's height, e.g. `box_side_px`.

    Returns:
        0 or more; None where no keypoint is there for three frames in a row.
    """
    _distance(estimated, true, counted)
    both: Flags = np.asarray(counted & np.isfinite(estimated).all(axis=-1), np.bool_)
    run: Flags = np.asarray(both[:-2] & both[1:-1] & both[2:], np.bool_)
    if not run.any():
        return None
    ours, theirs = (
        np.linalg.norm(xy[:-2] - 2 * xy[1:-1] + xy[2:], axis=-1) / np.asarray(height_px)[1:-1, ..., None]
        for xy in (np.asarray(estimated, np.float64), np.asarray(true, np.float64))
    )
    return max(0.0, float(ours[run].mean() - theirs[run].mean()))


def _distance(estimated: Points, true: Points, counted: Flags) -> NDArray[np.float64]:
    if not estimated.shape == true.shape == (*counted.shape, 2) or counted.dtype != np.bool_:
        raise InputError(
            "keypoints are compared point by point",
            expected=f"{list(true.shape)}, and flags without the last axis",
            got=f"{list(estimated.shape)}, and {counted.dtype} {list(counted.shape)}",
        )
    if not np.isfinite(true[counted]).all():
        raise InputError("a true keypoint that counts is not finite", hint="Do not count it.")
    difference = np.asarray(estimated, np.float64) - np.asarray(true, np.float64)
    return np.asarray(np.linalg.norm(difference, axis=-1), np.float64)
