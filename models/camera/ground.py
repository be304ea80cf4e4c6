"""Ground: which of two readings of a clip is the right way round.

A lens so long that depth hardly changes the size of things sees a scene and its mirror image in depth almost
alike (the Necker cube); structure from motion may settle in either. What tells them apart is the ground:
people film from above it, so that what is low in the picture is near.
"""

from __future__ import annotations

import numpy as np

from models.camera.structure import Structure

_LEAST_ORDER = 0.1
"""Rank correlation below which height in the picture says nothing about depth."""


def is_upside_down(structure: Structure) -> bool:
    """Whether what is low in the anchor frame is far, as if the ground hung above the camera."""
    points = structure.points[structure.has_point]
    local = points @ structure.rotation[structure.anchor].T + structure.translation[structure.anchor]
    local = local[local[:, 2] > 1e-6]
    if len(local) < 20:
        return False
    from scipy.stats import spearmanr  # half a second to import, which every process would pay

    return float(spearmanr(local[:, 1] / local[:, 2], 1 / local[:, 2]).statistic) < -_LEAST_ORDER


def without_upside_down(trials: list[Structure], supports: list[float], least_share: float) -> Structure:
    """Of several readings the best supported one; one with its ground below where it is about as good."""
    best = int(np.argmax(supports))
    if not is_upside_down(trials[best]):
        return trials[best]
    upright = [
        number
        for number, support in enumerate(supports)
        if support >= least_share * supports[best] and not is_upside_down(trials[number])
    ]
    return trials[max(upright, key=lambda number: supports[number])] if upright else trials[best]
