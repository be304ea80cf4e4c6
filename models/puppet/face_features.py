"""Eyes and mouth of a drawn or photographed face, from its picture alone: dark blobs in the right places."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_PATCH_PX = 128
"""Side of the upright square in which features are searched."""
_HALF_SIDE = 1.15
"""Half of that square's side, in lengths from the neck to the middle of the head."""
_SCALES = (1.0, 0.7, 0.5)
"""Rigs' necks are often too low: faces are searched at these shares of the square as well."""
_LARGEST_BLOB = 0.16
"""Of a feature that counts as a dark blob on lighter skin, as a share of the square."""
_DARK, _SMALLEST_PX, _LEAST_SOLID = 0.10, 6.0, 0.2
_EYE_WIDTHS, _EYE_TALLEST = (0.03, 0.24), 2.6
_APART = (0.14, 0.62)
_OFF_AXIS, _LEVEL = 0.12, 0.07
_GAP = 1.5
"""Least distance of eyes in their own widths: closer ones are brows, or one shadow."""
_SKIN_SPREAD, _SKIN_ROUGHNESS, _IRIS_TALLEST = 0.2, 0.06, 1.3
"""How far from the skin's colour an eye's are, how much skin varies within a few pixels, and how tall an eye
gets over its width."""
_LEAST_LIKENESS = 0.45
"""Correlation of one eye with the other one's mirror image."""
CONFIDENT = 0.5
"""Below it nothing moves."""


@dataclass(frozen=True)
class Feature:
    """A box round an eye or a mouth: centre and half sizes."""

    x: float
    y: float
    half_width: float
    half_height: float


@dataclass(frozen=True)
class Face:
    """Both eyes, the mouth where one is seen under them, and how sure that is in 0..1.

    Features are in pixels of the picture turned about its origin by ``-angle`` radians, so that the face is
    upright.
    """

    eyes: tuple[Feature, Feature]
    mouth: Feature | None
    angle: float
    confidence: float


def find_face(rgba: NDArray[np.float32], head: Floats, neck: Floats) -> Face | None:
    """Find eyes that mirror each other about the head's axis, and a dark, wide mouth below.

    Args:
        rgba: premultiplied float32 [H, W, 4], the head's layer.
        head: middle of the head, xy [2].
        neck: xy [2].

    Returns:
        None where no pair is found at all; else look at its confidence.
    """
    up = head - neck
    reach = float(np.linalg.norm(up))
    if reach < _SMALLEST_PX:
        return None
    angle = float(np.arctan2(up[0], -up[1]))
    c, s = np.cos(angle), np.sin(angle)
    upright = np.array([[c, s], [-s, c]])
    faces = [_face_at(rgba, upright, upright @ head, share * reach, angle) for share in _SCALES]
    return max((face for face in faces if face), key=lambda face: face.confidence, default=None)


