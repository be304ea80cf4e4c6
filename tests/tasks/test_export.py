"""Export: both readers see every row and file, and equal pairs give equal bytes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.dataset as pads
import pytest

from data_contracts.dataset import Dataset
from data_contracts.dataset_table import MEDIA_COLUMNS, SCHEMA
from data_contracts.errors import ContractError
from data_contracts.pair import Pair
from data_contracts.record import FileRef, sha256_of_file
from data_contracts.scores import DIMENSIONS, Scores
from tasks.export import ExportConfig, export

FILES = {
    "synthesized": "synthesized.mp4",
    "source": "source.mp4",
    "reference": "reference.png",
    "figure": "figure.mkv",
    "character": "character.png",
}


def make_pair(folder: Path, number: int, source: int = 0) -> Pair:
    folder.mkdir(parents=True)
    for column, name in FILES.items():
        (folder / name).write_bytes(f"{column} {number}".encode())
    return Pair(
        **{column: FileRef.of(folder / name, folder) for column, name in FILES.items()},
        signal="rgb",
        segment=0,
        start_frame=0,
        source_name=f"walk{source}",
        source_sha256=f"{source:064x}",
        character_name=f"fox{number}",
        character_sha256=f"{number:064x}",
        seed=number,
        num_frames=9,
        fps=24.0,
        width_px=64,
        height_px=48,
    ).placed(folder)


def make_scores(mean: float) -> Scores:
    return Scores(
        **dict.fromkeys(DIMENSIONS, mean),
        mean=mean,
        motion_amount=0.2,
        driver_motion_amount=0.3,
        features="colour_texture",
    )


def make_pairs(folder: Path, count: int, sources: int = 2) -> tuple[list[Pair], list[Scores]]:
    pairs = [make_pair(folder / str(number), number, number % sources) for number in range(count)]
    return pairs, [make_scores(4.1 + 0.03 * number) for number in range(count)]


def run(folder: Path, pairs: list[Pair], scores: list[Scores], **settings: Any) -> Dataset:
    folder.mkdir()
    return export(pairs, scores, ExportConfig(**settings), folder).placed(folder)


def read(dataset: Dataset) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pads.dataset(str(dataset.folder / "data")).to_table().to_pylist()
    return rows


def test_plain_pyarrow_reads_rows_and_paths(tmp_path: Path) -> None:
    pairs, scores = make_pairs(tmp_path / "in", 5)
    dataset = run(tmp_path / "out", pairs, scores, pairs_per_shard=2)
    rows = read(dataset)
    assert pads.dataset(str(dataset.folder / "data")).schema.equals(SCHEMA)
    assert (len(rows), len(dataset.tables), dataset.num_pairs) == (5, 3, 5)
    assert [row["pair_id"] for row in rows] == sorted(pair.pair_id for pair in pairs)
    for row in rows:
        pair = next(pair for pair in pairs if pair.pair_id == row["pair_id"])
        for column in MEDIA_COLUMNS:
            assert (dataset.folder / row[column]).read_bytes() == pair.path(
                getattr(pair, column)
            ).read_bytes()
        assert row["synthesized_sha256"] == sha256_of_file(dataset.folder / row["synthesized"])
        assert row["mean_score"] == pytest.approx(4.1 + 0.03 * row["seed"])
        assert row["pair_digest"] == pair.digest()


def load_with_datasets(folder: Path, cache: Path) -> dict[str, Any]:
    """What `datasets` sees, in its own process: it reads its offline switches when it is imported."""
    pytest.importorskip("datasets", reason="the extra 'datasets' is not installed")
    code = (
        "import json, sys\n"
        "from datasets import load_dataset\n"
        "loaded = load_dataset(sys.argv[1], cache_dir=sys.argv[2])\n"
        "facts = {split: {'rows': part.num_rows, 'first': part[0] if part.num_rows else None,\n"
        "         'types': {name: feature.dtype for name, feature in part.features.items()}}\n"
        "         for split, part in loaded.items()}\n"
        "print(json.dumps(facts))\n"
    )
    offline = {"HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1", "HF_HOME": str(cache)}
    result = subprocess.run(
        [sys.executable, "-c", code, str(folder), str(cache)],
        env={**os.environ, **offline},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert result.returncode == 0, result.stderr
    facts: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return facts


@pytest.mark.slow
def test_load_dataset_reads_it_offline(tmp_path: Path) -> None:
    pairs, scores = make_pairs(tmp_path / "in", 6, sources=3)
    dataset = run(tmp_path / "out", pairs, scores, validation_share=0.5, pairs_per_shard=2)
    facts = load_with_datasets(dataset.folder, tmp_path / "cache")
    assert sum(split["rows"] for split in facts.values()) == 6
    types = facts["train"]["types"]
    assert types["synthesized"] == "string"
    assert types["proxy_motion_smoothness"] == "float64"
    assert types["num_frames"] == "int32"
    assert set(types) == set(SCHEMA.names)
    assert (dataset.folder / facts["train"]["first"]["source"]).is_file()


def test_an_empty_dataset_is_a_dataset(tmp_path: Path) -> None:
    dataset = run(tmp_path / "out", [], [])
    assert (dataset.num_pairs, dataset.media) == (0, [])
    assert pads.dataset(str(dataset.folder / "data")).to_table().num_rows == 0
    assert "No pair was accepted" in dataset.path(dataset.card).read_text(encoding="utf-8")


def test_the_order_and_repetition_of_pairs_do_not_matter(tmp_path: Path) -> None:
    pairs, scores = make_pairs(tmp_path / "in", 4)
    first = run(tmp_path / "a", pairs, scores)
    second = run(tmp_path / "b", [*pairs[::-1], pairs[0]], [*scores[::-1], scores[0]])
    assert first.digest() == second.digest()


def test_a_source_clip_gives_no_more_than_its_share(tmp_path: Path) -> None:
    pairs, scores = make_pairs(tmp_path / "in", 7, sources=2)  # four of source 0, three of source 1
    dataset = run(tmp_path / "out", pairs, scores, max_pairs_per_source=2)
    assert (dataset.num_pairs, dataset.num_left_out) == (4, 3)
    assert sorted(row["seed"] for row in read(dataset)) == [3, 4, 5, 6]  # the best two of each
    card = dataset.path(dataset.card).read_text(encoding="utf-8")
    assert "At most 2 pairs" in card
    assert card.count("mean score 4.") == 3
    left_out = {path.name for path in (dataset.folder / "media").iterdir()}
    assert left_out == {row["pair_id"] for row in read(dataset)}


def test_no_source_clip_is_in_both_splits(tmp_path: Path) -> None:
    pairs, scores = make_pairs(tmp_path / "in", 24, sources=8)
    dataset = run(tmp_path / "out", pairs, scores, validation_share=0.4)
    splits: dict[str, set[str]] = {"train": set(), "validation": set()}
    for table in dataset.tables:
        split = Path(table.path).name.split("-")[0]
        rows = pads.dataset(str(dataset.path(table))).to_table().to_pylist()
        splits[split] |= {row["source_sha256"] for row in rows}
    assert splits["train"] and splits["validation"]
    assert not splits["train"] & splits["validation"]


def test_scores_of_other_pairs_are_refused(tmp_path: Path) -> None:
    pairs, scores = make_pairs(tmp_path / "in", 2)
    with pytest.raises(ContractError, match="do not belong together"):
        run(tmp_path / "out", pairs, scores[:1])
