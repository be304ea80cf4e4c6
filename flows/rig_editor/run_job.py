"""A run's job in the editor: its picture, with the joints and the matte that the run has found."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from data_contracts.errors import ConfigError
from data_contracts.job import Job
from data_contracts.matte import Matte
from data_contracts.rig import Rig
from flows.rig_editor.subject import Subject, open_picture
from flows.run_folder import RunFolder
from flows.sources import Sources
from flows.views import folder_of_run, request_of_run


def open_job(run: Path, name: str, rig: Path | None, mask: Path | None) -> tuple[Subject, str]:
    """A job's figure as the run has it, or as the given files say; and how the run takes what is saved.

    Where the run found no joints or no matte, they are looked for again.

    Raises:
        ConfigError: this is no run, or it has no such job.
    """
    folder = folder_of_run(run)
    jobs = folder.read("jobs", Job)
    known = {row.item: row.record for row in jobs.rows if row.record} if jobs else {}
    if name not in known:
        raise ConfigError(
            "the run has no such job",
            where=run,
            expected=", ".join(sorted(known)[:20]) or "a job in its table",
            got=name,
        )
    sources = Sources.of(list(known.values()))
    rig = rig or _stored_rig(folder, sources.rig[name])
    stored = None if mask else _stored_matte(folder, sources.figure[name])
    job = known[name]
    by_hand = bool(mask or job.mask)
    subject = open_picture(Path(job.reference), rig, mask or stored)
    return replace(subject, mask_by_hand=by_hand), _hint(folder, name)


def _stored_rig(folder: RunFolder, item: str) -> Path | None:
    rigs = folder.read("rig", Rig)
    record = next((row.record for row in rigs.rows if row.item == item), None) if rigs else None
    path = record.path(record.rig) if record else None
    return path if path and path.is_file() else None


def _stored_matte(folder: RunFolder, item: str) -> Path | None:
    mattes = folder.read("segment", Matte)
    record = next((row.record for row in mattes.rows if row.item == item), None) if mattes else None
    path = record.path(record.alpha) if record else None
    return path if path and path.is_file() else None


def _hint(folder: RunFolder, name: str) -> str:
    request = request_of_run(folder)
    if request.jobs is None:
        return f"# in a job table of your own, in the row of {name}: the columns above"
    return (
        f"# in the row of {name} in {request.jobs}: the columns above; then\n"
        f"bunraku run {request.profile} --jobs {request.jobs} --out {folder.path}"
    )
