"""Subject consistency: whether the figure stays the same figure, the reference's, and in one piece."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import NoFigureError
from data_contracts.pose_sequence import PoseSequence
from models.scoring.figure_integrity import figure_integrity, integrity_quality, loose_pieces
from models.scoring.observation import FIGURE_ALPHA, ClipObservation, shrink
from models.scoring.region_consistency import RegionFeatures, region_distance, visible
from models.scoring.response import falling, to_score


def proxy_subject_consistency(
    clip: ClipObservation,
    features: RegionFeatures,
    half: float,
    slope: float,
    reference: NDArray[np.float32] | None = None,
    poses: PoseSequence | None = None,
) -> float:
    """Score 1–5 of how alike the figure stays. Falls with drifting identity, with frames without the figure,
    and where it comes apart.

    Args:
        clip: the observed clip.
        features: the feature backend.
        half: the backend's feature distance that halves the quality.
        slope: how sudden the loss is.
        reference: the reference figure's descriptor (`describe_reference`), compared with as well.
        poses: the pose that the figure was to take, frame by frame. Without it, a part that hangs on a whole
            figure in the wrong place is not seen.

    Raises:
        NoFigureError: the figure is in no frame.
    """
    regions = np.stack([_core(figure) for figure in clip.figure])
    distance = region_distance(features, clip.small, regions, reference)
    if distance is None:
        raise NoFigureError(
            "the figure is in no frame of the clip",
            expected="a figure that covers at least 0.1 % of some frame",
            hint="Look at the figure's alpha and at its placement in the frame",
        )
    integrity = figure_integrity(clip.figure, poses) if poses is not None else None
    whole = integrity_quality(integrity or loose_pieces(clip.figure))
    return to_score(falling(max(0.0, distance), half, slope) * whole)


def describe_reference(
    features: RegionFeatures, rgb: NDArray[np.uint8], alpha: NDArray[np.float32]
) -> NDArray[np.float32]:
    """The descriptor [D] of the figure in a reference picture uint8 [H, W, 3] with alpha [H, W].

    Raises:
        NoFigureError: the alpha holds no figure.
    """
    small = shrink(rgb)
    size = (small.shape[1], small.shape[0])
    region = _core(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) >= FIGURE_ALPHA)
    if not visible(region[None])[0]:
        raise NoFigureError("the reference's alpha holds no figure", hint="Look at the matte")
    descriptor: NDArray[np.float32] = features.describe(small[None], region[None])[0]
    return descriptor


def _core(figure: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The figure without its rim, whose pixels are mixed with the background, unless it is all rim."""
    core: NDArray[np.bool_] = cv2.erode(figure.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return core if core.sum() >= 0.3 * figure.sum() else figure
