"""How things that cross the end of the ground go on beyond it."""

import cv2
import numpy as np
from numpy.typing import NDArray

LONGER_SIDE_PX = 320
WIDER, TALLER, HIGHER = 0.35, 4.0, 0.25
"""A thing reaches so much of its width to both sides beyond the ground, and up so many times its width and so
much of the picture's height."""

Mask = NDArray[np.bool_]


def reach_beyond(rgb: NDArray[np.float32], bases: list[Mask], ground: Mask, sky: Mask) -> Mask:
    """What belongs to things beyond the ground, by GrabCut: bool [H, W].

    The colours of the things are learned from what lies before the ground, those of all else from the rest of
    the picture.

    Args:
        rgb: float32 [H, W, 3] in 0..1.
        bases: bool [H, W] each, what is seen of things before the ground.
        ground: bool [H, W], up to its end, with the things on it.
        sky: bool [H, W], part of no thing.
    """
    height, width = ground.shape
    scale = min(1.0, LONGER_SIDE_PX / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    labels = np.full((height, width), cv2.GC_BGD, np.uint8)
    for base in bases:
        _may_reach(labels, base, ground)
    for base in bases:
        labels[base] = cv2.GC_FGD
    labels[sky & (labels != cv2.GC_FGD)] = cv2.GC_BGD
    labels = cv2.resize(labels, size, interpolation=cv2.INTER_NEAREST)
    if not (labels == cv2.GC_FGD).any() or not (labels == cv2.GC_BGD).any():
        return np.zeros((height, width), np.bool_)
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    small = np.clip(small * 255, 0, 255).astype(np.uint8)
    cv2.setRNGSeed(0)  # GrabCut seeds its clusters from OpenCV's own generator
    model = np.zeros((2, 1, 65))
    cv2.grabCut(small, labels, None, model[0], model[1], 3, cv2.GC_INIT_WITH_MASK)
    things = ((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)).astype(np.uint8)
    return np.asarray(cv2.resize(things, (width, height), interpolation=cv2.INTER_LINEAR) > 0)


def _may_reach(labels: NDArray[np.uint8], base: Mask, ground: Mask) -> None:
    """Mark where a thing may reach, and what is likely its own: what is right above it."""
    height, width = labels.shape
    ys, xs = np.nonzero(base)
    wide = int(xs.max() - xs.min()) + 1
    top = max(0, int(ys.max() - TALLER * wide - HIGHER * height))
    columns = slice(max(0, int(xs.min() - WIDER * wide)), min(width, int(xs.max() + WIDER * wide) + 1))
    may = np.zeros(labels.shape, np.bool_)
    may[top:, columns] = True
    labels[may & ~ground & (labels == cv2.GC_BGD)] = cv2.GC_PR_BGD
    above = xs[ys <= ys.min() + 3]
    likely = np.zeros(labels.shape, np.bool_)
    likely[max(top, int(ys.min() - 0.5 * wide)) : ys.min(), above.min() : above.max() + 1] = True
    labels[likely & ~ground] = cv2.GC_PR_FGD
