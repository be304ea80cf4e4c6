"""How badly a placed figure explains a silhouette, with its gradient, for many poses at once.

The energy of one pose: sample points of the figure that no capsule covers (Huber), ground points that a
capsule covers, capsule axes that leave the silhouette, capsules that are thicker than it, and priors on
angles and foreshortening. The weights are those of a search on rendered figures; only their ratios matter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled
from models.pose.capsule_figure import CAPSULES, JOINT_NUMBERS, NUMBERS, POSE, SHARED, place

Array = NDArray[np.float64]

UNCOVERED, SPILLED, AXIS_OUT, TOO_THICK = 60.0, 24.0, 10.0, 4.0
"""Weights of the four terms, on distances by the silhouette's height."""
HUBER = 0.03
"""Such a distance beyond which it counts linearly."""
AXIS_POINTS = 5
"""Points of each capsule's axis that are looked at."""
STEP = 1e-5
"""Of the finite differences by which a figure's derivatives are taken."""


@compiled()
def _nearest(out: Array, x: float, y: float) -> tuple[int, float, float, float, float]:
    """Capsule nearest to a point: index, signed distance, place along its axis, unit normal."""
    best, index, at, nx, ny = 1e9, 0, 0.0, 0.0, 0.0
    for c in range(CAPSULES):
        k = JOINT_NUMBERS + 6 * c
        ax, ay = out[k], out[k + 1]
        dx, dy = out[k + 2] - ax, out[k + 3] - ay
        u = ((x - ax) * dx + (y - ay) * dy) / max(dx * dx + dy * dy, 1e-3)
        u = min(1.0, max(0.0, u))
        ox, oy = x - ax - u * dx, y - ay - u * dy
        far = np.sqrt(ox * ox + oy * oy + 1e-9)
        signed = far - (out[k + 4] * (1 - u) + out[k + 5] * u)
        if signed < best:
            best, index, at, nx, ny = signed, c, u, ox / far, oy / far
    return index, best, at, nx, ny


@compiled()
def _push(gradient: Array, capsule: int, u: float, nx: float, ny: float, weight: float) -> None:
    """Add weight times d(signed distance) / d(capsule). The taper's change along the axis is left out."""
    k = JOINT_NUMBERS + 6 * capsule
    gradient[k] -= weight * (1 - u) * nx
    gradient[k + 1] -= weight * (1 - u) * ny
    gradient[k + 2] -= weight * u * nx
    gradient[k + 3] -= weight * u * ny
    gradient[k + 4] -= weight * (1 - u)
    gradient[k + 5] -= weight * u


@compiled()
def _look_up(grid: NDArray[np.float32], x: float, y: float) -> tuple[float, float, float]:
    """Bilinear value and slopes of a map, held constant past its border."""
    height, width = grid.shape
    inside_x, inside_y = 0 <= x <= width - 1, 0 <= y <= height - 1
    x, y = min(max(x, 0.0), width - 1.001), min(max(y, 0.0), height - 1.001)
    i, j = int(x), int(y)
    fx, fy = x - i, y - j
    a, b, c, d = grid[j, i], grid[j, i + 1], grid[j + 1, i], grid[j + 1, i + 1]
    value = (a * (1 - fx) + b * fx) * (1 - fy) + (c * (1 - fx) + d * fx) * fy
    slope_x = ((b - a) * (1 - fy) + (d - c) * fy) if inside_x else 0.0
    slope_y = ((c - a) * (1 - fx) + (d - b) * fx) if inside_y else 0.0
    return value, slope_x, slope_y


@compiled()
def _image_terms(
    out: Array,
    gradient: Array,
    inside: Array,
    outside: Array,
    depth: NDArray[np.float32],
    gap: NDArray[np.float32],
    points: int,
    unit: float,
) -> float:
    energy = 0.0
    for n in range(points):
        c, signed, u, nx, ny = _nearest(out, inside[n, 0], inside[n, 1])
        if signed > 0:
            z = signed / unit
            energy += UNCOVERED * (0.5 * z * z / HUBER if z < HUBER else z - 0.5 * HUBER) / points
            _push(gradient, c, u, nx, ny, UNCOVERED * min(z / HUBER, 1.0) / unit / points)
        c, signed, u, nx, ny = _nearest(out, outside[n, 0], outside[n, 1])
        if signed < 0:
            energy -= SPILLED * signed / unit / points
            _push(gradient, c, u, nx, ny, -SPILLED / unit / points)
    share = 1.0 / (CAPSULES * AXIS_POINTS)
    for c in range(CAPSULES):
        k = JOINT_NUMBERS + 6 * c
        for n in range(AXIS_POINTS):
            u = n / (AXIS_POINTS - 1)
            x, y = out[k] * (1 - u) + out[k + 2] * u, out[k + 1] * (1 - u) + out[k + 3] * u
            value, sx, sy = _look_up(gap, x, y)
            weight = AXIS_OUT * share / unit
            energy += weight * value
            thick = out[k + 4] * (1 - u) + out[k + 5] * u
            room, rx, ry = _look_up(depth, x, y)
            gx, gy = weight * sx, weight * sy
            if thick > room:
                over = TOO_THICK * share / unit
                energy += over * (thick - room)
                gx, gy = gx - over * rx, gy - over * ry
                gradient[k + 4] += over * (1 - u)
                gradient[k + 5] += over * u
            gradient[k] += gx * (1 - u)
            gradient[k + 1] += gy * (1 - u)
            gradient[k + 2] += gx * u
            gradient[k + 3] += gy * u
    return energy


