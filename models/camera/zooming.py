"""A lens that changes while its camera travels: told by the points, where they speak clearly for it."""

from __future__ import annotations

import numpy as np

from models.camera.lens import Lens
from models.camera.structure import Structure

LEAST_RANGE, LEAST_GAIN = 0.15, 1.3
"""Range of a zoom, and error without it over error with it (medians), from which it is believed. Rendered
zooms of 25 % and more while the camera goes across: gains of 1.4 to 2.3. Clips without a zoom: gains up to
1.05; one filmed clip 1.27, with a range of 0.11. Ahead or back, a zoom and a way are too much alike for a
gain: such clips keep one lens."""

_ITERATIONS, _ROUNDS = 30, 2
"""Of the adjustment with a lens per frame; between rounds points that fit badly are forgotten."""


def zooming(structure: Structure, free_focal: bool) -> Structure | None:
    """The structure with a focal length per frame; None where one for all explains its points about as well.

    `free_focal` False: the first frame's focal length stays as it is.
    """
    changing = structure.seeing(structure.names[structure.track], structure.frame, structure.xy)
    changing.lens = Lens.zooming(structure.focal)
    for _ in range(_ROUNDS):
        changing.adjust(_ITERATIONS, free_focal)
    told = changing.lens.range >= LEAST_RANGE and _error(changing) * LEAST_GAIN <= _error(structure)
    return changing if told else None


def _error(structure: Structure) -> float:
    return float(np.median(structure.errors_px()))
