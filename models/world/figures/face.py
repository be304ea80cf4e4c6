"""Face: where eyes, brows, nose, mouth and jaw of one human lie, and the 68 landmarks that mark them.

Face coordinates: x to the figure's own left, y up, from the middle of the head, in units of half its height,
as seen straight from the front. What is painted (portrait.py) and what is marked share these numbers.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from models.world.figures.palette import IRISES, pick, rgb, shade
from models.world.figures.proportions import Proportions
from models.world.figures.skeleton import Floats

FaceStyle = Literal["dots", "drawn", "real"]


class Face(NamedTuple):
    """Lengths in units of half the head's height; colours float64 [3] in 0..255."""

    style: FaceStyle
    aspect: float
    """Half the head's width."""
    eye: Floats
    """[2]: middle of the left eye."""
    eye_size: Floats
    """[2]: half its width and height."""
    slant: float
    """How much higher the outer corner is, as a share of the half height."""
    brow_y: float
    brow_thick: float
    brow_arch: float
    nose_y: float
    """Height of the tip."""
    nose: Floats
    """[3]: radii of the nose's solid."""
    mouth_y: float
    mouth: Floats
    """[2]: half width of the mouth and half height of the lips."""
    smile: float
    """How much higher its corners are."""
    open: float
    """Half height of the open mouth's inside."""
    blush: float
    freckles: bool
    lashes: bool
    moustache: bool
    beard: bool
    glasses: bool
    iris: Floats
    lip: Floats
    brow_colour: Floats


def draw_face(rng: np.random.Generator, of: Proportions, skin: Floats, hair: Floats) -> Face:
    """Draw one face, fit for the build."""
    style = _style(rng, of)
    aspect = float(of.head_m[0] / of.head_m[1])
    wide = aspect * float(rng.uniform(0.4, 0.46))
    eye, plain = {
        "dots": ((wide, -0.1), (0.085, 0.11)),
        "drawn": ((wide, -0.14), (0.2, 0.21)),
        "real": ((wide, 0.02), (0.155, 0.068)),
    }[style]
    size = np.array(plain) * rng.uniform(0.9, 1.12, 2) * (1 + 0.1 * of.feminine)
    lift = float(rng.uniform(-0.04, 0.04))
    small, big = style != "real", float(rng.uniform(0.85, 1.15))
    grown = of.build not in ("child", "chibi")
    red = rgb("c8474b") if of.feminine > 0.6 else rgb("a9574a")
    return Face(
        style, aspect, np.array(eye) + [0, lift], size, float(rng.uniform(-0.3, 0.5)),
        brow_y=float(eye[1] + lift + size[1] + rng.uniform(0.09, 0.15)),
        brow_thick=float(rng.uniform(0.018, 0.05) * (1.1 - 0.5 * of.feminine)),
        brow_arch=float(rng.uniform(0.0, 0.06)),
        nose_y=-0.36 + lift if small else -0.31 + lift,
        nose=np.array([0.05, 0.045, 0.05]) if small else np.array([0.1, 0.085, 0.13]) * big,
        mouth_y=-0.58 + 0.5 * lift if small else -0.56 + lift,
        mouth=np.array([rng.uniform(0.12, 0.22), 0.03]) if small
        else np.array([rng.uniform(0.22, 0.28), rng.uniform(0.05, 0.075)]),
        smile=float(rng.uniform(0.01, 0.09)), open=float(max(rng.uniform(-0.08, 0.07), 0.0)),
        blush=float(rng.uniform(0.1, 0.5) if small else rng.uniform(0.05, 0.25)),
        freckles=bool(rng.random() < 0.12), lashes=bool(rng.random() < of.feminine),
        moustache=bool(style == "real" and of.feminine < 0.35 and rng.random() < 0.3),
        beard=bool(style != "dots" and of.feminine < 0.35 and grown and rng.random() < 0.3),
        glasses=bool(rng.random() < 0.12),
        iris=pick(rng, IRISES), lip=0.55 * skin + 0.45 * red, brow_colour=shade(hair, -0.25),
    )  # fmt: skip


