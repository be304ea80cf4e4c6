"""Portrait: a face painted as seen from the front, wrapped round the ellipsoid of the head with hair."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.figures.face import Face, brow, eye_outline, mouth_outline
from models.world.figures.palette import rgb, shade
from models.world.figures.patterns import bake, mix, on_ellipsoid
from models.world.figures.skeleton import Floats

CANVAS_PX = 512
REACH = 1.05
"""The canvas shows -REACH..REACH of face coordinates."""
_BITS = 4


Mask = NDArray[np.uint8]


class Canvas:
    """A picture in face coordinates."""

    def __init__(self, skin: Floats) -> None:
        self.rgb: Floats = np.ones((CANVAS_PX, CANVAS_PX, 3)) * skin

    def fill(self, outline: Floats, colour: Floats, opacity: float = 1.0) -> Mask:
        """Fill a polygon [N, 2]; the mask of what it covers."""
        mask = _polygon(outline)
        self._blend(mask, _box(outline), colour, opacity)
        return mask

    def stroke(self, line: Floats, width: float, colour: Floats, opacity: float = 1.0) -> None:
        """Draw a line of some width."""
        mask = np.zeros((CANVAS_PX, CANVAS_PX), np.uint8)
        thick = max(1, round(width * CANVAS_PX / (2 * REACH)))
        cv2.polylines(mask, [_pixels(line)], False, 255, thick, cv2.LINE_AA, _BITS)
        self._blend(mask, _box(line, thick), colour, opacity)

    def within(self, mask: Mask, outline: Floats, colour: Floats) -> None:
        """Fill a polygon, but only inside of a mask."""
        self._blend(np.minimum(mask, _polygon(outline)), _box(outline), colour, 1.0)

    def glow(self, middle: Floats, radii: tuple[float, float], colour: Floats, opacity: float) -> None:
        """A soft spot."""
        box = _box(middle + 2.2 * np.array([radii, [-radii[0], -radii[1]]]))
        side = (np.arange(CANVAS_PX) + 0.5) / CANVAS_PX * 2 * REACH - REACH
        x = (side[None, box[1]] - middle[0]) / radii[0]
        y = (-side[box[0], None] - middle[1]) / radii[1]
        self.rgb[box] = mix(self.rgb[box], colour, opacity * np.exp(-1.5 * (x**2 + y**2)))

    def _blend(self, mask: Mask, box: tuple[slice, slice], colour: Floats, opacity: float) -> None:
        self.rgb[box] = mix(self.rgb[box], colour, mask[box].astype(np.float64) * (opacity / 255.0))


def _polygon(outline: Floats) -> Mask:
    mask = np.zeros((CANVAS_PX, CANVAS_PX), np.uint8)
    cv2.fillPoly(mask, [_pixels(outline)], 255, cv2.LINE_AA, _BITS)
    return mask


def _box(points: Floats, margin_px: int = 2) -> tuple[slice, slice]:
    """Rows and columns that hold all points."""
    low = np.clip((_pixels(points).min(axis=0) >> _BITS) - margin_px - 2, 0, CANVAS_PX)
    high = np.clip((_pixels(points).max(axis=0) >> _BITS) + margin_px + 3, 0, CANVAS_PX)
    return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))


def _pixels(points: Floats) -> NDArray[np.int32]:
    xy = np.stack([points[:, 0] + REACH, REACH - points[:, 1]], axis=-1) * CANVAS_PX / (2 * REACH) - 0.5
    fixed: NDArray[np.int32] = np.round(xy * 2**_BITS).astype(np.int32)
    return fixed


def smooth(points: Floats, closed: bool = True, per_side: int = 8) -> Floats:
    """A Catmull-Rom curve through points [N, 2]."""
    count = len(points)
    if closed:
        around = points[np.arange(-1, count + 2) % count]
    else:
        around = np.concatenate([2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]])
    t = np.arange(per_side)[:, None] / per_side
    pieces = [
        0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)
        for a, b, c, d in zip(around[:-3], around[1:-2], around[2:-1], around[3:], strict=True)
    ]
    return np.concatenate([*pieces, points[:1] if closed else points[-1:]])


def disc(middle: Floats, radii: Floats) -> Floats:
    """An ellipse's outline [48, 2]."""
    turn = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    return np.asarray(middle + np.stack([np.cos(turn), np.sin(turn)], axis=-1) * radii)


