"""A soft contact shadow under the feet and the body."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX

_FLATTENING = 0.3
"""Height over width of a disc on the floor, as a camera at eye height sees it."""
_ANKLE = 0.025
"""How far below its ankle the middle of a foot stands, in figure heights (ankles are 0.039 over the floor;
Drillis and Contini 1966): rigs have ankles, shadows lie under soles."""
_UNDER = 0.64
"""The same, as a share of the way from the ankle to the sole."""
_FOOT, _BODY = 0.075, 0.17
"""Radii of the discs under a foot, and under a body whose feet are together, in figure heights."""
_FOOT_DARK, _BODY_DARK = 0.5, 0.28
_FOOT_SOFT, _BODY_SOFT = 0.4, 0.6
"""Share of its radius over which a disc fades, on either side of it."""
_WIDENING, _FADING = 0.3, 14.0
"""By figure heights that a foot is risen: how far its disc widens, and how fast it fades."""


def contact_shadow(
    shape: tuple[int, int],
    joints: NDArray[np.float64],
    ground_y: float,
    height: float,
    strength: float,
    ankle_px: float | None = None,
) -> NDArray[np.float32]:
    """Darkening [H, W] in 0..1 by discs on the floor that fade and widen as the joint above them rises.

    Args:
        shape: of the canvas.
        joints: [16, 2] on the canvas.
        ground_y: the line of the ankles of a standing figure on the canvas.
        height: the figure's standing height on the canvas.
        strength: 1 is natural, 0 none.
        ankle_px: how far the soles lie below the ankles on the canvas; None: as far as an adult's.
    """
    dark = np.zeros(shape, np.float32)
    floor_y = ground_y + (_ANKLE * height if ankle_px is None else _UNDER * ankle_px)
    feet = joints[[INDEX["right_foot"], INDEX["left_foot"]]]
    for foot in feet:
        lift = max(0.0, (ground_y - foot[1]) / max(height, 1e-6))
        radius = height * (_FOOT + _WIDENING * lift)
        value = strength * _FOOT_DARK / (1 + _FADING * lift)
        _darken(dark, (foot[0], floor_y), (radius, _FLATTENING * radius), value, _FOOT_SOFT)
    lift = max(0.0, (ground_y - feet[:, 1].max()) / max(height, 1e-6))
    # What the body keeps off reaches from foot to foot, the thinner the farther they are apart.
    radius = height * (_BODY + _WIDENING * lift)
    across = float(np.hypot(radius, 0.5 * (feet[0, 0] - feet[1, 0])))
    middle = 0.5 * (joints[INDEX["root"], 0] + feet[:, 0].mean())
    value = strength * _BODY_DARK * radius / across / (1 + _FADING * lift)
    _darken(dark, (middle, floor_y), (across, _FLATTENING * radius), value, _BODY_SOFT)
    return np.clip(dark, 0, 0.9)


def _darken(
    dark: NDArray[np.float32], xy: tuple[float, float], radii: tuple[float, float], value: float, soft: float
) -> None:
    """Lay a soft disc on the floor over what is dark already, in place; half as dark at its radius."""
    columns, rows = (
        _span(at, (1 + soft) * r, n) for at, r, n in zip(xy, radii, dark.shape[::-1], strict=True)
    )
    xs, ys = (
        (np.arange(span.start, span.stop, dtype=np.float32) + 0.5 - at) / r
        for span, at, r in zip((columns, rows), xy, radii, strict=True)
    )
    inside = np.clip((1 + soft - np.hypot(xs, ys[:, None])) / (2 * soft), 0, 1)
    around = dark[rows, columns]
    np.maximum(around, np.float32(value) * inside * inside * (3 - 2 * inside), out=around)


def _span(middle: float, reach: float, size: int) -> slice:
    """The rows or columns of a canvas that lie within reach."""
    return slice(int(np.clip(middle - reach, 0, size)), int(np.clip(np.ceil(middle + reach), 0, size)))
