"""A job's own rig and mask: what is made of them, and what an edit of them makes anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_contracts.job import Job
from flows.pipeline import STAGES
from flows.sources import Sources
from tests.flows.keys_only import keys_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("fox.png", "jig.mp4", "rig.json", "other/rig.json", "hand_mask.png", "copy.png"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("hand_mask.png" if name == "copy.png" else name)
    return tmp_path


def job(folder: Path, job_id: str = "fox", **given: str) -> Job:
    paths = {
        name: str(folder / path)
        for name, path in {"reference": "fox.png", "driving": "jig.mp4", **given}.items()
    }
    return Job(job_id=job_id, **paths)


def changed(before: dict[tuple[str, str], str], after: dict[tuple[str, str], str]) -> set[str]:
    """The stages that make something that was not made before."""
    return {stage for (stage, _), key in after.items() if key not in before.values()}


OF_THE_FIGURE = {
    "draw_conditions",
    "animate",
    "refine",
    "synthesize_pairs",
    "score",
    "filter",
    "review",
    "export",
}
OF_ITS_BACKGROUND = {
    "complete_background", "estimate_depth", "build_scene", "optimize_splats", "expand_scene",
    "extend_splats", "render_background",
}  # fmt: skip


def test_an_edited_rig_makes_anew_what_moves_the_figure_and_no_background(folder: Path) -> None:
    found, first = keys_of(job(folder)), keys_of(job(folder, rig="rig.json"))
    assert changed(found, first) == {"rig"} | OF_THE_FIGURE
    (folder / "rig.json").write_text("mended")
    assert changed(first, keys_of(job(folder, rig="rig.json"))) == {"rig"} | OF_THE_FIGURE


def test_an_edited_mask_makes_anew_what_follows_from_the_matte_and_takes_nothing_in_again(
    folder: Path,
) -> None:
    first = keys_of(job(folder, mask="hand_mask.png"))
    (folder / "hand_mask.png").write_text("mended")
    again = changed(first, keys_of(job(folder, mask="hand_mask.png")))
    assert again == {"segment", "rig"} | OF_ITS_BACKGROUND | OF_THE_FIGURE
    not_of_it = {"ingest", "track_pose", "track_camera", "erase_figure", "join_figures"}
    assert again == {stage.name for stage in STAGES} - not_of_it


def test_a_scene_of_its_own_does_not_change_with_the_mask(folder: Path) -> None:
    (folder / "street.png").write_text("street")
    first = keys_of(job(folder, mask="hand_mask.png", scene="street.png"))
    (folder / "hand_mask.png").write_text("mended")
    again = changed(first, keys_of(job(folder, mask="hand_mask.png", scene="street.png")))
    assert again == {"segment", "rig"} | OF_THE_FIGURE


def test_jobs_with_and_without_files_by_hand_stand_beside_each_other(folder: Path) -> None:
    jobs = [
        job(folder, "plain"),
        job(folder, "masked", mask="hand_mask.png"),
        job(folder, "same_mask", mask="copy.png"),
        job(folder, "rigged", rig="rig.json"),
        job(folder, "otherwise", rig="other/rig.json"),
        job(folder, "both", mask="hand_mask.png", rig="rig.json"),
    ]
    sources = Sources.of(jobs)
    assert [item.name for item in sources.items] == ["fox", "jig"], "the picture itself is one item"
    assert sources.figure["plain"] == "fox"
    assert sources.figure["masked"] == sources.figure["same_mask"] == "fox+hand_mask"
    assert sources.rig == {
        "plain": "fox",
        "masked": "fox+hand_mask",
        "same_mask": "fox+hand_mask",
        "rigged": "fox+rig",
        "otherwise": "fox+rig-2",
        "both": "fox+hand_mask+rig",
    }
    keys = keys_of(*jobs)
    assert len({key for (stage, _), key in keys.items() if stage == "segment"}) == 3, (
        "two figures and the driver"
    )
    assert len({key for (stage, _), key in keys.items() if stage == "complete_background"}) == 2


def test_a_job_alone_and_beside_others_has_the_same_keys(folder: Path) -> None:
    plain, rigged = job(folder, "plain"), job(folder, "rigged", rig="rig.json")
    alone, together = keys_of(plain), keys_of(plain, rigged)
    kept = {name: key for name, key in together.items() if name[0] != "export" and name in alone}
    assert kept == {name: key for name, key in alone.items() if name[0] != "export"}
