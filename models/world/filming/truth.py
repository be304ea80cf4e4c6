"""Truth: depth, normals and labels of what rays hit."""

from __future__ import annotations

from typing import Any

import numpy as np

from models.compiling import compiled
from models.world.filming.casting import Hits
from models.world.filming.frame import Surfaces
from models.world.filming.packing import Packed
from models.world.filming.surface import surface_at
from models.world.solids import Floats


def surfaces_of(packed: Packed, hits: Hits, lens: Floats) -> Surfaces:
    """What rays hit, in the frame's own types; zeros where they hit nothing."""
    shape = hits.primitive.shape
    found = Surfaces(
        np.zeros(shape, np.float32),
        np.zeros((*shape, 3), np.float32),
        np.zeros(shape, np.uint8),
        np.zeros(shape, np.uint8),
    )
    _describe(packed.kind, packed.facts, hits.depth, hits.primitive, lens, found.depth_m, found.normal)
    there = hits.primitive >= 0
    found.part[there] = packed.part[hits.primitive[there]]
    found.figure[there] = packed.figure[hits.primitive[there]]
    return found


@compiled(nogil=True, error_model="numpy")
def _describe(
    kind: Any, facts: Any, depth: Any, primitive: Any, lens: Any, depth_m: Any, normal: Any
) -> None:
    point, surface = np.empty(3), np.empty(12)
    for row in range(depth.shape[0]):
        for column in range(depth.shape[1]):
            number = primitive[row, column]
            if number < 0:
                continue
            z = depth[row, column]
            point[0] = (column + 0.5 - lens[2]) / lens[0] * z
            point[1] = (row + 0.5 - lens[3]) / lens[1] * z
            point[2] = z
            surface_at(kind[number], facts[number], point, surface)
            depth_m[row, column] = z
            for i in range(3):
                normal[row, column, i] = surface[i]
