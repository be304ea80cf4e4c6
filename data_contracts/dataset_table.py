"""The table of an exported dataset: one row a pair, its media as paths relative to the dataset's folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from data_contracts.scores import DIMENSIONS

MEDIA_COLUMNS = ("synthesized", "source", "reference", "figure", "character")

SCHEMA = pa.schema(
    [
        pa.field("pair_id", pa.string(), nullable=False),
        *(pa.field(name, pa.string(), nullable=False) for name in MEDIA_COLUMNS),
        pa.field("signal", pa.string(), nullable=False),
        pa.field("num_frames", pa.int32(), nullable=False),
        pa.field("fps", pa.float64(), nullable=False),
        pa.field("width_px", pa.int32(), nullable=False),
        pa.field("height_px", pa.int32(), nullable=False),
        *(pa.field(name, pa.float64(), nullable=False) for name in DIMENSIONS),
        pa.field("mean_score", pa.float64(), nullable=False),
        pa.field("motion_amount", pa.float64(), nullable=False),
        pa.field("driver_motion_amount", pa.float64(), nullable=False),
        pa.field("score_features", pa.string(), nullable=False),
        pa.field("source_name", pa.string(), nullable=False),
        pa.field("source_sha256", pa.string(), nullable=False),
        pa.field("character_name", pa.string(), nullable=False),
        pa.field("character_sha256", pa.string(), nullable=False),
        pa.field("segment", pa.int32(), nullable=False),
        pa.field("start_frame", pa.int32(), nullable=False),
        pa.field("seed", pa.int64(), nullable=False),
        pa.field("pair_digest", pa.string(), nullable=False),
        pa.field("scores_digest", pa.string(), nullable=False),
        *(pa.field(f"{name}_sha256", pa.string(), nullable=False) for name in ("synthesized", "source_clip")),
    ]
)
"""``pair_digest`` and ``scores_digest`` are the records' digests, which the run's manifests lead from."""


def write_shard(path: Path, rows: Iterable[Mapping[str, Any]]) -> Path:
    """Write one Parquet shard; equal rows give equal bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(list(rows), schema=SCHEMA), path, compression="zstd")
    return path
