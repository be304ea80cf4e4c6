"""A canvas for drawing smooth, outlined, cel-shaded shapes with transparent surroundings.

Everything is drawn larger and then averaged down, so edges are smooth and alpha is the exact coverage.
Coordinates are pixels of the finished picture, x right, y down, the top-left pixel's centre at (0.5, 0.5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float32]
Points = NDArray[np.float64]
Colour = tuple[int, int, int]

Box = tuple[slice, slice]

_SUBPIXEL_BITS = 4


def smooth_curve(points: ArrayLike, closed: bool = True, steps: int = 12) -> Points:
    """A centripetal-looking Catmull-Rom curve through control points [N, 2]: float64 [M, 2]."""
    p = np.asarray(points, np.float64)
    count = len(p)
    index = np.arange(count if closed else count - 1)
    around = [
        p[(index + k) % count] if closed else p[np.clip(index + k, 0, count - 1)] for k in (-1, 0, 1, 2)
    ]
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    a, b, c, d = (corner[:, None] for corner in around)
    curve = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
    curve = curve.reshape(-1, 2)
    return curve if closed else np.vstack([curve, p[-1]])


def oval(x: float, y: float, rx: float, ry: float, turn_deg: float = 0.0) -> Points:
    """Outline [48, 2] of an ellipse round (x, y), turned clockwise."""
    angle = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    turn = np.radians(turn_deg)
    u, v = rx * np.cos(angle), ry * np.sin(angle)
    return np.stack([x + u * np.cos(turn) - v * np.sin(turn), y + u * np.sin(turn) + v * np.cos(turn)], -1)


def box(x: float, y: float, width: float, height: float) -> list[tuple[float, float]]:
    """Outline of a box whose upper left corner is (x, y)."""
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def rounded_box(x: float, y: float, width: float, height: float, radius: float) -> Points:
    """Outline [32, 2] of a box centred at (x, y) with round corners."""
    radius = min(radius, width / 2, height / 2)
    quarter = np.linspace(0, np.pi / 2, 8)
    corners = []
    for k, (sx, sy) in enumerate(((1, 1), (-1, 1), (-1, -1), (1, -1))):
        angle = quarter + k * np.pi / 2
        centre = (x + sx * (width / 2 - radius), y + sy * (height / 2 - radius))
        corners.append(np.stack([centre[0] + radius * np.cos(angle), centre[1] + radius * np.sin(angle)], -1))
    return np.vstack(corners)


def limb(path: ArrayLike, widths: Sequence[float]) -> Points:
    """Outline of a rounded limb along a path [N, 2] with full widths [N], ready for `Canvas.shape`."""
    p = smooth_curve(path, closed=False, steps=8)
    w = np.interp(np.linspace(0, 1, len(p)), np.linspace(0, 1, len(widths)), widths) / 2
    along = np.gradient(p, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    side = np.stack([-along[:, 1], along[:, 0]], -1) * w[:, None]
    arc = np.linspace(0, np.pi, 19)[1:-1, None]
    tail = p[-1] - np.cos(arc) * -side[-1] + np.sin(arc) * along[-1] * w[-1]
    head = p[0] + np.cos(arc) * -side[0] - np.sin(arc) * along[0] * w[0]
    return np.vstack([p + side, tail, (p - side)[::-1], head])


class Canvas:
    """A picture in the making."""

    def __init__(self, width: int, height: int, oversampling: int = 3) -> None:
        self._scale = oversampling
        # Premultiplied: layers then blend and shrink without dark or light fringes.
        self._pixels: Floats = np.zeros((height * oversampling, width * oversampling, 4), np.float32)
        self._clip: Floats | None = None

    @contextmanager
    def clipped(self, outline: ArrayLike) -> Iterator[None]:
        """Draw inside an outline only: stripes on a sleeve, light in an eye."""
        before = self._clip
        whole = slice(0, self._pixels.shape[0]), slice(0, self._pixels.shape[1])
        self._clip = self._filled(np.asarray(outline, np.float64), whole)
        try:
            yield
        finally:
            self._clip = before

    def shape(
        self,
        outline: ArrayLike,
        colour: Colour,
        *,
        to: Colour | None = None,
        shade: float = 0.0,
        shade_colour: Colour | None = None,
        rim: float = 0.0,
        line: float = 0.0,
        line_colour: Colour | None = None,
        soft: float = 0.0,
        opacity: float = 1.0,
    ) -> None:
        """Fill an outline [N, 2].

        Args:
            outline: closed polygon in pixels.
            colour: fill; blends downwards into `to` where given.
            to: colour at the bottom.
            shade: width in px of the cel shadow along the lower right.
            shade_colour: its colour; a darker, cooler fill colour if None.
            rim: width in px of the light along the upper left.
            line: width of the contour in px; drawn inside and outside the edge alike.
            line_colour: colour of the contour; a darker fill colour if None.
            soft: blur of the edge in px.
            opacity: 0..1.
        """
        points = np.asarray(outline, np.float64)
        box = self._box(points, 3 * soft + 2)
        mask = self._filled(points, box)
        if soft:
            mask = _blurred(mask, soft * self._scale)
        fill = self._gradient(points, box, colour, to or colour)
        if shade:
            fill = _mix(fill, _unit(shade_colour or _darker(colour, 0.74)), 1 - self._shifted(mask, -shade))
        if rim:
            fill = _mix(fill, _unit(_lighter(colour, 0.45)), (1 - self._shifted(mask, rim)) * 0.8)
        self._blend(box, fill, mask * np.float32(opacity))
        if line:
            self.stroke(np.vstack([points, points[:1]]), line_colour or _darker(colour, 0.42), line)

    def stroke(self, path: ArrayLike, colour: Colour, width: float, opacity: float = 1.0) -> None:
        """Draw a line of round ends along a path [N, 2]; the path is taken as it is, not smoothed."""
        points = np.asarray(path, np.float64)
        box = self._box(points, width + 2)
        mask = np.zeros((box[0].stop - box[0].start, box[1].stop - box[1].start), np.uint8)
        thickness = max(1, round(width * self._scale))
        cv2.polylines(mask, [self._fixed(points, box)], False, 255, thickness, cv2.LINE_AA, _SUBPIXEL_BITS)
        self._blend(box, _unit(colour), mask.astype(np.float32) * np.float32(opacity / 255))

    def rgba(self) -> NDArray[np.uint8]:
        """The picture so far, uint8 [H, W, 4] with straight alpha."""
        height, width = (side // self._scale for side in self._pixels.shape[:2])
        small = cv2.resize(self._pixels, (width, height), interpolation=cv2.INTER_AREA)
        small[..., :3] /= np.maximum(small[..., 3:], 1e-6)
        return np.asarray(np.clip(np.round(small * 255), 0, 255), dtype=np.uint8)

    def _box(self, points: Points, margin: float) -> Box:
        low = np.floor((points.min(axis=0) - margin) * self._scale).astype(int)
        high = np.ceil((points.max(axis=0) + margin) * self._scale).astype(int)
        height, width = self._pixels.shape[:2]
        left, right = np.clip([low[0], high[0]], 0, width)
        top, bottom = np.clip([low[1], high[1]], 0, height)
        return slice(int(top), max(int(bottom), int(top) + 1)), slice(
            int(left), max(int(right), int(left) + 1)
        )

    def _fixed(self, points: Points, box: Box) -> NDArray[np.int32]:
        # OpenCV puts the centre of a pixel at whole numbers.
        local = points * self._scale - 0.5 - (box[1].start, box[0].start)
        return np.asarray(np.round(local * 2**_SUBPIXEL_BITS), dtype=np.int32)

    def _filled(self, points: Points, box: Box) -> Floats:
        mask = np.zeros((box[0].stop - box[0].start, box[1].stop - box[1].start), np.uint8)
        cv2.fillPoly(mask, [self._fixed(points, box)], 255, cv2.LINE_AA, _SUBPIXEL_BITS)
        return mask.astype(np.float32) / np.float32(255)

    def _shifted(self, mask: Floats, by: float) -> Floats:
        move = np.array([[1, 0, by * self._scale], [0, 1, by * self._scale]], np.float64)
        return _blurred(cv2.warpAffine(mask, move, mask.shape[::-1]), 0.5 * self._scale)

    def _gradient(self, points: Points, box: Box, top: Colour, bottom: Colour) -> Floats:
        low, high = points[:, 1].min() * self._scale, points[:, 1].max() * self._scale
        y = np.clip((np.arange(box[0].start, box[0].stop) - low) / max(high - low, 1), 0, 1)[:, None, None]
        return np.asarray((np.array(top) * (1 - y) + np.array(bottom) * y) / 255, dtype=np.float32)

    def _blend(self, box: Box, fill: Floats, mask: Floats) -> None:
        cover = (mask if self._clip is None else mask * self._clip[box])[..., None]
        target = self._pixels[box]
        if not target.size:
            return
        target *= 1 - cover
        target[..., :3] += fill * cover
        target[..., 3:] += cover


def _blurred(mask: Floats, sigma: float) -> Floats:
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), sigma), dtype=np.float32)


def _unit(colour: Colour) -> Floats:
    return np.array(colour, np.float32) / np.float32(255)


def _mix(fill: Floats, other: Floats, share: Floats) -> Floats:
    return np.asarray(fill * (1 - share[..., None]) + other * share[..., None], dtype=np.float32)


def _darker(colour: Colour, share: float) -> Colour:
    # Shadows are a little cooler than the lit colour, as painters have them.
    red, green, blue = (channel * share for channel in colour)
    return round(red * 0.96), round(green * 0.94), round(min(255, blue * 1.06 + 4))


def _lighter(colour: Colour, share: float) -> Colour:
    red, green, blue = (channel + (255 - channel) * share for channel in colour)
    return round(red), round(green), round(blue)
