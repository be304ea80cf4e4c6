from __future__ import annotations

from pathlib import Path

import pytest

from data_contracts.errors import ConfigError
from flows.accuracy.markdown import check_page, marked, write_markdown
from tests.flows.accuracy.example_results import example_results

PAGE = """# Accuracy

What I say of it.

<!-- table:example -->
old
<!-- /table:example -->

Closing words.

<!-- table:other -->
not measured today
<!-- /table:other -->
"""


def test_prose_and_tables_that_were_not_measured_stay(tmp_path: Path) -> None:
    page = tmp_path / "accuracy.md"
    page.write_text(PAGE)
    assert write_markdown(example_results(tmp_path / "s"), page) == ["targets", "example"]
    text = page.read_text()
    assert "What I say of it." in text and "Closing words." in text
    assert "not measured today" in text and "\nold\n" not in text
    assert marked(text) == ["example", "other", "targets"]
    assert "| puppet world, easy | `classical` | score | 0.850 |" in text
    assert "| real \\| hard | `classical` | error |" in text, "a bar in a name is no column"
    assert "| puppet world, easy | `owns` | failures | 50 % |" in text
    assert "`absent` could not run where this table was made" in text


def test_targets_of_roles_that_were_not_measured_stay_in_the_roles_order(tmp_path: Path) -> None:
    page = tmp_path / "accuracy.md"
    results = example_results(tmp_path / "s")
    write_markdown(results, page)
    new = [line for line in page.read_text().splitlines() if line.startswith("| example |")]
    head = "\n".join(page.read_text().split("<!-- table:targets -->\n")[1].splitlines()[:2]) + "\n"
    assert len(new) == 2 and head.startswith("| role |")
    others = [f"| {role} | b | d | m | 1 | ≥ 1 |  | reached |" for role in ("segment", "rig", "filter")]
    stale = "| example | gone | d | m | 1 | ≥ 1 |  | reached |"
    rows = "\n".join([others[2], stale, others[0], others[1]])
    page.write_text(f"<!-- table:targets -->\n{head}{rows}\n<!-- /table:targets -->\n")
    write_markdown(results, page)
    expected = head + "\n".join([*others, *new])
    assert f"<!-- table:targets -->\n{expected}\n<!-- /table:targets -->" in page.read_text()


def test_writing_again_changes_nothing(tmp_path: Path) -> None:
    page = tmp_path / "new" / "accuracy.md"
    results = example_results(tmp_path / "s")
    write_markdown(results, page)
    once = page.read_text()
    assert once.startswith("# Accuracy")
    write_markdown(results, page)
    assert page.read_text() == once


def test_an_open_marker_is_refused_and_the_page_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "accuracy.md"
    page.write_text("<!-- table:example -->\nand all my prose")
    with pytest.raises(ConfigError, match="not closed"):
        write_markdown(example_results(tmp_path / "s"), page)
    assert page.read_text() == "<!-- table:example -->\nand all my prose"


def test_a_page_that_cannot_take_tables_is_refused_before_there_are_any(tmp_path: Path) -> None:
    page = tmp_path / "accuracy.md"
    check_page(page)
    page.write_text(PAGE)
    check_page(page)
    page.write_text("<!-- table:other -->\nno end")
    with pytest.raises(ConfigError, match="not closed"):
        check_page(page)
    with pytest.raises(ConfigError, match="a folder is in the page's place"):
        check_page(tmp_path)