def paint_portrait(face: Face, skin: Floats, seed: int) -> Floats:
    """The face on bare skin: float64 [CANVAS_PX, CANVAS_PX, 3] in 0..255."""
    canvas = Canvas(skin)
    ruddy = 0.5 * skin + 0.5 * rgb("e8695f")
    cheek = np.array([0.56 * face.aspect, face.nose_y - 0.06])
    for sign in (-1.0, 1.0):
        flip = np.array([sign, 1.0])
        canvas.glow(cheek * flip, (0.2, 0.15), ruddy, face.blush)
    if face.style == "real":
        _model(canvas, face, skin)
    if face.freckles:
        _freckles(canvas, face, skin, np.random.default_rng(seed))
    if face.beard:
        _beard(canvas, face, skin)
    for sign in (-1.0, 1.0):
        flip = np.array([sign, 1.0])
        _eye(canvas, face, flip, skin)
        canvas.stroke(smooth(brow(face), closed=False) * flip, face.brow_thick, face.brow_colour)
    _nose(canvas, face, skin)
    _mouth(canvas, face, skin)
    if face.glasses:
        _glasses(canvas, face)
    return canvas.rgb


def _model(canvas: Canvas, face: Face, skin: Floats) -> None:
    """Soft shadow in the eye sockets and under the lower lip, light on the cheekbones."""
    for sign in (-1.0, 1.0):
        canvas.glow(face.eye * [sign, 1], (0.24, 0.14), shade(skin, -0.3), 0.35)
        canvas.glow(np.array([sign * 0.5 * face.aspect, -0.18]), (0.18, 0.1), shade(skin, 0.4), 0.3)
    canvas.glow(np.array([0, face.mouth_y - 0.14]), (0.16, 0.05), shade(skin, -0.3), 0.4)


def _freckles(canvas: Canvas, face: Face, skin: Floats, rng: np.random.Generator) -> None:
    for _ in range(18):
        at = np.array([rng.uniform(-0.6, 0.6) * face.aspect, face.nose_y + rng.uniform(-0.05, 0.14)])
        canvas.fill(disc(at, np.full(2, rng.uniform(0.008, 0.014))), shade(skin, -0.35), 0.7)


def _beard(canvas: Canvas, face: Face, skin: Floats) -> None:
    """Hair over chin and jaw, up to the ears, with the mouth left free."""
    x = np.linspace(1.0, -1.0, 25)
    below = face.mouth_y - face.mouth[1] - face.open - 0.05
    edge = below + (0.1 - below) * np.abs(x) ** 4 + 0.16 * np.exp(-(((np.abs(x) - 0.42) / 0.14) ** 2))
    upper = np.stack([x * face.aspect, edge], axis=-1)
    lower = np.array([[-face.aspect, -1.04], [face.aspect, -1.04]])
    canvas.fill(np.concatenate([smooth(upper, closed=False), lower]), 0.88 * face.brow_colour + 0.12 * skin)


def _glasses(canvas: Canvas, face: Face) -> None:
    """Round rims with a bridge and temples."""
    rim = np.maximum(face.eye_size * [1.35, 1.35], 0.2)
    rim[0] = min(rim[0], face.eye[0] - 0.05)
    frame = rgb("3a2c2c") if face.iris.sum() % 2 < 1 else rgb("8a5a2b")
    for sign in (-1.0, 1.0):
        flip = np.array([sign, 1.0])
        outline = disc(face.eye, rim)
        canvas.fill(outline * flip, rgb("eaf4ff"), 0.14)
        canvas.stroke(np.concatenate([outline, outline[:1]]) * flip, 0.03, frame)
        canvas.stroke(
            np.array([face.eye + [rim[0], 0], [0.99 * face.aspect, face.eye[1] + 0.03]]) * flip, 0.03, frame
        )
    bridge = np.array([[-face.eye[0] + rim[0], face.eye[1]], [face.eye[0] - rim[0], face.eye[1]]])
    canvas.stroke(bridge + [0, 0.03], 0.03, frame)


