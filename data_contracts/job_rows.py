"""The rows of a job table before they are checked, and those that cannot be read."""

from __future__ import annotations

from data_contracts.errors import BunrakuError
from data_contracts.job import Job
from data_contracts.manifest import Row
from data_contracts.table_rows import TableKind

REQUIRED = ("reference", "driving")
JOB_TABLE = TableKind("job table", REQUIRED, tuple(name for name in Job.model_fields if name not in REQUIRED))


def bad_row(item: str, error: BunrakuError) -> Row[Job]:
    """The row of a job that cannot be read."""
    return Row[Job](
        item=item,
        key="",
        parents=[],
        status="quarantined",
        error_class=type(error).__name__,
        error_message=str(error),
        attempt=1,
    )
