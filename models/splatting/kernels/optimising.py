# mypy: allow-untyped-defs, allow-untyped-calls
"""Loss and optimiser steps of the fit."""

from __future__ import annotations

import math

from models.splatting.kernels.compiling import kernel
from models.splatting.kernels.layout import F


@kernel
def masked_l1(image, target, mask, weight, gradient):
    """Return the sum of |image - target| over the masked pixels and write its gradient, times `weight`.

    Args:
        image, gradient: float32 flat [PLANES, H, W]; of the gradient only the colours are written.
        target: uint8 flat [H, W, 3].
        mask: bool flat [H, W].
        weight: float32.
    """
    pixels = mask.size
    total = 0.0
    for c in range(3):
        row = F(0)
        for p in range(pixels):
            difference = image[c * pixels + p] - F(target[p * 3 + c]) * F(1 / 255)
            difference = difference if mask[p] else F(0)
            row += abs(difference)
            sign = F(1) if difference > F(0) else (F(-1) if difference < F(0) else F(0))
            gradient[c * pixels + p] = weight * sign
            if p % 1024 == 1023:
                total += float(row)
                row = F(0)
        total += float(row)
    return total


@kernel
def adam(worker, workers, parameters, gradient, first, second, rates, decay_1, decay_2, epsilon):
    """One step of Adam on float32 flat [rows, stride] with one learning rate a row.

    `rates` already holds the bias correction of both moments: rate * sqrt(1 - decay_2^t) / (1 - decay_1^t).
    """
    stride = parameters.size // rates.size
    for row in range(worker, rates.size, workers):
        rate = rates[row]
        for i in range(row * stride, (row + 1) * stride):
            g = gradient[i]
            first[i] = decay_1 * first[i] + (F(1) - decay_1) * g
            second[i] = decay_2 * second[i] + (F(1) - decay_2) * g * g
            parameters[i] -= rate * first[i] / (math.sqrt(second[i]) + epsilon)
