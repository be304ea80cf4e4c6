from __future__ import annotations

from pathlib import Path

import pytest

from data_contracts.errors import BackendUnavailable, InputError
from data_contracts.splats import read_splats
from models.splatting import FitConfig, GsplatConfig
from tasks.optimize_splats import OptimizeSplatsConfig, optimize_splats
from tests.tasks.scene_of_a_room import room_scene

CONFIG = OptimizeSplatsConfig(fit=FitConfig(steps=40))


@pytest.fixture
def out_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def test_a_field_is_fitted_and_written(tmp_path: Path, out_dir: Path) -> None:
    field = optimize_splats(room_scene(tmp_path / "scene"), CONFIG, out_dir, seed=1)
    assert field.steps == 40 and field.backend == "cpu"
    assert field.psnr_after_db > field.psnr_before_db + 3  # 5 dB in 60 steps on this room
    splats = read_splats(out_dir / field.splats.path)
    assert len(splats) == field.num_splats > 1000


def test_the_same_scene_and_seed_give_the_same_bytes(tmp_path: Path) -> None:
    scene = room_scene(tmp_path / "scene")
    config = OptimizeSplatsConfig(fit=FitConfig(steps=5))
    digests = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        (tmp_path / name).mkdir()
        digests.append(optimize_splats(scene, config, tmp_path / name, seed=seed).splats.sha256)
    assert digests[0] == digests[1] != digests[2]


def test_a_scene_without_a_valid_pixel_is_refused(tmp_path: Path, out_dir: Path) -> None:
    with pytest.raises(InputError, match="no pixel"):
        optimize_splats(room_scene(tmp_path / "scene", valid=False), CONFIG, out_dir)


def test_a_backend_that_cannot_run_says_what_it_lacks(tmp_path: Path, out_dir: Path) -> None:
    if GsplatConfig().missing() is None:
        pytest.skip("gsplat runs here")
    config = OptimizeSplatsConfig(backend=GsplatConfig())
    with pytest.raises(BackendUnavailable, match="gsplat"):
        optimize_splats(room_scene(tmp_path / "scene"), config, out_dir)


def test_threads_are_not_part_of_the_key() -> None:
    one = OptimizeSplatsConfig.model_validate({"backend": {"kind": "cpu", "threads": 1}})
    two = OptimizeSplatsConfig.model_validate({"backend": {"kind": "cpu", "threads": 2}})
    assert one.key_content() == two.key_content()
    assert one.key_content() != CONFIG.key_content()
