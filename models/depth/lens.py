"""Focal length of one picture, from straight segments that run in three directions at right angles.

A picture of a room or a street shows edges in three directions at right angles. Their vanishing points tell
the focal length (Caprile and Torre, Using vanishing points for camera calibration, 1990), unless the camera
looks straight along one of them: then two lie at infinity, and every lens fits. Camera and lens are therefore
fitted together, and compared with a picture whose level and upright edges are level and upright; only where
they explain the segments far better is the lens told.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from models.compiling import compiled
from models.depth.vanishing_point import segment_lengths

Floats = NDArray[np.float64]

FOCALS = np.geomspace(0.4, 2.4, 13)
"""Focal lengths that are tried, in longer sides: 103° to 24° across it."""
YAWS_DEG, PITCHES_DEG = np.arange(-45, 46, 1.5), np.arange(-24, 25, 1.5)
"""Directions of view that are tried; beyond 45 degrees another wall is the back one."""
MOST_SEGMENTS = 240
"""The longest ones: they tell most."""
COARSE_SINE = 0.05
"""Tolerance of the grid search: half a step of it turns near vanishing points by so much."""
ANGLE_NOISE, END_NOISE_PX = 0.008, 0.7
"""Noise of a segment's direction: of edges that are not straight, and of its ends."""
STRAY = 0.35
"""Share of segments that run in none of the three directions."""
STRAY_DENSITY = STRAY / np.pi
TYPICAL, SPREAD = 0.9, 0.4
"""Before any segment is seen: focal lengths round 0.9 of the longer side, within a factor of 1.5."""
INDEPENDENT = 0.3
"""Segments of one edge repeat each other: each counts as so many independent ones."""
LEAST_EVIDENCE = 8.0
"""Log-likelihood over that of level and upright edges from which on the lens is told: by 29 of 35 drawn
places, of which the middle one is off by 1.5 % and the worst by a third (docs/scene.md)."""

LEAST_SHARE = 0.5
"""Long segments in all directions agree with some three by chance, but few of them do: 0.35 at most were
seen, and 0.7 and more in pictures of places."""


class Directions(NamedTuple):
    """Where the level lines across, the upright and the depth lines of a place meet."""

    points_px: Floats
    """[3, 3]: a row for each in this order, homogeneous."""
    back_slope_per_px: tuple[float, float] = (0.0, 0.0)
    """Of what stands across the depth lines, see LayoutPlanes."""

    @property
    def vanishing_xy_px(self) -> tuple[float, float]:
        """Where the depth lines meet."""
        x, y, weight = self.points_px[2]
        return float(x / weight), float(y / weight)


def level_directions(x_px: float, y_px: float) -> Directions:
    """Those of a picture whose level and upright lines are level and upright."""
    return Directions(np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [x_px, y_px, 1.0]]))


class Lens(NamedTuple):
    """What the segments tell."""

    focal_px: float
    directions: Directions
    evidence: float
    """Log-likelihood, less that of level and upright edges."""
    share: float
    """Of the segments' length that runs in one of the three directions."""

    @property
    def is_told(self) -> bool:
        """Whether the segments tell it."""
        return self.evidence > LEAST_EVIDENCE and self.share > LEAST_SHARE


class _Segments(NamedTuple):
    """Straight segments, N of them.

    `middles` [N, 2] count from the picture's middle, in longer sides; `directions` [N, 2] are unit vectors;
    `noise` [N] is the standard deviation of a direction, in radians; `weights` [N], see INDEPENDENT.
    """

    middles: Floats
    directions: Floats
    noise: Floats
    weights: Floats


def find_lens(
    lines: Floats, height_px: int, width_px: int, known_focal_px: float | None = None
) -> Lens | None:
    """Tell the lens, with the principal point in the middle of the picture.

    Args:
        lines: segments [N, 4] in pixels.
        height_px, width_px: of the picture.
        known_focal_px: keeps the focal length, so that the directions alone are told.

    Returns:
        The best fit, whatever its evidence; None of fewer than 12 segments.
    """
    if len(lines) < 12:
        return None
    side = max(height_px, width_px)
    segments = _prepared(lines, height_px, width_px)
    focals, prior = FOCALS, (np.log(TYPICAL), SPREAD)
    if known_focal_px is not None:
        focals, prior = np.array([known_focal_px / side]), (np.log(known_focal_px / side), 1e-3)
    starts = _grid_search(
        segments.middles, segments.directions, segments.weights,
        np.radians(YAWS_DEG), np.radians(PITCHES_DEG), focals, COARSE_SINE,
    )  # fmt: skip
    tried = list(zip(starts, focals, strict=True))
    best, cost = min((_refined(segments, *start, prior) for start in tried), key=lambda fit: fit[1])
    evidence = min(_level_fit(segments, *start) for start in tried) - cost
    focal = side * float(np.exp(best[3]))
    camera = np.array([[focal, 0, width_px / 2], [0, focal, height_px / 2], [0, 0, 1]])
    points = (camera @ _axes(best[:3])).T
    off = points[2, :2] / points[2, 2] - camera[:2, 2]
    slope = off / (focal**2 + off @ off)
    share = _share(segments, _towards(segments, best))
    return Lens(focal, Directions(points, (float(slope[0]), float(slope[1]))), float(evidence), share)


