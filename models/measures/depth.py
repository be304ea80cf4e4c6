"""Depth against true depth: after what a picture cannot tell, scale and shift, is taken away; and order."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError

Depth = NDArray[np.floating]
Mask = NDArray[np.bool_]

DELTA = 1.25
"""Ratio below which a depth counts as right (Eigen et al. 2014, section 4.2)."""

EQUAL_RATIO = 0.02
"""Depths whose ratio is nearer to 1 have no order (Chen et al. 2016, section 4, after Zoran et al. 2015)."""


class DepthError(NamedTuple):
    """How far depth is off."""

    abs_rel: float
    """Mean of |estimated - true| / true: 0 is perfect."""
    delta: float
    """Share of pixels with max(estimated / true, true / estimated) < 1.25: 1 is perfect."""


def aligned_in_disparity(estimated: Depth, true: Depth, seen: Mask) -> Depth:
    """Estimated depth after the scale and shift of its disparity that fit the true disparity best.

    Least squares in 1 / depth, as Ranftl et al. (2020, equation 4, "MiDaS"): it weighs near surfaces most,
    which carry the parallax that a moving camera shows, and it is what a single picture leaves open where
    neither scale nor lens is known.

    Args:
        estimated: [H, W], over 0 where `seen`.
        true: [H, W], over 0 where `seen`.
        seen: bool [H, W]: where depth is known and compared.

    Returns:
        [H, W], at most the greatest true depth: a disparity that comes out under 1 / that, or below 0, is put
        there, as MiDaS' own evaluation does.

    Raises:
        InputError: nothing to compare, or a depth that is not over 0.
    """
    _check(estimated, true, seen)
    ours, theirs = 1 / estimated[seen].astype(np.float64), 1 / true[seen].astype(np.float64)
    spread = float(((ours - ours.mean()) ** 2).mean())
    # Equal depths everywhere say nothing of the scale: the mean disparity is the best that is left.
    scale = (
        float(((ours - ours.mean()) * (theirs - theirs.mean())).mean()) / spread if spread > 1e-24 else 0.0
    )
    shift = float(theirs.mean()) - scale * float(ours.mean())
    with np.errstate(divide="ignore", invalid="ignore"):
        disparity = scale / estimated.astype(np.float64) + shift
    return np.asarray(1 / np.maximum(np.nan_to_num(disparity), theirs.min()), np.float64)


def aligned_by_median(estimated: Depth, true: Depth, seen: Mask) -> Depth:
    """Estimated depth times the ratio of the medians: scale only (Zhou et al. 2017, section 4.1)."""
    _check(estimated, true, seen)
    ratio = float(np.median(true[seen])) / float(np.median(estimated[seen]))
    return np.asarray(estimated.astype(np.float64) * ratio, np.float64)


def depth_error(estimated: Depth, true: Depth, seen: Mask) -> DepthError:
    """AbsRel and δ < 1.25 (Eigen et al. 2014, section 4.2) of depths in one unit: align them before."""
    _check(estimated, true, seen)
    ours, theirs = estimated[seen].astype(np.float64), true[seen].astype(np.float64)
    ratio = np.maximum(ours / theirs, theirs / ours)
    return DepthError(float(np.mean(np.abs(ours - theirs) / theirs)), float((ratio < DELTA).mean()))


def order_accuracy(
    estimated: Depth, true: Depth, seen: Mask, pairs: int = 20_000, seed: int = 0
) -> float | None:
    """Share of random pairs of pixels of which the nearer one is told right (as DIW, Chen et al. 2016).

    Pairs whose true depths are within 2 % of each other are left out, as nobody could tell; estimated ones
    within 2 % count as wrong, so that a flat answer gets 0 and not a half. It needs no alignment.

    Returns:
        0 to 1; None where no pair has an order.
    """
    _check(estimated, true, seen)
    ours, theirs = estimated[seen].astype(np.float64), true[seen].astype(np.float64)
    first, second = np.random.default_rng(seed).integers(0, len(theirs), (2, pairs))
    order, told = _order(theirs[first], theirs[second]), _order(ours[first], ours[second])
    ordered = order != 0
    return float((order == told)[ordered].mean()) if ordered.any() else None


def _order(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.int8]:
    ratio = a / b
    return ((ratio > 1 + EQUAL_RATIO).astype(np.int8) - (ratio < 1 / (1 + EQUAL_RATIO))).astype(np.int8)


def _check(estimated: Depth, true: Depth, seen: Mask) -> None:
    if not estimated.shape == true.shape == seen.shape or seen.dtype != np.bool_:
        raise InputError(
            "depth is compared at one size",
            expected=list(true.shape),
            got=f"{list(estimated.shape)} and a {seen.dtype} mask {list(seen.shape)}",
        )
    if not seen.any() or not (estimated[seen] > 0).all() or not (true[seen] > 0).all():
        raise InputError(
            "depth is compared where both are known",
            expected="a mask with pixels, and depths over 0 there",
            got=f"{int(seen.sum())} pixels",
            hint="Leave sky and holes out of the mask.",
        )
