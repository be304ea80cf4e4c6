"""Joined jobs: characters that appear in the picture of another job, whose staging is theirs too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data_contracts.errors import BunrakuError, InputError
from data_contracts.job import Job
from data_contracts.job_rows import bad_row
from data_contracts.manifest import Row

STAGING = ("scene", "depth", "standing", "camera", "size", "fps", "num_frames")
"""What all characters of a picture have in common, and only the job that is joined can say."""
MOST_CHARACTERS = 8
"""In one picture; more would stand within each other."""


def joined(rows: Sequence[Row[Job]], joins: Mapping[str, str], table: str) -> list[Row[Job]]:
    """The rows of a job table, those that join another with that one's staging.

    Of a picture whose characters are not all good no row is: without one of them it would be another picture.

    Args:
        rows: of the table, each checked by itself.
        joins: which job a row wants to join, by the row's item, also of rows that are not good.
        table: its name, for messages.
    """
    found = {row.item: row.record for row in rows if row.record is not None}
    places = {row.item: f"{table}, row {number}" for number, row in enumerate(rows, 1)}
    done = {row.item: _checked(row, found, joins, places[row.item]) for row in rows}
    spoilt = {
        joins[item]: item
        for item, row in done.items()
        if row.record is None and item in joins and joins[item] not in joins
    }
    return [_unless_spoilt(row, spoilt, joins, places[row.item]) for row in done.values()]


def _checked(row: Row[Job], found: Mapping[str, Job], joins: Mapping[str, str], where: str) -> Row[Job]:
    job = row.record
    if job is None or job.joins is None:
        return row
    try:
        complete = _with_staging(row.item, job, found, where)
        _refuse_crowds(row.item, joins, where)
        _refuse_doubles(row.item, job, found, joins, where)
    except BunrakuError as error:
        return bad_row(row.item, error)
    return row.model_copy(update={"record": complete, "key": complete.digest()})


def _with_staging(item: str, job: Job, found: Mapping[str, Job], where: str) -> Job:
    lead = found.get(job.joins or "")
    if lead is None or job.joins == item or lead.joins is not None:
        raise InputError(
            "there is no such job to join",
            where=f"{where}, joins",
            expected="the job_id of another row that is good and joins nobody itself",
            got=job.joins,
        )
    staging = {name: getattr(lead, name) for name in STAGING}
    other = [name for name in STAGING if name in job.model_fields_set and getattr(job, name) != staging[name]]
    if other:
        raise InputError(
            f"{' and '.join(other)} of one picture cannot be two things",
            where=where,
            expected=f"{', '.join(other)} only in the row of {job.joins!r}, or as there",
            got=", ".join(f"{name} {getattr(job, name)}" for name in other),
        )
    if lead.replaces and job.driving != lead.driving:
        raise InputError(
            "a character in a driving clip follows a person of that clip",
            where=f"{where}, driving",
            expected=lead.driving,
            got=job.driving,
            hint="Give both the same clip, and say with `person` who follows whom",
        )
    return job.model_copy(update=staging)


def _refuse_crowds(item: str, joins: Mapping[str, str], where: str) -> None:
    characters = 1 + sum(lead == joins[item] for lead in joins.values())
    if characters > MOST_CHARACTERS:
        raise InputError(
            "too many characters are in one picture",
            where=f"{where}, joins",
            expected=f"at most {MOST_CHARACTERS} with {joins[item]!r} itself",
            got=characters,
        )


def _refuse_doubles(
    item: str, job: Job, found: Mapping[str, Job], joins: Mapping[str, str], where: str
) -> None:
    """In a driving clip each character stands where its person does: two would stand within each other."""
    lead = found[joins[item]]
    others = [lead, *(found[name] for name, of in joins.items() if of == joins[item] and name in found)]
    taken = [other.person for other in others if other.job_id != job.job_id]
    if lead.replaces and (job.person is None or None in taken or job.person in taken):
        raise InputError(
            "two characters in a driving clip cannot follow the same person",
            where=f"{where}, person",
            expected="another number in each row of the picture",
            got=", ".join(str(person or "none") for person in [*taken, job.person]),
        )


def _unless_spoilt(
    row: Row[Job], spoilt: Mapping[str, str], joins: Mapping[str, str], where: str
) -> Row[Job]:
    bad = spoilt.get(joins.get(row.item, row.item))
    if bad is None or row.record is None:
        return row
    error = InputError(
        "a character of this picture has a bad row",
        where=where,
        expected="all rows of a picture good: without one of them it would be another picture",
        got=f"{bad!r} is quarantined",
        hint="Mend that row, or take its `joins` away",
    )
    return bad_row(row.item, error)
