"""How well depth is told from one picture of a place: the order of things, and how far they are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flows.accuracy.depth_pictures import DepthPicture, depth_cases, read_depth_pictures
from flows.accuracy.role import Case, Measure, Role, Sources, Values
from models.depth import load
from models.depth.layout import LayoutDepthConfig
from models.depth.transformers import TransformersDepthConfig
from models.measures.convex_planes import fit_convex_planes
from models.measures.depth import aligned_by_median, aligned_in_disparity, depth_error, order_accuracy

ABS_REL = Measure(
    "AbsRel",
    "lower",
    "Mean of |estimated - true| / true after the scale and shift of disparity that fit best (Ranftl et al. "
    "2020): 0.1 is good.",
)
DELTA = Measure(
    "delta 1.25", "higher", "Share of pixels within a factor of 1.25 of the truth, after the same alignment."
)
SCALE_ABS_REL = Measure(
    "AbsRel, scale only",
    "lower",
    "The same after the best scale alone (ratio of medians): what a camera that travels in the scene sees.",
)
ORDER = Measure(
    "order",
    "higher",
    "Share of random pairs of pixels, over 2 % apart in depth, of which the nearer one is told right.",
)
FOCAL = Measure("focal length %", "lower", "How far the focal length is from the true one, in % of it.")

_PLANES = 5
"""A room's: floor, ceiling, back and two side walls."""
_RAMP_BACK = 0.25
"""Disparity of the baseline's upper half relative to its lowest row: a place four times as deep as near."""


def measure(case: Case, backend: Any, folder: Path) -> Values:
    """Estimate each picture of a case; the values are means over its pictures."""
    rows = []
    for picture in read_depth_pictures(case.content):
        estimate = load(backend).estimate(np.ascontiguousarray(picture.rgb))
        focal = 100 * abs(estimate.focal_px / picture.focal_px - 1)
        rows.append({**_values(estimate.depth_m, picture), FOCAL.name: focal})
    return _mean(rows)


def baseline(case: Case) -> Values:
    """A ramp of ground up to half the height and a wall behind, whatever the picture shows."""
    rows = []
    for picture in read_depth_pictures(case.content):
        height, width = picture.depth_m.shape
        y = (np.arange(height) + 0.5) / height
        disparity = np.maximum(2 * y - 1, _RAMP_BACK)
        rows.append(_values(np.repeat((1 / disparity)[:, None], width, axis=1), picture))
    return _mean(rows)


def oracle(case: Case) -> Values:
    """The true depth's best five planes, the nearest one winning: an empty room, or ground and walls."""
    rows = []
    for picture in read_depth_pictures(case.content):
        seen = picture.depth_m > 0
        planes = fit_convex_planes(1 / np.where(seen, picture.depth_m, 1), seen, _PLANES)
        lowest = 1 / picture.depth_m[seen].max()
        depth = 1 / np.maximum(planes, lowest)
        error = depth_error(depth, picture.depth_m, seen)  # planes of true depth need no alignment
        both = {ABS_REL.name: error.abs_rel, SCALE_ABS_REL.name: error.abs_rel, DELTA.name: error.delta}
        rows.append({**both, **_order(depth, picture, seen)})
    return _mean(rows)


def _values(depth: NDArray[np.floating[Any]], picture: DepthPicture) -> dict[str, float]:
    true, seen = picture.depth_m, np.asarray(picture.depth_m > 0, np.bool_)
    error = depth_error(aligned_in_disparity(depth, true, seen), true, seen)
    scaled = depth_error(aligned_by_median(depth, true, seen), true, seen)
    values = {ABS_REL.name: error.abs_rel, DELTA.name: error.delta, SCALE_ABS_REL.name: scaled.abs_rel}
    return {**values, **_order(depth, picture, seen)}


def _order(
    depth: NDArray[np.floating[Any]], picture: DepthPicture, seen: NDArray[np.bool_]
) -> dict[str, float]:
    order = order_accuracy(depth, picture.depth_m, seen)
    return {} if order is None else {ORDER.name: order}


def _mean(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    """Means over pictures; a measure that one of them lacks is that of the others."""
    names = {name: None for row in rows for name in row}
    return {name: float(np.mean([row[name] for row in rows if name in row])) for name in names}


def cases(sources: Sources) -> Sequence[Case]:
    """Places of the puppet world without their figures, and two real sequences with measured depth."""
    return list(depth_cases(sources))


ROLE = Role(
    name="estimate_depth",
    measures=(ABS_REL, DELTA, SCALE_ABS_REL, ORDER, FOCAL),
    backends=(LayoutDepthConfig(), TransformersDepthConfig()),
    cases=cases,
    measure=measure,
    baseline=baseline,
    oracle=oracle,
)
