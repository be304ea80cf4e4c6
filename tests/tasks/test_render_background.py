from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.camera_formats import read_camera
from data_contracts.coarse_video import CoarseVideo
from data_contracts.errors import ContractError, InputError
from data_contracts.lossless_video import read_lossless
from data_contracts.record import FileRef
from data_contracts.scene import Scene
from data_contracts.splats import Splats, read_splats, write_splats
from data_contracts.splats_record import SplatField
from models.splatting import FitConfig
from tasks.optimize_splats import OptimizeSplatsConfig, optimize_splats
from tasks.render_background import RenderBackgroundConfig, render_background
from tests.tasks.scene_of_a_room import FPS, NUM_FRAMES, SIZE, path_views, room_scene


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return room_scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="module")
def field(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> SplatField:
    folder = tmp_path_factory.mktemp("field")
    return optimize_splats(scene, OptimizeSplatsConfig(fit=FitConfig(steps=60)), folder).placed(folder)


CONFIG = RenderBackgroundConfig()


def render(
    field: SplatField, scene: Scene, folder: Path, config: RenderBackgroundConfig = CONFIG
) -> CoarseVideo:
    folder.mkdir(exist_ok=True)
    return render_background(field, scene, config, folder).placed(folder)


def test_the_clip_shows_the_room_along_the_path(field: SplatField, scene: Scene, tmp_path: Path) -> None:
    coarse = render(field, scene, tmp_path / "out")
    frames, void = read_lossless(coarse.path(coarse.video)), read_lossless(coarse.path(coarse.void))
    with np.load(coarse.path(coarse.depth)) as archive:
        depth_m = archive["depth_m"]
    truth = path_views()
    assert frames.shape == (NUM_FRAMES, SIZE, SIZE, 3) and void.shape == depth_m.shape == frames.shape[:3]
    assert depth_m.dtype == np.float16
    assert (coarse.num_frames, coarse.fps, coarse.backend) == (NUM_FRAMES, pytest.approx(FPS), "cpu")
    seen = void == 0
    assert coarse.void_share == pytest.approx(1 - seen.mean()) and coarse.void_share < 0.05
    assert coarse.void_shares == pytest.approx((~seen).mean(axis=(1, 2)))
    error = (frames[seen].astype(float) - truth.frames[seen]) / 255
    assert -10 * np.log10(np.square(error).mean()) > 22  # 24 dB was seen at this size, 17 before the fit
    assert np.median(np.abs(depth_m[seen] / truth.depth_m[seen] - 1)) < 0.03
    np.testing.assert_allclose(
        read_camera(coarse.path(coarse.track)).world_from_camera, truth.world_from_camera, atol=1e-9
    )


def test_what_no_splat_covers_is_void_and_has_no_depth(
    field: SplatField, scene: Scene, tmp_path: Path
) -> None:
    """Only the room's left half is kept: the right half of the picture must be void, and black."""
    splats = read_splats(field.path(field.splats))
    half: Splats = splats.take(splats.means[:, 0] < 0)
    write_splats(half, tmp_path / "half.ply")
    halved = field.model_copy(update={"splats": FileRef.of(tmp_path / "half.ply", tmp_path)}).placed(tmp_path)
    with pytest.raises(InputError, match="frames 0 to 4: the camera leaves the scene"):
        render(halved, scene, tmp_path / "refused", RenderBackgroundConfig(most_void=0.2))
    coarse = render(halved, scene, tmp_path / "out", RenderBackgroundConfig(most_void=1))
    void = read_lossless(coarse.path(coarse.void))
    assert set(np.unique(void)) == {0, 255}
    assert void[:, :, -8:].mean() > 200 and void[:, :, :8].mean() < 30
    assert 0.3 < coarse.void_share < 0.7
    with np.load(coarse.path(coarse.depth)) as archive:
        assert not archive["depth_m"][void == 255].any()
    frames = read_lossless(coarse.path(coarse.video))
    assert frames[:, :, -4:].max() < 40


def test_the_same_field_gives_the_same_bytes(field: SplatField, scene: Scene, tmp_path: Path) -> None:
    one, two = render(field, scene, tmp_path / "a"), render(field, scene, tmp_path / "b")
    assert one.digest() == two.digest()


def test_a_scene_without_a_track_says_what_to_run(field: SplatField, tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="expand_scene"):
        render(field, room_scene(tmp_path / "scene", with_track=False), tmp_path / "out")


def test_a_track_for_another_picture_size_is_refused(field: SplatField, scene: Scene, tmp_path: Path) -> None:
    other = scene.model_copy(update={"width_px": SIZE + 2}).placed(scene.folder)
    with pytest.raises(ContractError, match="another picture size"):
        render(field, other, tmp_path / "out")
