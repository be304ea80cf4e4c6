"""Export: the accepted pairs as a dataset that `datasets.load_dataset` and plain pyarrow read."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import Field

from data_contracts.dataset import Dataset
from data_contracts.dataset_card import write_card
from data_contracts.dataset_table import MEDIA_COLUMNS, write_shard
from data_contracts.errors import ContractError
from data_contracts.pair import Pair
from data_contracts.record import FileRef
from data_contracts.scores import DIMENSIONS, Scores
from tasks.stage import StageConfig, stage


class ExportConfig(StageConfig):
    """Settings of export."""

    name: str = Field("Character animation pairs", min_length=1)
    """The dataset's title."""
    pairs_per_shard: int = Field(1000, ge=1)
    max_pairs_per_source: int | None = Field(None, ge=1)
    """Most pairs of one source clip, the best ones; MVAnimate takes 10. None: all."""
    validation_share: float = Field(0.0, ge=0, lt=1)
    """Share of source clips whose pairs go to a validation split. A source clip is never in both."""


_PAIR_COLUMNS = (
    *("signal", "num_frames", "fps", "width_px", "height_px", "source_name", "source_sha256"),
    *("character_name", "character_sha256", "segment", "start_frame", "seed"),
)


@dataclass(frozen=True)
class _ScoredPair:
    pair: Pair
    scores: Scores


@stage(version=1, timeout_s=3600)
def export(pairs: list[Pair], scores: list[Scores], config: ExportConfig, out_dir: Path) -> Dataset:
    """Write Parquet shards, the pairs' media files, and a card.

    Rows are in the order of their pair ids, so that the same pairs give the same bytes in whatever order
    they come. A pair that came twice is written once.

    Raises:
        ContractError: pairs and scores are not equally many.
    """
    if len(pairs) != len(scores):
        raise ContractError("pairs and scores do not belong together", expected=len(pairs), got=len(scores))
    scored = {pair.pair_id: _ScoredPair(pair, score) for pair, score in zip(pairs, scores, strict=True)}
    ordered = [scored[pair_id] for pair_id in sorted(scored)]
    kept, left_out = _limited(ordered, config.max_pairs_per_source)
    media = [ref for entry in kept for ref in _copy_media(entry.pair, out_dir)]
    splits = _splits(kept, config)
    tables = [
        path for split, entries in splits.items() for path in _write_split(split, entries, config, out_dir)
    ]
    card = write_card(
        out_dir / "README.md",
        config.name,
        {split: len(entries) for split, entries in splits.items()},
        _means(kept),
        [
            f"`{entry.pair.pair_id}` ({entry.pair.character_name} after {entry.pair.source_name}, "
            f"mean score {entry.scores.mean:.2f})"
            for entry in left_out
        ],
        config.max_pairs_per_source,
    )
    return Dataset(
        card=FileRef.of(card, out_dir),
        tables=[FileRef.of(path, out_dir) for path in tables],
        media=media,
        num_pairs=len(kept),
        num_left_out=len(left_out),
    )


def _limited(entries: Sequence[_ScoredPair], cap: int | None) -> tuple[list[_ScoredPair], list[_ScoredPair]]:
    """At most ``cap`` pairs of each source clip, those with the highest mean; and the others."""
    taken: Counter[str] = Counter()
    kept = set()
    for entry in sorted(entries, key=lambda entry: (-entry.scores.mean, entry.pair.pair_id)):
        if cap is None or taken[entry.pair.source_sha256] < cap:
            taken[entry.pair.source_sha256] += 1
            kept.add(entry.pair.pair_id)
    return (
        [entry for entry in entries if entry.pair.pair_id in kept],
        [entry for entry in entries if entry.pair.pair_id not in kept],
    )


def _splits(entries: Sequence[_ScoredPair], config: ExportConfig) -> dict[str, list[_ScoredPair]]:
    """Pairs by split, decided by their source clip's digest: adding pairs moves none of the others."""
    splits: dict[str, list[_ScoredPair]] = {}
    for entry in entries:
        digest = hashlib.sha256(f"split {entry.pair.source_sha256}".encode()).digest()
        held_out = int.from_bytes(digest[:8], "big") / 2**64 < config.validation_share
        splits.setdefault("validation" if held_out else "train", []).append(entry)
    # `datasets` refuses empty splits, but a dataset has at least one.
    return {name: splits[name] for name in ("train", "validation") if name in splits} or {"train": []}


def _write_split(
    split: str, entries: Sequence[_ScoredPair], config: ExportConfig, out_dir: Path
) -> list[Path]:
    size = config.pairs_per_shard
    count = max(1, -(-len(entries) // size))
    return [
        write_shard(
            out_dir / "data" / f"{split}-{index:05d}-of-{count:05d}.parquet",
            [_row(entry) for entry in entries[index * size : (index + 1) * size]],
        )
        for index in range(count)
    ]


def _copy_media(pair: Pair, out_dir: Path) -> list[FileRef]:
    folder = out_dir / "media" / pair.pair_id
    folder.mkdir(parents=True)
    copies = []
    for column in MEDIA_COLUMNS:
        ref: FileRef = getattr(pair, column)
        copy = folder / Path(ref.path).name
        shutil.copyfile(pair.path(ref), copy)
        copies.append(FileRef.of(copy, out_dir))
    return copies


def _row(entry: _ScoredPair) -> dict[str, Any]:
    pair, scores = entry.pair, entry.scores
    return {
        "pair_id": pair.pair_id,
        **{
            column: f"media/{pair.pair_id}/{Path(getattr(pair, column).path).name}"
            for column in MEDIA_COLUMNS
        },
        **{name: getattr(pair, name) for name in _PAIR_COLUMNS},
        **{str(name): value for name, value in scores.dimensions().items()},
        "mean_score": scores.mean,
        "motion_amount": scores.motion_amount,
        "driver_motion_amount": scores.driver_motion_amount,
        "score_features": scores.features,
        "pair_digest": pair.digest(),
        "scores_digest": scores.digest(),
        "synthesized_sha256": pair.synthesized.sha256,
        "source_clip_sha256": pair.source.sha256,
    }


def _means(entries: Sequence[_ScoredPair]) -> dict[str, float]:
    if not entries:
        return {}
    rows = [{**entry.scores.dimensions(), "mean_score": entry.scores.mean} for entry in entries]
    return {name: sum(row[name] for row in rows) / len(rows) for name in (*DIMENSIONS, "mean_score")}
