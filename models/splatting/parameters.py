"""Between splats and the flat arrays that the kernels read: one row a parameter, padded to eight columns."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.splats import Splats
from models.splatting.kernels.layout import COLOUR, FIELD_ROWS, MEAN, OPACITY, ROTATION, SCALE

MAX_FIT_OPACITY = 0.99
"""A logit at opacity 1 is infinite and has no gradient: such a splat would never change."""
MIN_FIT_OPACITY = 0.005
"""Just above the rasteriser's threshold of 1/255, below which a splat has no gradient either."""

_SMALLEST = np.float32(1e-30)
"""For opacity 0, so that its logarithm is finite."""


def field_of(splats: Splats) -> NDArray[np.float32]:
    """Return the field [FIELD_ROWS, stride] that draws `splats` exactly."""
    field = _padded(len(splats))
    n = len(splats)
    field[MEAN : MEAN + 3, :n] = splats.means.T
    field[ROTATION : ROTATION + 4, :n] = splats.rotation_wxyz.T
    field[SCALE : SCALE + 3, :n] = splats.scales_m.T
    field[OPACITY, :n] = np.log2(np.maximum(splats.opacities, _SMALLEST))
    field[COLOUR : COLOUR + 3, :n] = splats.rgb.T
    return field


def parameters_of(splats: Splats) -> NDArray[np.float32]:
    """Return what the fit changes [FIELD_ROWS, stride]: logarithms of scales, logits of opacities."""
    parameters = field_of(splats)
    opacity = np.clip(splats.opacities, MIN_FIT_OPACITY, MAX_FIT_OPACITY)
    parameters[SCALE : SCALE + 3] = np.log(parameters[SCALE : SCALE + 3])
    parameters[OPACITY, : len(splats)] = np.log(opacity / (1 - opacity))
    return parameters


def splats_of(parameters: NDArray[np.float32], count: int) -> Splats:
    """Return the first `count` columns of `parameters` as splats; colours are held in 0..1."""
    field = parameters[:, :count]
    return Splats(
        means=field[MEAN : MEAN + 3].T,
        rotation_wxyz=field[ROTATION : ROTATION + 4].T,
        scales_m=np.exp(field[SCALE : SCALE + 3]).T,
        opacities=1 / (1 + np.exp(-np.clip(field[OPACITY], -80, None))),
        rgb=np.clip(field[COLOUR : COLOUR + 3], 0, 1).T,
    )


def _padded(count: int) -> NDArray[np.float32]:
    """Return a field of `count` columns and, up to a multiple of eight, splats that nobody sees."""
    field = np.zeros((FIELD_ROWS, (count + 7) // 8 * 8), np.float32)
    field[MEAN + 2, count:] = -1.0
    field[ROTATION, count:] = 1.0
    field[SCALE : SCALE + 3, count:] = 1.0
    field[OPACITY, count:] = -100.0
    return field
