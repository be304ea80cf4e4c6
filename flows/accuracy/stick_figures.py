"""Drawn figures whose joints are known: sticks, boxes and sausages with limbs of any length.

Every number is drawn from wide ranges, and no shape is taken from a rig backend: thin and thick strokes,
heads filled or open, arms hanging, spread, raised or bent, skirts, hair, fingers and feet turned aside.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX, JOINTS

Floats = NDArray[np.float64]

_SIDE_PX, _HEIGHT_PX = 640, 460
_SUBPIXEL_BITS = 4
_PAPER, _INK = np.array([244.0, 241.0, 234.0]), np.array([62.0, 58.0, 70.0])
_STEP = 0.02
"""Between points of a line, of the figure's height: it trembles no faster."""
_NECK_SHARE = 0.4
"""Of the way from the chest to the head's middle, as in AnimatedDrawings' rigs read by `read_skeleton`."""
_ARM_POSES = ((0.15, 0.7), (1.0, 1.9), (1.9, 2.7))
"""Angles between which upper arms hang, spread and rise; 0 hangs, positive outwards."""


@dataclass(frozen=True)
class _Body:
    """One figure in units of its height, the root at the origin."""

    joints: Floats
    head_radius: float
    stroke: float
    arm_width: float
    leg_width: float


def draw_stick_figure(seed: int) -> tuple[NDArray[np.uint8], NDArray[np.float32], Floats]:
    """Draw one figure.

    Returns:
        The picture uint8 [H, W, 3], its matte float32 [H, W] and its joints [16, 2] in pixels. Ankles are the
        ends of legs and hands the ends of arms; feet and fingers go on beyond them.
    """
    rng = np.random.default_rng([20251, seed])
    body = _clear_body(rng)
    pen = _Pen(body, rng)
    pen.trunk(rng.choice(["line", "box", "oval", "triangle", "skirt"]))
    pen.limbs()
    pen.head(open_head=bool(rng.random() < 0.25))
    return pen.picture()


def _clear_body(rng: np.random.Generator) -> _Body:
    """A body whose arms hide behind nothing: what a drawing hides is no matter of joints."""
    while True:
        body = _any_body(rng)
        at = {name: body.joints[INDEX[name]] for name in JOINTS}
        room = body.head_radius + 0.03 + body.arm_width
        ways = np.linspace(0, 1, 9)[:, None]
        clear = True
        for side, sign in (("right", -1), ("left", 1)):
            shoulder, elbow, hand = (at[f"{side}_{name}"] for name in ("shoulder", "elbow", "hand"))
            arm = np.concatenate([shoulder + ways * (elbow - shoulder), elbow + ways * (hand - elbow)])
            clear &= bool(np.linalg.norm(arm - at["head"], axis=1)[3:].min() > room)
            trunk = max(abs(shoulder[0] - at["chest"][0]), abs(at[f"{side}_hip"][0]))
            aside = sign * (arm[:, 0] - at["chest"][0])[9:] - trunk
            clear &= bool(aside.min() > 0.02 + body.arm_width)
            leg = at[f"{side}_hip"] + ways * (at[f"{side}_foot"] - at[f"{side}_hip"])
            near = np.linalg.norm(arm[9:, None] - leg[None], axis=2).min()
            clear &= bool(near > 0.03 + body.arm_width + body.leg_width)
        if clear:
            return body


def _any_body(rng: np.random.Generator) -> _Body:
    radius, neck = rng.uniform(0.06, 0.17), rng.uniform(0.0, 0.04)
    torso = rng.uniform(0.2, 0.36)
    legs = 1 - 2 * radius - neck - torso
    stick = bool(rng.random() < 0.5)
    half_shoulders, half_hips = (
        (0.012, 0.012) if stick else (rng.uniform(0.05, 0.12), rng.uniform(0.03, 0.09))
    )
    stroke = rng.uniform(0.012, 0.04)
    arm_width = stroke if stick or rng.random() < 0.4 else rng.uniform(0.03, 0.08)
    leg_width = arm_width if arm_width == stroke else arm_width * rng.uniform(1.0, 1.5)
    lean = rng.normal(0, 0.07)
    up, across = np.array([np.sin(lean), -np.cos(lean)]), np.array([np.cos(lean), np.sin(lean)])
    joints = np.zeros((len(JOINTS), 2))
    chest = up * torso * rng.uniform(0.72, 1.0)
    head = up * (torso + neck + radius)
    joints[INDEX["chest"]], joints[INDEX["head"]] = chest, head
    joints[INDEX["neck"]] = chest + _NECK_SHARE * (head - chest)
    reach = rng.uniform(0.24, 0.5)
    low, high = _ARM_POSES[rng.integers(len(_ARM_POSES))]
    alike = bool(rng.random() < 0.7)
    for side, sign in (("right", -1.0), ("left", 1.0)):
        if not alike:
            low, high = _ARM_POSES[rng.integers(len(_ARM_POSES))]
        shoulder = chest + sign * half_shoulders * across
        hip = sign * half_hips * across
        arm, spread = rng.uniform(low, high), abs(rng.normal(0.12 if stick else 0.05, 0.15))
        _limb(
            joints, f"{side}_", ("shoulder", "elbow", "hand"), shoulder, sign, arm, rng.normal(0, 0.5), reach
        )
        _limb(joints, f"{side}_", ("hip", "knee", "foot"), hip, sign, spread, rng.normal(-0.05, 0.12), legs)
    return _Body(joints, radius, stroke, arm_width, leg_width)


