from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import InputError
from models.refinement import HarmonizeConfig, load
from models.refinement.tone import tone_shift
from models.refinement.voids import fill_voids

T, H, W = 8, 48, 64


def panning(step: int = 2) -> np.ndarray:
    """A smooth wall seen by a camera that pans by ``step`` pixels a frame, uint8 [T, H, W, 3]."""
    x = np.arange(W + T * step)
    y = np.arange(H)[:, None]
    wall = np.stack(
        [
            120 + 80 * np.sin(x / 9.0) + 0 * y,
            100 + 60 * np.cos(x / 13.0) + 40 * np.sin(y / 7.0),
            90 + 0 * x + 1.5 * y,
        ],
        axis=-1,
    )
    return np.stack([wall[:, t * step : t * step + W] for t in range(T)]).clip(0, 255).astype(np.uint8)


def test_voids_take_what_neighbouring_frames_saw() -> None:
    truth = panning()
    void = np.zeros((T, H, W), bool)
    void[4, 10:38, 20:44] = True
    broken = truth.copy()
    broken[void] = 0
    filled = fill_voids(broken, void)
    error = np.abs(filled[4].astype(int) - truth[4])[void[4]].mean()
    alone = np.abs(fill_voids(broken[4:5], void[4:5])[0].astype(int) - truth[4])[void[4]].mean()
    assert error < 12 and error < 0.6 * alone
    np.testing.assert_array_equal(filled[[0, 1, 2, 6, 7]], truth[[0, 1, 2, 6, 7]])


def test_a_void_in_every_frame_of_a_still_camera_does_not_flicker() -> None:
    rng = np.random.default_rng(0)
    clip = np.repeat(panning(0)[:1], T, 0).astype(np.int16)
    clip = (clip + rng.integers(-6, 7, clip.shape)).clip(0, 255).astype(np.uint8)
    void = np.zeros((T, H, W), bool)
    void[:, 12:36, 24:44] = True
    clip[void] = 0
    filled = fill_voids(clip, void).astype(int)
    change = np.abs(np.diff(filled, axis=0))
    assert change[:, 14:34, 26:42].mean() < 1.5
    assert filled[:, 12:36, 24:44].mean(-1).min() > 30, "no black is left"


def test_no_voids_no_change_and_nothing_but_voids_is_grey() -> None:
    clip = panning()
    np.testing.assert_array_equal(fill_voids(clip, np.zeros((T, H, W), bool)), clip)
    assert (fill_voids(clip, np.ones((T, H, W), bool)) == 127).all()


def test_a_frame_that_shows_nothing_borrows_from_its_neighbours() -> None:
    clip = panning()
    void = np.zeros((T, H, W), bool)
    void[3] = True
    clip[3] = 0
    assert fill_voids(clip, void)[3].mean(-1).min() > 30


def composite() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    background = panning()
    void = np.zeros((T, H, W), bool)
    void[:, :, :6] = True
    background[void] = 0
    alpha = np.zeros((T, H, W), np.uint8)
    alpha[:, 10:40, 20:40] = 255
    frames = background.copy()
    frames[alpha > 0] = (220, 60, 30)
    return frames, alpha, background, void


def test_only_voids_and_the_figure_change() -> None:
    frames, alpha, background, void = composite()
    result = load(HarmonizeConfig())(frames, alpha, background, void)
    clear = (alpha == 0) & ~void
    clear[:, 6:44, 15:45] = False  # the figure's soft edge
    clear[:, :, :10] = False  # the void's rim
    np.testing.assert_array_equal(result.frames[clear], frames[clear])
    assert result.frames[:, :, :4].mean(-1).min() > 30
    assert result.filled_share == pytest.approx(6 / W, abs=1e-6)


def test_the_tone_moves_a_little_towards_the_scene_and_is_constant() -> None:
    frames, alpha, background, _ = composite()
    shift = tone_shift(frames, alpha, background, 0.12)
    assert 0 < np.abs(shift).max() <= 6
    result = load(HarmonizeConfig(feather_px=0))(frames, alpha, background, np.zeros((T, H, W), bool))
    inner = result.frames[:, 15:35, 25:35].reshape(T, -1, 3).astype(int)
    assert np.ptp(inner, axis=(0, 1)).max() <= 1, "one colour in all frames"
    assert 0 < np.abs(inner[0, 0] - [220, 60, 30]).max() < 25
    plain = load(HarmonizeConfig(tone=0, feather_px=0))(frames, alpha, background, np.zeros((T, H, W), bool))
    np.testing.assert_array_equal(plain.frames, frames)


def test_clips_of_different_sizes_are_refused() -> None:
    frames, alpha, background, void = composite()
    with pytest.raises(InputError, match="differ"):
        load(HarmonizeConfig())(frames, alpha[:-1], background, void)
