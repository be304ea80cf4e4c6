"""Compiled inner loops of PatchMatch: nearest-neighbour field and weighted voting."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled

REJECTED = np.float32(1e9)
"""Above any cost; finite, because fastmath may not see infinities."""


@compiled(nogil=True, fastmath=True)
def _random_below(state: NDArray[np.uint64], bound: int) -> int:
    """Uniform integer in 0..bound-1 (xorshift64*), so that a seed decides the result."""
    value = state[0]
    value ^= value >> np.uint64(12)
    value ^= value << np.uint64(25)
    value ^= value >> np.uint64(27)
    state[0] = value
    return int(((value * np.uint64(2685821657736338717)) >> np.uint64(33)) % np.uint64(bound))


@compiled(nogil=True, fastmath=True)
def _patch_cost(
    rgb: Any, weight: Any, ty: int, tx: int, sy: int, sx: int, radius: int, row_bias: Any, limit: Any
) -> Any:
    """Weighted mean square difference of two patches plus row_bias · |rows apart|."""
    height, width = weight.shape
    rows_apart = row_bias * abs(sy - ty)
    total = np.float32(0)
    weights = np.float32(0)
    area = (2 * radius + 1) * (2 * radius + 1)
    for dy in range(-radius, radius + 1):
        y = ty + dy
        if y < 0 or y >= height:
            continue
        for dx in range(-radius, radius + 1):
            x = tx + dx
            if x < 0 or x >= width:
                continue
            w = weight[y, x]
            for channel in range(3):
                difference = rgb[y, x, channel] - rgb[sy + dy, sx + dx, channel]
                total += w * difference * difference
            weights += w
        if rows_apart + total / area > limit:  # the weights are at most 1: the mean can only be larger
            return REJECTED
    return rows_apart + total / max(weights, np.float32(1e-6))


@compiled(nogil=True, fastmath=True)
def improve_field(
    rgb: Any, weight: Any, targets: Any, is_target: Any, usable: Any, sources: Any,
    field: Any, cost: Any, radius: int, row_bias: Any, sweeps: int, state: Any,
) -> None:  # fmt: skip
    """Nearest-neighbour field by propagation and random search, in place.

    Args:
        rgb, weight: float32 [H, W, 3] in 0..1 and [H, W]: picture and trust in its pixels.
        targets: int32 [N, 2] (y, x) in reading order; is_target: bool [H, W].
        usable: bool [H, W], centres of patches that may be copied; sources: int32 [M, 2], the same as a list.
        field: int32 [H, W, 2] (y, x) of the source; cost: float32 [H, W]. Both are written.
        state: uint64 [1], the random state, not 0.
    """
    height, width = usable.shape
    count = targets.shape[0]
    for k in range(count):
        y, x = targets[k, 0], targets[k, 1]
        if not usable[field[y, x, 0], field[y, x, 1]]:
            _snap_to_source(field, y, x, sources, state)
        cost[y, x] = _patch_cost(
            rgb, weight, y, x, field[y, x, 0], field[y, x, 1], radius, row_bias, REJECTED
        )
    for sweep in range(sweeps):
        back = -1 if sweep % 2 == 0 else 1
        for i in range(count):
            k = i if sweep % 2 == 0 else count - 1 - i
            y, x = targets[k, 0], targets[k, 1]
            best = cost[y, x]
            best_y, best_x = field[y, x, 0], field[y, x, 1]
            for axis in range(2):
                ny, nx = (y + back, x) if axis == 0 else (y, x + back)
                if 0 <= ny < height and 0 <= nx < width and is_target[ny, nx]:
                    cy, cx = field[ny, nx, 0] - (ny - y), field[ny, nx, 1] - (nx - x)
                    if 0 <= cy < height and 0 <= cx < width and usable[cy, cx]:
                        c = _patch_cost(rgb, weight, y, x, cy, cx, radius, row_bias, best)
                        if c < best:
                            best, best_y, best_x = c, cy, cx
            reach = max(height, width)
            while reach >= 1:
                cy = best_y + _random_below(state, 2 * reach + 1) - reach
                cx = best_x + _random_below(state, 2 * reach + 1) - reach
                if 0 <= cy < height and 0 <= cx < width and usable[cy, cx]:
                    c = _patch_cost(rgb, weight, y, x, cy, cx, radius, row_bias, best)
                    if c < best:
                        best, best_y, best_x = c, cy, cx
                reach //= 2
            field[y, x, 0], field[y, x, 1], cost[y, x] = best_y, best_x, best


@compiled(nogil=True, fastmath=True)
def _snap_to_source(field: Any, y: int, x: int, sources: Any, state: Any) -> None:
    """Take the best of 12 random sources: near the old one, rows counting twice."""
    least = 1e18
    best_y, best_x = sources[0, 0], sources[0, 1]
    for _ in range(12):
        pick = _random_below(state, sources.shape[0])
        apart = abs(sources[pick, 0] - field[y, x, 0]) + 0.5 * abs(sources[pick, 1] - field[y, x, 1])
        if apart < least:
            least = apart
            best_y, best_x = sources[pick, 0], sources[pick, 1]
    field[y, x, 0], field[y, x, 1] = best_y, best_x


@compiled(nogil=True, fastmath=True)
def vote(
    rgb: Any, targets: Any, field: Any, cost: Any, hole: Any, trust: Any, radius: int, spread: Any
) -> None:
    """Give every hole pixel the weighted mean of what the patches over it propose, in place."""
    height, width = hole.shape
    total = np.zeros((height, width, 3), np.float32)
    weights = np.zeros((height, width), np.float32)
    for k in range(targets.shape[0]):
        y, x = targets[k, 0], targets[k, 1]
        patch_weight = trust[y, x] * np.exp(-cost[y, x] / spread) + np.float32(1e-7)
        for dy in range(-radius, radius + 1):
            for dx in range(-radius, radius + 1):
                py, px = y + dy, x + dx
                if 0 <= py < height and 0 <= px < width and hole[py, px]:
                    # The patch centred on a pixel knows most about it.
                    w = patch_weight * (2 if dy == 0 and dx == 0 else 1)
                    weights[py, px] += w
                    for channel in range(3):
                        total[py, px, channel] += w * rgb[field[y, x, 0] + dy, field[y, x, 1] + dx, channel]
    for y in range(height):
        for x in range(width):
            if hole[y, x] and weights[y, x] > 0:
                for channel in range(3):
                    rgb[y, x, channel] = total[y, x, channel] / weights[y, x]
