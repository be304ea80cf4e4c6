"""Segment: mattes of stills and clips against exact or hand-made masks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from flows.accuracy.figure_pictures import MaskedPicture, picture_cases, read_pictures
from flows.accuracy.role import Case, Measure, Role, Sources, Target, Values
from models.matting import (
    ClassicalMatting,
    KeyframeMatting,
    MotionMatting,
    RembgMatting,
    Sam2Matting,
    load_clip,
    load_keyed,
    load_still,
)
from models.measures.masks import boundary_f, iou

Mask = NDArray[np.bool_]

IOU = Measure(
    "IoU",
    "higher",
    "Intersection over union of the figure (alpha over one half) with the true mask: 1 is perfect. "
    "Of a clip the mean over its frames; of `keyframes`, which is given the true masks of the first, the "
    "middle and the last frame, over the others.",
)
BOUNDARY = Measure(
    "boundary F",
    "higher",
    "F-measure of the outline, within 0.8 % of the picture's diagonal, as DAVIS defines it: 1 is perfect.",
)

_WIDTH, _HEIGHT = 0.45, 0.9
"""Of the baseline's ellipse, in shares of the picture: a standing figure in the middle."""

_BAND_SHARE = 0.03
"""Half of the band round the true outline that the oracle leaves to colour, as a share of the diagonal."""
_ORACLE_FRAMES = 6
_ORACLE_SIDE_PX = 400
"""ClassicalMatting's own work size."""


Backend = ClassicalMatting | MotionMatting | KeyframeMatting | RembgMatting | Sam2Matting


def measure(case: Case, backend: Backend, folder: Path) -> Values:
    """Matte a still or a clip; a backend for stills does not apply to clips, and the other way round.

    One that carries masks by hand is given the true ones of the first, the middle and the last frame, and
    measured on the others.
    """
    content: MaskedPicture = case.content
    rgb, truth = read_pictures(content)
    if isinstance(backend, KeyframeMatting):
        return _values(*_carried(backend, rgb, truth)) if content.keyed else {}
    if content.moves and not isinstance(backend, ClassicalMatting):
        alpha = load_clip(backend)(rgb).alpha
    elif not content.moves and not isinstance(backend, MotionMatting):
        alpha = load_still(backend)(rgb[0]).alpha[None]
    else:
        return {}
    return _values(np.asarray(alpha > 0.5, np.bool_), truth)


def _carried(backend: KeyframeMatting, rgb: NDArray[np.uint8], truth: Mask) -> tuple[Mask, Mask]:
    """Masks of the frames for which none was given, and their truth."""
    keys = {0, len(rgb) // 2, len(rgb) - 1}
    given = {t: np.where(truth[t], np.uint8(255), np.uint8(0)) for t in keys}
    others = [t for t in range(len(rgb)) if t not in keys]
    mattes = list(load_keyed(backend)(rgb, given))
    return np.stack([mattes[t].alpha > 0.5 for t in others]), truth[others]


def baseline(case: Case) -> Values:
    """A standing ellipse in the middle of the picture: what a matte without looking would be."""
    _, truth = read_pictures(case.content)
    height, width = truth.shape[1:]
    y, x = np.mgrid[:height, :width]
    inside = ((x + 0.5) / width - 0.5) ** 2 / (_WIDTH / 2) ** 2 + ((y + 0.5) / height - 0.5) ** 2 / (
        _HEIGHT / 2
    ) ** 2 <= 1
    return _values(np.repeat(inside[None], len(truth), axis=0), truth)


def oracle(case: Case) -> Values:
    """GrabCut that is told all but a band round the true outline: what colours alone can say of it."""
    rgb, truth = read_pictures(case.content)
    picks = np.unique(np.linspace(0, len(truth) - 1, min(len(truth), _ORACLE_FRAMES)).astype(int))
    return _values(np.stack([_cut_in_band(rgb[t], truth[t]) for t in picks]), truth[picks])


def _values(masks: Mask, truth: Mask) -> Values:
    pairs = list(zip(masks, truth, strict=True))
    return {
        IOU.name: float(np.mean([iou(mask, true) for mask, true in pairs])),
        BOUNDARY.name: float(np.mean([boundary_f(mask, true) for mask, true in pairs])),
    }


def _cut_in_band(rgb: NDArray[np.uint8], truth: Mask) -> Mask:
    scale = min(1.0, _ORACLE_SIDE_PX / max(truth.shape))
    size = max(1, round(truth.shape[1] * scale)), max(1, round(truth.shape[0] * scale))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    figure = cv2.resize(truth.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    radius = max(1, round(_BAND_SHARE * float(np.hypot(*size))))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    labels = np.where(figure > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[cv2.erode(figure, disc) > 0] = cv2.GC_FGD
    labels[cv2.dilate(figure, disc) == 0] = cv2.GC_BGD
    if figure.any() and not figure.all():
        cv2.setRNGSeed(0)
        cv2.grabCut(small, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), 4, cv2.GC_INIT_WITH_MASK)
    cut = ((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)).astype(np.float32)
    return np.asarray(cv2.resize(cut, truth.shape[::-1], interpolation=cv2.INTER_LINEAR) > 0.5, np.bool_)


def cases(sources: Sources) -> Sequence[Case]:
    """Figures of the puppet world, art over graded backgrounds, drawings on paper, and DAVIS."""
    return picture_cases(sources)


ROLE = Role(
    name="segment",
    measures=(IOU, BOUNDARY),
    backends=(ClassicalMatting(), MotionMatting(), KeyframeMatting(), RembgMatting(), Sam2Matting()),
    cases=cases,
    measure=measure,
    baseline=baseline,
    oracle=oracle,
    targets=(
        Target(IOU.name, "puppet world, plain", 0.95),
        Target(IOU.name, "puppet world, painted", 0.95),
        Target(IOU.name, "art over plain", 0.95),
        Target(IOU.name, "art over gradient", 0.95),
        Target(IOU.name, "art over painted", 0.95),
        Target(IOU.name, "DAVIS", 0.85),
    ),
)
