"""Masks against true masks: how much of the region is right, and how much of the outline."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError

Mask = NDArray[np.bool_]

BOUNDARY_TOLERANCE = 0.008
"""Distance, as a share of the picture's diagonal, within which outlines agree: DAVIS' `bound_th`."""


def iou(mask: Mask, truth: Mask) -> float:
    """Intersection over union (Jaccard index; J of DAVIS, Perazzi et al. 2016, section 4).

    Args:
        mask: bool [H, W].
        truth: bool [H, W].

    Returns:
        0 to 1; 1 where both are empty.

    Raises:
        InputError: not two masks of one size.
    """
    _check(mask, truth)
    union = int((mask | truth).sum())
    return 1.0 if union == 0 else float((mask & truth).sum() / union)


def boundary_f(mask: Mask, truth: Mask, tolerance: float = BOUNDARY_TOLERANCE) -> float:
    """F-measure of the outline (F of DAVIS, Perazzi et al. 2016, section 4).

    A boundary pixel of one mask is matched where the other one's boundary passes within `tolerance` of the
    picture's diagonal: precision is the matched share of the mask's boundary, recall that of the truth's.
    As in DAVIS' own code the bipartite matching of Martin et al. (2004) is approximated by dilation.

    Args:
        mask: bool [H, W].
        truth: bool [H, W].
        tolerance: share of the diagonal.

    Returns:
        0 to 1; 1 where neither has a boundary, 0 where only one has.
    """
    _check(mask, truth)
    radius = int(np.ceil(tolerance * np.hypot(*truth.shape)))
    ours, theirs = boundary(mask), boundary(truth)
    if not ours.any() or not theirs.any():
        return float(not ours.any() and not theirs.any())
    disc = _disc(radius)
    near_theirs = cv2.dilate(theirs.astype(np.uint8), disc).astype(bool)
    near_ours = cv2.dilate(ours.astype(np.uint8), disc).astype(bool)
    precision, recall = float(near_theirs[ours].mean()), float(near_ours[theirs].mean())
    return 0.0 if precision + recall == 0 else 2 * precision * recall / (precision + recall)


def boundary(mask: Mask) -> Mask:
    """Pixels whose right, lower or lower right neighbour is on the other side, as in DAVIS' `seg2bmap`.

    The picture's border is no boundary: a figure that it cuts has no outline there.
    """
    padded = np.pad(mask, ((0, 1), (0, 1)), mode="edge")
    here = padded[:-1, :-1]
    return np.asarray(
        (here != padded[:-1, 1:]) | (here != padded[1:, :-1]) | (here != padded[1:, 1:]), np.bool_
    )


def _disc(radius: int) -> NDArray[np.uint8]:
    y, x = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    return np.asarray(x * x + y * y <= radius * radius, np.uint8)


def _check(mask: Mask, truth: Mask) -> None:
    if mask.dtype != np.bool_ or truth.dtype != np.bool_ or mask.shape != truth.shape or mask.ndim != 2:
        raise InputError(
            "masks are compared at one size",
            expected=f"bool {list(truth.shape)}",
            got=f"{mask.dtype} {list(mask.shape)}",
            hint="Threshold alpha at 0.5, and resize the mask to the truth.",
        )
