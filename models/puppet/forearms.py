"""Forearms and hands told by their colours from the cloth behind them.

A hanging hand lies before a hip that is as near to its pixels as its own bone: distance alone leaves
fingers on the trousers and trousers on the wrist.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.colour_model import COMPONENTS, ColourModel, learn_colours
from models.puppet.skinning import distance_to_bone

Bools = NDArray[np.bool_]

_REACH = 0.5
"""How far a hand reaches beyond and beside its bone, in lengths of the forearm."""
_FROM, _BESIDE_FROM = 0.25, 0.5
"""From here along the forearm on; an elbow's sleeve is the upper arm's and the body's as well."""
_BESIDE_TO = 1 + _REACH
"""What lies farther down is not behind a hand: below the shorts there is skin again."""
_HAND = 0.8
"""From here on there is no sleeve."""
_CORE = 0.35
"""Half-width in girths along the bone within which a pixel is the arm's own."""
_AROUND = 3.0
"""What lies behind an arm is learnt within this many reaches of the bone."""
_SHARED = 1.5
"""A colour of the arm that is not so much likelier (log) than behind it is what the bone touches of the cloth
beside it."""
_MOST, _SMOOTHING_PX, _DECIDED = 4.0, 1.5, 0.5
_FEWEST_PIXELS, _MOST_PIXELS = 30, 4000
_OWN, _OTHERS = 0.65, 0.9
"""Shares of the arm's and of the surroundings' pixels that colours must put on their own side."""
_MOST_LOST = 0.3
"""Share of the forearm that may turn out to be cloth. The ink round a drawn arm has the colour of all other
ink: colours would take the arm's outline away."""


def arm_by_colour(
    rgb: NDArray[np.uint8],
    mask: Bools,
    arm: Bools,
    behind: Bools,
    forearm: tuple[NDArray[np.float64], NDArray[np.float64]],
    girth: float,
) -> Bools | None:
    """The arm's pixels, mended round its forearm.

    Args:
        rgb: uint8 [H, W, 3], the figure's colours continued past its edge.
        mask: [H, W] the figure.
        arm: [H, W] the arm so far.
        behind: [H, W] other parts that may lie behind it, so far.
        forearm: elbow and hand, xy in pixels.
        girth: half-thickness of the arm in pixels.

    Returns:
        The arm [H, W], or None where colours do not tell it from what surrounds it.
    """
    elbow, hand = forearm
    ys, xs = np.mgrid[: mask.shape[0], : mask.shape[1]] + 0.5
    points = np.stack([xs.ravel(), ys.ravel()], axis=1)
    away = distance_to_bone(points, elbow + _FROM * (hand - elbow), hand).reshape(mask.shape)
    axis = hand - elbow
    along = ((xs - elbow[0]) * axis[0] + (ys - elbow[1]) * axis[1]) / max(float(axis @ axis), 1e-6)
    reach = _REACH * float(np.linalg.norm(axis))
    on_bone = arm & mask & (away < max(_CORE * girth, 1.5)) & (along > _FROM)
    core = on_bone & (along > _BESIDE_FROM)
    around = behind & mask & (away > reach) & (away < _AROUND * reach)
    around &= (along > _BESIDE_FROM) & (along < _BESIDE_TO)
    if min(int(core.sum()), int(around.sum())) < _FEWEST_PIXELS:
        return None
    own, others = (rgb[where][:: 1 + int(where.sum()) // _MOST_PIXELS] for where in (core, around))
    known = np.concatenate([own, others])
    sides = np.full(len(known), cv2.GC_BGD, np.uint8)
    sides[: len(own)] = cv2.GC_FGD
    cv2.setRNGSeed(0)  # GrabCut seeds its clusters from OpenCV's own generator
    odds = _without_shared(learn_colours(known[None, None], sides[None, None])).log_ratio(rgb)
    start = _sleeve_end(odds[on_bone], along[on_bone])
    core = on_bone & (along > start)
    if start > _HAND or core.sum() < _FEWEST_PIXELS:
        return None
    if (odds[core] > 0).mean() < _OWN or (odds[around] < 0).mean() < _OTHERS:
        return None
    near = mask & (away < reach) & (arm | behind) & (along > start)
    # Odds of single pixels are noisy, and a pixel's colour never says more than so much.
    smooth = cv2.GaussianBlur(np.clip(odds, -_MOST, _MOST), (0, 0), _SMOOTHING_PX)
    # A colour that neither has, as a cuff's, stays where it is.
    mended = np.where(near, smooth > np.where(arm, -_DECIDED, _DECIDED), arm)
    inner = cv2.erode(mended.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    mended &= inner | ~near | (odds > -_DECIDED)
    mended |= _enclosed(mask & ~mended & (arm | behind), behind)
    if (arm & near & ~mended).sum() > _MOST_LOST * (arm & near).sum():
        return None
    return np.asarray(mended, bool)


def _sleeve_end(odds: NDArray[np.float32], along: NDArray[np.float64]) -> float:
    """Where along the forearm a sleeve ends that has the colours of what is behind it: with the fewest pixels
    of the arm's own colours before, and of other colours after."""
    order = np.argsort(along, kind="stable")
    passed = np.cumsum(np.where(odds[order] > 0, -1, 1))
    return float(along[order[passed.argmax()]]) if passed.max() > 0 else _FROM


def _without_shared(colours: ColourModel) -> ColourModel:
    """The colours without those of the arm that what is behind it has as well."""
    own = colours.figure.copy()
    means = np.rint(own[0, COMPONENTS : 4 * COMPONENTS].reshape(COMPONENTS, 3)).clip(0, 255)
    own[0, :COMPONENTS][colours.log_ratio(means.astype(np.uint8)) < _SHARED] = 0
    return ColourModel(colours.background, own)


def _enclosed(rest: Bools, behind: Bools) -> Bools:
    """Pieces of what is not the arm that nothing behind it touches: holes in a hand are the hand's."""
    _, pieces = cv2.connectedComponents(rest.astype(np.uint8))
    return rest & ~np.isin(pieces, np.unique(pieces[rest & behind]))