def _style(rng: np.random.Generator, of: Proportions) -> FaceStyle:
    weights = {"chibi": (0.45, 0.55, 0.0), "child": (0.3, 0.6, 0.1), "drawn": (0.15, 0.85, 0.0)}
    shares = np.array(weights.get(of.build, (0.12, 0.23, 0.65)))
    styles: tuple[FaceStyle, ...] = ("dots", "drawn", "real")
    return styles[int(rng.choice(3, p=shares))]


def brow(face: Face) -> Floats:
    """Left brow [5, 2] from its inner end to its outer one."""
    x = face.eye[0] + np.linspace(-1.0, 1.15, 5) * max(face.eye_size[0], 0.13)
    arch = face.brow_arch * np.array([0.0, 0.7, 1.0, 0.8, 0.0]) - 0.02 * np.array([0, 0, 0, 0.3, 1])
    return np.stack([x, face.brow_y + arch], axis=-1)


def eye_outline(face: Face) -> Floats:
    """Left eye [6, 2]: inner corner, two on the upper lid, outer corner, two on the lower lid."""
    width, height = face.eye_size
    x = np.array([-1.0, -0.4, 0.4, 1.0, 0.45, -0.4]) * width
    y = np.array([-0.1, 0.92, 0.92, 0.1, -0.9, -0.92]) * height
    return np.asarray(face.eye + np.stack([x, y + face.slant * height * 0.4 * x / width], axis=-1))


def mouth_outline(face: Face) -> tuple[Floats, Floats]:
    """Outer [12, 2] and inner [8, 2] lips in iBUG's order, from the figure's right corner over the top."""
    width, height = face.mouth
    turn = np.deg2rad([180, 145, 112, 90, 68, 35, 0, -35, -68, -90, -112, -145])
    outer = np.stack([width * np.cos(turn), (height + face.open) * np.sin(turn)], axis=-1)
    outer[3, 1] *= 0.85
    inner_turn = np.deg2rad([180, 125, 90, 55, 0, -55, -90, -125])
    inner = np.stack([0.86 * width * np.cos(inner_turn), face.open * np.sin(inner_turn)], axis=-1)
    for line in (outer, inner):
        line[:, 1] += face.mouth_y + face.smile * ((line[:, 0] / width) ** 2 - 0.5)
    return outer, inner


def jaw(face: Face) -> Floats:
    """Jaw line [17, 2] from the figure's right ear over the chin to its left ear."""
    turn = np.deg2rad(np.linspace(180, 360, 17)) + np.deg2rad(8) * np.sin(np.linspace(0, 2 * np.pi, 17))
    reach = 0.975 - 0.045 * np.sin(np.linspace(0, np.pi, 17)) ** 2
    return np.stack([reach * face.aspect * np.cos(turn), reach * np.sin(turn)], axis=-1)


def landmarks_xy(face: Face) -> Floats:
    """All 68 landmarks [68, 2] in face coordinates, in iBUG's order (Sagonas et al., 2013)."""
    right = np.array([-1.0, 1.0])
    left_brow, left_eye = brow(face), eye_outline(face)
    bridge = np.linspace(face.eye[1] + 0.3 * face.eye_size[1], face.nose_y, 4)
    base = face.nose[0] * np.array([-0.9, -0.5, 0.0, 0.5, 0.9])
    drop = face.nose[1] * np.array([0.5, 0.8, 1.0, 0.8, 0.5])
    outer, inner = mouth_outline(face)
    return np.concatenate([
        jaw(face),
        left_brow[::-1] * right, left_brow,
        np.stack([np.zeros(4), bridge], axis=-1),
        np.stack([base, face.nose_y - drop], axis=-1),
        left_eye[[3, 2, 1, 0, 5, 4]] * right, left_eye,
        outer, inner,
    ])  # fmt: skip


NOSE_TIP = 30
"""Landmark that lies on the nose's solid; all others lie on the head's."""


def on_head(xy: Floats, of: Proportions) -> Floats:
    """Points [..., 3] in metres from the middle of the head, on its front, at face coordinates [..., 2]."""
    across = xy[..., 0] * of.head_m[1] / of.head_m[0]
    ahead = np.sqrt(np.maximum(1 - across**2 - xy[..., 1] ** 2, 0.0))
    return np.asarray(np.stack([across, xy[..., 1], ahead], axis=-1) * of.head_m)
