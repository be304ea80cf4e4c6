"""Degradations: known faults of a known strength, put into a clip of which the truth is known.

Every fault takes a strength from 0 (the clip itself) to 1 (nobody would keep it). All that is random is drawn
before the strength is looked at: a stronger fault of one seed goes further along the same way, so that its
error against the truth grows with the strength. The figure is lifted off its place with the clean plate, as
compositing does, and put back before it: what it uncovers is right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, cast, get_args

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from models.measures.figure_faults import drift, jitter, torn
from models.measures.layers import Clip, Floats, Random, blotches, composed, figures_of, moved, painted

Fault = Literal[
    "noise", "blur", "blocks", "darkness", "flicker", "boil", "drift", "torn", "jitter", "stutter", "freeze",
    "swap", "jump",
]  # fmt: skip
FAULTS: tuple[Fault, ...] = get_args(Fault)


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
    return painted(clip, [frame + 40.0 * strength * g for frame, g in zip(clip.frames, grain, strict=True)])


def _blur(clip: Clip, strength: float, rng: Random) -> Clip:
    """A Gaussian of up to 1.2 % of the long side."""
    sigma = 0.012 * max(clip.frames.shape[1:3]) * strength
    return painted(clip, [cv2.GaussianBlur(frame.astype(np.float32), (0, 0), sigma) for frame in clip.frames])


def _blocks(clip: Clip, strength: float, rng: Random) -> Clip:
    """Too few bits: every frame through JPEG, whose quality falls from 60 to 2 in equal ratios.

    Its 8 px grid of coarsely quantised cosines is what starved codecs of videos leave, too.
    """
    quality = round(60.0 * (2.0 / 60.0) ** strength)

    def coded(frame: NDArray[np.uint8]) -> Floats:
        code = cv2.imencode(".jpg", frame[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        return cast(Floats, cv2.imdecode(code, cv2.IMREAD_COLOR))[..., ::-1]

    return painted(clip, [coded(frame) for frame in clip.frames])


def _darkness(clip: Clip, strength: float, rng: Random) -> Clip:
    """The light fails: up to 92 % of it."""
    return painted(clip, [(1.0 - 0.92 * strength) * frame.astype(np.float32) for frame in clip.frames])


def _flicker(clip: Clip, strength: float, rng: Random) -> Clip:
    """Every frame has its own exposure (standard deviation up to 25 %) and white balance (up to 8 %)."""
    light = rng.standard_normal((len(clip.frames), 1, 1, 1))
    tint = rng.standard_normal((len(clip.frames), 1, 1, 3))
    gain = np.exp(strength * (0.25 * light + 0.08 * tint)).astype(np.float32)
    return painted(clip, list(clip.frames * gain))


def _boil(clip: Clip, strength: float, rng: Random) -> Clip:
    """Colours crawl: smooth blotches, new in every frame, with a standard deviation of up to 30 levels."""
    height, width = clip.frames.shape[1:3]
    fields = [blotches(height, width, 12, rng) for _ in clip.frames]
    return painted(clip, [frame + 30.0 * strength * f for frame, f in zip(clip.frames, fields, strict=True)])


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


def _retimed(clip: Clip, shown: NDArray[np.intp]) -> Clip:
    return clip._replace(frames=clip.frames[shown], alpha=clip.alpha[shown])


# ---- of the place


def _swap(clip: Clip, strength: float, rng: Random) -> Clip:
    """From some frame in the middle third on the place fades to another one, up to wholly."""
    count, height, width = clip.frames.shape[:3]
    start = int(rng.integers(count // 3, max(2 * count // 3, count // 3 + 1)))
    other = np.clip(128.0 + rng.uniform(-40, 40, 3) + 45.0 * blotches(height, width, 7, rng), 0, 255)
    places = [
        place + strength * (other - place) if index >= start else place.astype(np.float32)
        for index, place in enumerate(clip.place)
    ]
    return composed(clip, figures_of(clip), list(clip.alpha), places)


def _jump(clip: Clip, strength: float, rng: Random) -> Clip:
    """The place jumps sideways behind the figure, every few frames, by up to 8 % of the width."""
    count, width = len(clip.frames), clip.frames.shape[2]
    offsets = np.repeat(rng.uniform(-1.0, 1.0, count // 4 + 1), 4)[:count]
    places = [
        moved(place.astype(np.float32), np.array([0.08 * width * strength * offset, 0.0]), cv2.BORDER_REFLECT)
        for place, offset in zip(clip.place, offsets, strict=True)
    ]
    return composed(clip, figures_of(clip), list(clip.alpha), places)


_FAULTS: dict[Fault, Callable[[Clip, float, Random], Clip]] = {
    "noise": _noise,
    "blur": _blur,
    "blocks": _blocks,
    "darkness": _darkness,
    "flicker": _flicker,
    "boil": _boil,
    "drift": drift,
    "torn": torn,
    "jitter": jitter,
    "stutter": _stutter,
    "freeze": _freeze,
    "swap": _swap,
    "jump": _jump,
}
