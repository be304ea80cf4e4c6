"""Dataset: an exported set of accepted pairs."""

from __future__ import annotations

from pydantic import Field

from data_contracts.record import FileRef, Record


class Dataset(Record):
    """A folder with Parquet shards, media files and a card; `datasets` and plain pyarrow read it."""

    card: FileRef
    tables: list[FileRef]
    media: list[FileRef]
    num_pairs: int = Field(ge=0)
    num_left_out: int = Field(ge=0)
    """Accepted pairs over the limit for one source clip."""