@compiled()
def _beyond(value: float, limit: float) -> float:
    return max(value - limit, 0.0) + min(value + limit, 0.0)


@compiled()
def _priors(pose: Array, gradient: Array, hang: float) -> float:
    """Soft joint limits, little foreshortening, limbs that hang. `hang` weighs the legs of a cut figure."""
    energy = 0.0
    for index, limit, weight in (
        (2, 0.9, 0.2), (5, 0.6, 0.3), (7, 2.6, 0.2), (9, 2.6, 0.2), (10, 2.0, 0.2), (11, 2.3, 0.3),
        (12, 2.0, 0.2), (13, 2.3, 0.3), (22, 1.7, 0.3), (23, 1.7, 0.3),
    ):  # fmt: skip
        over = _beyond(pose[index], limit)
        energy += weight * over * over
        gradient[index] += 2 * weight * over
    for index in range(14, 22):
        energy += 0.0005 * (pose[index] - 2) ** 2
        gradient[index] += 0.001 * (pose[index] - 2)
    for index in range(6, 14):
        weight = 0.000375 + (hang if index >= 10 else 0.0)
        energy += weight * pose[index] ** 2
        gradient[index] += 2 * weight * pose[index]
    # A cut figure's arms could pass for its shoulders: it is taken to face the camera, unless it cannot.
    energy += 0.2 * hang * (pose[4] - 1.2) ** 2
    gradient[4] += 0.4 * hang * (pose[4] - 1.2)
    gradient[2] += 0.02 * pose[2]
    return float(energy + 0.01 * pose[2] ** 2)


@compiled()
def evaluate(
    poses: Array,
    shared: Array,
    height: float,
    frame: NDArray[np.int64],
    inside: Array,
    outside: Array,
    depth: NDArray[np.float32],
    gap: NDArray[np.float32],
    points: int,
    unit: float,
    hang: float,
) -> tuple[Array, Array, Array, Array, Array]:
    """Energy of `B` poses against the silhouettes of their frames.

    Args:
        poses: float64 [B, 24].
        shared: float64 [6] for all of them.
        height: nominal height of the figure, grid pixels.
        frame: int64 [B], which silhouette each pose is held against.
        inside, outside, depth, gap: of `models.pose.silhouette_field.SilhouetteField`.
        points: how many of the sample points to use.
        unit: length in grid pixels by which distances are divided.
        hang: extra weight that keeps the legs of a cut figure straight.

    Returns:
        energy [B], gradient by pose [B, 24], by shared [B, 6], placed figures [B, 136],
        and the joints' derivative by pose and shared [B, 30, 28].
    """
    count = len(poses)
    energy, by_pose = np.zeros(count), np.zeros((count, POSE))
    by_shared, placed = np.zeros((count, SHARED)), np.zeros((count, NUMBERS))
    joints = np.zeros((count, POSE + SHARED, JOINT_NUMBERS))
    moved = np.zeros(NUMBERS)
    for b in range(count):
        place(poses[b], shared, height, placed[b])
        gradient = np.zeros(NUMBERS)
        t = frame[b]
        energy[b] = _image_terms(
            placed[b], gradient, inside[t], outside[t], depth[t], gap[t], points, unit
        ) + _priors(poses[b], by_pose[b], hang)
        pose, common = poses[b].copy(), shared.copy()
        # Placing a figure costs a microsecond: finite differences are exact enough, and cannot go stale.
        for d in range(POSE + SHARED):
            values, index = (pose, d) if d < POSE else (common, d - POSE)
            old = values[index]
            values[index] = old + STEP
            place(pose, common, height, moved)
            values[index] = old
            slope = 0.0
            for n in range(NUMBERS):
                change = (moved[n] - placed[b, n]) / STEP
                slope += gradient[n] * change
                if n < JOINT_NUMBERS:
                    joints[b, d, n] = change
            if d < POSE:
                by_pose[b, d] += slope
            else:
                by_shared[b, d - POSE] = slope
    return energy, by_pose, by_shared, placed, joints
