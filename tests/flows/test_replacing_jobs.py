"""Jobs whose character replaces the person in the driving clip: which stages they pass through."""

from __future__ import annotations

from pathlib import Path

import pytest

from configs.profile import Profile
from data_contracts.job import Job
from flows.sources import Sources
from models.wan_animate.animation import WanAnimateConfig
from tasks.animate import AnimateConfig
from tests.flows.keys_only import keys_of, walked

OF_SCENES = ("complete_background", "estimate_depth", "build_scene", "optimize_splats")
ALONG_A_PATH = ("expand_scene", "extend_splats", "render_background")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("fox.png", "owl.png", "jig.mp4"):
        (tmp_path / name).write_text(name)
    return tmp_path


def job(folder: Path, name: str, scene: str | None = "driving", seed: int = 0) -> Job:
    reference, driving = str(folder / f"{name}.png"), str(folder / "jig.mp4")
    return Job(job_id=f"{name}-{seed}", reference=reference, driving=driving, scene=scene, seed=seed)


def test_no_scene_is_built_and_the_clip_is_no_scene_picture(folder: Path) -> None:
    replacing = job(folder, "fox")
    keys = keys_of(replacing)
    stages = {stage for stage, _ in keys}
    assert stages.isdisjoint((*OF_SCENES, *ALONG_A_PATH))
    assert {"erase_figure", "draw_conditions", "animate", "refine", "synthesize_pairs"} <= stages
    assert Sources.of([replacing]).scene == {}


def test_a_clip_is_emptied_once_for_all_who_step_into_it(folder: Path) -> None:
    keys = keys_of(job(folder, "fox", seed=1), job(folder, "owl", seed=2))
    assert keys["erase_figure", "fox-1"] == keys["erase_figure", "owl-2"]
    assert keys["draw_conditions", "fox-1"] != keys["draw_conditions", "owl-2"]


def test_jobs_of_both_kinds_go_together(folder: Path) -> None:
    keys = keys_of(job(folder, "fox"), job(folder, "owl", scene=None))
    assert {item for stage, item in keys if stage == "erase_figure"} == {"fox-0"}
    assert {item for stage, item in keys if stage in ALONG_A_PATH} == {"owl-0"}
    assert {item for stage, item in keys if stage == "refine"} == {"fox-0", "owl-0"}


def test_only_a_network_that_draws_the_drivers_face_is_given_its_clip(folder: Path) -> None:
    drawn_by = {
        "puppet": Profile(),
        "network": Profile(animate=AnimateConfig(backend=WanAnimateConfig())),
    }
    given = {
        kind: walked(profile, job(folder, "fox")).parents["animate", "fox-0"]
        for kind, profile in drawn_by.items()
    }
    assert given["network"] - given["puppet"] == {"driving", "pose"}
