"""A small world, really filmed: its files, its truth, its jobs, and how it goes on where it stopped."""

from __future__ import annotations

import errno
import json
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from rich.console import Console

from data_contracts.errors import ConfigError
from data_contracts.image import read_image
from data_contracts.job_table import read_job_table
from data_contracts.record import sha256_of_file
from data_contracts.take import Take
from data_contracts.video import probe
from flows.cli import invoke
from flows.world import read
from flows.world.crew import film_order, find_take
from flows.world.folder import WorldFolder
from flows.world.make import WorldSummary, make_world, repertoire
from flows.world.take_order import TakeOrder
from models.world.filming.frame import Camera
from models.world.planning import Production, plan_shots
from models.world.shot import Drawn
from models.world.visibility import project

pytestmark = pytest.mark.slow

PRODUCTION = Production(seed=5, size_px=96, num_frames=3, views=2)
NAMES = ("shot0001", "shot0002")


def _make(folder: Path) -> WorldSummary:
    return make_world(2, folder, PRODUCTION, workers=2, console=Console(quiet=True), plain=True)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("worlds") / "world"
    summary = _make(folder)
    assert (summary.shots, summary.takes, summary.failed, summary.exit_code) == (2, 4, 0, 0)
    return folder


@pytest.fixture(scope="module")
def takes(world: Path) -> list[Take]:
    return read.read_takes(world)


def _order(folder: Path, shot: int = 0) -> TakeOrder:
    plan = plan_shots(2, PRODUCTION, repertoire())[shot]
    return TakeOrder(plan, plan.performers[0], {}, folder)


def test_every_file_is_what_its_record_says(takes: list[Take]) -> None:
    for take in takes:
        assert all(sha256_of_file(take.path(ref)) == ref.sha256 for ref in take.files())
        shape = (take.num_frames, take.height_px, take.width_px)
        assert read.read_frames(take).shape == read.read_clean(take).shape == (*shape, 3)
        assert read.read_alpha(take).shape == read.read_parts(take).shape == shape
        info = probe(take.path(take.clip))
        assert (info.num_frames, info.width, info.height) == (take.num_frames, take.width_px, take.height_px)
        camera = read.read_camera_path(take)
        assert (camera.n_frames, camera.width_px, camera.height_px) == (*shape[:1], *shape[:0:-1])
        assert (read.read_true_poses(take) is None) == any(
            figure.kind != "human" for figure in read.read_figure_truths(take)
        )
        views = read.read_views(take)
        assert views is not None and len(views.rgba) == len(views.depth_m) == PRODUCTION.views


def test_takes_of_a_shot_differ_in_who_performs_only(takes: list[Take]) -> None:
    for shot in NAMES:
        first, second = (take for take in takes if take.shot == shot)
        assert first.identity != second.identity
        assert (first.motion, first.camera, first.place) == (second.motion, second.camera, second.place)
        assert first.camera_path.sha256 == second.camera_path.sha256
        assert first.clean.sha256 == second.clean.sha256
        assert first.frames.sha256 != second.frames.sha256


def test_masks_depth_and_pictures_tell_the_same(takes: list[Take]) -> None:
    for take in takes:
        figures, parts, alpha = read.read_figures(take), read.read_parts(take), read.read_alpha(take)
        geometry = read.read_geometry(take)
        inside = figures > 0
        assert inside.any(axis=(1, 2)).all() and figures.max() <= take.num_figures
        assert (parts[inside] > 1).all() and (parts[~inside] <= 1).all()
        assert (geometry.depth_m[~inside] == geometry.clean_depth_m[~inside]).all()
        behind = geometry.clean_depth_m[inside]
        assert (geometry.depth_m[inside] <= np.where(behind > 0, behind, np.inf)).all()
        # Coverage is of several rays a pixel, labels of the one in its middle: they differ on edges only.
        assert (alpha[inside] == 0).mean() < 0.02 and (alpha[~inside] == 1).mean() < 0.02
        length = np.linalg.norm(geometry.normal, axis=-1)
        surface = geometry.depth_m > 0
        assert np.abs(length[surface] - 1).max() < 0.02  # bytes of 1 / 127


def test_joints_stand_where_the_camera_sees_them(takes: list[Take]) -> None:
    for take in takes:
        camera, figures = read.read_camera_path(take), read.read_figures(take)
        assert camera.intrinsics_px is not None
        for number, figure in enumerate(read.read_figure_truths(take), 1):
            for t in range(take.num_frames):
                one = Camera(
                    camera.world_from_camera[t], camera.intrinsics_px[t], take.width_px, take.height_px
                )
                xy, _ = project(figure.joints.xyz_world_m[t], one)
                # The file keeps tenths of a millimetre: at this size far below a tenth of a pixel.
                assert np.allclose(xy, figure.joints.xy_px[t], atol=0.1, equal_nan=True)
                seen = figure.joints.visible[t]
                column, row = figure.joints.xy_px[t][seen].astype(int).T
                # A finger is thinner than a pixel here: its mask may be that of the pixel beside it.
                own = cv2.dilate((figures[t] == number).astype(np.uint8), np.ones((3, 3), np.uint8))
                assert own[row, column].mean() > 0.95 or not seen.any()


