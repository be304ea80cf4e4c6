"""Pictures with several characters: which stages make them, and where everybody stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_contracts.job import Job
from flows.shots import Shots
from tests.flows.keys_only import keys_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("fox.png", "owl.png", "cub.png", "hall.png", "jig.mp4", "waltz.bvh"):
        (tmp_path / name).write_text(name)
    return tmp_path


def job(folder: Path, name: str, joins: str | None = None, **values: object) -> Job:
    files = {"reference": f"{name}.png", "driving": "jig.mp4", **values}
    paths = {k: str(folder / str(files[k])) for k in ("reference", "driving", "scene") if k in files}
    return Job.model_validate({"job_id": name, "joins": joins, **values, **paths})


def shifts(*jobs: Job) -> list[float]:
    shots = Shots(jobs)
    return [casting.shift if (casting := shots.casting(job)) else 0.0 for job in jobs]


def test_a_shared_picture_is_made_once_from_all_its_characters(folder: Path) -> None:
    keys = keys_of(job(folder, "fox"), job(folder, "owl", "fox"), job(folder, "cub"))

    def items(stage: str) -> set[str]:
        return {item for name, item in keys if name == stage}

    for stage in ("track_camera", "expand_scene", "render_background", "refine"):
        assert items(stage) == {"fox", "cub"}
    for stage in ("draw_conditions", "animate"):
        assert items(stage) == {"fox", "owl", "cub"}
    assert items("join_figures") == {"fox"}
    assert items("complete_background") == {"fox", "cub"}, "the guest's own background is not seen"
    assert items("synthesize_pairs") == {"cub"}, "a pair has one character"
    assert items("rig") == {"fox", "owl", "cub"}


def test_a_guest_makes_nothing_of_the_first_character_anew(folder: Path) -> None:
    alone, both = keys_of(job(folder, "fox")), keys_of(job(folder, "fox"), job(folder, "owl", "fox"))
    for stage in ("render_background", "draw_conditions", "animate"):
        assert alone[stage, "fox"] == both[stage, "fox"]
    assert alone["refine", "fox"] != both["refine", "fox"]


def test_its_part_is_in_a_figures_key(folder: Path) -> None:
    plain = keys_of(job(folder, "fox"))
    for part in ({"person": 2}, {"swap_sides": "3-9"}, {"shift": 0.1}):
        told = keys_of(job(folder, "fox", **part))
        assert {s for s, i in plain if plain[s, i] != told[s, i]} >= {"draw_conditions", "animate", "refine"}
        assert plain["track_pose", "jig"] == told["track_pose", "jig"]


def test_another_clips_camera_did_not_move_the_guests_driver(folder: Path) -> None:
    shots = Shots(
        [job(folder, "fox"), job(folder, "owl", "fox"), job(folder, "cub", "fox", driving="waltz.bvh")]
    )
    assert [(a.job_id, b.job_id) for a, b in shots.filmed_alike] == [("fox", "fox"), ("owl", "fox")]


def test_guests_stand_beside_the_first_one(folder: Path) -> None:
    assert shifts(job(folder, "fox")) == [0]
    assert shifts(job(folder, "fox"), job(folder, "owl", "fox")) == [0, 0.3]
    trio = job(folder, "fox"), job(folder, "owl", "fox"), job(folder, "cub", "fox")
    assert shifts(*trio) == [0, 0.3, -0.3]


def test_in_a_scene_of_nobodys_own_they_stand_about_the_middle(folder: Path) -> None:
    pair = job(folder, "fox", scene="hall.png"), job(folder, "owl", "fox", scene="hall.png")
    assert shifts(*pair) == pytest.approx([-0.15, 0.15])
    crowd = [job(folder, "fox", scene="hall.png")]
    crowd += [
        job(folder, "owl", "fox", scene="hall.png").model_copy(update={"job_id": f"owl{k}"}) for k in range(5)
    ]
    places = shifts(*crowd)
    assert max(places) - min(places) == pytest.approx(0.66)
    assert len({round(place, 6) for place in places}) == 6


def test_people_of_one_clip_keep_their_order(folder: Path) -> None:
    cast = [
        job(folder, "fox", person=3, scene="hall.png"),
        job(folder, "owl", "fox", person=1, scene="hall.png"),
        job(folder, "cub", "fox", person=2, scene="hall.png"),
    ]
    assert shifts(*cast) == pytest.approx([0.3, -0.3, 0])
    own = [job(folder, "fox", person=2), job(folder, "owl", "fox", person=1)]
    assert shifts(*own) == pytest.approx([0, -0.3]), "the first one stays in its own picture"


def test_a_place_that_is_given_is_kept(folder: Path) -> None:
    assert shifts(job(folder, "fox"), job(folder, "owl", "fox", shift=-0.2)) == [0, -0.2]
    clip = job(folder, "fox", person=1).model_copy(update={"scene": "driving"})
    guest = job(folder, "owl", "fox", person=2).model_copy(update={"scene": "driving"})
    assert shifts(clip, guest) == [0, 0], "in a clip everybody stands where the driver does"


def test_masks_of_a_driver_are_another_driver(folder: Path) -> None:
    masks = folder / "masks"
    masks.mkdir()
    (masks / "0.png").write_text("mask")
    found, told = keys_of(job(folder, "fox")), keys_of(job(folder, "fox", driving_mask=str(masks)))
    assert {item for stage, item in told if stage == "track_pose"} == {"jig+masks"}
    assert found["ingest", "jig"] == told["ingest", "jig"]
    assert found["track_camera", "fox"] != told["track_camera", "fox"]
    assert found["rig", "fox"] == told["rig", "fox"]
