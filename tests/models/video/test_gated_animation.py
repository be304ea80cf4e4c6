"""The backend on an untrained small model: sizes, the seed, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import NoFigureError
from models.video.character_picture import character_picture
from models.video.folder import gate_folder, save_gated
from models.video.gated_animation import GatedAnimation, GatedConfig
from models.video.sampling import SamplingConfig
from models.video.small_model import SmallModelConfig, small_model
from models.video.video_conditions import VideoConditions
from tests.models.hub_cache import COMMIT, put_in_hub_cache
from tests.models.video.tiny_base import filled
from tests.models.video.tiny_folder import save_base, save_clip

FRAMES, HEIGHT, WIDTH = 5, 26, 37
"""No multiples of the model's patches."""


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> GatedConfig:
    folder = tmp_path_factory.mktemp("model")
    save_gated(small_model(SmallModelConfig(heads=2, layers=1, side_px=32, frames=4)), folder)
    sampling = SamplingConfig(steps=2, window_latent_frames=4, overlap_latent_frames=2)
    return GatedConfig(model=folder, device="cpu", half_precision=False, sampling=sampling)


def conditions() -> VideoConditions:
    rng = np.random.default_rng(0)

    def noise(*shape: int) -> np.ndarray:
        return rng.integers(0, 256, shape, np.uint8)

    clip = FRAMES, HEIGHT, WIDTH
    return VideoConditions(
        noise(*clip, 3), noise(*clip), noise(*clip, 3), noise(*clip, 3), noise(*clip, 3), noise(*clip[1:], 3)
    )


@pytest.mark.slow
def test_a_clip_of_any_size_and_length_is_drawn_and_the_seed_decides(config: GatedConfig) -> None:
    backend, given = GatedAnimation(config), conditions()
    first = backend.draw(given, seed=1)
    assert first.shape == (FRAMES, HEIGHT, WIDTH, 3) and first.dtype == np.uint8
    np.testing.assert_array_equal(GatedAnimation(config).draw(given, seed=1), first)
    assert (backend.draw(given, seed=2) != first).mean() > 0.5
    other = replace(given, coarse=255 - given.coarse)
    assert (backend.draw(other, seed=1) != first).mean() > 0.1


@pytest.mark.slow
def test_a_model_on_cogvideox_draws_from_its_folder_and_from_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the published layouts of CogVideoX and CLIP to a clip of any size, through the VAE."""
    parts = gate_folder(str(save_base(tmp_path / "base")), str(save_clip(tmp_path / "clip")))
    filled(parts.network)
    save_gated(parts, tmp_path / "gated")
    sampling = SamplingConfig(steps=2, window_latent_frames=2, overlap_latent_frames=1)
    here = GatedConfig(model=tmp_path / "gated", device="cpu", half_precision=False, sampling=sampling)
    given = conditions()
    drawn = GatedAnimation(here).draw(given, seed=1)
    assert drawn.shape == (FRAMES, HEIGHT, WIDTH, 3) and drawn.std() > 1
    put_in_hub_cache(tmp_path / "gated", "somebody/gated", tmp_path / "cache", monkeypatch)
    named = here.model_copy(update={"model": Path("somebody/gated"), "revision": COMMIT})
    assert named.missing() is None and named.weights() == []
    np.testing.assert_array_equal(GatedAnimation(named).draw(given, seed=1), drawn)
    assert "has no revision: pin" in str(named.model_copy(update={"revision": None}).missing())


def test_what_is_missing_is_said(config: GatedConfig, tmp_path: Path) -> None:
    assert "no trained model is named" in str(GatedConfig().missing())
    assert "holds no model_index.json" in str(GatedConfig(model=tmp_path, device="cpu").missing())
    assert config.missing() is None
    assert {path.suffix for path in config.weights()} == {".safetensors"} and len(config.weights()) >= 3


def test_the_character_stands_on_white_in_the_middle_of_the_frame() -> None:
    rgb = np.full((40, 60, 3), (10, 200, 30), np.uint8)
    alpha = np.zeros((40, 60), np.float32)
    alpha[5:25, 40:50] = 1
    rgb[5:25, 40:50] = (250, 0, 0)
    shown = character_picture(rgb, alpha, 96, 64)
    red = (shown[..., 0] > 200) & (shown[..., 1] < 128)  # the edge is soft
    rows, columns = np.flatnonzero(red.any(1)), np.flatnonzero(red.any(0))
    assert abs((rows[0] + rows[-1] + 1) / 2 - 48) <= 1 and abs((columns[0] + columns[-1] + 1) / 2 - 32) <= 1
    assert abs((rows[-1] - rows[0] + 1) - 20 * 96 / 24) <= 3, "twenty of the twenty-four rows that have room"
    far = np.ones((96, 64), bool)
    far[rows[0] - 4 : rows[-1] + 5, columns[0] - 4 : columns[-1] + 5] = False
    assert (shown[far] == 255).all(), "nothing of the reference's own background"
    with pytest.raises(NoFigureError):
        character_picture(rgb, np.zeros_like(alpha), 8, 8)
