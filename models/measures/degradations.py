"""Degradations: known faults of a known strength, put into a clip of which the truth is known.

Every fault takes a strength from 0 (the clip itself) to 1 (nobody would keep it). All that is random is drawn
before the strength is looked at: a stronger fault of one seed goes further along the same way, so that its
error against the truth grows with the strength. The figure is lifted off its place with the clean plate, as
compositing does, and put back before it: what it uncovers is right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple, cast, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError

Pictures = NDArray[np.uint8]
Floats = NDArray[np.float32]
Random = np.random.Generator
Fault = Literal[
    "noise", "blur", "blocks", "darkness", "flicker", "boil", "drift", "torn", "jitter", "stutter", "freeze",
    "swap", "jump",
]  # fmt: skip
FAULTS: tuple[Fault, ...] = get_args(Fault)


class Clip(NamedTuple):
    """A clip whose figure and place are known apart."""

    frames: Pictures
    """uint8 [T, H, W, 3]."""
    alpha: Floats
    """float32 [T, H, W] in 0..1: the share of a pixel that the figure covers."""
    place: Pictures
    """uint8 [T, H, W, 3]: the same place without the figure and its shadow."""


def degrade(clip: Clip, fault: Fault, strength: float, seed: int) -> Clip:
    """The clip with a fault; the place of the answer is the given one.

    Raises:
        InputError: a strength outside of 0..1, an unknown fault, or a clip whose parts do not fit.
    """
    if fault not in _FAULTS:
        raise InputError("there is no such fault", expected=", ".join(FAULTS), got=fault)
    if not 0.0 <= strength <= 1.0:
        raise InputError("a fault's strength is out of range", where=fault, expected="0..1", got=strength)
    if clip.frames.shape != clip.place.shape or clip.frames.shape[:3] != clip.alpha.shape:
        got = f"{clip.frames.shape}, {clip.alpha.shape}, {clip.place.shape}"
        raise InputError("the parts of a clip do not fit", expected="[T, H, W, 3], [T, H, W]", got=got)
    if strength == 0.0 or len(clip.frames) == 0:
        return clip
    return _FAULTS[fault](clip, strength, np.random.default_rng(seed))


# ---- of the picture


def _noise(clip: Clip, strength: float, rng: Random) -> Clip:
    """Independent noise of every pixel, a standard deviation of up to 40 levels."""
    grain = [rng.standard_normal(frame.shape, np.float32) for frame in clip.frames]
    return _painted(clip, [frame + 40.0 * strength * g for frame, g in zip(clip.frames, grain, strict=True)])


def _blur(clip: Clip, strength: float, rng: Random) -> Clip:
    """A Gaussian of up to 1.2 % of the long side."""
    sigma = 0.012 * max(clip.frames.shape[1:3]) * strength
    return _painted(
        clip, [cv2.GaussianBlur(frame.astype(np.float32), (0, 0), sigma) for frame in clip.frames]
    )


def _blocks(clip: Clip, strength: float, rng: Random) -> Clip:
    """Too few bits: every frame through JPEG, whose quality falls from 60 to 2 in equal ratios.

    Its 8 px grid of coarsely quantised cosines is what starved codecs of videos leave, too.
    """
    quality = round(60.0 * (2.0 / 60.0) ** strength)
    coded = [cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])[1] for frame in clip.frames]
    return _painted(clip, [cast(Floats, cv2.imdecode(code, cv2.IMREAD_COLOR)) for code in coded])


def _darkness(clip: Clip, strength: float, rng: Random) -> Clip:
    """The light fails: up to 92 % of it."""
    return _painted(clip, [(1.0 - 0.92 * strength) * frame.astype(np.float32) for frame in clip.frames])


def _flicker(clip: Clip, strength: float, rng: Random) -> Clip:
    """Every frame has its own exposure (standard deviation up to 25 %) and white balance (up to 8 %)."""
    light = rng.standard_normal((len(clip.frames), 1, 1, 1))
    tint = rng.standard_normal((len(clip.frames), 1, 1, 3))
    gain = np.exp(strength * (0.25 * light + 0.08 * tint)).astype(np.float32)
    return _painted(clip, list(clip.frames * gain))


def _boil(clip: Clip, strength: float, rng: Random) -> Clip:
    """Colours crawl: smooth blotches, new in every frame, with a standard deviation of up to 30 levels."""
    height, width = clip.frames.shape[1:3]
    fields = [_blotches(height, width, 12, rng) for _ in clip.frames]
    return _painted(clip, [frame + 30.0 * strength * f for frame, f in zip(clip.frames, fields, strict=True)])


# ---- of the figure


def _drift(clip: Clip, strength: float, rng: Random) -> Clip:
    """The figure turns into another one by and by: other colours and another pattern, up to wholly so.

    The pattern lies in the figure's box and goes along with it.
    """
    order = list(rng.permutation(3))
    order = [1, 2, 0] if order == [0, 1, 2] else order
    pattern = _blotches(256, 256, 9, rng)
    layers = []
    for index, figure in enumerate(_figures(clip)):
        share = strength * index / max(len(clip.frames) - 1, 1)
        alpha = clip.alpha[index]
        other = _in_box(pattern, alpha) * 35.0 * alpha[..., None] + figure[..., order]
        layers.append(np.clip(figure + share * (other - figure) * (alpha > 0)[..., None], -255.0, 255.0))
    return _composed(clip, layers, list(clip.alpha))


def _torn(clip: Clip, strength: float, rng: Random) -> Clip:
    """Three outer parts of the figure are torn off, doubled, and stretched, up to 25 % of its height away.

    The parts are discs round the points that lie farthest out in three seeded directions; they grow with the
    strength from 5 % of the height to 18 %.
    """
    angles = rng.uniform(0, 2 * np.pi) + np.array([0.0, 2.1, 4.2]) + rng.uniform(-0.4, 0.4, 3)
    away = angles + rng.uniform(-1.2, 1.2, 3)
    ways = rng.permutation(["tear", "double", "stretch"])
    layers, alphas = [], []
    for figure, alpha in zip(_figures(clip), clip.alpha, strict=True):
        layer = np.dstack([figure, alpha])
        for angle, heading, way in zip(angles, away, ways, strict=True):
            layer = _displaced(layer, alpha, float(angle), float(heading), strength, str(way))
        layers.append(layer[..., :3])
        alphas.append(np.clip(layer[..., 3], 0.0, 1.0))
    return _composed(clip, layers, alphas)


def _displaced(
    layer: Floats, figure: Floats, angle: float, heading: float, strength: float, way: str
) -> Floats:
    """A layer [H, W, 4] with the figure's outermost part at an angle put elsewhere."""
    ys, xs = np.nonzero(figure > 0.5)
    if len(xs) == 0:
        return layer
    size, towards = float(np.ptp(ys) + 1), np.array([np.cos(angle), np.sin(angle)])
    tip = int(np.argmax(xs * towards[0] + ys * towards[1]))
    radius = (0.05 + 0.13 * strength) * size
    centre = np.array([xs[tip], ys[tip]]) - 0.6 * radius * towards
    y, x = np.mgrid[: layer.shape[0], : layer.shape[1]].astype(np.float32)
    inside = (np.hypot(x - centre[0], y - centre[1]) < radius).astype(np.float32)[..., None]
    shift = 0.25 * size * strength * np.array([np.cos(heading), np.sin(heading)])
    part = cast(Floats, layer * inside)
    made = layer if way == "double" else cast(Floats, layer * (1.0 - inside))
    for step in range(13) if way == "stretch" else (12,):
        made = _over(_moved(part, shift * step / 12), made)
    return made


