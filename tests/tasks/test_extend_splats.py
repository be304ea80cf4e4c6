from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import BackendUnavailable
from data_contracts.record import FileRef
from data_contracts.scene import PosedViews, Scene, read_views, write_views
from data_contracts.splats import read_splats
from data_contracts.splats_record import SplatField
from models.splatting import CpuSplattingConfig, FitConfig, GsplatConfig, InitConfig, fit_field, load
from tasks.extend_splats import ExtendSplatsConfig, extend_splats
from tasks.optimize_splats import OptimizeSplatsConfig, optimize_splats
from tests.tasks.scene_of_a_room import SIZE, path_views, room_scene

CONFIG = ExtendSplatsConfig(fit=FitConfig(steps=20))


@pytest.fixture(scope="module")
def field(tmp_path_factory: pytest.TempPathFactory) -> SplatField:
    """Fitted to the room's first two views only."""
    folder = tmp_path_factory.mktemp("field")
    room = room_scene(folder / "scene")
    views = PosedViews(*(getattr(read_views(room), name)[:2] for name in PosedViews.__dataclass_fields__))
    update = {"views": FileRef.of(write_views(room.folder / "two.npz", views), room.folder), "num_views": 2}
    scene = room.model_copy(update=update).placed(room.folder)
    return optimize_splats(scene, OptimizeSplatsConfig(fit=FitConfig(steps=40)), folder).placed(folder)


def extended(field: SplatField, scene: Scene, folder: Path, seed: int = 0) -> SplatField:
    folder.mkdir()
    return extend_splats(field, scene, CONFIG, folder, seed).placed(folder)


def psnr_on_the_path(field: SplatField) -> float:
    """Over the frames of the room's track, which no fit saw."""
    path, splats, cpu = path_views(), read_splats(field.path(field.splats)), load(CpuSplattingConfig())
    cameras = zip(path.world_from_camera, path.intrinsics_px, strict=True)
    drawn = [cpu.render(splats, *camera, SIZE, SIZE).rgb for camera in cameras]
    return float(-10 * np.log10(np.mean((np.stack(drawn) - path.frames / 255) ** 2)))


def test_the_field_goes_on_where_new_views_look(field: SplatField, tmp_path: Path) -> None:
    more = extended(field, room_scene(tmp_path / "scene"), tmp_path / "out")
    assert more.num_splats > 1.2 * field.num_splats
    assert more.steps == field.steps + 20
    assert psnr_on_the_path(more) > psnr_on_the_path(field) + 3


def test_what_a_field_explains_gets_no_second_splat(field: SplatField, tmp_path: Path) -> None:
    scene = room_scene(tmp_path / "scene")
    once = extended(field, scene, tmp_path / "once")
    twice = extended(once, scene, tmp_path / "twice")
    assert twice.num_splats < 1.05 * once.num_splats


def test_what_is_newly_seen_is_as_smooth_as_it_is() -> None:
    """A plain wall that the second camera sees more of: splats that hardly overlap would leave a grain."""
    beside = np.eye(4)
    beside[0, 3] = 0.8
    share = np.zeros(2)
    views = PosedViews(
        np.full((2, 48, 48, 3), 200, np.uint8), np.full((2, 48, 48), 2.0, np.float32),
        np.ones((2, 48, 48), np.bool_), np.stack([np.eye(4), beside]),
        np.tile([48.0, 48.0, 24.0, 24.0], (2, 1)), share, share,
    )  # fmt: skip
    backend, config = load(CpuSplattingConfig()), ExtendSplatsConfig()
    first = PosedViews(*(getattr(views, name)[:1] for name in PosedViews.__dataclass_fields__))
    known, _ = fit_field(first, backend, InitConfig(), FitConfig(), 0)
    grain = []
    for start in (InitConfig(), config.start):
        more, _ = fit_field(views, backend, start, FitConfig(steps=8, first_view_every=0), 0, onto=known)
        new = backend.render(more, beside, views.intrinsics_px[1], 48, 48).rgb[4:-4, 34:-4]
        grain.append(float(new.std()))
    assert grain[1] < 0.5 * grain[0] and grain[1] < 0.02


def test_the_same_inputs_and_seed_give_the_same_bytes(field: SplatField, tmp_path: Path) -> None:
    scene = room_scene(tmp_path / "scene")
    one, two, other = (
        extended(field, scene, tmp_path / name, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert one.splats.sha256 == two.splats.sha256 != other.splats.sha256


def test_a_backend_that_cannot_run_says_what_it_lacks(field: SplatField, tmp_path: Path) -> None:
    if GsplatConfig().missing() is None:
        pytest.skip("gsplat runs here")
    with pytest.raises(BackendUnavailable, match="gsplat"):
        extend_splats(
            field, room_scene(tmp_path / "scene"), ExtendSplatsConfig(backend=GsplatConfig()), tmp_path
        )
