from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows.accuracy.bars import panels_of
from flows.accuracy.page import write_page
from flows.accuracy.role import Case
from flows.accuracy.trials import Outcome, Trial
from tests.flows.accuracy.example_results import MODULE, example_results
from tests.flows.accuracy.example_role import ERROR_PX, SCORE, Behaviour
from tests.flows.report.test_page import BROWSER_FLAGS


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("accuracy")
    results = example_results(folder / "scratch")
    crash = Outcome(
        Trial(MODULE, "example", "backend", Behaviour(kind="breaks"), Case("real | hard", "hard 1", 1)),
        crash="Traceback: ZeroDivisionError: nobody foresaw <this>",
    )
    part = replace(results.roles[0], outcomes=[*results.roles[0].outcomes, crash])
    return write_page(replace(results, roles=[part]), folder)


def test_everything_is_on_the_page_and_nothing_is_fetched(report: Path) -> None:
    page = report.read_text(encoding="utf-8")
    assert "reaches 1 of 2 targets" in page
    assert "<b>absent</b> cannot run here: weights &lt;b&gt;that&lt;/b&gt; nobody has" in page
    assert "EstimationError: easy 1: cannot be told" in page, "what was owned up to"
    assert "nobody foresaw &lt;this&gt;" in page, "what nobody foresaw"
    assert not re.search(r'(?:src|href)="(?!#|data:)', page)


def test_marks_lie_where_their_numbers_are(tmp_path: Path) -> None:
    part = example_results(tmp_path).roles[0]
    score, error = panels_of(part, (SCORE, ERROR_PX))
    assert score.ends == ("0", "1")
    first = score.bars[0]
    assert first.dot.percent == pytest.approx(85)
    assert first.target is not None and first.target.percent == pytest.approx(80)
    assert first.span is not None and first.row.ci_high is not None
    assert sum(first.span) == pytest.approx(100 * first.row.ci_high)
    assert first.met is True
    assert "puppet world, easy, classical: 0.850, 95 % interval" in first.spoken
    # Errors reach 20 px; the baseline of 500 px would press them together, so it is drawn at the edge.
    assert 20 <= float(error.ends[1]) <= 40
    assert all(bar.baseline is not None and bar.baseline.beyond == "above" for bar in error.bars)
    assert all(bar.dot.percent > 20 for bar in error.bars if bar.row.dataset == "puppet world, easy")


def test_an_axis_with_values_under_zero_ends_in_round_numbers(tmp_path: Path) -> None:
    part = example_results(tmp_path).roles[0]
    worst = part.rows[0]._replace(value=-0.31, ci_low=-0.34, ci_high=0.43, baseline=-9.0, oracle=0.5)
    (panel,) = panels_of(replace(part, rows=[worst]), (SCORE,))
    assert panel.ends == ("-0.4", "0.5")
    (bar,) = panel.bars
    assert bar.dot.percent == pytest.approx(100 * 0.09 / 0.9)
    assert bar.baseline is not None and (bar.baseline.percent, bar.baseline.beyond) == (0.0, "below")
    assert bar.oracle is not None and bar.oracle.beyond == ""


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.skip("no Chromium here: install `chromium` to see the page tested in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=BROWSER_FLAGS)
        yield chromium
        chromium.close()


@pytest.mark.slow
@pytest.mark.parametrize("width", [1400, 420])
def test_nothing_runs_out_of_the_window_and_bars_can_be_read(browser: Any, report: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == width
    tracks = page.locator(".bars .track")
    assert tracks.count() >= 6
    assert all(tracks.nth(n).bounding_box()["width"] > 200 for n in range(tracks.count()))
    targets = page.locator(".targets")
    box, inside = targets.bounding_box(), page.locator("#targets .scroll").bounding_box()
    assert box["width"] <= inside["width"] + 1, "verdicts are seen without scrolling"
    assert complaints == []
    page.close()