def _eye(canvas: Canvas, face: Face, flip: Floats, skin: Floats) -> None:
    dark = rgb("2a1f24")
    if face.style == "dots":
        canvas.fill(disc(face.eye, face.eye_size) * flip, dark)
        canvas.fill(disc(face.eye * flip + face.eye_size * [0.3, 0.4], face.eye_size * 0.3), rgb("ffffff"))
        return
    outline = smooth(eye_outline(face)) * flip
    white = canvas.fill(outline, rgb("fbfaf7"))
    width, height = face.eye_size
    big = face.style == "drawn"
    iris = np.array([0.68 * width, 0.98 * height]) if big else np.full(2, 1.02 * height)
    middle = face.eye * flip + [0, 0.02 * height]
    canvas.within(white, disc(middle, iris), shade(face.iris, -0.35))
    canvas.within(white, disc(middle - [0, 0.14 * iris[1]], iris * 0.84), shade(face.iris, 0.12))
    canvas.within(white, disc(middle + [0, 0.05 * iris[1]], iris * 0.5), dark)
    if big:
        canvas.within(white, disc(middle - [0, 0.6 * iris[1]], iris * [0.5, 0.25]), shade(face.iris, 0.5))
        canvas.within(white, disc(middle + iris * [0.32, 0.45], iris * 0.26), rgb("ffffff"))
        canvas.within(white, disc(middle - iris * [0.35, 0.4], iris * 0.14), rgb("ffffff"))
    else:
        canvas.within(white, disc(middle + iris * [0.3, 0.35], iris * 0.2), rgb("ffffff"))
    corners = eye_outline(face)
    upper = smooth(corners[:4], closed=False)
    canvas.stroke(upper * flip, (0.055 if big else 0.026), dark)
    canvas.stroke(smooth(corners[[3, 4, 5, 0]], closed=False) * flip, 0.014, shade(skin, -0.45), 0.7)
    if face.lashes:
        outer = corners[3]
        for lift in (0.5, 1.0):
            tip = outer + np.array([0.3 * width, lift * 0.45 * height])
            canvas.stroke(np.stack([outer - [0.06 * width, 0], tip]) * flip, 0.024, dark)
    if face.style == "real":
        canvas.stroke((upper + [0, 0.45 * height]) * flip, 0.014, shade(skin, -0.35), 0.7)


def _nose(canvas: Canvas, face: Face, skin: Floats) -> None:
    if face.style == "real":
        for sign in (-1.0, 1.0):
            nostril = np.array([sign * 0.5 * face.nose[0], face.nose_y - 0.95 * face.nose[1]])
            canvas.fill(disc(nostril, np.array([0.026, 0.015])), shade(skin, -0.5), 0.8)
    else:
        canvas.glow(np.array([0, face.nose_y - 0.03]), (0.05, 0.03), shade(skin, -0.35), 0.6)


def _mouth(canvas: Canvas, face: Face, skin: Floats) -> None:
    outer, inner = mouth_outline(face)
    line = np.concatenate([inner[4:], inner[:1]]) if face.open == 0 else inner[:5]
    dark = shade(face.lip, -0.55)
    if face.style == "real":
        canvas.fill(smooth(outer), face.lip)
        canvas.glow(
            np.array([0, face.mouth_y - face.open - 0.5 * face.mouth[1]]),
            (0.1, 0.02),
            shade(face.lip, 0.4),
            0.5,
        )
    if face.open > 0:
        hole = canvas.fill(smooth(inner), rgb("6b2027"))
        top = disc(
            np.array([0, face.mouth_y + 0.95 * face.open]), np.array([face.mouth[0], 0.45 * face.open])
        )
        canvas.within(hole, top, rgb("fbf8f2"))
        canvas.within(hole, top - [0, 1.9 * face.open], rgb("d9686c"))
    canvas.stroke(smooth(line, closed=False), 0.024 if face.style != "real" else 0.014, dark)
    if face.moustache:
        for sign in (-1.0, 1.0):
            at = np.array([sign * 0.5 * face.mouth[0], face.mouth_y + face.mouth[1] + face.open + 0.045])
            canvas.fill(disc(at, np.array([0.62 * face.mouth[0], 0.045])), face.brow_colour, 0.95)


def head_picture(
    portrait: Floats, face: Face, skin: Floats, hair: Floats | None, roots: Floats, fringe: Floats
) -> NDArray[np.uint8]:
    """Wrap a portrait round the head: uint8 [256, 512, 3].

    `roots` [4] are a plane (normal, offset): beyond it, in the unit sphere of the head, grows hair; `fringe`
    [N] are heights of the hair's edge across the forehead, from right to left.
    """

    def paint(u: Floats, v: Floats) -> Floats:
        at = on_ellipsoid(u, v)
        x, y = at[..., 0] * face.aspect, at[..., 1]
        columns = ((x + REACH) * CANVAS_PX / (2 * REACH) - 0.5).astype(np.float32)
        rows = ((REACH - y) * CANVAS_PX / (2 * REACH) - 0.5).astype(np.float32)
        seen = cv2.remap(
            portrait.astype(np.float32), columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        colour = np.where((at[..., 2] > 0)[..., None], seen, skin)
        if hair is None:
            return colour
        grown = at @ roots[:3] > roots[3]
        edge = np.interp(at[..., 0], np.linspace(-1, 1, len(fringe)), fringe)
        grown |= (at[..., 2] > 0) & (y > edge)
        strands = 0.06 * np.sin(2 * np.pi * u * 37) * np.sin(2 * np.pi * u * 11 + 4 * v)
        return mix(colour, hair * (0.94 + strands[..., None]), grown)

    return bake(paint, 512, 256)
