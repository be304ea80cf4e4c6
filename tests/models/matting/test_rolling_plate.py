from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.residual_motion import ClipFlow
from models.matting.rolling_plate import rolling_difference

COUNT, HEIGHT, WIDTH, PAN = 16, 90, 140, 6


def panned() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A red box that jumps about before a wall, filmed by a camera that pans to the right."""
    rng = np.random.default_rng(0)
    wall = cv2.resize(
        rng.integers(60, 200, (20, 60, 3)).astype(np.uint8), (260, HEIGHT), interpolation=cv2.INTER_CUBIC
    )
    frames, masks = [], []
    for t in range(COUNT):
        frame = wall[:, PAN * t : PAN * t + WIDTH].copy()
        mask = np.zeros((HEIGHT, WIDTH), np.bool_)
        left = 20 + (37 * t) % 90
        mask[30:70, left : left + 20] = True
        frame[mask] = (230, 10, 20)
        frames.append(frame)
        masks.append(mask)
    return np.stack(frames), np.stack(masks)


def test_what_is_not_the_scene_behind_stands_out_though_the_camera_pans() -> None:
    frames, masks = panned()
    step = np.tile(np.eye(3), (COUNT - 1, 1, 1))
    step[:, 0, 2] = -PAN
    still = np.zeros((COUNT - 1, HEIGHT, WIDTH, 2), np.float32)
    evidence = 0.5 * masks.astype(np.float32)
    found = rolling_difference(frames, step, evidence, ClipFlow(still, still))
    inner = np.stack([cv2.erode(m.astype(np.uint8), np.ones((3, 3))) > 0 for m in masks])
    # Where the box hides the wall in every neighbour only the motion speaks, and the flow carries it.
    assert found[inner].min() > 0.6 and np.median(found[inner]) >= 0.8
    # Without flow the difference of neighbours is carried to where the box was: the rest is clear.
    ever = np.zeros_like(masks)
    for t in range(COUNT):
        ever[t] = masks[max(0, t - 5) : t + 6].any(0)
    away = ~np.stack([cv2.dilate(m.astype(np.uint8), np.ones((7, 7))) > 0 for m in ever])
    assert found[away].mean() < 0.02


def test_a_frame_alone_has_only_its_motion() -> None:
    evidence = np.random.default_rng(0).random((1, 20, 30)).astype(np.float32)
    none = np.zeros((0, 20, 30, 2), np.float32)
    found = rolling_difference(
        np.zeros((1, 20, 30, 3), np.uint8), np.zeros((0, 3, 3)), evidence, ClipFlow(none, none)
    )
    np.testing.assert_allclose(found, evidence, atol=1e-6)
