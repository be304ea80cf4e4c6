"""Real clips with known cameras: RealEstate10K, HoloLens, a synthetic living room."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.accuracy.real_cameras import read_real_clip
from models.camera import FeaturesConfig, load
from models.camera.alignment import path_error

RE10K = ("0bf152ef84195293", "0c11dbe781b1c11c", "0f47577ab3441480", "2c80f9eb0d3b2bb4", "3c35b868a8ec3433")


def check(assets: Path, name: str, known_lens: bool, ate: float, turn_deg: float) -> None:
    filmed = read_real_clip(assets, name)
    config = FeaturesConfig(fov_deg=filmed.fov_deg, centre=filmed.centre) if known_lens else FeaturesConfig()
    found = load(config)(filmed.frames)
    assert found.kind == "full", found.reason
    assert found.registered_share == 1
    error = path_error(found.world_from_camera, filmed.world_from_camera)
    assert error.ate_share < ate
    assert error.rotation_deg < turn_deg


@pytest.mark.slow
@pytest.mark.parametrize("name", RE10K[:2])
def test_re10k_with_known_lens(assets: Path, name: str) -> None:
    check(assets, name, known_lens=True, ate=0.005, turn_deg=0.6)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*RE10K[2:], "hololens", "livingroom_synth"])
def test_known_lens(assets: Path, name: str) -> None:
    check(assets, name, known_lens=True, ate=0.009, turn_deg=0.6)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*RE10K, "hololens", "livingroom_synth"])
def test_unknown_lens(assets: Path, name: str) -> None:
    check(assets, name, known_lens=False, ate=0.0115, turn_deg=1.2)
