"""Shading: the colours of what rays hit, averaged over pixels."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.compiling import compiled
from models.world.filming.atlas import Atlas
from models.world.filming.casting import Hits
from models.world.filming.frame import STYLES, Camera, Style
from models.world.filming.packing import Packed
from models.world.filming.sampling import sample
from models.world.filming.surface import surface_at
from models.world.filming.tones import INK, hatching, line_tone, tone
from models.world.places.place import Light


class Layer(NamedTuple):
    """Some solids as a picture to lay over others."""

    colour: NDArray[np.float32]
    """[H, W, 3], 0..255: the mean over the rays that hit."""
    hits: NDArray[np.int32]
    """[H, W]: how many of a pixel's rays hit."""


def shade(
    packed: Packed,
    atlas: Atlas,
    hits: Hits,
    lines: NDArray[np.uint8],
    camera: Camera,
    light: Light,
    style: Style,
) -> Layer:
    """Colour what was hit.

    Args:
        packed: primitives in camera axes.
        atlas: their textures.
        hits: of S x S rays a pixel.
        lines: strength of an outline on each ray, 0..255.
        camera: of the pixels.
        light: in world axes.
        style: how to colour.
    """
    rays = hits.primitive.shape[0] // camera.height_px
    colour = np.zeros((camera.height_px, camera.width_px, 3), np.float32)
    count = np.zeros((camera.height_px, camera.width_px), np.int32)
    # Rows: towards the light, up.
    ways = (
        np.stack([np.asarray(light.towards, np.float64), [0.0, 1.0, 0.0]]) @ camera.world_from_camera[:3, :3]
    )
    lamp = np.array([light.direct, light.ambient, *light.colour], np.float64)
    lens = np.asarray(camera.intrinsics_px, np.float64)
    _shade(
        packed.kind,
        packed.facts,
        packed.texture,
        atlas.texels,
        atlas.levels,
        atlas.depth,
        atlas.lit,
        hits.depth,
        hits.primitive,
        lines,
        lens,
        rays,
        np.ascontiguousarray(ways),
        lamp,
        STYLES.index(style),
        colour,
        count,
    )
    return Layer(colour, count)


@compiled(nogil=True, error_model="numpy")
def _shade(
    kind: Any, facts: Any, texture: Any, texels: Any, levels: Any, most: Any, lit: Any, depth: Any,
    primitive: Any, lines: Any, lens: Any, rays: int, ways: Any, light: Any, style: int, colour: Any,
    count: Any,
) -> None:  # fmt: skip
    """Rays of one pixel that hit the same primitive are shaded once, at their mean point."""
    surface, point, texel = np.empty(12), np.empty(3), np.empty(3)
    groups = np.empty(rays * rays, np.int32)
    for row in range(colour.shape[0]):
        for column in range(colour.shape[1]):
            found, total = 0, 0
            for k in range(rays * rays):
                number = primitive[row * rays + k // rays, column * rays + k % rays]
                if number < 0:
                    continue
                total += 1
                known = False
                for g in range(found):
                    known = known or groups[g] == number
                if not known:
                    groups[found] = number
                    found += 1
            count[row, column] = total
            for g in range(found):
                members, line = _mean_point(
                    depth, primitive, lines, lens, rays, row, column, groups[g], point
                )
                number = groups[g]
                t = texture[number]
                surface_at(kind[number], facts[number], point, surface)
                _colour_at(
                    surface,
                    point,
                    lens,
                    texels,
                    levels[t],
                    most[t],
                    lit[t],
                    ways,
                    light,
                    style,
                    texel,
                )
                for c in range(3):
                    plain = members - line
                    ink = line * line_tone(style, texel, c) if line > 0.0 else 0.0
                    colour[row, column, c] += (plain * texel[c] + ink) / total


@compiled(nogil=True, error_model="numpy")
def _mean_point(
    depth: Any,
    primitive: Any,
    lines: Any,
    lens: Any,
    rays: int,
    row: int,
    column: int,
    number: int,
    point: Any,
) -> Any:
    """Mean point of a pixel's rays that hit a primitive; returns how many they are and their lines' sum."""
    point[0], point[1], point[2] = 0.0, 0.0, 0.0
    members, line = 0, 0.0
    slope_x, slope_y, inverse = 0.0, 0.0, 0.0
    for k in range(rays * rays):
        i, j = row * rays + k // rays, column * rays + k % rays
        if primitive[i, j] != number:
            continue
        # Means of slopes and of inverse depth stay on a plane.
        slope_x += ((j + 0.5) / rays - lens[2]) / lens[0]
        slope_y += ((i + 0.5) / rays - lens[3]) / lens[1]
        inverse += 1.0 / depth[i, j]
        members += 1
        line += lines[i, j] / 255.0
    z = members / inverse
    point[0], point[1], point[2] = slope_x / members * z, slope_y / members * z, z
    return members, line


@compiled(nogil=True, error_model="numpy")
def _colour_at(
    surface: Any, point: Any, lens: Any, texels: Any, levels: Any, most: int, lit: bool, ways: Any,
    light: Any, style: int, texel: Any,
) -> None:  # fmt: skip
    nx, ny, nz = surface[0], surface[1], surface[2]
    # Moving the ray by one pixel moves its meeting with the tangent plane by (e - d (n.e) / (n.d)) z / f.
    z = point[2]
    dx, dy = point[0] / z, point[1] / z
    flat = min(nx * dx + ny * dy + nz, -1e-4)
    step, lean = z / lens[0], -nx / flat
    sx, sy, sz = (1.0 + lean * dx) * step, lean * dy * step, lean * step
    ux = surface[5] * sx + surface[6] * sy + surface[7] * sz
    vx = surface[8] * sx + surface[9] * sy + surface[10] * sz
    step, lean = z / lens[1], -ny / flat
    sx, sy, sz = lean * dx * step, (1.0 + lean * dy) * step, lean * step
    uy = surface[5] * sx + surface[6] * sy + surface[7] * sz
    vy = surface[8] * sx + surface[9] * sy + surface[10] * sz
    sample(texels, levels, most, surface[3], surface[4], ux, vx, uy, vy, surface[11] > 0.0, texel)
    facing = nx * ways[0, 0] + ny * ways[0, 1] + nz * ways[0, 2]
    up = nx * ways[1, 0] + ny * ways[1, 1] + nz * ways[1, 2]
    hatch = 0.0
    if style == INK:
        hatch = hatching(surface[3], surface[4], ux, vx, uy, vy)
    tone(style, facing, up, light, lit, hatch, texel)