def _prepared(lines: Floats, height_px: int, width_px: int) -> _Segments:
    side = max(height_px, width_px)
    lines = lines[np.argsort(-segment_lengths(lines), kind="stable")[:MOST_SEGMENTS]]
    lengths = segment_lengths(lines)
    middles = ((lines[:, :2] + lines[:, 2:]) / 2 - np.array([width_px, height_px]) / 2) / side
    directions = (lines[:, 2:] - lines[:, :2]) / lengths[:, None]
    noise = np.hypot(ANGLE_NOISE, END_NOISE_PX / lengths)
    weights = INDEPENDENT * np.minimum(lengths / (0.06 * side), 4.0)
    return _Segments(middles, directions, noise, weights)


def _axes(angles: Floats) -> Floats:
    """The three directions [3, 3] as columns (across, down, ahead) in the camera, of yaw, pitch and roll."""
    return np.asarray(Rotation.from_euler("ZXY", angles[[2, 1, 0]]).as_matrix(), np.float64)


@compiled(nogil=True)
def _grid_search(
    middles: Any, directions: Any, weights: Any, yaws: Any, pitches: Any, focals: Any, tolerance: float
) -> Any:
    """For each focal length the yaw, pitch and roll (0) that the most segments agree with: [F, 3]."""
    best = np.zeros((focals.shape[0], 3))
    for k in range(focals.shape[0]):
        f = focals[k]
        most = -1.0
        for yaw in yaws:
            for pitch in pitches:
                cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
                # Columns of Rx(pitch) Ry(yaw).
                axes = ((cy, sp * sy, -cp * sy), (0.0, cp, sp), (sy, -sp * cy, cp * cy))
                score = 0.0
                for i in range(middles.shape[0]):
                    agrees = 0.0
                    for x, y, z in axes:
                        tx, ty = f * x - middles[i, 0] * z, f * y - middles[i, 1] * z
                        cross = directions[i, 0] * ty - directions[i, 1] * tx
                        off = cross * cross / ((tx * tx + ty * ty + 1e-12) * tolerance * tolerance)
                        agrees = max(agrees, 1 - off)
                    score += weights[i] * agrees
                if score > most:
                    most = score
                    best[k, 0], best[k, 1] = yaw, pitch
    return best


def _refined(
    segments: _Segments, angles: Floats, focal: float, prior: tuple[float, float]
) -> tuple[Floats, float]:
    """Yaw, pitch, roll and log focal length near a start, and their cost.

    `prior` is the mean and spread of log focal lengths.
    """
    start = np.append(angles, np.log(focal))

    def cost(values: Floats) -> float:
        surprise = ((values[3] - prior[0]) / prior[1]) ** 2 / 2 + (values[2] / 0.05) ** 2 / 2
        return _cost(segments, _towards(segments, values)) + float(surprise)

    step = np.array([0.02, 0.02, 0.01, 0.06])
    simplex = np.vstack([start, start + np.diag(step)])
    return _descended(cost, simplex, steps=160)


def _towards(segments: _Segments, values: Floats) -> Floats:
    """Directions [N, 3, 2] from the segments' middles to the points of a camera (see _refined)."""
    axes = _axes(values[:3])
    return np.asarray(np.exp(values[3]) * axes[:2].T[None] - segments.middles[:, None] * axes[2][:, None])


def _level_fit(segments: _Segments, angles: Floats, focal: float) -> float:
    """Cost of level and upright edges and one vanishing point, started where a fit has it."""
    ahead = _axes(angles)[:, 2]
    start = np.append(focal * ahead[:2] / ahead[2], 0.0)

    def cost(values: Floats) -> float:
        cos, sin = np.cos(values[2]), np.sin(values[2])
        towards = np.empty((len(segments.middles), 3, 2))
        towards[:, 0], towards[:, 1] = (cos, sin), (-sin, cos)
        towards[:, 2] = values[:2] - segments.middles
        return _cost(segments, towards) + float((values[2] / 0.05) ** 2 / 2)

    simplex = np.vstack([start, start + np.diag([0.05, 0.05, 0.01])])
    return _descended(cost, simplex, steps=80)[1]


def _descended(cost: Callable[[Floats], float], simplex: Floats, steps: int) -> tuple[Floats, float]:
    """The lowest place that a simplex, whose first corner is the start, comes to; and its cost."""
    from scipy.optimize import minimize  # 0.4 s, which every start of a process would pay

    found = minimize(
        cost, simplex[0], method="Nelder-Mead",
        options={"initial_simplex": simplex, "maxiter": steps, "xatol": 1e-4, "fatol": 1e-2},
    )  # fmt: skip
    return found.x, float(found.fun)


def _cost(segments: _Segments, towards: Floats) -> float:
    """Minus the log-likelihood of segments, of which each points to one of three points or is a stray one.

    Args:
        segments: N of them.
        towards: [N, 3, 2] directions from their middles to the points, of any length.
    """
    likelihood = _pointing(segments, towards) + STRAY_DENSITY
    return -float((segments.weights * np.log(likelihood)).sum())


def _share(segments: _Segments, towards: Floats) -> float:
    """Share of the weight of segments that point to one of the three points."""
    pointing = _pointing(segments, towards)
    return float((segments.weights * pointing / (pointing + STRAY_DENSITY)).sum() / segments.weights.sum())


def _pointing(segments: _Segments, towards: Floats) -> Floats:
    """Density [N] of each segment's direction among those that point to one of the points."""
    along = segments.directions[:, None]
    cross = along[..., 0] * towards[..., 1] - along[..., 1] * towards[..., 0]
    sine = cross / (np.hypot(towards[..., 0], towards[..., 1]) + 1e-9)
    noise = segments.noise[:, None]
    density = np.exp(-((sine / noise) ** 2) / 2) / (noise * np.sqrt(2 * np.pi))
    return np.asarray((1 - STRAY) / 3 * density.sum(1))
