"""Eyes: two dark spots, mirror images of each other, tell where a head is that a hat or hair hides."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.rig.rows import run_at

Floats = NDArray[np.float64]

_HEIGHT_PX = 320
"""Figures are looked at in this height, whatever they have."""
_SPOTS = (0.03, 0.06, 0.1)
"""Broadest spots, of the height."""
_BROADER = 1.3
"""What is broader than a closing's disc is no spot for it, give or take."""
_LEVELS = (25, 45, 80)
"""How much darker than what is around it a spot is, of 255."""
_LEAST_AREA = 3e-5
"""Of the squared height."""
_FILLED = 0.35
"""Of its box that a spot fills: lines that lie aslant do less."""
_RIM = 0.35
"""Breadth of what is looked at round a spot, in spots."""
_PLAIN = 0.5
"""Standard deviation of what is round a spot over how much darker it is."""
_SKIN = 30.0
"""CIELAB distance of what is round one eye from what is round the other, at most."""
_APART = (0.025, 0.28)
"""Of the height; and at least so many of the broader spot's widths:"""
_WIDTHS = 1.15
_TILT = 0.36
"""Of their distance, by which one eye may be higher than the other."""
_LIKE = 2.2
"""Ratio of the two spots' areas, at most."""
_LOWEST, _LOW = 0.62, 0.25
"""Of the height: heads are in the upper part; what is lower is likelier something else."""
_OF_HEAD, _MIDDLE = (0.17, 0.8), 0.28
"""Distance of the eyes over the width of the figure there, and how far from its middle they are at most."""
_PATTERN, _NEAR = 3, 2.5
"""So many like spots more, so near (of the eyes' distance), are a pattern of cloth."""
_OWN = 0.1
"""Of the eyes' distance: what is found there once more is one of them."""
_FACE_PX = 32.0
"""Distance of the eyes in the little picture of a face that is compared with its mirror image."""
_MIRRORED = 0.55
"""Correlation of a face with its mirror image, at least."""


class Eyes(NamedTuple):
    """Two eyes, in pixels: their middle xy [2], their distance, how like mirror images they are."""

    middle: Floats
    apart: float
    mirrored: float
    area: float
    """Of one of them."""


class _Spot(NamedTuple):
    x: float
    y: float
    width: float
    area: float
    around: Floats
    """CIELAB [3]."""


