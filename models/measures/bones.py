"""Bones over time: whether a moved figure keeps its limbs' lengths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError

Points = NDArray[np.float64]


def bone_unrest(
    ours_xy: Points,
    true_xy: Points,
    bones: Sequence[tuple[int, int]],
) -> float:
    """How much more the drawn lengths of bones vary over time than they truly do.

    A bone that turns towards the viewer is truly drawn shorter, so the truth's variation is taken off: of
    each bone the standard deviation over time of its length in shares of its mean one, ours less the
    truth's, not under 0; mean over bones.

    Args:
        ours_xy: [T, J, 2] in any unit.
        true_xy: [T, J, 2] in any unit.
        bones: index pairs.

    Returns:
        0 or more; 0.1 is a limb that swells and shrinks by a tenth.

    Raises:
        InputError: other shapes, or fewer than two frames.
    """
    if ours_xy.shape != true_xy.shape or ours_xy.ndim != 3 or len(ours_xy) < 2:
        raise InputError(
            "bones are compared over time",
            expected=f"{list(true_xy.shape)}, two frames or more",
            got=list(ours_xy.shape),
        )
    excess = []
    for a, b in bones:
        ours, true = (np.linalg.norm(xy[:, b] - xy[:, a], axis=1) for xy in (ours_xy, true_xy))
        spread = [float(length.std() / max(float(length.mean()), 1e-9)) for length in (ours, true)]
        excess.append(max(0.0, spread[0] - spread[1]))
    return float(np.mean(excess))
