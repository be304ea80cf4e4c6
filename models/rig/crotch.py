"""The crotch: the highest gap between two legs, and the hips that belong to it.

The middle line of a leg runs on into the trunk, so an outline explains hips at any height of that line alike,
and a fit's are where an adult has them. Where it shows a crotch, it tells how high the hips of this body are.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX
from models.rig.rows import run_at

Floats = NDArray[np.float64]

_ROOT, _CHEST = INDEX["root"], INDEX["chest"]
_HIPS = [INDEX["right_hip"], INDEX["left_hip"]]
_LEG = [[INDEX[f"{side}_{name}"] for name in ("hip", "knee", "foot")] for side in ("right", "left")]
_HIP_OVER_CROTCH = 0.107
"""Of the crotch's height over the sole: an adult's hips lie at 0.528 of the height and the crotch at 0.477
(ANSUR II, men: trochanterion and crotch height). A thin leg begins half of its thickness above the crotch."""
_REACH = 0.1
"""In heights, as all lengths here: how far above the fitted hips a gap is followed, and hips rise at most."""
_LEAST_GAP = 0.06
"""Height of a gap, at least."""
_STEP, _LEGS = 0.02, (0.02, 0.03, 0.04, 0.05, 0.06)
"""Distance of rows above and below the crotch that are compared, and of those that tell a leg's thickness."""
_BELOW, _OPEN = 0.03, (1.0, 2.0)
"""Thighs that touch part slowly, somewhere below the crotch; legs that part there do so at once: width of the
gap over the distance below its upper end."""
_HEM = (1.0, 1.15)
"""Cloth ends in a step, flesh does not: the figure's width above the gap over that below it."""
_WAIST = (0.1, 0.2)
"""A trunk ends below its belly, a skirt flares below the waist: what the waist lacks of what is broader both
above and below it, as a share."""
_FAR = (_REACH, 0.13)
"""Whose hips would lie so much lower wears a long coat or skirt."""


class _Gap(NamedTuple):
    """Where the gap between two legs begins."""

    x: int
    y: int
    open: float
    """Its width over the distance from its upper end."""


def hips_to_crotch(mask: NDArray[np.bool_], joints: Floats, height: float) -> Floats:
    """The joints [16, 2] with hips and root where the legs part, if the outline tells it.

    Hips below the crotch are wrong and always rise to it; hips above it come down as far as it is surely one,
    rather than a skirt's hem or a gap between thighs that touch further up.

    Args:
        mask: the figure [h, w].
        joints: of a figure that was fitted to it, in pixels of the mask.
        height: of the figure in pixels.
    """
    legs = joints[_LEG]
    hang = np.diff(legs[:, :, 1], axis=1).min() > _STEP * height
    gap = _gap(mask, legs, height) if hang else None
    if gap is None:
        return joints
    thick = _thickness(mask, legs, gap, height)
    sole = float(np.flatnonzero(mask.any(1))[-1]) + 1
    down = gap.y - min(0.5 * thick, _HIP_OVER_CROTCH * (sole - gap.y)) - float(legs[:, 0, 1].mean())
    if down > 0:
        down *= _surely_a_crotch(mask, joints, gap, thick, height) * (1 - _ramp(down / height, _FAR))
    way = legs[:, 1] - legs[:, 0]
    moved = joints.copy()
    moves = way * (down / way[:, 1:])
    moved[_HIPS] += moves
    moved[_ROOT] += moves.mean(0)
    return moved