def find_eyes(rgb: NDArray[np.uint8], alpha: NDArray[np.float32]) -> Eyes | None:
    """The eyes of a figure that faces us, or None where none are seen."""
    mask = alpha > 0.5
    rows, columns = (np.flatnonzero(mask.any(axis)) for axis in (1, 0))
    if len(rows) == 0:
        return None
    x0, y0, x1, y1 = int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
    scale = _HEIGHT_PX / (y1 - y0)
    size = max(2, round((x1 - x0) * scale)), _HEIGHT_PX
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(rgb[y0:y1, x0:x1], size, interpolation=how)
    inside = cv2.resize(mask[y0:y1, x0:x1].astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    grey = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    spots = _spots(grey, lab, inside)
    pairs = (
        eyes for eyes in _pairs(grey, spots) if _in_a_head(eyes, inside) and not _in_a_pattern(eyes, spots)
    )
    best = max(pairs, key=_likely, default=None)
    if best is None:
        return None
    return Eyes(best.middle / scale + [x0, y0], best.apart / scale, best.mirrored, best.area / scale**2)


def _likely(eyes: Eyes) -> float:
    """Eyes on the small picture: the more alike and the higher up, the likelier."""
    return eyes.mirrored - 2 * max(0.0, float(eyes.middle[1]) / _HEIGHT_PX - _LOW)


def _in_a_head(eyes: Eyes, inside: NDArray[np.bool_]) -> bool:
    """Whether the figure is as broad there as a face with hair."""
    x, y = eyes.middle
    broad, middle = run_at(inside[int(y)], int(x), 2)
    share = eyes.apart / max(broad, 1)
    return _OF_HEAD[0] < share < _OF_HEAD[1] and abs(x - middle) < _MIDDLE * broad


def _in_a_pattern(eyes: Eyes, spots: list[_Spot]) -> bool:
    """Whether there are more spots of the kind round about."""
    others: list[_Spot] = []
    for spot in spots:
        away = float(np.hypot(spot.x - eyes.middle[0], spot.y - eyes.middle[1])) / eyes.apart
        own = abs(away - 0.5) < _OWN and abs(spot.y - eyes.middle[1]) < _TILT * eyes.apart
        if own or away > _NEAR or not 1 / _LIKE < spot.area / eyes.area < _LIKE:
            continue
        if all(np.hypot(spot.x - other.x, spot.y - other.y) > other.width for other in others):
            others.append(spot)
    return len(others) >= _PATTERN


def _pairs(grey: NDArray[np.uint8], spots: list[_Spot]) -> Iterator[Eyes]:
    height = len(grey)
    for a, b in combinations(spots, 2):
        left, right = (a, b) if a.x < b.x else (b, a)
        apart = float(np.hypot(right.x - left.x, right.y - left.y))
        if not _APART[0] * height < apart < _APART[1] * height or apart < _WIDTHS * max(a.width, b.width):
            continue
        if abs(a.y - b.y) > _TILT * abs(a.x - b.x) or max(a.area, b.area) > _LIKE * min(a.area, b.area):
            continue
        if np.linalg.norm(a.around - b.around) > _SKIN:
            continue
        alike = _mirrored(grey, left, right)
        if alike > _MIRRORED:
            yield Eyes(
                np.array([0.5 * (a.x + b.x), 0.5 * (a.y + b.y)]),
                apart,
                alike,
                float(np.sqrt(a.area * b.area)),
            )


def _spots(grey: NDArray[np.uint8], lab: NDArray[np.float32], inside: NDArray[np.bool_]) -> list[_Spot]:
    """What is dark, small and compact on plain ground, in the upper part of a figure."""
    height = len(grey)
    deep = cv2.distanceTransform(np.pad(inside, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    found = []
    for share in _SPOTS:
        size = round(share * height) | 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
        darker = cv2.morphologyEx(grey, cv2.MORPH_BLACKHAT, kernel)
        for level in _LEVELS:
            _, pieces, stats, middles = cv2.connectedComponentsWithStats((darker > level).astype(np.uint8))
            for k in range(1, len(stats)):
                _, _, width, tall, area = (int(v) for v in stats[k])
                broad, (x, y) = max(width, tall), middles[k] + 0.5
                if broad > _BROADER * size or area < max(_LEAST_AREA * height**2, _FILLED * width * tall):
                    continue
                if y > _LOWEST * height or deep[int(y), int(x)] < broad:
                    continue
                around = _plain_ground(pieces, k, stats[k], lab)
                if around is not None:
                    found.append(_Spot(float(x), float(y), float(broad), float(area), around))
    return found


def _plain_ground(
    pieces: NDArray[np.int32], k: int, stats: NDArray[np.int32], lab: NDArray[np.float32]
) -> Floats | None:
    """CIELAB [3] of what is round piece ``k``, if it is plain and lighter."""
    x, y, width, tall, _ = (int(v) for v in stats)
    rim = max(2, round(_RIM * max(width, tall)))
    window = np.s_[max(0, y - rim) : y + tall + rim, max(0, x - rim) : x + width + rim]
    spot = pieces[window] == k
    ground = lab[window][cv2.dilate(spot.astype(np.uint8), np.ones((3, 3), np.uint8)) == 0]
    depth = float(ground[:, 0].mean() - lab[window][spot][:, 0].mean())
    if depth <= 0 or float(ground[:, 0].std()) > _PLAIN * depth:
        return None
    return np.asarray(ground.mean(0), np.float64)


def _mirrored(grey: NDArray[np.uint8], left: _Spot, right: _Spot) -> float:
    """Correlation of the face round two eyes with its mirror image."""
    one, other = np.array([left.x, left.y]), np.array([right.x, right.y])
    middle, way = 0.5 * (one + other), other - one
    unit = _FACE_PX
    turn = np.array([[way[0], way[1]], [-way[1], way[0]]]) / float(way @ way) * unit
    move = np.array([1.0 * unit, 0.6 * unit]) - turn @ middle
    size = (int(2 * unit), int(1.6 * unit))
    face = cv2.warpAffine(grey, np.hstack([turn, move[:, None]]), size, borderMode=cv2.BORDER_REPLICATE)
    face = cv2.GaussianBlur(face.astype(np.float32), (0, 0), 1.5)
    face -= cv2.GaussianBlur(face, (0, 0), unit * 0.5)
    return float((face * face[:, ::-1]).sum() / max(float((face * face).sum()), 1e-6))
