"""The camera's part of the table: real sets are read as their authors meant them, errors count as such."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import EstimationError
from flows.accuracy.real_cameras import FilmedPath, read_real_clip, real_clips
from flows.accuracy.role import Case
from flows.accuracy.roles.track_camera import ATE, FALSE_MOTION, ROLE, ROTATION, RealClip
from models.camera import FeaturesConfig
from models.camera.presets import look_at


@pytest.mark.slow
def test_real_sets_have_a_rigid_camera_a_frame(assets: Path) -> None:
    names = real_clips(assets)
    assert len(names) >= 7
    for _, name in names:
        filmed = read_real_clip(assets, name)
        rotation = filmed.world_from_camera[:, :3, :3]
        assert len(filmed.frames) == len(rotation)
        assert np.abs(np.swapaxes(rotation, 1, 2) @ rotation - np.eye(3)).max() < 1e-3
        assert filmed.focal_px.shape == (len(rotation),)
        assert (filmed.focal_px / filmed.frames.shape[2] > 0.4).all()
        assert (filmed.focal_px / filmed.frames.shape[2] < 1.5).all()


@pytest.mark.slow
def test_a_real_clip_beats_the_baseline(assets: Path, tmp_path: Path) -> None:
    case = Case("RealEstate10K", "clip", RealClip(assets, "3c35b868a8ec3433", lens_known=True))
    ours, trivial = ROLE.measure(case, FeaturesConfig(), tmp_path), ROLE.baseline(case)
    assert ours[ATE.name] < 0.1 * trivial[ATE.name]
    assert ours[ROTATION.name] <= trivial[ROTATION.name]
    assert FALSE_MOTION.name not in ours


def test_a_clip_without_texture_is_owned_up_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    light = np.linspace(40, 200, 12).astype(np.uint8)
    blank = np.ones((12, 64, 96, 3), np.uint8) * light[:, None, None, None]
    path = look_at(
        np.stack([np.linspace(0, 1, 12), np.zeros(12), np.zeros(12)], axis=1), np.array([0, 0, 4.0])
    )
    monkeypatch.setattr(
        "flows.accuracy.roles.track_camera.read_real_clip",
        lambda *_: FilmedPath(blank, path, np.full(12, 80.0)),
    )
    with pytest.raises(EstimationError):
        ROLE.measure(Case("blank", "blank", RealClip(tmp_path, "blank", False)), FeaturesConfig(), tmp_path)
