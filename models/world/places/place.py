"""Place: solids to film in, their light, and where figures and cameras may be."""

from __future__ import annotations

from typing import NamedTuple

from models.world.solids import Floats, Solids


class Light(NamedTuple):
    """One distant light and the light from all sides; the two sum to about 1."""

    towards: Floats
    """Unit vector [3] from the scene to the light."""
    direct: float
    ambient: float
    colour: tuple[float, float, float] = (1.0, 1.0, 1.0)


class Place(NamedTuple):
    """Where a shot is filmed.

    The stage is a flat disc round the origin at y = 0. Cameras look at it from the +z side, from inside of
    the box of `camera_low_m` and `camera_high_m`, which no solid enters.
    """

    kind: str
    indoor: bool
    solids: Solids
    light: Light
    stage_radius_m: float
    camera_low_m: Floats
    """[3]: least x, y, z at which a camera may stand."""
    camera_high_m: Floats
    """[3]: greatest x, y, z."""
