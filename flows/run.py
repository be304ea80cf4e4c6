"""Run: one run of the pipeline over a table of jobs, from the request to the report."""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from rich.console import Console

from configs.profile import Profile, load_profile, missing_backends
from data_contracts.animation import RefinedVideo
from data_contracts.dataset import Dataset
from data_contracts.decision import Decision, read_decisions
from data_contracts.errors import ConfigError, InputError
from data_contracts.job import PRESET_PREFIX, Job, preset_of
from data_contracts.job_rows import bad_row
from data_contracts.job_table import cross_jobs, read_job_table
from data_contracts.manifest import Manifest, Row
from data_contracts.record import Record
from data_contracts.store import ItemStore
from flows.gpus import visible_gpus
from flows.pipeline import STAGES, synthesize
from flows.progress import RunProgress
from flows.report import write_report
from flows.run_folder import RunFolder
from flows.runner import Progress, Runner, Scheduler
from flows.supervisor import Supervisor
from models.camera.presets import check_preset

_PACKAGES = ("bunraku", "prefect", "torch", "numpy", "opencv-python", "pyarrow")


class RunRequest(BaseModel):
    """Everything that a run is asked for. It is kept in run.json, and `rerun` reads it from there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: str = "embedded"
    jobs: Path | None = None
    """A job table; or None with ``references`` and ``drivings``."""
    references: Path | None = None
    drivings: Path | None = None
    defaults: dict[str, Any] = Field(default_factory=dict)
    """Fields of all jobs of a cross product: size, fps, num_frames, camera, seed, prompt."""
    root: Path | None = None
    decisions: Path | None = None
    """A person's verdicts on pairs, as a table."""
    out: Path
    store: Path | None = None
    """Shared by several runs if given; <out>/store if None."""
    remote: str = ""
    """fsspec URL of a store behind the local one."""
    workers: int = Field(default_factory=lambda: len(visible_gpus()) or os.cpu_count() or 1, ge=1, le=256)
    """Worker processes: one a GPU, or one a core."""
    verify: bool = False
    """Believe a stored item only when its files' digests hold."""

    def folder(self) -> RunFolder:
        """The run's folder, with its store."""
        return RunFolder(self.out, ItemStore(self.store or self.out / "store", self.remote))

    def read_jobs(self) -> Manifest[Job]:
        """The jobs, with bad rows quarantined.

        Raises:
            ConfigError: neither a table nor two folders are given, or both, or they cannot be used.
        """
        if self.jobs and not (self.references or self.drivings):
            return _with_known_presets(read_job_table(self.jobs, self.root))
        if self.references and self.drivings and not self.jobs:
            jobs = cross_jobs(self.references, self.drivings, self.defaults)
            try:
                _check_camera(str(self.defaults.get("camera", "")))
            except InputError as error:
                raise ConfigError.of(error.at("--camera")) from None
            return jobs
        raise ConfigError(
            "a run needs its jobs",
            expected="either --jobs TABLE, or both --references DIR and --drivings DIR",
        )

    def read_decisions(self) -> dict[str, Decision]:
        """A person's verdicts, by pair."""
        return read_decisions(self.decisions) if self.decisions else {}


def _with_known_presets(jobs: Manifest[Job]) -> Manifest[Job]:
    """The jobs, those with a camera preset that does not exist quarantined before any work is done."""
    return jobs.model_copy(update={"rows": [_with_known_preset(row) for row in jobs.rows]})


def _with_known_preset(row: Row[Job]) -> Row[Job]:
    try:
        _check_camera(row.record.camera if row.record else "")
    except InputError as error:
        return bad_row(row.item, error.at(f"{row.item}, camera"))
    return row


def _check_camera(camera: str) -> None:
    """Raises InputError where a job's camera is a preset that does not exist, or has wrong parameters."""
    if camera.startswith(PRESET_PREFIX):
        check_preset(*preset_of(camera))


class RunSummary(BaseModel):
    """What came of a run."""

    out: Path
    jobs: int
    """With those whose row is bad, and without characters that join another job's picture."""
    videos: int
    accepted_pairs: int
    failed_items: int

    @property
    def exit_code(self) -> int:
        """0: all ok. 2: finished with failed items."""
        return 2 if self.failed_items else 0