def _jitter(clip: Clip, strength: float, rng: Random) -> Clip:
    """The figure stands elsewhere in every frame: a standard deviation of up to 2.5 % of the long side."""
    shifts = rng.standard_normal((len(clip.frames), 2)) * 0.025 * max(clip.frames.shape[1:3]) * strength
    layers = [_moved(figure, shift) for figure, shift in zip(_figures(clip), shifts, strict=True)]
    return _composed(
        clip, layers, [_moved(alpha, shift) for alpha, shift in zip(clip.alpha, shifts, strict=True)]
    )


# ---- of time


def _stutter(clip: Clip, strength: float, rng: Random) -> Clip:
    """Frames repeat the one before: up to every second one. A stronger fault holds all that a weaker does."""
    odd = np.arange(1, len(clip.frames), 2)
    held = rng.permutation(odd)[: round(strength * len(odd))]
    shown = np.arange(len(clip.frames))
    shown[held] -= 1
    return _retimed(clip, shown)


def _freeze(clip: Clip, strength: float, rng: Random) -> Clip:
    """The clip stops on its way and stands: for up to all of its frames."""
    last = round((1.0 - strength) * (len(clip.frames) - 1))
    return _retimed(clip, np.minimum(np.arange(len(clip.frames)), last))


# ---- of the place


