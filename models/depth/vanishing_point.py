"""Straight segments of a picture and the point where its depth lines meet."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

HYPOTHESES = 2500
"""Crossings of random pairs of segments that are voted on."""
SINE_TOLERANCE = 0.035
"""Segments that point to the vanishing point within about 2 degrees agree with it."""


@dataclass(frozen=True)
class VanishingPoint:
    """Where the depth lines meet, and the share of slanted segment length that agrees (0 = a guess)."""

    x_px: float
    y_px: float
    confidence: float


def line_segments(grey: NDArray[np.float32]) -> NDArray[np.float64]:
    """Straight segments [N, 4] (x0, y0, x1, y1 in pixel coordinates), at least 3 % of the longer side."""
    detector = cv2.createLineSegmentDetector()
    found = detector.detect(np.clip(grey * 255, 0, 255).astype(np.uint8))[0]
    if found is None:
        return np.zeros((0, 4))
    lines = np.asarray(found, np.float64).reshape(-1, 4) + 0.5  # OpenCV's pixel centres lie at 0
    long: NDArray[np.float64] = lines[segment_lengths(lines) > 0.03 * max(grey.shape)]
    return long


def segment_lengths(lines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Length of each segment [N]."""
    return np.asarray(np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1]))


def segment_slopes_deg(lines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Angle of each segment to the horizontal [N], 0..90 degrees."""
    step = np.abs(lines[:, 2:] - lines[:, :2])
    return np.asarray(np.degrees(np.arctan2(step[:, 1], step[:, 0])))


def sine_to_point(
    lines: NDArray[np.float64], x_px: float, y_px: float, weight: float = 1.0
) -> NDArray[np.float64]:
    """Sine of the angle between each segment and the direction from its middle to a point [N].

    The point has homogeneous coordinates; with weight 0 it is the direction (x, y) itself.
    """
    step = lines[:, 2:] - lines[:, :2]
    to_point = np.array([x_px, y_px]) - weight * (lines[:, :2] + lines[:, 2:]) / 2
    area = np.abs(to_point[:, 0] * step[:, 1] - to_point[:, 1] * step[:, 0])
    return np.asarray(area / (np.hypot(*to_point.T) * np.hypot(*step.T) + 1e-9))


def find_vanishing_point(
    lines: NDArray[np.float64], height_px: int, width_px: int, seed: int = 0
) -> VanishingPoint:
    """Vanishing point of a one-point perspective, by weighted voting over crossings of slanted segments.

    A broad prior round the middle of the picture (47 % of its height) keeps it where cameras held level
    put it. Fewer than four slanted segments give the prior itself, with confidence 0.
    """
    guess = VanishingPoint(width_px / 2, 0.48 * height_px, 0.0)
    slope = segment_slopes_deg(lines)
    slanted = lines[(slope > 7) & (slope < 80)]
    if len(slanted) < 4:
        return guess
    weights = segment_lengths(slanted)
    points = _crossings(slanted, weights, height_px, width_px, seed)
    if len(points) == 0:
        return guess
    middles = (slanted[:, :2] + slanted[:, 2:]) / 2
    scores = np.empty(len(points))
    for i, (x, y) in enumerate(points):
        sine = sine_to_point(slanted, x, y)
        apart = np.hypot(x - middles[:, 0], y - middles[:, 1]) > 0.05 * width_px
        scores[i] = (weights * np.clip(1 - sine / SINE_TOLERANCE, 0, 1) * apart).sum()
    prior = np.exp(
        -(((points[:, 0] / width_px - 0.5) / 0.6) ** 2) - ((points[:, 1] / height_px - 0.47) / 0.35) ** 2
    )
    best = int(np.argmax(scores * prior))
    confidence = float(scores[best] * prior[best] / weights.sum())
    return VanishingPoint(float(points[best, 0]), float(points[best, 1]), confidence)


def _crossings(
    lines: NDArray[np.float64], weights: NDArray[np.float64], height_px: int, width_px: int, seed: int
) -> NDArray[np.float64]:
    """Crossing points [M, 2] of random pairs of segments, near the frame."""
    rng = np.random.default_rng(seed)
    pairs = rng.choice(len(lines), (HYPOTHESES, 2), p=weights / weights.sum())
    a, b = lines[pairs[:, 0]], lines[pairs[:, 1]]
    da, db = a[:, 2:] - a[:, :2], b[:, 2:] - b[:, :2]
    cross = da[:, 0] * db[:, 1] - da[:, 1] * db[:, 0]
    open_enough = np.abs(cross) > 0.15 * np.hypot(*da.T) * np.hypot(*db.T)
    a, b, da, db, cross = a[open_enough], b[open_enough], da[open_enough], db[open_enough], cross[open_enough]
    gap = b[:, :2] - a[:, :2]
    points = a[:, :2] + ((gap[:, 0] * db[:, 1] - gap[:, 1] * db[:, 0]) / cross)[:, None] * da
    x, y = points[:, 0] / width_px, points[:, 1] / height_px
    near: NDArray[np.float64] = points[(x > -0.2) & (x < 1.2) & (y > -0.1) & (y < 0.95)]
    return near
