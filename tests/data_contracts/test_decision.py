"""Decisions: both tables say the same, and wrong ones are refused with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_contracts.decision import read_decisions
from data_contracts.errors import ConfigError


def test_decisions_from_csv_and_jsonl(tmp_path: Path) -> None:
    table = tmp_path / "decisions.csv"
    table.write_text(
        '\ufeffpair,verdict,note\n\n# later: c\na×b,accept,\nb,reject,"hands, feet"\n', encoding="utf-8"
    )
    lines = tmp_path / "decisions.jsonl"
    lines.write_text(
        '{"pair": "a×b", "verdict": "accept"}\n\n{"pair": "b", "verdict": "reject", "note": "hands, feet"}\n',
        encoding="utf-8",
    )
    assert read_decisions(table) == read_decisions(lines)
    assert read_decisions(table)["b"].note == "hands, feet"


def test_a_note_of_several_lines_is_one_note(tmp_path: Path) -> None:
    table = tmp_path / "decisions.csv"
    table.write_text('pair,verdict,note\na,reject,"hands\n# and feet"\nb,accept,\n')
    assert read_decisions(table)["a"].note == "hands\n# and feet"
    assert read_decisions(table)["b"].verdict == "accept"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("d.csv", "pair,verdict\na,perhaps\n", "line 2.*verdict"),
        ("d.csv", "pair,verdict\na,accept\n\na,reject\n", "line 4.*contradict"),
        ("d.csv", "pair,verdict,note\na,reject,hands, feet\n", "line 2.*number of fields"),
        ("d.csv", "name,verdict\na,accept\n", "missing: pair; unknown: 'name'"),
        ("d.csv", "pair;verdict\na;accept\n", "not separated by commas"),
        ("d.csv", 'pair,verdict,note\na,reject,"hands\n', "line 2.*quotes"),
        ("d.csv", "pair,verdict,note\na,reject," + "x" * 200_000, "line 2.*field larger"),
        ("d.csv", "pair,pair,verdict\na,b,accept\n", "stands twice"),
        ("d.jsonl", "[" * 100_000, "line 1.*not JSON"),
        ("d.csv", "pair,verdict,stars\na,accept,5\n", "stars"),
        ("d.jsonl", '{"pair": "a"\n', "line 1.*not JSON"),
        ("d.jsonl", "[1]\n", "not a JSON object"),
        ("d.txt", "a accept\n", "unknown type"),
    ],
)
def test_wrong_decisions_are_refused(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        read_decisions(tmp_path / name)


def test_a_missing_decisions_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such decisions table"):
        read_decisions(tmp_path / "absent.csv")
