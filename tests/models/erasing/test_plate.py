"""A square that walks before a known picture: what is behind it comes back, and nothing else changes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from data_contracts.errors import ContractError, EstimationError
from models.erasing import PlateErasing, erase
from models.inpainting import load
from models.inpainting.opencv import OpenCvInpaintingConfig

HEIGHT, WIDTH, FRAMES = 96, 128, 16
FILLER = load(OpenCvInpaintingConfig())


def place(width: int = WIDTH) -> np.ndarray:
    """Soft blobs with fine texture, uint8 [HEIGHT, width, 3]."""
    rng = np.random.default_rng(4)
    coarse = cv2.resize(
        rng.uniform(60, 190, (8, max(8, width // 12), 3)), (width, HEIGHT), interpolation=cv2.INTER_CUBIC
    )
    return np.clip(coarse + rng.normal(0, 12, (HEIGHT, width, 3)), 0, 255).astype(np.uint8)


def walked(background: np.ndarray, step: float = 5.0) -> tuple[np.ndarray, np.ndarray]:
    """The clip with a red square that walks through it, and its matte; backgrounds [T, H, W, 3]."""
    frames, alpha = background.copy(), np.zeros(background.shape[:3], np.float32)
    for t in range(len(frames)):
        left = 10 + round(step * t)
        frames[t, 30:70, left : left + 20] = (230, 20, 30)
        alpha[t, 30:70, left : left + 20] = 1
    return frames, alpha


def error_in(hole: np.ndarray, found: np.ndarray, true: np.ndarray) -> float:
    return float(np.abs(found.astype(np.float64) - true)[hole].mean())


def test_a_camera_at_rest_gives_back_the_place_to_the_bit() -> None:
    background = np.repeat(place()[None], FRAMES, axis=0)
    frames, alpha = walked(background)
    erased = erase(frames, alpha, PlateErasing(), FILLER)
    np.testing.assert_array_equal(erased.frames, background)
    assert erased.invented_share == 0


def test_light_that_changes_is_carried_into_the_hole() -> None:
    light = np.linspace(0.8, 1.1, FRAMES)[:, None, None, None]
    background = np.clip(place()[None] * light, 0, 255).astype(np.uint8)
    frames, alpha = walked(background)
    erased = erase(frames, alpha, PlateErasing(), FILLER)
    far = np.stack([cv2.dilate(a, np.ones((9, 9))) == 0 for a in alpha])
    np.testing.assert_array_equal(erased.frames[far], frames[far])
    copied = np.repeat(erased.frames[8][None], FRAMES, axis=0)
    assert error_in(alpha > 0, erased.frames, background) < 0.7 * error_in(alpha > 0, copied, background)


def test_a_camera_that_pans_is_followed() -> None:
    wide = place(WIDTH + 60)
    background = np.stack([wide[:, 3 * t : 3 * t + WIDTH] for t in range(FRAMES)])
    frames, alpha = walked(background, step=2.0)
    erased = erase(frames, alpha, PlateErasing(), FILLER)
    hole = alpha > 0
    assert error_in(hole, erased.frames, background) < 8
    assert error_in(hole, np.repeat(background[8][None], FRAMES, axis=0), background) > 20
    np.testing.assert_array_equal(erased.frames[:, :20], frames[:, :20])


def test_what_the_matte_missed_of_the_figure_goes_too() -> None:
    background = np.repeat(place()[None], FRAMES, axis=0)
    frames, alpha = walked(background)
    alpha[:, 30:45] = 0  # the upper part is missing in the matte
    frames[:, 2:10, 2:10] = np.arange(FRAMES, dtype=np.uint8)[:, None, None, None] * 15  # a lamp that blinks
    erased = erase(frames, alpha, PlateErasing(), FILLER)
    away = np.abs(erased.frames.astype(int) - background)[:, 20:]
    assert away.max() <= 1  # the lamp is a change of light, of which next to nothing comes this far
    np.testing.assert_array_equal(erased.frames[:, 2:10, 2:10], frames[:, 2:10, 2:10])


def test_who_touches_the_figure_now_and_then_stays_in_every_frame() -> None:
    background = np.repeat(place()[None], FRAMES, axis=0)
    frames, alpha = walked(background)
    dog = np.zeros(alpha.shape, np.bool_)
    for t in range(FRAMES):
        dog[t, 74:88, 100 - 4 * t : 118 - 4 * t] = True  # runs past, a leg's breadth from the figure's feet
        dog[t, 70:74, 100 - 4 * t : 106 - 4 * t] = True  # its head is higher, and touches them
    frames[dog] = (245, 245, 240)
    erased = erase(frames, alpha, PlateErasing(), FILLER)
    far = dog & ~np.stack([cv2.dilate(a, np.ones((9, 9))) > 0 for a in alpha])
    touched = [t for t in range(FRAMES) if cv2.dilate(alpha[t], np.ones((3, 3)))[dog[t]].any()]
    assert 0 < len(touched) < FRAMES / 2
    np.testing.assert_array_equal(erased.frames[far], frames[far])


def test_what_is_never_seen_is_invented_once_for_all_frames() -> None:
    background = np.repeat(place()[None], FRAMES, axis=0)
    frames, alpha = walked(background, step=0.2)
    erased = erase(frames, alpha, PlateErasing(), FILLER)
    assert 0.5 < erased.invented_share < 1
    np.testing.assert_array_equal(erased.frames[0, 40:60, 14:26], erased.frames[-1, 40:60, 14:26])
    red = (erased.frames[..., 0] > 220) & (erased.frames[..., 1] < 30)
    assert not red.any()


def test_nobody_to_take_out_changes_nothing() -> None:
    frames = np.repeat(place()[None], 3, axis=0)
    erased = erase(frames, np.zeros(frames.shape[:3], np.float32), PlateErasing(), FILLER)
    assert erased.frames is frames and erased.invented_share == 0


def test_what_cannot_be_done_is_said() -> None:
    wide = place(WIDTH * 5)
    background = np.stack([wide[:, 30 * t : 30 * t + WIDTH] for t in range(FRAMES)])
    frames, alpha = walked(background)
    with pytest.raises(EstimationError, match="moves too far"):
        erase(frames, alpha, PlateErasing(most_travel=0.5), FILLER)
    with pytest.raises(EstimationError, match="hides the whole clip"):
        erase(frames, np.ones_like(alpha), PlateErasing(), FILLER)
    with pytest.raises(ContractError, match="not of this clip"):
        erase(frames, alpha[:3], PlateErasing(), FILLER)