def _swap(clip: Clip, strength: float, rng: Random) -> Clip:
    """From some frame in the middle third on the place fades to another one, up to wholly."""
    count, height, width = clip.frames.shape[:3]
    start = int(rng.integers(count // 3, max(2 * count // 3, count // 3 + 1)))
    other = np.clip(128.0 + rng.uniform(-40, 40, 3) + 45.0 * _blotches(height, width, 7, rng), 0, 255)
    places = [
        place + strength * (other - place) if index >= start else place.astype(np.float32)
        for index, place in enumerate(clip.place)
    ]
    return _composed(clip, _figures(clip), list(clip.alpha), places)


def _jump(clip: Clip, strength: float, rng: Random) -> Clip:
    """The place jumps sideways behind the figure, every few frames, by up to 8 % of the width."""
    count, width = len(clip.frames), clip.frames.shape[2]
    offsets = np.repeat(rng.uniform(-1.0, 1.0, count // 4 + 1), 4)[:count]
    places = [
        _moved(
            place.astype(np.float32), np.array([0.08 * width * strength * offset, 0.0]), cv2.BORDER_REFLECT
        )
        for place, offset in zip(clip.place, offsets, strict=True)
    ]
    return _composed(clip, _figures(clip), list(clip.alpha), places)


# ---- how figures and places come apart and together


def _figures(clip: Clip) -> list[Floats]:
    """What stands before the place, float32 [H, W, 3] each: frame − place · (1 − alpha), shadows included."""
    return [
        frame - place * (1.0 - alpha[..., None])
        for frame, alpha, place in zip(clip.frames, clip.alpha, clip.place, strict=True)
    ]


def _composed(
    clip: Clip, figures: list[Floats], alphas: list[Floats], places: list[Floats] | None = None
) -> Clip:
    behind = list(clip.place) if places is None else places
    frames = [
        figure + place * (1.0 - alpha[..., None])
        for figure, alpha, place in zip(figures, alphas, behind, strict=True)
    ]
    return _painted(clip, frames)._replace(alpha=np.stack(alphas).astype(np.float32))


def _painted(clip: Clip, frames: list[Floats]) -> Clip:
    return clip._replace(frames=np.stack([np.clip(np.rint(f), 0, 255).astype(np.uint8) for f in frames]))


def _retimed(clip: Clip, shown: NDArray[np.intp]) -> Clip:
    return clip._replace(frames=clip.frames[shown], alpha=clip.alpha[shown])


def _over(front: Floats, behind: Floats) -> Floats:
    """One premultiplied layer [H, W, 4] over another."""
    return front + behind * (1.0 - front[..., 3:])


def _moved(picture: Floats, shift: NDArray[np.float64], border: int = cv2.BORDER_CONSTANT) -> Floats:
    """A picture moved by (right, down) px."""
    way = np.array([[1.0, 0.0, shift[0]], [0.0, 1.0, shift[1]]])
    size = (picture.shape[1], picture.shape[0])
    return cast(Floats, cv2.warpAffine(picture, way, size, flags=cv2.INTER_LINEAR, borderMode=border))


def _blotches(height: int, width: int, cells: int, rng: Random) -> Floats:
    """Smooth random colours [H, W, 3] of standard deviation 1 over the drawn grid."""
    grid = rng.standard_normal((cells, cells, 3)).astype(np.float32)
    return cast(Floats, cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC))


def _in_box(pattern: Floats, alpha: Floats) -> Floats:
    """A pattern [h, w, 3] laid over the box of the figure in alpha [H, W]; zero elsewhere."""
    laid = np.zeros((*alpha.shape, 3), np.float32)
    rows, columns = np.flatnonzero((alpha > 0).any(axis=1)), np.flatnonzero((alpha > 0).any(axis=0))
    if len(rows):
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        laid[top:bottom, left:right] = cv2.resize(pattern, (int(right - left), int(bottom - top)))
    return laid


_FAULTS: dict[Fault, Callable[[Clip, float, Random], Clip]] = {
    "noise": _noise,
    "blur": _blur,
    "blocks": _blocks,
    "darkness": _darkness,
    "flicker": _flicker,
    "boil": _boil,
    "drift": _drift,
    "torn": _torn,
    "jitter": _jitter,
    "stutter": _stutter,
    "freeze": _freeze,
    "swap": _swap,
    "jump": _jump,
}