def _limb(
    joints: Floats,
    side: str,
    names: tuple[str, str, str],
    start: Floats,
    sign: float,
    angle: float,
    bend: float,
    length: float,
) -> None:
    middle = start + 0.5 * length * np.array([sign * np.sin(angle), np.cos(angle)])
    end = middle + 0.5 * length * np.array([sign * np.sin(angle + bend), np.cos(angle + bend)])
    for name, place in zip(names, (start, middle, end), strict=True):
        joints[INDEX[side + name]] = place


class _Pen:
    """Ink and matte of one figure; lines tremble as a hand does."""

    def __init__(self, body: _Body, rng: np.random.Generator) -> None:
        self._body, self._rng = body, rng
        extent = np.ptp(body.joints, axis=0)
        scale = min(_HEIGHT_PX, 0.8 * _SIDE_PX / max(float(extent[0]), 1e-6))
        middle = 0.5 * (body.joints.min(0) + body.joints.max(0))
        self.joints = (body.joints - middle) * scale + _SIDE_PX / 2
        self._scale = scale
        self._tremble = rng.uniform(0, 0.006) * scale
        self._ink = np.zeros((_SIDE_PX, _SIDE_PX), np.uint8)
        self._matte = np.zeros_like(self._ink)
        self._stroke_px = max(2, round(body.stroke * scale))

    def trunk(self, kind: str) -> None:
        at = {name: self._at(name) for name in ("root", "neck", "right_hip", "left_hip")}
        shoulders = self._at("right_shoulder"), self._at("left_shoulder")
        stroke = 0.5 * self._stroke_px * np.array([1.0, 0.0])
        if kind == "line" or np.linalg.norm(shoulders[1] - shoulders[0]) < 0.05 * self._scale:
            self._line([at["root"], at["neck"]], self._stroke_px)
            self._line([*shoulders], self._stroke_px)
            self._line([at["right_hip"], at["left_hip"]], self._stroke_px)
            if kind in {"skirt", "triangle"}:
                wide = self._rng.uniform(0.06, 0.11) * self._scale * np.array([1.0, 0.0])
                self._shape([at["neck"], at["root"] + wide, at["root"] - wide])
            return
        if kind == "triangle":
            self._shape([at["neck"], at["left_hip"] + 6 * stroke, at["right_hip"] - 6 * stroke])
            self._line([shoulders[0], at["neck"], shoulders[1]], self._stroke_px)
        elif kind == "oval":
            middle = 0.5 * (at["neck"] + at["root"])
            ways = np.linspace(0, 2 * np.pi, 40)[:, None]
            axis = at["neck"] - at["root"]
            wide = np.array([-axis[1], axis[0]]) / np.linalg.norm(axis)
            half = 0.5 * np.linalg.norm(shoulders[1] - shoulders[0])
            self._shape([*(middle + 0.58 * axis * np.cos(ways) + half * wide * np.sin(ways))])
        else:
            self._shape([*shoulders, at["left_hip"] + stroke, at["right_hip"] - stroke])
        self._line([at["neck"], self._at("head")], self._stroke_px)
        if kind == "skirt":
            below = self._rng.uniform(0.3, 0.8) * (self._at("right_knee") - at["right_hip"])
            wide = self._rng.uniform(0.03, 0.1) * self._scale * np.array([1.0, 0.0])
            hem = at["left_hip"] + [0, below[1]] + wide, at["right_hip"] + [0, below[1]] - wide
            self._shape([at["right_hip"], at["left_hip"], *hem])

    def limbs(self) -> None:
        feet, hands = self._rng.random() < 0.6, self._rng.random() < 0.5
        for side, sign in (("right", -1.0), ("left", 1.0)):
            arm = [self._at(f"{side}_{name}") for name in ("shoulder", "elbow", "hand")]
            leg = [self._at(f"{side}_{name}") for name in ("hip", "knee", "foot")]
            arm_px, leg_px = (
                max(2, round(w * self._scale)) for w in (self._body.arm_width, self._body.leg_width)
            )
            self._line(arm, arm_px)
            self._line(leg, leg_px)
            if feet:
                self._line(
                    [leg[2], leg[2] + self._rng.uniform(0.03, 0.08) * self._scale * np.array([sign, 0.1])],
                    leg_px,
                )
            if hands:
                self._fingers(arm[2], arm[2] - arm[1])

    def _fingers(self, hand: Floats, way: Floats) -> None:
        length = self._rng.uniform(0.02, 0.05) * self._scale
        towards = np.arctan2(way[1], way[0])
        for turn in (-0.6, 0.0, 0.6):
            end = hand + length * np.array([np.cos(towards + turn), np.sin(towards + turn)])
            self._line([hand, end], max(2, round(0.7 * self._stroke_px)))

    def head(self, *, open_head: bool) -> None:
        centre, radius = self._at("head"), self._body.head_radius * self._scale
        ways = np.linspace(0, 2 * np.pi, 48)[:, None]
        tall = self._rng.uniform(0.9, 1.1)
        ring = centre + radius * np.concatenate([np.sin(ways) / tall, np.cos(ways) * tall], axis=1)
        if open_head:
            self._line([*ring], self._stroke_px)
        else:
            self._shape([*ring])
        hair = self._rng.choice(["none", "spikes", "tails", "hat"], p=[0.4, 0.2, 0.2, 0.2])
        if hair == "spikes":
            for angle in np.linspace(-0.9, 0.9, 5):
                up = np.array([np.sin(angle), -np.cos(angle)])
                self._line(
                    [centre + radius * up, centre + self._rng.uniform(1.15, 1.45) * radius * up],
                    self._stroke_px,
                )
        elif hair == "tails":
            for sign in (-1, 1):
                ear = centre + radius * np.array([0.85 * sign, -0.5])
                self._line(
                    [
                        ear,
                        ear + radius * np.array([0.5 * sign, 0.1]),
                        ear + radius * np.array([0.6 * sign, 0.8]),
                    ],
                    self._stroke_px,
                )
        elif hair == "hat":
            brim = centre - [0, 0.75 * radius]
            self._shape([brim + [1.2 * radius, 0], brim - [0, radius], brim - [1.2 * radius, 0]])

    def picture(self) -> tuple[NDArray[np.uint8], NDArray[np.float32], Floats]:
        """What was drawn: the matte covers what shapes enclose, and a rim as wide as a careless scissor's."""
        rim = int(self._rng.integers(0, 3))
        matte = cv2.dilate(self._matte, np.ones((2 * rim + 1, 2 * rim + 1), np.uint8))
        matte = cv2.GaussianBlur(matte, (0, 0), 0.8)
        ink = self._ink[..., None] / 255
        rgb = np.round(_PAPER * (1 - ink) + _INK * ink).astype(np.uint8)
        return rgb, (matte / np.float32(255)).astype(np.float32), self.joints

    def _at(self, name: str) -> Floats:
        return np.asarray(self.joints[INDEX[name]])

    def _trembling(self, points: list[Floats]) -> NDArray[np.int32]:
        corners = np.array(points)
        along = np.append(0, np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1)))
        where = np.linspace(0, along[-1], max(4, round(along[-1] / (_STEP * self._scale))))
        where = np.unique(np.concatenate([where, along]))
        line = np.stack([np.interp(where, along, corners[:, k]) for k in range(2)], axis=1)
        noise = cv2.GaussianBlur(self._rng.standard_normal((len(line), 2)), (1, 9), 2.5) * 2.5
        return np.asarray(np.round((line + self._tremble * noise - 0.5) * 2**_SUBPIXEL_BITS), np.int32)

    def _line(self, points: list[Floats], width_px: int) -> None:
        line = self._trembling(points)
        for canvas in (self._ink, self._matte):
            cv2.polylines(canvas, [line], False, 255, width_px, cv2.LINE_AA, _SUBPIXEL_BITS)

    def _shape(self, points: list[Floats]) -> None:
        line = self._trembling([*points, points[0]])
        cv2.fillPoly(self._matte, [line], 255, cv2.LINE_AA, _SUBPIXEL_BITS)
        for canvas in (self._ink, self._matte):
            cv2.polylines(canvas, [line], True, 255, self._stroke_px, cv2.LINE_AA, _SUBPIXEL_BITS)