def _gap(mask: NDArray[np.bool_], legs: Floats, height: float) -> _Gap | None:
    """The highest gap between the middle lines of the legs [2, 3, 2], which are drawn out upwards."""
    hips_y = float(legs[:, 0, 1].mean())
    top = int(max(0.0, hips_y - _REACH * height))
    bottom = int(min(len(mask), legs[:, 2, 1].min()))
    columns = np.arange(mask.shape[1]) + 0.5
    right, left = (_line(leg, np.arange(top, bottom))[:, None] for leg in legs)
    between = (columns > right) & (columns < left) & ~mask[top:bottom]
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(between.astype(np.uint8), connectivity=4)
    ends = top + stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT]
    tall = (stats[:, cv2.CC_STAT_HEIGHT] > _LEAST_GAP * height) & (ends > hips_y + _REACH * height)
    found = [k for k in range(1, count) if tall[k]]
    if not found:
        return None
    highest = min(found, key=lambda k: int(stats[k, cv2.CC_STAT_TOP]))
    y, below = int(stats[highest, cv2.CC_STAT_TOP]), max(2, round(_BELOW * height))
    width = float((pieces[min(y + below, len(pieces) - 1)] == highest).sum())
    return _Gap(int(np.flatnonzero(pieces[y] == highest).mean()), top + y, width / below)


def _line(leg: Floats, rows: NDArray[np.int64]) -> Floats:
    """Columns of a leg's middle line in rows; above the hip the thigh's line goes on."""
    ys = rows + 0.5
    hip, knee, _ = leg
    above = hip - (knee - hip) * (hip[1] - ys[0]) / (knee[1] - hip[1])
    points = np.vstack([above, leg] if above[1] < hip[1] else [leg])
    return np.asarray(np.interp(ys, points[:, 1], points[:, 0]))


def _thickness(mask: NDArray[np.bool_], legs: Floats, gap: _Gap, height: float) -> float:
    """Of the legs below the crotch, in pixels; 0 where their middle lines leave the figure."""
    rows = np.array([min(gap.y + round(share * height), len(mask) - 1) for share in _LEGS])
    runs = [
        run_at(mask[row], int(x))[0] for leg in legs for row, x in zip(rows, _line(leg, rows), strict=True)
    ]
    seen = [run for run in runs if run > 0]
    return float(np.median(seen)) if seen else 0.0


def _surely_a_crotch(
    mask: NDArray[np.bool_], joints: Floats, gap: _Gap, thick: float, height: float
) -> float:
    """From 0 (a hem, or thighs that touch) to 1 for the upper end of a gap between legs."""
    step = max(2, round(_STEP * height))
    above, _ = run_at(mask[max(0, gap.y - step)], gap.x)
    row = min(gap.y + step, len(mask) - 1)
    edges = []
    for leg in joints[_LEG]:
        length, middle = run_at(mask[row], int(_line(leg, np.array([row]))[0]))
        edges += [middle - 0.5 * length, middle + 0.5 * length]
    below = max(edges) - min(edges)
    no_hem = 1 - _ramp(above / max(below, 1.0), _HEM)
    return _ramp(gap.open, _OPEN) * no_hem * (1 - _ramp(_waist(mask, joints, gap, 0.5 * thick), _WAIST))


def _waist(mask: NDArray[np.bool_], joints: Floats, gap: _Gap, thigh_px: float) -> float:
    """How much narrower the trunk is than it is both above and below that place, as a share; 0 if nowhere."""
    chest, root = joints[_CHEST], joints[_ROOT]
    # Arms begin beside the chest's upper quarter, legs half of their thickness above the gap.
    rows = np.arange(int(chest[1] + 0.25 * (gap.y - chest[1])), int(gap.y - max(1.0, thigh_px)))
    if len(rows) < 2 or rows[0] < 0:
        return 0.0
    columns = np.interp(rows, [chest[1], root[1]], [chest[0], root[0]])
    broad = np.array([run_at(mask[row], int(x))[0] for row, x in zip(rows, columns, strict=True)])
    rim = np.minimum(np.maximum.accumulate(broad), np.maximum.accumulate(broad[::-1])[::-1])
    return float((1 - broad / np.maximum(rim, 1)).max())


def _ramp(value: float, span: tuple[float, float]) -> float:
    """From 0 at the span's beginning to 1 at its end."""
    return float(np.clip((value - span[0]) / (span[1] - span[0]), 0, 1))