def test_the_still_shows_all_of_the_figure(takes: list[Take]) -> None:
    for take in takes:
        still = read.read_still(take)
        assert still.figure.identity == take.identity
        alpha = still.alpha
        assert alpha.max() == 1 and 0.03 < (alpha > 0.5).mean() < 0.6
        assert not (alpha[0].any() or alpha[-1].any() or alpha[:, 0].any() or alpha[:, -1].any())
        far = alpha == 0
        changed = np.abs(still.rgb.astype(int) - still.clean).max(axis=-1)
        assert (changed[far] > 8).mean() < 0.2, "only shadows change the place"


def test_the_same_order_films_the_same_bytes(world: Path, tmp_path: Path, takes: list[Take]) -> None:
    order = _order(tmp_path)
    again = film_order(order, order.key())
    assert again.take is not None, again.error_message
    before = next(take for take in takes if take.name == order.name)
    assert again.take.model_dump(exclude={"seconds"}) == before.model_dump(exclude={"seconds"})


def test_the_jobs_are_ordinary_ones(world: Path, takes: list[Take]) -> None:
    table = read_job_table(world / "jobs.csv")
    assert [row.error_message for row in table.rows] == [""] * len(table.rows)
    by_name = {take.name: take for take in takes}
    pairs = read.read_pairs(world)
    assert [pair.job_id for pair in pairs] == [row.item for row in table.rows] != []
    for pair, row in zip(pairs, table.rows, strict=True):
        driving, truth = by_name[pair.driving_take], by_name[pair.truth_take]
        assert driving.shot == truth.shot and driving.identity != truth.identity
        assert row.record is not None
        assert Path(row.record.reference) == truth.path(truth.still).resolve()
        assert row.record.scene is not None
        assert (read_image(row.record.scene) == read.read_clean(truth)[0]).all()


def test_a_whole_world_is_kept_and_a_broken_take_filmed_again(world: Path, tmp_path: Path) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(world, folder)
    (folder / "takes" / ".shot0009.human-0001.999999999.partial").mkdir()
    assert _make(folder).kept == 4
    victim = read.read_takes(folder)[1]
    victim.path(victim.clip).write_bytes(b"cut")
    summary = _make(folder)
    assert (summary.takes, summary.kept) == (4, 3)
    assert sha256_of_file(victim.path(victim.clip)) == victim.clip.sha256
    assert not list((folder / "takes").glob(".*"))


def test_damage_that_leaves_the_size_is_seen(world: Path, tmp_path: Path) -> None:
    folder = tmp_path / "takes"
    order = replace(_order(WorldFolder(world).takes), folder=folder)
    shutil.copytree(world / "takes" / order.name, folder / order.name)
    take = find_take(order, order.key())
    assert take is not None
    path = take.path(take.geometry)
    path.write_bytes(bytes(path.stat().st_size))
    assert find_take(order, order.key()) is None


def test_a_full_disk_is_said_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("flows.world.make.write_manifest", full)
    options = ["--count", "1", "--size", "64", "--num-frames", "1", "--views", "0", "--identities", "1"]
    assert invoke(["world", *options, "--workers", "1", "--out", str(tmp_path / "world")]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert len(list((tmp_path / "world" / "takes").glob("*/take.json"))) == 1


def test_terminating_it_stops_its_workers_and_leaves_nothing_behind(tmp_path: Path) -> None:
    command = "import sys; from flows.cli import main; sys.argv[0] = 'bunraku'; main()"
    options = ["--count", "40", "--plain", "--workers", "1", "--out", str(tmp_path / "world")]
    with subprocess.Popen(
        [sys.executable, "-c", command, "world", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        # As soon as a worker has a take in hand.
        for _ in range(600):
            if process.poll() is not None or any((tmp_path / "world").glob("takes/.*.partial")):
                break
            time.sleep(0.1)
        process.terminate()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"the same command goes on" in out
    assert err == b""


def test_a_take_of_another_key_is_not_taken_for_this_one(world: Path) -> None:
    order = _order(WorldFolder(world).takes)
    assert find_take(order, order.key()) is not None
    assert find_take(order, "0" * 64) is None


def test_a_take_that_cannot_be_filmed_says_why(tmp_path: Path) -> None:
    order = _order(tmp_path)
    nowhere = order.plan.model_copy(update={"place": Drawn(kind="moon", seed=1)})
    outcome = film_order(replace(order, plan=nowhere), "key")
    assert outcome.take is None and "moon" in outcome.error_message
    assert list(tmp_path.iterdir()) == []


def test_the_plan_is_kept_beside_the_takes(world: Path) -> None:
    value = json.loads((world / "world.json").read_text())
    assert value["production"]["seed"] == 5 and value["count"] == 2 and len(value["sources"]) == 64


def test_a_folder_without_a_world_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="bunraku world"):
        read.read_takes(tmp_path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--count", "0"], "--count"),
        (["--count", "1", "--size", "7"], "--size is wrong"),
        (["--count", "1", "--num-frames", "0"], "--num-frames is wrong"),
        (["--count", "1", "--fps", "nan"], "--fps is wrong"),
        (["--count", "1", "--num-frames", "20000", "--size", "2048"], "too large to be filmed"),
        (["--count", "900", "--num-frames", "1000", "--size", "576"], "too little room"),
        (["--count", "1", "--bvh", "nowhere"], "no motion files"),
    ],
)
def test_wrong_options_are_named(
    options: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["world", *options, "--out", str(tmp_path / "world")]) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "world").exists()
