"""A small run as the pipeline leaves it: real manifests and items, with drawings instead of the real work.

Four rows of a job table: fox×waltz is kept, fox×walk (a BVH motion) is rejected, blob×waltz fails at its rig,
and one row is bad.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from data_contracts.job import Job
from data_contracts.manifest import Manifest, Row
from data_contracts.record import Record
from data_contracts.store import Cost, ItemStore
from data_contracts.verdict import Verdict
from flows.run_folder import RunFolder, RunState, StageState
from tests.flows.report import example_records as records
from tests.flows.report.example_records import Drawings, drawings


class ExampleRun:
    """Writes items into a store and collects their rows."""

    def __init__(self, path: Path, art: Drawings) -> None:
        self.store = ItemStore(path / "store")
        self.folder = RunFolder(path, self.store)
        self.art = art
        self.rows: dict[str, list[Row[Any]]] = {}
        self.types: dict[str, type[Record]] = {}

    def made(
        self,
        stage: str,
        item: str,
        make: Callable[[Path], Record],
        parents: Sequence[Row[Any]] = (),
        *,
        cached: bool = False,
        seconds: float = 0.8,
    ) -> Row[Any]:
        """An item that came out, or was rejected by its verdict; skipped if a parent did not come out."""
        broken = next((row for row in parents if not row.usable), None)
        if broken:
            reason = f"{broken.item!r} was {broken.status}: {broken.error_message}"
            return self._add(stage, item, "", parents, "skipped", error_message=_inherited(broken, reason))
        key = hashlib.sha256(f"{stage} {item}".encode()).hexdigest()
        cost = Cost(seconds=seconds, peak_memory_mb=310.0, device="cpu")
        with self.store.partial(stage) as partial:
            record = make(partial)
            placed = self.store.commit(stage, key, partial, record, cost)
        self.types[stage] = type(record)
        status = "filtered" if record.rejection else "ok"
        costs = {"cached": cached, "seconds": seconds, "peak_memory_mb": 310.0, "device": "cpu", "attempt": 1}
        return self._add(
            stage, item, key, parents, status, record=placed, error_message=record.rejection, **costs
        )

    def failed(
        self, stage: str, item: str, parents: Sequence[Row[Any]], error: str, message: str
    ) -> Row[Any]:
        """An item that was quarantined."""
        key = hashlib.sha256(f"{stage} {item}".encode()).hexdigest()
        facts = {"error_class": error, "error_message": message, "attempt": 2}
        return self._add(stage, item, key, parents, "quarantined", **facts)

    def _add(
        self, stage: str, item: str, key: str, parents: Sequence[Row[Any]], status: Any, **facts: Any
    ) -> Row[Any]:
        keys = [row.key for row in parents if row.key]
        row = Row[Any](item=item, key=key, parents=keys, status=status, **facts)
        self.rows.setdefault(stage, []).append(row)
        return row

    def write(self, stages: Sequence[str] | None = None, *, finished: bool = True) -> None:
        """Write run.json, state.json and the manifests of these stages (all if None)."""
        for stage, rows in self.rows.items():
            if stages is None or stage in stages:
                self.folder.write(Manifest[Any](stage=stage, rows=rows), self.types[stage])
        self.folder.write_description(
            {
                "request": {"profile": "embedded", "jobs": "/data/my jobs.csv"},
                "versions": {"bunraku": "0.1.0", "numpy": "2.4.0"},
                "commit": "0123abc",
                "platform": "Linux",
            }
        )
        state = RunState(
            pid=2**22 + 1,
            started="2026-11-21T09:00:00+00:00",
            finished="2026-11-21T09:02:05+00:00" if finished else "",
            stages={"ingest": StageState(items=3, done=3, finished=True)},
        )
        self.folder.write_state(state)

    def job(self, job_id: str, reference: str, driving: str) -> Row[Any]:
        """A row of the job table."""
        job = Job(
            job_id=job_id,
            reference=f"/in/{reference}",
            driving=f"/in/{driving}",
            camera="preset:orbit?degrees=15",
            seed=7,
            prompt="a park <b>in</b> spring",
        )
        self.types["jobs"] = Job
        return self._add("jobs", job_id, "", (), "ok", record=job)


def _inherited(broken: Row[Any], reason: str) -> str:
    return broken.error_message if broken.status == "skipped" else reason


def example_run(path: Path, art: Drawings | None = None) -> ExampleRun:
    """Make all items and rows; `ExampleRun.write` then writes what the report reads."""
    run = ExampleRun(path, art or drawings())
    for job_id, reference, driving in (
        ("fox×waltz", "fox.png", "waltz.mp4"),
        ("fox×walk", "fox.png", "walk.bvh"),
        ("blob×waltz", "blob.png", "waltz.mp4"),
    ):
        run.job(job_id, reference, driving)
    bad = "seed: expected 0 or more; got 'x'"
    run._add("jobs", "row 5", "", (), "quarantined", error_class="ConfigError", error_message=bad, attempt=1)
    fox = run.made(
        "ingest", "fox", lambda out: records.make_still(out, run.art.reference, "fox.png"), cached=True
    )
    blob = run.made("ingest", "blob", lambda out: records.make_still(out, run.art.background, "blob.png"))
    waltz = run.made("ingest", "waltz", lambda out: records.make_clip(out, run.art.driving))
    walk = run.made("ingest", "walk", records.make_motion)
    mattes = {
        row.item: run.made("segment", row.item, lambda out: records.make_matte(out, run.art.reference), [row])
        for row in (fox, blob)
    }
    poses = {
        row.item: run.made("track_pose", row.item, lambda out: records.make_pose(out, run.art.driving), [row])
        for row in (waltz, walk)
    }
    rigs = {
        "fox": run.made(
            "rig", "fox", lambda out: records.make_rig(out, run.art.reference), [fox, mattes["fox"]]
        ),
        "blob": run.failed(
            "rig",
            "blob",
            [blob, mattes["blob"]],
            "InputError",
            "blob.png: no figure was found; expected one figure that fills a fifth of the picture; got none. "
            "Give a picture with the whole figure.",
        ),
    }
    scenes = {row.item: _scene_rows(run, row, mattes[row.item]) for row in (fox, blob)}
    for reference, driver in (("fox", waltz), ("fox", walk), ("blob", waltz)):
        job = f"{reference}×{driver.item}"
        camera = run.made("track_camera", job, records.make_camera, [driver])
        _job_rows(run, job, fox if reference == "fox" else blob, driver, [
            mattes[reference], rigs[reference], poses[driver.item], camera, *scenes[reference]
        ])  # fmt: skip
    return run


def _scene_rows(run: ExampleRun, media: Row[Any], matte: Row[Any]) -> list[Row[Any]]:
    item, plain = media.item, run.art.background
    background = run.made(
        "complete_background", item, lambda out: records.make_background(out, plain), [media, matte]
    )
    depth = run.made("estimate_depth", item, lambda out: records.make_depth(out, plain), [background])
    scene = run.made(
        "build_scene", item, lambda out: records.make_scene(out, plain), [background, depth], seconds=4.2
    )
    field = run.made("optimize_splats", item, records.make_splats, [scene], seconds=30.0)
    return [background, depth, scene, field]


def _job_rows(
    run: ExampleRun, job: str, reference: Row[Any], driver: Row[Any], sources: list[Row[Any]]
) -> None:
    matte, rig, pose, camera, background, depth, scene, field = sources
    art = run.art
    wide = run.made(
        "expand_scene",
        job,
        lambda out: records.make_scene(out, art.background),
        [scene, background, depth, camera],
    )
    splats = run.made("extend_splats", job, records.make_splats, [field, wide], seconds=21.4)
    coarse = run.made("render_background", job, lambda out: records.make_coarse(out, art), [splats, wide])
    conditions = run.made(
        "draw_conditions", job, lambda out: records.make_conditions(out, art), [pose, rig, coarse, depth]
    )
    animation = run.made(
        "animate",
        job,
        lambda out: records.make_animation(out, art),
        [reference, matte, rig, conditions, coarse],
    )
    result = run.made(
        "refine", job, lambda out: records.make_result(out, art), [animation, coarse, conditions], seconds=3.1
    )
    pair = run.made(
        "synthesize_pairs",
        job,
        lambda out: records.make_pair(out, art),
        [reference, driver, conditions, result],
    )
    scores = run.made(
        "score", job, lambda out: records.make_scores(out, 4.4 if driver.item == "waltz" else 3.2), [pair]
    )
    kept = driver.item == "waltz"
    reason = "mean 4.40 is over 4" if kept else "mean 3.20 is not over 4"
    verdict = run.made(
        "filter", job, lambda _: Verdict(by="filter", accepted=kept, reason=reason), [pair, scores]
    )
    run.made("review", job, lambda _: Verdict(by="review", accepted=kept, reason=reason), [pair, verdict])
    if result.record:
        run.folder.videos.mkdir(parents=True, exist_ok=True)
        source = result.record.path(result.record.video)
        (run.folder.videos / f"{job}.mp4").write_bytes(source.read_bytes())
