"""Whole runs that the gated model draws: in a scene, in company, in a driving clip, on white (A17)."""

from __future__ import annotations

import csv
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from numpy.typing import NDArray
from rich.console import Console

from configs.profile import Profile
from data_contracts.image import write_png
from data_contracts.job import Job
from data_contracts.rig import write_skeleton
from data_contracts.store import ItemStore
from data_contracts.video import read_lossless, write_mp4
from flows import run as whole_run
from flows import worker
from flows.demo_clip import film_dance
from flows.order import Outcome
from flows.pipeline import STAGES
from flows.run import RunRequest, execute
from flows.run_folder import RunFolder
from flows.scheduler import Threads
from flows.supervisor import Chunk, Supervisor
from models.video.folder import save_gated
from models.video.gated_animation import GatedConfig
from models.video.inpaint_video import VideoInpainter
from models.video.small_model import SmallModelConfig, small_model
from models.video.video_conditions import VideoConditions
from models.wan_animate.animation import WanAnimateConfig
from models.world.art.places import draw_studio
from tasks.animate import AnimateConfig
from tasks.stage import Stage
from tests.flows.keys_only import walked
from tests.tasks import character_scene as drawn

FRAMES, FPS, SIDE_PX = 4, 12, 96
DRIVEN = {"driving": "dance.mp4", "driving_mask": "masks", "rig": "rig.json"}
JOBS: tuple[dict[str, Any], ...] = (
    {
        "job_id": "stage",
        "reference": "red.png",
        "scene": "studio.png",
        "camera": "preset:pan",
        "size": SIDE_PX,
    },
    {"job_id": "guest", "reference": "blue.png", "joins": "stage"},
    {"job_id": "replaced", "reference": "blue.png", "scene": "driving", "size": SIDE_PX},
)
Video = NDArray[np.uint8]


class InThisProcess(Supervisor):
    """Does the workers' work itself: nothing has to start, and a test can look on."""

    def _schedule(self, stage: Stage[Any, Any], chunk: Chunk) -> Future[list[Outcome]]:
        done: Future[list[Outcome]] = Future()
        done.set_result(worker.execute(chunk, self._store.root, self._store.remote))
        return done


class Run:
    """Three jobs drawn by a model of a few thousand random weights, and what the model was told of them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.told = folder, list[VideoConditions]()
        dance = film_dance(FRAMES, FPS, 160)
        write_mp4(folder / "dance.mp4", dance.rgb, FPS)
        (folder / "masks").mkdir()
        for number, alpha in enumerate(dance.alpha):
            write_png(folder / "masks" / f"{number:04d}.png", alpha)
        rgb, alpha = drawn.figure()
        for name, colours in (("red", rgb), ("blue", rgb[..., ::-1])):
            write_png(folder / f"{name}.png", np.dstack([colours, np.uint8(255 * alpha)]))
        write_skeleton(folder / "rig.json", drawn.skeleton())
        write_png(folder / "studio.png", draw_studio(128, 8).image())
        save_gated(small_model(SmallModelConfig(heads=2, layers=1, side_px=32)), folder / "model")

    def draw(self, **backend: Any) -> RunFolder:
        """Run the jobs; what is in the store from before is not made again."""
        table, profile = self.folder / "jobs.csv", self.folder / "drawn.yaml"
        with table.open("w", newline="") as stream:
            rows = csv.DictWriter(stream, sorted({*DRIVEN, *(name for job in JOBS for name in job)}))
            rows.writeheader()
            rows.writerows(DRIVEN | job for job in JOBS)
        gated = {
            "kind": "gated", "model": str(self.folder / "model"), "device": "cpu", "half_precision": False,
            "sampling": {"steps": 1},
        }  # fmt: skip
        told = {"animate": {"backend": gated | backend}, "refine": {"backend": {"tone": 0, "feather_px": 0}}}
        profile.write_text(yaml.safe_dump(told))
        out = self.folder / "out"
        request = RunRequest(profile=str(profile), jobs=table, out=out, workers=1)
        summary = execute(request, Threads(1), Console(quiet=True))
        assert summary.failed_items == 0 and summary.videos == 2
        return RunFolder(out, ItemStore(out / "store"))


def made(folder: RunFolder, stage_name: str, item: str, file: str) -> Video:
    """A lossless video that a stage made."""
    stage = next(stage for stage in STAGES if stage.name == stage_name)
    manifest = folder.read(stage.name, stage.record_type)
    assert manifest is not None
    record = manifest[item].record
    return read_lossless(record.path(getattr(record, file)))


@pytest.mark.slow
def test_the_gated_model_draws_every_kind_of_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run, inpaint = Run(tmp_path), VideoInpainter.inpaint
    monkeypatch.setattr(whole_run, "Supervisor", InThisProcess)

    def told(self: VideoInpainter, conditions: VideoConditions, *others: Any) -> Video:
        run.told.append(conditions)
        return inpaint(self, conditions, *others)

    monkeypatch.setattr(VideoInpainter, "inpaint", told)
    folder = run.draw()
    stage, guest, replaced = run.told
    np.testing.assert_array_equal(stage.coarse, made(folder, "render_background", "stage", "video"))
    np.testing.assert_array_equal(guest.coarse, stage.coarse)
    np.testing.assert_array_equal(replaced.coarse, made(folder, "erase_figure", "replaced", "video"))
    assert (stage.mask != guest.mask).mean() > 0.05, "they stand side by side"
    assert (stage.character != guest.character).any() and (guest.character == replaced.character).any()
    together = made(folder, "join_figures", "stage", "video")
    masks = np.stack([stage.mask, guest.mask]) > 0
    alone = [made(folder, "animate", item, "video") for item in ("stage", "guest")]
    for number, video in enumerate(alone):
        mine = masks[number] & ~masks[1 - number]
        np.testing.assert_array_equal(together[mine], video[mine])
    nobody = ~masks.any(0)
    assert any((together[nobody] == video[nobody]).all() for video in alone), "as the farther one's picture"
    assert all(each.body.any() and 0.02 < (each.mask > 0).mean() < 0.9 for each in run.told)

    white = run.draw(on_white=True)
    assert len(run.told) == 6 and all((each.coarse == 255).all() for each in run.told[3:])
    for item, where in (("stage", masks.any(0)), ("replaced", replaced.mask > 0)):
        video = made(white, "refine", item, "lossless")
        assert (video[~where] == 255).all() and video[where].std() > 5, item


def test_a_job_s_prompt_goes_to_the_network_that_reads_it_and_to_no_other(tmp_path: Path) -> None:
    for name in ("fox.png", "jig.mp4"):
        (tmp_path / name).write_text(name)

    def key_of(backend: Any, prompt: str) -> str:
        sources = {"reference": str(tmp_path / "fox.png"), "driving": str(tmp_path / "jig.mp4")}
        job = Job(job_id="fox", scene="driving", prompt=prompt, **sources)
        return walked(Profile(animate=AnimateConfig(backend=backend)), job).keys["animate", "fox"]

    wan = WanAnimateConfig(device="cpu")
    assert key_of(wan, "a fox runs") != key_of(wan, "a fox sits")
    assert key_of(wan, "") == key_of(wan, " ")
    for deaf in (WanAnimateConfig(device="cpu", job_prompts=False), GatedConfig(device="cpu")):
        assert key_of(deaf, "a fox runs") == key_of(deaf, "")
