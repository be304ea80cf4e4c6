"""What speaks for a superpixel being the figure and not its surroundings, before anything is cut."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.matting.region_relations import Relations

Floats = NDArray[np.float64]

GEODESIC_SPREAD, CONTRAST_SPREAD, SPACE_SPREAD = 10.0, 10.0, 0.4
"""Zhu et al., "Saliency optimization from robust background detection" (2014), section 3: sigma of colour
similarity along paths, and of nearness in space (theirs is 0.25 of a square picture's side)."""


def cues(relations: Relations) -> Floats:
    """Cues ``[N, C]`` of each region, about 0..1 each; what each is stands beside it."""
    regions, paths, colour_gap = relations.regions, relations.paths, relations.colour
    x, y = regions.xy.T
    alike = np.exp(-(paths**2) / (2 * GEODESIC_SPREAD**2))
    # Zhu et al. (2014) eq. 3-5: how much of what a region belongs to lies on the rim.
    span = np.maximum(alike @ regions.area, 1e-9)
    rim_share = regions.rim / max(regions.rim.sum(), 1)
    connected = 1 - np.exp(-(((alike @ rim_share) / np.sqrt(span)) ** 2) / (2 * 0.35**2))
    # Their eq. 8: contrast with what is likely background and near.
    near = np.exp(-(relations.space**2) / (2 * SPACE_SPREAD**2))
    contrast = (colour_gap * near) @ (connected * regions.area)
    on_rim = regions.rim > 0
    to_rim = paths[:, on_rim].min(1)
    rim_gap = colour_gap[:, on_rim].min(1)
    # Floors, walls and skies go on behind the figure: compare with the sides at the same height.
    beside = on_rim & ((x < 0.1) | (x > 0.9))
    level = np.exp(-((y[:, None] - y[beside]) ** 2) / (2 * 0.1**2))
    side_gap = (colour_gap[:, beside] + 40 * (1 - level)).min(1) if beside.any() else rim_gap
    # Liu et al., "Learning to detect a salient object" (2007): a colour that is spread wide is scenery.
    shared = np.exp(-(colour_gap**2) / (2 * 12.0**2)) * regions.area
    shared = shared / shared.sum(1, keepdims=True)
    middle = shared @ x
    spread = np.sqrt(np.maximum(shared @ x**2 - middle**2, 0))
    off = np.abs(x - 0.5) * 2
    calm = float(np.average(regions.texture[on_rim], weights=regions.rim[on_rim]))
    return np.stack(
        [
            connected,
            contrast / max(float(contrast.max()), 1e-6),
            np.minimum(to_rim / 60, 1.5),
            np.minimum(rim_gap / 30, 1.5),
            np.minimum(side_gap / 40, 1.5),
            spread / 0.29,
            np.abs(middle - 0.5) * 2,
            off,
            off**2,
            y,
            (y - 0.5) ** 2 * 4,
            (regions.texture - calm) / (regions.texture + calm + 1),
            # What ink closes off from the rim, whatever its colour.
            np.minimum(np.log1p(relations.outlines[:, on_rim].min(1)), 3),
        ],
        1,
    )
