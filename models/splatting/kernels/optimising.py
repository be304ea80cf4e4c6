# mypy: allow-untyped-defs, allow-untyped-calls
"""Loss and optimiser steps of the fit."""

from __future__ import annotations

from models.compiling import inlined, kernel
from models.splatting.kernels.covariance import clamp
from models.splatting.kernels.float8 import load8, store8
from models.splatting.kernels.float8_math import exp2, fma, log2, square_root
from models.splatting.kernels.layout import (
    ALPHA_PLANE,
    FIELD_ROWS,
    LOG2E,
    OPACITY,
    SCALE,
    F,
)

LOSS_BLOCK = 1024
"""Pixels whose loss is summed in float32; the sums of the blocks are added in float64."""


@kernel
def masked_l1(part, parts, image, target, mask, weight, cover_weight, gradient, sums):
    """Sum |image - target| over the masked pixels and write the gradient of the loss.

    Args:
        part, parts: this part has the blocks part, part + parts, ...
        image: float32 flat [PLANES, H, W].
        target: uint8 flat [3, H, W].
        mask: uint8 flat [H, W], 0 or 1.
        weight, cover_weight: float32, of a colour's difference and of a pixel's 1 - alpha.
        gradient: out, like image; depth's is left alone.
        sums: out, float32 [blocks, 3], of LOSS_BLOCK pixels each.
    """
    pixels = mask.size
    for b in range(part, sums.shape[0], parts):
        start, stop = b * LOSS_BLOCK, min((b + 1) * LOSS_BLOCK, pixels)
        for c in range(3):
            total = F(0)
            for p in range(start, stop):
                q = c * pixels + p
                difference = (image[q] - F(target[q]) * F(1 / 255)) * F(mask[p])
                gradient[q] = weight * (F(difference > F(0)) - F(difference < F(0)))
                total += abs(difference)
            sums[b, c] = total
        for p in range(start, stop):
            gradient[ALPHA_PLANE * pixels + p] = -cover_weight * F(mask[p])


@inlined
def _drawn(row, value):
    """Return what a field holds for eight parameters of a row: e^x of scales, log2(sigmoid(x)) of opacity."""
    if SCALE <= row < OPACITY:
        return exp2(clamp(value * LOG2E, F(-126), F(126)))
    if row == OPACITY:
        return log2(exp2(clamp(value * (-LOG2E), F(-126), F(126))) + F(1)) * F(-1)
    return value


@kernel
def activate(part, parts, parameters, field):
    """Write the field that draws `parameters`; both float32 flat [FIELD_ROWS, stride]."""
    stride = parameters.size // FIELD_ROWS
    for row in range(part, FIELD_ROWS, parts):
        for i in range(row * stride, (row + 1) * stride, 8):
            store8(field, i, _drawn(row, load8(parameters, i)))


@kernel
def adam(part, parts, parameters, gradient, first, second, rates, decay_1, decay_2, epsilon, field):
    """One step of Adam on float32 flat [FIELD_ROWS, stride], one learning rate a row; writes the new field.

    `rates` already holds the bias correction of both moments: rate * sqrt(1 - decay_2^t) / (1 - decay_1^t).
    """
    stride = parameters.size // FIELD_ROWS
    for row in range(part, FIELD_ROWS, parts):
        rate = rates[row]
        for i in range(row * stride, (row + 1) * stride, 8):
            g = load8(gradient, i)
            m = fma(load8(first, i), decay_1, g * (F(1) - decay_1))
            v = fma(load8(second, i), decay_2, g * g * (F(1) - decay_2))
            store8(first, i, m)
            store8(second, i, v)
            changed = load8(parameters, i) - m * rate / (square_root(v) + epsilon)
            store8(parameters, i, changed)
            store8(field, i, _drawn(row, changed))
