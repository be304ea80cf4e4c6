"""Shell: the six closed sides of an interior, their pictures darkened where surfaces meet."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.places.paints import Picture
from models.world.places.site import Site

FLOOR_PX_PER_M = 96
WALL_PX_PER_M = 120
LARGEST_PX = 800
GAP_M = 0.015
"""How far a flat thing stands before what it hangs on: far enough for float32 depths to tell them apart."""

Shadow = NDArray[np.float32]


class Shell(NamedTuple):
    """Inner measures of an interior; the stage is in the middle of its width."""

    half_width_m: float
    back_m: float
    """z of the wall behind the figures, negative."""
    front_m: float
    """z of the wall behind the camera."""
    height_m: float

    @property
    def depth_m(self) -> float:
        """From the back wall to the front wall."""
        return self.front_m - self.back_m


class Rug(NamedTuple):
    """A picture that lies on the floor, painted into it: the stage stays flat."""

    picture: Picture
    centre_m: tuple[float, float]
    """x, z."""
    size_m: tuple[float, float]


class Covering(NamedTuple):
    """A picture that repeats on a wall or floor every `repeat_m` metres."""

    picture: Picture
    repeat_m: float


def build_shell(
    site: Site,
    shell: Shell,
    walls: dict[str, Covering],
    floor: Covering,
    ceiling: int,
    rug: Rug | None = None,
) -> None:
    """Add walls ('back', 'left', 'right', 'front'; others take the back's), floor and ceiling.

    Everything that stands on the floor must be on the site already: it darkens the floor round it.
    """
    half, back, front, height = shell
    wide, deep, down = 2 * half, shell.depth_m, [0, -height, 0]
    sides = {
        "back": ([-half, height, back], [wide, 0, 0], wide),
        "right": ([half, height, back], [0, 0, deep], deep),
        "front": ([half, height, front], [-wide, 0, 0], wide),
        "left": ([-half, height, front], [0, 0, -deep], deep),
    }
    painted: dict[tuple[int, float], int] = {}
    for name, (start, right, length) in sides.items():
        covering = walls.get(name, walls["back"])
        key = (id(covering.picture), length)
        if key not in painted:
            painted[key] = site.picture(_wall(covering, length, height))
        site.sheet(start, right, down, painted[key])
    ground = site.picture(_floor(site, shell, floor, rug))
    site.sheet([-half, 0, back], [wide, 0, 0], [0, 0, deep], ground)
    site.sheet([-half, height, front], [wide, 0, 0], [0, 0, -deep], ceiling, 2.0)


def hang(site: Site, shell: Shell, wall: str, along_m: float, top_m: float, size_m: tuple[float, float],
         picture: int, out_m: float = GAP_M) -> None:  # fmt: skip
    """Hang a picture before a wall; `along_m` is its middle: x on the back wall, z on the side walls."""
    width, height = size_m
    start, right = wall_frame(shell, wall, along_m, width, out_m)
    site.sheet([start[0], top_m, start[1]], [right[0], 0, right[1]], [0, -height, 0], picture)


def wall_frame(
    shell: Shell, wall: str, along_m: float, width_m: float, out_m: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Left end (x, z), and the edge from there to the right end, of something wide before a wall."""
    if wall == "back":
        return (along_m - width_m / 2, shell.back_m + out_m), (width_m, 0.0)
    if wall == "front":
        return (along_m + width_m / 2, shell.front_m - out_m), (-width_m, 0.0)
    if wall == "left":
        return (-shell.half_width_m + out_m, along_m + width_m / 2), (0.0, -width_m)
    return (shell.half_width_m - out_m, along_m - width_m / 2), (0.0, width_m)


def tiled(covering: Covering, width_m: float, height_m: float, px_per_m: float) -> Picture:
    """The covering laid from the lower left corner over a surface, as one picture."""
    scale = min(px_per_m, LARGEST_PX / max(width_m, height_m))
    width, height = round(width_m * scale), round(height_m * scale)
    tile = covering.picture
    tile_width = max(round(covering.repeat_m * scale), 1)
    tile_height = max(round(tile_width * tile.shape[0] / tile.shape[1]), 1)
    small = cv2.resize(tile, (tile_width, tile_height), interpolation=cv2.INTER_AREA)
    whole = np.tile(small, (-(-height // tile_height), -(-width // tile_width), 1))
    return np.ascontiguousarray(whole[-height:, :width])


def shaded(picture: Picture, shadow: Shadow) -> Picture:
    """The picture under a shadow, 0..1 [H, W], a little cooler where it is darker."""
    tint = np.array([0.62, 0.68, 0.60], np.float32)
    dark = picture * (1 - shadow[..., None] * tint)
    return np.ascontiguousarray(np.clip(np.round(dark), 0, 255).astype(np.uint8))


def standing_shadow(
    site: Site, low: tuple[float, float], size_m: tuple[float, float], shape: tuple[int, int]
) -> Shadow:
    """Shadow [H, W] on the floor from (x, z) = low on, under and round all that stands on it."""
    scale = shape[1] / size_m[0]
    mask = np.zeros(shape, np.uint8)
    for x, z, width, depth, turn in site.footprints:
        cos, sin = np.cos(turn), np.sin(turn)
        ends = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * [width / 2, depth / 2]
        turned = ends @ np.array([[cos, -sin], [sin, cos]])
        pixels = (turned + [x - low[0], z - low[1]]) * scale
        cv2.fillPoly(mask, [np.round(pixels * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    soft = sum(
        (cv2.GaussianBlur(mask, (0, 0), spread * scale).astype(np.float32) for spread in (0.07, 0.3)),
        np.zeros(shape, np.float32),
    )
    return np.asarray(np.clip(soft / 255 * 0.55, 0, 0.95), np.float32)


def _edges(distance_px: NDArray[np.float64], length: int) -> NDArray[np.float32]:
    at = np.arange(length) + 0.5
    return np.asarray(np.exp(-np.minimum(at, length - at) / distance_px), np.float32)


def _wall(covering: Covering, width_m: float, height_m: float) -> Picture:
    picture = tiled(covering, width_m, height_m, WALL_PX_PER_M)
    height, width = picture.shape[:2]
    reach = np.array(0.22 * width / width_m)
    shadow = 0.28 * _edges(reach, width)[None] + 0.24 * _edges(reach, height)[:, None]
    return shaded(picture, np.asarray(shadow, np.float32))


def _floor(site: Site, shell: Shell, covering: Covering, rug: Rug | None) -> Picture:
    size = (2 * shell.half_width_m, shell.depth_m)
    picture = tiled(covering, *size, FLOOR_PX_PER_M)
    height, width = picture.shape[:2]
    if rug is not None:
        corner = [rug.centre_m[0] + shell.half_width_m, rug.centre_m[1] - shell.back_m]
        _lay(picture, rug, np.array(corner) - np.array(rug.size_m) / 2, width / size[0])
    reach = np.array(0.25 * width / size[0])
    edges = 0.4 * np.maximum(_edges(reach, width)[None], _edges(reach, height)[:, None])
    under = standing_shadow(site, (-shell.half_width_m, shell.back_m), size, (height, width))
    return shaded(picture, np.maximum(edges, under).astype(np.float32))


def _lay(floor: Picture, rug: Rug, corner_m: NDArray[np.float64], scale: float) -> None:
    x, y = np.round(corner_m * scale).astype(int)
    width, height = (round(side * scale) for side in rug.size_m)
    rim = floor[y - 2 : y + height + 3, x - 2 : x + width + 3]
    rim[:] = (rim * 0.7).astype(np.uint8)
    floor[y : y + height, x : x + width] = cv2.resize(
        rug.picture, (width, height), interpolation=cv2.INTER_AREA
    )
