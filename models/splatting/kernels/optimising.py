# mypy: allow-untyped-defs, allow-untyped-calls
"""Loss and optimiser steps of the fit."""

from __future__ import annotations

from models.compiling import kernel
from models.splatting.kernels.float8 import load8, store8
from models.splatting.kernels.float8_math import fma, square_root
from models.splatting.kernels.layout import F

_BLOCK = 1024
"""Pixels summed in float32 before the sum goes on in float64; also what LLVM can vectorise."""


@kernel
def masked_l1(image, target, mask, weight, gradient):
    """Return the sum of |image - target| over the masked pixels and write its gradient, times `weight`.

    Args:
        image, gradient: float32 flat [PLANES, H, W]; of the gradient only the colours are written.
        target: uint8 flat [3, H, W].
        mask: uint8 flat [H, W], 0 or 1.
        weight: float32.
    """
    pixels = mask.size
    total = 0.0
    for c in range(3):
        for start in range(0, pixels, _BLOCK):
            stop = min(start + _BLOCK, pixels)
            # The sum in a loop that writes nothing: beside writes LLVM adds in another order where arrays
            # happen to lie close together in memory, and equal inputs would not give equal losses.
            block = F(0)
            for p in range(start, stop):
                difference = (image[c * pixels + p] - F(target[c * pixels + p]) * F(1 / 255)) * F(mask[p])
                block += abs(difference)
            for p in range(start, stop):
                difference = (image[c * pixels + p] - F(target[c * pixels + p]) * F(1 / 255)) * F(mask[p])
                above = F(1) if difference > F(0) else F(0)
                below = F(1) if difference < F(0) else F(0)
                gradient[c * pixels + p] = weight * (above - below)
            total += float(block)
    return total


@kernel
def adam(worker, workers, parameters, gradient, first, second, rates, decay_1, decay_2, epsilon):
    """One step of Adam on float32 flat [rows, stride], stride a multiple of 8, one learning rate a row.

    `rates` already holds the bias correction of both moments: rate * sqrt(1 - decay_2^t) / (1 - decay_1^t).
    """
    stride = parameters.size // rates.size
    for row in range(worker, rates.size, workers):
        rate = rates[row]
        for i in range(row * stride, (row + 1) * stride, 8):
            g = load8(gradient, i)
            m = fma(load8(first, i), decay_1, g * (F(1) - decay_1))
            v = fma(load8(second, i), decay_2, g * g * (F(1) - decay_2))
            store8(first, i, m)
            store8(second, i, v)
            store8(parameters, i, load8(parameters, i) - m * rate / (square_root(v) + epsilon))
