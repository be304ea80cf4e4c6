"""Where the living may stand: what stirs beside a mover, and below."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.matting.swaying import stirring, swaying

HEIGHT, WIDTH, FRAMES = 200, 240, 12
HEAD = slice(60, 80), slice(100, 120)
PALM = slice(20, 50), slice(90, 130)


def filmed() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A head that sways by a pixel below a palm that does not, in camera noise, and their plate."""
    rng = np.random.default_rng(3)
    plate = np.full((HEIGHT, WIDTH, 3), 150, np.uint8)
    plate[PALM], plate[HEAD] = (40, 110, 50), (220, 170, 140)
    frames = np.repeat(plate[None], FRAMES, axis=0)
    for frame in frames[1::2]:
        frame[60] = frame[59]
        frame[HEAD[0], 100], frame[HEAD[0], 120] = 150, (220, 170, 140)
    noisy = frames + rng.normal(0, 2, frames.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8), plate


def test_who_sways_above_waving_arms_may_stand_there_and_a_palm_may_not() -> None:
    frames, plate = filmed()
    ever = np.zeros((HEIGHT, WIDTH), np.bool_)
    ever[82:120, 95:150] = True
    alive = swaying(stirring(frames, plate), ever, alone=False)
    assert alive[HEAD].mean() > 0.5 and alive[150:, 100:140].all()
    assert not alive[20:45].any() and not alive[:, 180:].any()


def test_noise_is_no_stir() -> None:
    frames, plate = filmed()
    assert stirring(frames, plate)[100:, 150:].max() < 4 < stirring(frames, plate)[65:75, 98:102].max()


def test_who_is_alone_and_moves_nothing_but_an_arm_may_stand_anywhere() -> None:
    _, plate = filmed()
    ever = np.zeros((HEIGHT, WIDTH), np.bool_)
    ever[82:120, 95:150] = True
    nothing = stirring(np.repeat(plate[None], FRAMES, axis=0), plate)
    assert swaying(nothing, ever, alone=True).all()
    assert not swaying(nothing, ever, alone=False)[:60].any()