def execute(
    request: RunRequest, scheduler: Scheduler, console: Console, listener: Progress | None = None
) -> RunSummary:
    """Carry out a run.

    Args:
        request: what to run.
        scheduler: runs the shards.
        console: where progress is told.
        listener: hears the same progress (Prefect artifacts).
    """
    profile = load_profile(request.profile)
    jobs, decisions = request.read_jobs(), request.read_decisions()
    folder = request.folder()
    folder.require_writable()
    with _only_run(folder.path):
        folder.store.sweep()
        folder.write_description(_description(request, profile))
        folder.write(jobs, Job)
        progress = RunProgress(folder, console, listener)
        with Supervisor(folder.store, workers=request.workers, attempts=profile.attempts) as supervisor:
            runner = Runner(folder, supervisor, scheduler, progress, verify=request.verify)
            ready = [row.record for row in jobs.rows if row.record is not None]
            results = synthesize(ready, profile, runner, decisions)
        _put_out_videos(results.videos, folder.videos)
        _point_at_dataset(results.dataset, folder.path / "dataset")
        progress.close()
        console.print("  writing report.html …", style="dim")
        write_report(folder)
    dataset = next((row.record for row in results.dataset.rows if row.record), None)
    return RunSummary(
        out=folder.path,
        jobs=sum(row.record is None or row.record.joins is None for row in jobs.rows),
        videos=results.videos.counts()["ok"],
        accepted_pairs=dataset.num_pairs if dataset else 0,
        failed_items=len(failed_rows(folder)),
    )


def check_request(request: RunRequest) -> str:
    """How many jobs there are, in words, if nothing speaks against starting them.

    Raises:
        ConfigError: the profile, its backends on this machine, the jobs, the decisions or the folders; or
            another run is at work in the folder.
    """
    missing = missing_backends(load_profile(request.profile))
    if missing:
        lines = "".join(f"\n  {place} = {reason}" for place, reason in missing.items())
        raise ConfigError(
            "backends of the profile cannot run on this machine",
            where=request.profile,
            got=f"{lines}\n",
            hint="`bunraku doctor` lists all backends; a YAML file of your own may choose others",
        )
    jobs = request.read_jobs()
    names = {row.item for row in jobs.rows}
    unknown = [pair for pair in request.read_decisions() if pair.partition("@")[0] not in names]
    if unknown:
        raise ConfigError(
            "there are decisions about pairs of no job",
            where=request.decisions,
            expected="names of jobs, with '@2' and so on for later segments",
            got=", ".join(unknown[:5]),
        )
    folder = request.folder()
    folder.require_writable()
    with _only_run(folder.path):
        pass  # nobody else is at work there now; the run holds the lock itself
    bad = jobs.counts()["quarantined"]
    return f"{len(jobs.rows)} jobs" + (
        f", {bad} of them bad: `bunraku failures` will say why." if bad else "."
    )


def failed_rows(folder: RunFolder) -> list[tuple[str, Row[Any]]]:
    """All quarantined rows of a run, with their stages."""
    types: dict[str, type[Record]] = {"jobs": Job, **{stage.name: stage.record_type for stage in STAGES}}
    failed: list[tuple[str, Row[Any]]] = []
    for name, record_type in types.items():
        manifest = folder.read(name, record_type)
        failed += [(name, row) for row in manifest.rows if row.status == "quarantined"] if manifest else []
    return failed


@contextmanager
def _only_run(folder: Path) -> Iterator[None]:
    """Hold the run folder's lock. The kernel gives it back however the process ends."""
    with (folder / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigError(
                "another run is at work in this folder",
                where=folder,
                hint="Wait for it, or give another --out",
            ) from None
        yield


def _description(request: RunRequest, profile: Profile) -> dict[str, Any]:
    return {
        "request": request.model_dump(mode="json"),
        "profile": profile.model_dump(mode="json"),
        "versions": {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
        "commit": _commit(),
        "platform": platform.platform(),
    }


def _commit() -> str:
    """The checkout's commit, '' where Bunraku is not run from one."""
    command = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def _point_at_dataset(dataset: Manifest[Dataset], link: Path) -> None:
    """Make <out>/dataset lead to the exported dataset in the store; take it away where there is none."""
    link.unlink(missing_ok=True)
    for row in dataset.rows:
        if row.record:
            link.symlink_to(os.path.relpath(row.record.folder.resolve(), link.parent.resolve()))


def _put_out_videos(videos: Manifest[RefinedVideo], target: Path) -> None:
    """Lay the results beside the manifests under their jobs' names, and take away those of old jobs."""
    target.mkdir(parents=True, exist_ok=True)
    kept = {f"{row.item}.mp4" for row in videos.rows if row.record}
    for path in target.glob("*.mp4"):
        if path.name not in kept:
            path.unlink()
    for row in videos.rows:
        if row.record:
            path = target / f"{row.item}.mp4"
            partial = path.with_suffix(".partial")
            shutil.copyfile(row.record.path(row.record.video), partial)
            partial.replace(path)
