"""Whether a rig from outside can be that of a figure in its picture: where its joints lie, and its size."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from data_contracts.errors import InputError
from data_contracts.rig import INDEX, JOINTS, Skeleton

_OUTSIDE = 0.05
_OUTSIDE_OF_A_CROP = 1.0
"""How far joints may lie outside of their picture, as shares of its longer side: a hand at the border, or
the feet of a figure that the border cuts off."""
_LEAST_HEIGHT = 0.05
"""Of a figure down to where it stands, or across where it lies, as a share of the picture's longer side: what
is a point would be drawn as large as the scene."""


def require_plausible_rig(skeleton: Skeleton, where: Path) -> None:
    """Refuse joints that nobody can have meant for this picture.

    Raises:
        InputError: a joint lies further outside than a cut figure's can, the figure has no size, or it stands
            on its head.
    """
    _require_near_picture(skeleton, where)
    _require_size(skeleton, where)


def _require_size(skeleton: Skeleton, where: Path) -> None:
    columns, rows = skeleton.joints_xy_px.T
    feet = max(rows[INDEX["right_foot"]], rows[INDEX["left_foot"]])
    bottom = float(skeleton.height_px if skeleton.cropped else feet)
    top = float(min(rows[INDEX["head"]], rows[INDEX["neck"]]))
    least = _LEAST_HEIGHT * max(skeleton.width_px, skeleton.height_px)
    if bottom - top < -least or max(bottom - top, float(np.ptp(columns))) < least:
        raise InputError(
            "the figure of the rig has no size, or stands on its head",
            where=where,
            expected=f"a foot (or the border that cuts it) below the head, and {least:.0f} px or more in all",
            got=f"{bottom - top:.0f} px from the head down, {np.ptp(columns):.0f} px across",
            hint="Turn the picture so that the character is upright, or mend the joints",
        )


def _require_near_picture(skeleton: Skeleton, where: Path) -> None:
    share = _OUTSIDE_OF_A_CROP if skeleton.cropped else _OUTSIDE
    margin = share * max(skeleton.width_px, skeleton.height_px)
    high = np.array([skeleton.width_px, skeleton.height_px]) + margin
    for name, (x, y) in zip(JOINTS, skeleton.joints_xy_px, strict=True):
        if not (-margin <= x <= high[0] and -margin <= y <= high[1]):
            raise InputError(
                f"joint {name} lies outside of the picture",
                where=where,
                expected=f"at most {margin:.0f} px beyond {skeleton.width_px}x{skeleton.height_px}",
                got=f"{x:g}, {y:g}",
                hint='Say "cropped": true for a figure that the border cuts, or move the joint',
            )
