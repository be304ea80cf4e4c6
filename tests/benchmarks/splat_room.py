"""The room of the splat benchmark: a box with three balls, photographs, stripes and checks, ray traced."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from skimage import data

from tests.models.splatting.room import RoomViews, look_at

Floats = NDArray[np.float64]

LOW, HIGH = np.array([-2.0, -1.2, -2.0]), np.array([2.0, 1.0, 3.5])
RAYS_AN_EDGE = 2
"""Rays a pixel and axis: colours are their mean, depth is that of the first."""
TO_LIGHT = np.array([0.4, -0.8, -0.45])
HELD_OUT_SHIFT = 0.37
"""Views that no fit sees stand between those on the ring, by this share of their distance."""


@dataclass(frozen=True)
class Ball:
    centre: tuple[float, float, float]
    radius: float
    texture: str


BALLS = (
    Ball((-0.6, 0.55, 1.6), 0.45, "stripes"),
    Ball((0.7, 0.7, 0.9), 0.3, "checks"),
    Ball((0.3, 0.2, 2.4), 0.5, "photo"),
)
WALLS = {
    (0, False): "waves", (0, True): "waves", (1, False): "waves", (1, True): "checks",
    (2, False): "photo", (2, True): "photo",
}  # fmt: skip
"""Texture by the axis that a wall stands across, and by whether it is at the axis' far end."""


def room(num_views: int, size_px: int, shift: float = 0.0) -> RoomViews:
    """Return posed views with depth from a ring in the room, turned by `shift` views."""
    lens = np.array([0.8 * size_px, 0.8 * size_px, size_px / 2, size_px / 2])
    poses = np.stack([_pose(2 * np.pi * (k + shift) / num_views) for k in range(num_views)])
    traced = [_trace(pose, lens, size_px) for pose in poses]
    frames, depth = (np.stack(arrays) for arrays in zip(*traced, strict=True))
    return RoomViews(frames, depth, depth > 0, poses, np.tile(lens, (num_views, 1)))


def _pose(angle: float) -> Floats:
    eye = np.array([0.7 * np.sin(angle), 0.1 + 0.25 * np.sin(2 * angle + 0.5), -1.2 + 0.35 * np.cos(angle)])
    return look_at(eye, np.array([0.15 * np.cos(angle), 0.15, 2.0]))


def _trace(pose: Floats, lens: Floats, size_px: int) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return the colours [S, S, 3] and the depth [S, S] that a camera sees."""
    place = (np.arange(size_px * RAYS_AN_EDGE) + 0.5) / RAYS_AN_EDGE
    x, y = np.meshgrid((place - lens[2]) / lens[0], (place - lens[3]) / lens[1])
    rays = np.stack([x, y, np.ones_like(x)], -1).reshape(-1, 3) @ pose[:3, :3].T
    eye = pose[:3, 3]
    depth, colour = _walls(eye, rays)
    for ball in BALLS:
        _put_ball(ball, eye, rays, depth, colour)
    cells = (size_px, RAYS_AN_EDGE, size_px, RAYS_AN_EDGE)
    rgb = colour.reshape(*cells, 3).mean((1, 3))
    first = depth.reshape(cells)[:, 0, :, 0]
    return (rgb * 255 + 0.5).astype(np.uint8), first.astype(np.float32)


def _walls(eye: Floats, rays: Floats) -> tuple[Floats, Floats]:
    """Return the depth [N] and the colours [N, 3] of the box around the camera."""
    with np.errstate(divide="ignore"):
        reach = np.where(rays > 0, (HIGH - eye) / rays, (LOW - eye) / rays)
    axis = reach.argmin(-1)
    depth = np.take_along_axis(reach, axis[:, None], -1)[:, 0]
    is_far = np.take_along_axis(rays, axis[:, None], -1)[:, 0] > 0
    points = eye + depth[:, None] * rays
    colour = np.zeros_like(points)
    for (wall_axis, far), texture in WALLS.items():
        here = (axis == wall_axis) & (is_far == far)
        u, v = (points[here, 2 if wall_axis == 0 else 0], points[here, 2 if wall_axis == 1 else 1])
        colour[here] = _texture(texture, u * 0.5 + 0.5, v * 0.5 + 0.5) * (1.0 if far else 0.75)
    return depth, colour


def _put_ball(ball: Ball, eye: Floats, rays: Floats, depth: Floats, colour: Floats) -> None:
    """Overwrite depth and colour where the ball is nearer."""
    away = eye - np.array(ball.centre)
    a, b = (rays**2).sum(-1), rays @ away
    discriminant = b**2 - a * (away @ away - ball.radius**2)
    reach = (-b - np.sqrt(np.maximum(discriminant, 0))) / a
    hit = (discriminant > 0) & (reach > 0.05) & (reach < depth)
    normal = (away + reach[hit, None] * rays[hit]) / ball.radius
    u = np.arctan2(normal[:, 0], -normal[:, 2]) / np.pi * 1.5 + 0.5
    v = np.arccos(np.clip(-normal[:, 1], -1, 1)) / np.pi
    light = 0.35 + 0.65 * np.clip(normal @ TO_LIGHT, 0, 1)
    depth[hit], colour[hit] = reach[hit], _texture(ball.texture, u, v) * light[:, None]


def _texture(kind: str, u: Floats, v: Floats) -> Floats:
    """Return colours [N, 3] in 0..1 at the texture coordinates [N]."""
    if kind == "photo":
        return _photo_at(u, v)
    if kind == "checks":
        dark = ((np.floor(u * 6) + np.floor(v * 6)) % 2 == 0)[:, None]
        grain = 0.25 * np.sin(37 * u + 3 * np.sin(11 * v)) + 0.25 * np.sin(29 * v + 2 * np.sin(17 * u))
        colour = np.where(dark, [0.25, 0.3, 0.35], [0.75, 0.6, 0.45]) + 0.15 * grain[:, None]
        return np.asarray(colour.clip(0, 1))
    if kind == "stripes":
        s, t = 0.5 + 0.5 * np.sin(24 * u + 4 * np.sin(5 * v)), 0.5 + 0.5 * np.sin(60 * v)
        return np.stack([0.3 + 0.5 * s, 0.4 + 0.3 * t, 0.7 - 0.4 * s], -1)
    waves = 0.5 + 0.2 * np.sin(50 * u) * np.sin(47 * v) + 0.2 * np.sin(13 * u + 7 * v)
    return np.stack([waves, waves * 0.9, waves * 0.8], -1)


@cache
def _photo() -> Floats:
    return np.asarray(data.astronaut() / 255.0)


def _photo_at(u: Floats, v: Floats) -> Floats:
    """Return the photograph, tiled, between its pixels."""
    photo = _photo()
    x, y = (u % 1) * (photo.shape[1] - 1), (v % 1) * (photo.shape[0] - 1)
    left, top = x.astype(int), y.astype(int)
    right, below = np.minimum(left + 1, photo.shape[1] - 1), np.minimum(top + 1, photo.shape[0] - 1)
    a, b = (x - left)[:, None], (y - top)[:, None]
    upper = photo[top, left] * (1 - a) + photo[top, right] * a
    lower = photo[below, left] * (1 - a) + photo[below, right] * a
    return np.asarray(upper * (1 - b) + lower * b)
