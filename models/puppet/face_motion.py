"""What a driver's face does: turns, nods, closes its eyes, opens its mouth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from scipy.ndimage import gaussian_filter1d

from models.puppet.driver import LEFT_EAR, NOSE, RIGHT_EAR

Floats = NDArray[np.float64]

_NOSE_REACH = 1.4
"""How far the nose's tip stands before the line between the ears, in halves of the ears' distance (adult
means of 105 and 75 mm)."""
MOST_TURN, MOST_NOD = np.radians((28.0, 18.0))
"""One picture shows no more of a head's sides than this."""
_SURE = 0.3
_SMOOTHING_S = 0.05
_LANDMARKS = slice(23, 91)
_SEEN_SHARE = 0.5
"""Share of the frames in which landmarks must be seen before eyes and mouth move."""
_EYES = np.array([[36, 37, 38, 39, 40, 41], [42, 43, 44, 45, 46, 47]]) + 23
_LIPS, _CORNERS = (62 + 23, 66 + 23), (48 + 23, 54 + 23)
"""Of the 68 landmarks (Sagonas et al., 300 Faces in-the-Wild, 2013)."""
_SHUT, _OPEN = 0.35, 0.8
"""Shares of an eye's usual height at which it is shut, and open."""
_GAPE = 0.5
"""Gap of the lips over the mouth's width when it is wide open."""


class FaceConfig(BaseModel):
    """What of a driver's face the figure does."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    turn: bool = True
    """Turn and nod the head, by the driver's nose and ears."""
    blink: bool = True
    """Shut the eyes, where the driver's 68 landmarks are seen and the figure's eyes are sure."""
    mouth: bool = True
    """Open the mouth, under the same conditions."""


@dataclass(frozen=True)
class FacePose:
    """A face in one frame: radians to the picture's right and downwards; eyes shut and mouth open in 0..1."""

    turn: float = 0.0
    nod: float = 0.0
    shut: float = 0.0
    open: float = 0.0


@dataclass(frozen=True)
class FaceMotion:
    """A face over time: ``turn`` and ``nod`` [T] in radians, ``shut`` eyes and ``open`` mouth [T] in 0..1."""

    turn: Floats
    nod: Floats
    shut: Floats
    open: Floats

    def at(self, frame: int) -> FacePose:
        """The face in one frame."""
        return FacePose(*(float(track[frame]) for track in (self.turn, self.nod, self.shut, self.open)))


def face_motion(xy: Floats, confidence: Floats, up: Floats, fps: float, config: FaceConfig) -> FaceMotion:
    """Read a face's motion from keypoints of the figure in the driver's pose.

    Turns are told by the nose against the ears, and end smoothly at `MOST_TURN`: a head seen from behind is
    not turned at all. Nods are told against the clip's usual carriage. Eyes and mouth stay as they are
    unless the 68 landmarks are seen in most frames.

    Args:
        xy: keypoints [T, 133, 2], COCO-WholeBody, x right, y down.
        confidence: [T, 133] in 0..1.
        up: the head's direction from the neck [T, 2], any length.
        fps: frames a second.
        config: what is wanted.
    """
    up = up / np.maximum(np.linalg.norm(up, axis=1, keepdims=True), 1e-9)
    aside = np.stack([-up[:, 1], up[:, 0]], axis=1)
    ears = 0.5 * (xy[:, LEFT_EAR] + xy[:, RIGHT_EAR])
    half = 0.5 * _along(xy[:, LEFT_EAR] - xy[:, RIGHT_EAR], aside)
    ahead = _along(xy[:, NOSE] - ears, aside) / _NOSE_REACH
    down = -_along(xy[:, NOSE] - ears, up) / _NOSE_REACH
    known = confidence[:, [NOSE, LEFT_EAR, RIGHT_EAR]].min(1) >= _SURE
    size = float(np.median(np.hypot(half, ahead)[known])) if known.any() else 0.0
    if size < 1e-6:
        turn = nod = np.zeros(len(xy))
    else:
        turn = np.where(known, MOST_TURN * np.sin(np.arctan2(ahead, half)), 0.0)
        pitch = np.arcsin(np.clip(down / size, -1, 1))
        nod = np.where(known, MOST_NOD * np.tanh((pitch - np.median(pitch[known])) / MOST_NOD), 0.0)
        nod = nod * np.clip(half / size, 0, 1)
    shut, gape = _expression(xy, confidence)
    tracks = ((turn, config.turn), (nod, config.turn), (shut, config.blink), (gape, config.mouth))
    return FaceMotion(*(_smoothed(track, fps) if wanted else np.zeros(len(xy)) for track, wanted in tracks))


def _expression(xy: Floats, confidence: Floats) -> tuple[Floats, Floats]:
    seen = confidence[:, _LANDMARKS].mean(1) >= _SURE
    still = np.zeros(len(xy))
    if seen.mean() < _SEEN_SHARE:
        return still, still
    heights = []
    for eye in _EYES:
        outer, a, b, inner, c, d = (xy[:, k] for k in eye)
        width = np.maximum(_length(outer - inner), 1e-9)
        heights.append(0.5 * (_length(a - d) + _length(b - c)) / width)
    height = np.mean(heights, axis=0)
    usual = max(float(np.percentile(height[seen], 75)), 1e-9)
    shut = np.clip((_OPEN - height / usual) / (_OPEN - _SHUT), 0, 1)
    width = np.maximum(_length(xy[:, _CORNERS[0]] - xy[:, _CORNERS[1]]), 1e-9)
    gap = _length(xy[:, _LIPS[0]] - xy[:, _LIPS[1]]) / width
    gape = np.clip((gap - np.percentile(gap[seen], 10)) / _GAPE, 0, 1)
    return np.where(seen, shut, 0.0), np.where(seen, gape, 0.0)


def _along(vectors: Floats, directions: Floats) -> Floats:
    return np.asarray((vectors * directions).sum(1))


def _length(vectors: Floats) -> Floats:
    return np.asarray(np.linalg.norm(vectors, axis=-1))


def _smoothed(track: Floats, fps: float) -> Floats:
    return np.asarray(gaussian_filter1d(track, max(_SMOOTHING_S * fps, 0.3), mode="nearest"))