def _face_at(
    rgba: NDArray[np.float32], upright: Floats, middle: Floats, reach: float, angle: float
) -> Face | None:
    """The face in a square of one size round the middle [2] of the upright head."""
    scale = _PATCH_PX / (2 * _HALF_SIDE * reach)
    shift = _PATCH_PX / 2 - scale * middle
    # Pixel centres lie on halves; OpenCV's lie on whole numbers.
    offset = scale * (upright @ np.array([0.5, 0.5])) + shift - 0.5
    matrix = np.column_stack([scale * upright, offset])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    patch = np.asarray(cv2.warpAffine(rgba, matrix, (_PATCH_PX, _PATCH_PX), flags=how), np.float32)
    solid = patch[..., 3] > 0.9
    if solid.mean() < _LEAST_SOLID:
        return None
    colours = np.asarray(patch[..., :3] / np.maximum(patch[..., 3:], 1e-3), np.float32)
    light = colours @ np.array([0.3, 0.59, 0.11], np.float32)
    light = np.where(solid, light, np.median(light[solid])).astype(np.float32)
    light = cv2.GaussianBlur(light, (0, 0), 1).astype(np.float32)
    size = int(_LARGEST_BLOB * _PATCH_PX) | 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    inner = cv2.erode(solid.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    dark = np.where(inner, cv2.morphologyEx(light, cv2.MORPH_BLACKHAT, disc), 0).astype(np.float32)
    found = _eyes(dark, light)
    if found is None:
        return None
    lashes, confidence = found
    mouth = _mouth(dark, *lashes)
    left, right = (_with_iris(colours, eye, *lashes) for eye in lashes)
    if left is None or right is None:
        return None

    def placed(feature: Feature) -> Feature:
        x, y = ((v + 0.5 - s) / scale for v, s in ((feature.x, shift[0]), (feature.y, shift[1])))
        return Feature(x, y, feature.half_width / scale, feature.half_height / scale)

    return Face((placed(left), placed(right)), placed(mouth) if mouth else None, angle, confidence)


def _blobs(dark: NDArray[np.float32], threshold: float) -> list[Feature]:
    count, _, stats, _ = cv2.connectedComponentsWithStats((dark > threshold).astype(np.uint8))
    blobs = []
    for k in range(1, count):
        x, y, width, height, area = stats[k]
        if area >= 6:
            blobs.append(Feature(x + (width - 1) / 2, y + (height - 1) / 2, width / 2, height / 2))
    return blobs


def _eyes(
    dark: NDArray[np.float32], light: NDArray[np.float32]
) -> tuple[tuple[Feature, Feature], float] | None:
    """The likeliest pair of eyes in the square, the left one in the picture first, and its likelihood."""
    side = float(_PATCH_PX)
    best: tuple[tuple[Feature, Feature], float] | None = None
    strongest = float(np.percentile(dark, 99.5))
    for share in (0.3, 0.45, 0.6, 0.75):
        threshold = max(_DARK, share * strongest)
        blobs = [
            blob
            for blob in _blobs(dark, threshold)
            if _EYE_WIDTHS[0] < 2 * blob.half_width / side < _EYE_WIDTHS[1]
            and blob.half_height < _EYE_TALLEST * blob.half_width
        ]
        for pair in combinations(blobs, 2):
            left, right = sorted(pair, key=lambda blob: blob.x)
            apart, level = (right.x - left.x) / side, abs(right.y - left.y) / side
            axis = abs((right.x + left.x) / 2 / side - 0.5)
            height = abs((right.y + left.y) / 2 / side - 0.5)
            if not _APART[0] < apart < _APART[1] or level > _LEVEL or axis > _OFF_AXIS or height > 0.25:
                continue
            if right.x - left.x < _GAP * (left.half_width + right.half_width):
                continue
            sizes = min(left.half_width, right.half_width) / max(left.half_width, right.half_width)
            sizes *= min(left.half_height, right.half_height) / max(left.half_height, right.half_height)
            likeness = _likeness(light, left, right)
            if likeness < _LEAST_LIKENESS or sizes < 0.35:
                continue
            depth = min(_depth(dark, left), _depth(dark, right)) / max(strongest, 1e-6)
            score = (
                likeness
                * np.sqrt(sizes * min(depth, 1.0))
                * (1 - level / _LEVEL / 2)
                * (1 - axis / _OFF_AXIS / 2)
            )
            if best is None or score > best[1]:
                best = ((left, right), float(score))
    return best


def _depth(dark: NDArray[np.float32], blob: Feature) -> float:
    """How dark a blob is at its darkest."""
    rows = slice(int(blob.y - blob.half_height + 0.5), int(blob.y + blob.half_height + 1.5))
    return float(dark[rows, int(blob.x - blob.half_width + 0.5) : int(blob.x + blob.half_width + 1.5)].max())


def _likeness(light: NDArray[np.float32], left: Feature, right: Feature) -> float:
    """Correlation of the left eye's surroundings with the mirrored right eye's."""
    half_width = 1.5 * max(left.half_width, right.half_width) + 2
    half_height = 1.5 * max(left.half_height, right.half_height) + 2
    size = (int(2 * half_width) | 1, int(2 * half_height) | 1)
    one = cv2.getRectSubPix(light, size, (left.x, left.y))
    other = cv2.getRectSubPix(light, size, (right.x, right.y))[:, ::-1]
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


def _with_iris(colours: NDArray[np.float32], eye: Feature, left: Feature, right: Feature) -> Feature | None:
    """An eye of which only the lashes were dark, down to where the skin begins; None: no end is seen."""
    apart, x, y = right.x - left.x, (left.x + right.x) / 2, (left.y + right.y) / 2
    between = colours[
        int(y + 0.1 * apart) : int(y + 0.4 * apart), int(x - 0.15 * apart) : int(x + 0.15 * apart)
    ]
    skin = np.median(between.reshape(-1, 3), axis=0)
    columns = slice(int(eye.x - 0.4 * eye.half_width), int(eye.x + 0.4 * eye.half_width) + 2)
    top, bottom = eye.y - eye.half_height, eye.y + eye.half_height
    last = min(max(top + 2 * _IRIS_TALLEST * eye.half_width, bottom + 3), _PATCH_PX - 5)
    while True:
        if bottom >= last:
            return None
        below = colours[int(bottom) + 1 : int(bottom) + 5, columns].reshape(-1, 3)
        like_skin = float(np.median(np.linalg.norm(below - skin, axis=1))) < _SKIN_SPREAD
        if like_skin and float(below.std(axis=0).max()) < _SKIN_ROUGHNESS:
            break
        bottom += 1
    return Feature(eye.x, (top + bottom) / 2, eye.half_width, (bottom - top) / 2)


def _mouth(dark: NDArray[np.float32], left: Feature, right: Feature) -> Feature | None:
    """The widest dark blob below the eyes that lies about under their middle."""
    apart, x, y = right.x - left.x, (left.x + right.x) / 2, (left.y + right.y) / 2
    low, high = int(y + 0.4 * apart), int(min(y + 1.3 * apart, _PATCH_PX))
    if high - low < 4:
        return None
    within = np.zeros_like(dark)
    here = np.s_[low:high, max(0, int(x - 0.6 * apart)) : int(x + 0.6 * apart)]
    within[here] = dark[here]
    mouths = [
        blob
        for blob in _blobs(within, max(_DARK, 0.4 * float(within.max())))
        if abs(blob.x - x) < 0.2 * apart
        and 0.1 * apart < blob.half_width < 0.5 * apart
        and 0.8 * blob.half_height < blob.half_width
        and blob.y - blob.half_height > low + 1  # what the window's edge cuts begins above it: a nose
        and blob.y + blob.half_height < high - 2
    ]
    return max(mouths, key=lambda blob: blob.half_width, default=None)
