"""erase_figure: the driving clip as a background, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.camera import CameraTrack
from data_contracts.camera_formats import read_camera
from data_contracts.errors import BackendUnavailable, EstimationError, InputError
from data_contracts.matte import Matte
from data_contracts.media import Media
from data_contracts.video import read_lossless
from models.camera.presets import preset_path
from models.inpainting.diffusers import DiffusersInpaintingConfig
from models.inpainting.opencv import OpenCvInpaintingConfig
from tasks.erase_figure import EraseFigureConfig, erase_figure
from tests.models.erasing.test_plate import FRAMES, HEIGHT, WIDTH, place, walked
from tests.tasks.scene_inputs import camera_of
from tests.tasks.test_track_camera import clip_matte, clip_media

CONFIG = EraseFigureConfig(inpainting=OpenCvInpaintingConfig())


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Media, Matte, CameraTrack]:
    folder = tmp_path_factory.mktemp("clip")
    frames, alpha = walked(np.repeat(place()[None], FRAMES, axis=0))
    camera = camera_of(folder / "camera", preset_path("static", FRAMES, {}))
    return clip_media(frames, folder / "clip"), clip_matte(alpha > 0, folder / "matte"), camera


def test_the_person_is_gone_and_the_rest_is_the_clip(
    inputs: tuple[Media, Matte, CameraTrack], tmp_path: Path
) -> None:
    found = erase_figure(*inputs, CONFIG, tmp_path).placed(tmp_path)
    frames = read_lossless(found.path(found.video))
    np.testing.assert_array_equal(frames, np.repeat(place()[None], FRAMES, axis=0))
    assert not read_lossless(found.path(found.void)).any() and found.void_share == 0
    assert (found.num_frames, found.fps, found.width_px, found.height_px) == (FRAMES, 24, WIDTH, HEIGHT)
    with np.load(found.path(found.depth)) as file:
        assert file["depth_m"].shape == (FRAMES, HEIGHT, WIDTH) and not file["depth_m"].any()
    assert read_camera(found.path(found.track)).n_frames == FRAMES


def test_what_it_cannot_do_is_said(inputs: tuple[Media, Matte, CameraTrack], tmp_path: Path) -> None:
    media, matte, camera = inputs
    unsure = matte.model_copy(update={"confidence": 0.1}).placed(matte.folder)
    with pytest.raises(EstimationError, match=r"matte is not trusted.*0\.15.*0\.10"):
        erase_figure(media, unsure, camera, CONFIG, tmp_path)
    motion = media.model_copy(update={"kind": "motion"}).placed(media.folder)
    with pytest.raises(InputError, match="no place in this driving input"):
        erase_figure(motion, None, camera, CONFIG, tmp_path)
    absent = EraseFigureConfig(inpainting=DiffusersInpaintingConfig(device="cpu"))
    with pytest.raises(BackendUnavailable, match="pin the hub commit"):
        erase_figure(media, matte, camera, absent, tmp_path)
