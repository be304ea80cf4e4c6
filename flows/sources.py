"""Sources: the files that jobs name, each once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from data_contracts.camera import CameraRequest
from data_contracts.errors import BunrakuError
from data_contracts.job import PRESET_PREFIX, Job, name_of, preset_of
from data_contracts.manifest import Row
from data_contracts.media import Media
from data_contracts.record import FileRef, sha256_of_file
from data_contracts.source import Source, SourceRole, digest_of_source
from flows.figures import Variants
from flows.order import Item


@dataclass
class Sources:
    """The ingest items of a set of jobs, and under which item's name each job finds its own."""

    items: list[Item] = field(default_factory=list)
    reference: dict[str, str] = field(default_factory=dict)
    driving: dict[str, str] = field(default_factory=dict)
    scene: dict[str, str] = field(default_factory=dict)
    figure: dict[str, str] = field(default_factory=dict)
    """The reference, cut out as it is found or by the job's mask."""
    driver: dict[str, str] = field(default_factory=dict)
    """The driving input, with the person that is found or the job's masks show."""
    rig: dict[str, str] = field(default_factory=dict)
    """The figure, with the joints that are found or the job's."""
    place: dict[str, str] = field(default_factory=dict)
    """What is seen behind the figure, with the depth that is found or the job's."""
    figures: Variants = field(default_factory=Variants)
    drivers: Variants = field(default_factory=Variants)
    rigs: Variants = field(default_factory=Variants)
    measured: Variants = field(default_factory=Variants)
    """Backgrounds with the depth or layout by hand."""
    places: Variants = field(default_factory=Variants)
    """Those with the standing things by hand."""
    _names: dict[str, str] = field(default_factory=dict)
    _digests: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, jobs: Sequence[Job]) -> Sources:
        """Collect the inputs of jobs; inputs with equal bytes and equal wishes are one item."""
        sources = cls()
        for job in jobs:
            sources.reference[job.job_id] = sources._name(job, "reference", job.reference)
            sources.driving[job.job_id] = sources._name(job, "driving", job.driving)
            sources.driver[job.job_id] = sources.drivers.name(
                sources.driving[job.job_id], job.driving_mask, sources._digest_of
            )
            figure = sources.figures.name(sources.reference[job.job_id], job.mask, sources._digest_of)
            sources.figure[job.job_id] = figure
            sources.rig[job.job_id] = sources.rigs.name(figure, job.rig, sources._digest_of)
            if job.scene and not job.replaces:
                sources.scene[job.job_id] = sources._name(job, "scene", job.scene)
            if not job.replaces and job.joins is None:
                sources._place(job)
        return sources

    def _place(self, job: Job) -> None:
        background = self.scene.get(job.job_id, self.figure[job.job_id])
        measured = self.measured.name(background, job.depth, self._digest_of)
        self.place[job.job_id] = self.places.name(measured, job.standing, self._digest_of)

    def _name(self, job: Job, role: SourceRole, location: str) -> str:
        timed = role == "driving"
        source = Source(
            location=location,
            sha256=self._digest_of(location),
            suffix=Path(location).suffix.lower() if Path(location).is_file() else "",
            role=role,
            long_side_px=job.size,
            fps=job.fps if timed else None,
            num_frames=job.num_frames if timed else None,
        )
        known = self._names.get(source.digest())
        if known:
            return known
        name, taken = name_of(location), set(self._names.values())
        if name in taken:
            name = next(f"{name}-{n}" for n in range(2, len(taken) + 3) if f"{name}-{n}" not in taken)
        self._names[source.digest()] = name
        self.items.append(Item(name, {"source": source}))
        return name

    def _digest_of(self, location: str) -> str:
        digest = self._digests.get(location) or _digest(location)
        self._digests[location] = digest
        return digest


def _digest(location: str) -> str:
    """The digest of an input; of its name alone where it cannot be read.

    One bad input must not end the run: ingest fails on it once more, and there it is a row.
    """
    try:
        return digest_of_source(Path(location))
    except BunrakuError:
        return hashlib.sha256(f"unreadable {location}".encode()).hexdigest()


def camera_request(job: Job, driving: Row[Media]) -> CameraRequest | None:
    """The camera that a job asks for; None while its driving input is not ingested.

    A motion without a picture (BVH, pose files, drawn skeletons) was seen by no camera that moves. The
    camera of a clip is told once for all jobs that it drives: only presets have chance in them, and a seed.
    """
    media = driving.record
    if media is None:
        return None
    timing = {"num_frames": media.num_frames, "fps": media.fps or 24.0}
    if job.camera == "extracted":
        if media.kind == "clip":
            return CameraRequest(origin="extracted", **timing)
        return CameraRequest(origin="preset", preset="static", **timing)
    if job.camera.startswith(PRESET_PREFIX):
        preset, parameters = preset_of(job.camera)
        return CameraRequest(origin="preset", preset=preset, parameters=parameters, seed=job.seed, **timing)
    path = Path(job.camera)
    path = path / "images.txt" if path.is_dir() else path
    lens = path.with_name("cameras.txt")
    has_lens = path.name == "images.txt" and lens.is_file()
    request = CameraRequest(
        origin="file",
        trajectory=_file_ref(path),
        lens=_file_ref(lens) if has_lens else None,
        location=job.camera,
        **timing,
    )
    return request.placed(path.parent)


def _file_ref(path: Path) -> FileRef | None:
    """Refer to a camera's file; None where it cannot be read: track_camera says so in a row of its own."""
    try:
        return FileRef(path=path.name, sha256=sha256_of_file(path), bytes=path.stat().st_size)
    except OSError:
        return None
