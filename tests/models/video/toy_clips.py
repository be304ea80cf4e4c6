"""Clips of a jointed figure before a moving background, small enough to learn in a minute.

A clip is told by its character (colours), its motion (how arms and legs swing) and its background.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.video.video_conditions import VideoConditions

SIDE, FRAMES = 32, 4
CHARACTERS = np.array(
    [
        [[235, 60, 50], [250, 215, 60], [60, 60, 220]],
        [[40, 190, 90], [240, 240, 245], [120, 40, 160]],
        [[30, 150, 230], [250, 170, 150], [20, 20, 20]],
        [[250, 140, 20], [60, 30, 20], [230, 230, 90]],
    ]
)
"""Torso and arms, head, legs: RGB."""
BONES = ((200, 40, 40), (40, 200, 40), (40, 40, 220), (200, 200, 40), (200, 40, 200))
Points = NDArray[np.float64]
Pixels = NDArray[np.uint8]


def joints_of(motion: int, frame: int) -> dict[str, Points]:
    """Joints in pixels. Motions differ in how far, how fast and with which limbs the figure swings."""
    phase = 2 * np.pi * frame / FRAMES + 0.8 * motion
    sway = 3 * np.sin(phase) * (motion % 2)
    neck = np.array([16 + sway, 11.0])
    hip = np.array([16 + sway / 2, 19.0])
    found = {"head": neck + [0, -4], "neck": neck, "hip": hip}
    for name, root, reach, angle in (
        ("left_hand", neck, 8.5, 0.4 + 0.7 * (motion % 3) + 0.5 * np.sin(phase)),
        ("right_hand", neck, 8.5, -0.4 - 0.7 * ((motion + 1) % 3) + 0.5 * np.cos(phase)),
        ("left_foot", hip, 10, 0.3 + 0.25 * np.sin(phase)),
        ("right_foot", hip, 10, -0.3 + 0.25 * np.sin(phase + 1)),
    ):
        found[name] = root + reach * np.array([np.sin(angle), np.cos(angle)])
    return found


def draw_figure(canvas: Pixels, joints: dict[str, Points], colours: NDArray[np.int64]) -> None:
    torso, head, legs = (tuple(int(level) for level in colour) for colour in colours)
    for foot in ("left_foot", "right_foot"):
        _line(canvas, joints["hip"], joints[foot], legs, 3)
    for hand in ("left_hand", "right_hand"):
        _line(canvas, joints["neck"], joints[hand], torso, 2)
    _line(canvas, joints["neck"], joints["hip"], torso, 6)
    cv2.circle(canvas, _fixed(joints["head"]), 3 * 16, head, -1, cv2.LINE_AA, 4)


def draw_bones(canvas: Pixels, joints: dict[str, Points]) -> None:
    ends = (("neck", "hip"), ("neck", "left_hand"), ("neck", "right_hand"), ("hip", "left_foot"),
            ("hip", "right_foot"))  # fmt: skip
    for (a, b), colour in zip(ends, BONES, strict=True):
        _line(canvas, joints[a], joints[b], colour, 1)


def toy_clip(character: int, motion: int, background: int) -> tuple[Pixels, VideoConditions]:
    """The true video uint8 [T, H, W, 3] and its conditions; the coarse video is blurred and noisy.

    The mask is the figure's box, so that it does not tell the pose.
    """
    draw = np.random.default_rng(background)
    tile = cv2.resize(draw.integers(60, 200, (4, 6, 3), np.uint8), (3 * SIDE // 2, SIDE), interpolation=2)
    video = np.stack([tile[:, 2 * t : 2 * t + SIDE] for t in range(FRAMES)])
    coarse = np.stack([cv2.GaussianBlur(frame, (0, 0), 1.5) for frame in video])
    coarse = np.clip(coarse + draw.normal(0, 8, coarse.shape), 0, 255).astype(np.uint8)
    body, mask = np.zeros_like(video), np.zeros(video.shape[:3], np.uint8)
    for t in range(FRAMES):
        joints = joints_of(motion, t)
        draw_figure(video[t], joints, CHARACTERS[character])
        draw_bones(body[t], joints)
        figure = np.zeros((SIDE, SIDE, 3), np.uint8)
        draw_figure(figure, joints, np.full((3, 3), 255))
        rows, columns = np.nonzero(figure[..., 0])
        mask[t, rows.min() - 1 : rows.max() + 2, max(columns.min() - 2, 0) : columns.max() + 3] = 255
    reference = np.full((SIDE, SIDE, 3), 255, np.uint8)
    draw_figure(reference, joints_of(0, 0), CHARACTERS[character])
    nothing = np.zeros_like(video)
    return video, VideoConditions(coarse, mask, nothing, nothing, body, reference)


def figure_mask(motion: int) -> NDArray[np.bool_]:
    """Where the figure itself is, bool [T, H, W]."""
    frames = np.zeros((FRAMES, SIDE, SIDE, 3), np.uint8)
    for t in range(FRAMES):
        draw_figure(frames[t], joints_of(motion, t), np.full((3, 3), 255))
    return frames[..., 0] > 127


def _line(canvas: Pixels, a: Points, b: Points, colour: tuple[int, ...], width: int) -> None:
    cv2.line(canvas, _fixed(a), _fixed(b), colour, width, cv2.LINE_AA, 4)


def _fixed(point: Points) -> tuple[int, int]:
    x, y = np.rint((point - 0.5) * 16).astype(int)
    return int(x), int(y)
