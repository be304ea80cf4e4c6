"""Layers: the place, the place in the figures' shadow, and the figures, each coloured on its own.

Whatever a style adds (lines, grain, a tone curve) it adds to each layer before they are put together, so that
alpha is the exact truth of a filmed picture's matting equation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.world.filming.atlas import Atlas, atlas_of
from models.world.filming.casting import Hits, cast
from models.world.filming.frame import Camera, Style, Surfaces
from models.world.filming.outlines import outlines
from models.world.filming.packing import Packed, pack
from models.world.filming.paper import develop
from models.world.filming.shading import shade
from models.world.filming.shadows import shadow
from models.world.places.place import Light
from models.world.solids import Floats, Solids, join

Picture = NDArray[np.float32]

BEYOND = np.array([214, 222, 230], np.float32)
"""Colour where there is nothing at all."""


class Layers(NamedTuple):
    """The parts of a filmed picture, float32 of 0..255: coverage x figures + (1 - coverage) x shadowed."""

    place: Picture
    """[H, W, 3], without figures and shadows."""
    shadowed: Picture
    """[H, W, 3], with the figures' shadows."""
    figures: Picture
    """[H, W, 3]; zeros where there are none."""
    coverage: Picture
    """[H, W], 0..1 in steps of 1 / 255: share of a pixel's rays that figures take."""


class Subject(NamedTuple):
    """Solids ready to be filmed."""

    solids: Solids
    packed: Packed
    atlas: Atlas

    def cast(self, camera: Camera, rays: int, behind: Floats | None = None) -> Hits:
        """Cast rays x rays rays a pixel; nothing is seen beyond the depths `behind`."""
        lens = np.asarray(camera.intrinsics_px, np.float64) * rays
        return cast(self.packed, lens, camera.width_px * rays, camera.height_px * rays, behind)


def subject_of(camera: Camera, several: Sequence[Solids], first_figure: int) -> Subject:
    """Bring solids before a camera."""
    everything = join(several)
    return Subject(everything, pack(camera, several, first_figure), atlas_of(everything.textures))


def place_layers(
    camera: Camera, ground: Subject, hits: Hits, clean: Surfaces, everyone: Subject, light: Light,
    style: Style, noise: Picture, rays: int,
) -> tuple[Picture, Picture]:  # fmt: skip
    """The place without and with the figures' shadows."""
    lens = np.asarray(camera.intrinsics_px, np.float64)
    lines = outlines(ground.packed, hits, lens, style, rays)
    colour, count = shade(ground.packed, ground.atlas, hits, lines, camera, light, style)
    share = (count / np.float32(rays * rays)).astype(np.float32)[..., None]
    colour = share * colour + (1 - share) * BEYOND
    kept = shadow(everyone.solids, everyone.packed, camera, clean.depth_m, clean.normal, light)
    kept[~_lit(ground, camera, hits, rays)] = 1.0
    dark = colour * kept[..., None]
    return _finished(colour, style, noise), _finished(dark, style, noise)


def _finished(colour: Picture, style: Style, noise: Picture) -> Picture:
    return np.asarray(np.clip(develop(colour, style) + noise, 0, 255), np.float32)


def _lit(ground: Subject, camera: Camera, hits: Hits, rays: int) -> NDArray[np.bool_]:
    """Whether light changes what a pixel shows; asked of one ray of it."""
    number = hits.primitive[rays // 2 :: rays, rays // 2 :: rays]
    lit = np.append(ground.atlas.lit[ground.packed.texture], False)
    return np.asarray(lit[number], np.bool_)


def figure_layer(
    camera: Camera,
    subject: Subject,
    behind: Floats | None,
    light: Light,
    style: Style,
    noise: Picture,
    rays: int,
) -> tuple[Picture, Picture]:
    """The figures' colours, and the share of each pixel that they cover."""
    hits = subject.cast(camera, rays, behind)
    lens = np.asarray(camera.intrinsics_px, np.float64)
    lines = outlines(subject.packed, hits, lens, style, rays)
    colour, count = shade(subject.packed, subject.atlas, hits, lines, camera, light, style)
    coverage = np.rint(count * (255 / (rays * rays))).astype(np.float32) / 255
    return np.where(count[..., None] > 0, _finished(colour, style, noise), 0), coverage
