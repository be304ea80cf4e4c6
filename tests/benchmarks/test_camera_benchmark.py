"""The benchmark's baseline does its work, and without clips it says so instead of writing figures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.camera.alignment import path_error
from models.camera.presets import preset_path
from tests.benchmarks import camera
from tests.benchmarks.camera_baselines import Lens, opencv_odometry
from tests.models.camera.planes import FOCAL, HEIGHT, WIDTH, render


@pytest.mark.slow
def test_odometry_follows_an_orbit() -> None:
    true = preset_path("orbit", 12, {"angle_deg": 24})
    tracked = opencv_odometry(render(true), Lens(FOCAL, (WIDTH / 2, HEIGHT / 2)))
    np.testing.assert_array_equal(tracked.frames, np.arange(12))
    error = path_error(tracked.world_from_camera, true)
    assert error.rotation_deg < 3
    assert error.ate_share < 0.1


def test_without_clips_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "assets").mkdir()
    monkeypatch.setenv("BUNRAKU_ASSETS", str(tmp_path / "assets"))
    monkeypatch.setattr("sys.argv", ["camera", str(tmp_path / "camera.json")])
    camera.main()
    assert "Skipped: no clips with known cameras" in capsys.readouterr().out
    assert not (tmp_path / "camera.json").exists()
