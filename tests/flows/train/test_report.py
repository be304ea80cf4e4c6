"""The training report: one file, with what the run's records and samples say."""

from __future__ import annotations

import base64
import html
import json
import re
from pathlib import Path

import numpy as np
import pytest

from flows.train import curves
from flows.train.curves import chart_of, smoothed
from flows.train.loop import train
from flows.train.report import write_report
from tests.flows.train.test_loop import own_accelerator
from tests.flows.train.tiny_training import tiny_buckets, tiny_parts, tiny_settings

__all__ = ["own_accelerator"]


def places(points: str) -> np.ndarray:
    return np.array([[float(n) for n in point.split(",")] for point in points.split()])


def test_a_run_leaves_a_page_with_its_curves_samples_and_settings(tmp_path: Path) -> None:
    settings = tiny_settings(samples=1, sample_every=3, lora_rank=2)
    train(tiny_parts(), tiny_buckets(), settings, tmp_path / "<run>")
    page = (tmp_path / "<run>/report.html").read_text()
    assert "<h1>&lt;run&gt;</h1>" in page and "All 6 steps are done" in page
    charts = re.findall(r"<figure class=\"chart\">\s*<h3>(.*?)</h3>", page)
    assert charts == ["Loss", "Learning rate", "Throughput", "Pose gate", "Character gate",
                      "Gates over the denoising"]  # fmt: skip
    records = [json.loads(line) for line in (tmp_path / "<run>/steps.jsonl").read_text().splitlines()]
    raw = re.search(r'class="curve c1 of2 raw" points="([^"]*)"', page)
    assert raw is not None
    height = places(raw[1])[:, 1]
    losses = np.array([record["loss"] for record in records])
    # A linear axis, the highest loss perhaps cut off.
    below = np.argsort(losses)[:-1]
    fit = np.polyfit(losses[below], height[below], 1)
    assert np.abs(np.polyval(fit, losses[below]) - height[below]).max() < 0.2 and fit[0] < 0
    videos = re.findall(r'src="data:video/mp4;base64,([^"]*)"', page)
    kept = sorted((tmp_path / "<run>/samples").glob("*.mp4"), reverse=True)
    assert [base64.b64decode(video) for video in videos] == [path.read_bytes() for path in kept]
    assert "After 6 steps" in page and "After 3 steps" in page
    assert "<dt>example.degradation.probability</dt><dd>0.5</dd>" in page
    assert "low rank 2" in html.unescape(page)
    assert not re.search(r'(src|href)="https?:', page), "self-contained"


def test_a_run_that_has_done_nothing_yet_has_a_page_too(tmp_path: Path) -> None:
    page = write_report(tmp_path, tiny_settings()).read_text()
    assert "0 of 6 steps are done" in page and "<polyline" not in page


def test_records_of_older_runs_are_drawn_as_far_as_they_go(tmp_path: Path) -> None:
    gates = {"pose_gate": [0.7] * 5, "character_gate": [0.7] * 5}
    lines = [json.dumps({"step": step, "loss": 1 / step, **gates}) for step in range(1, 9)]
    (tmp_path / "steps.jsonl").write_text("\n".join(lines) + "\n")
    page = write_report(tmp_path, tiny_settings()).read_text()
    assert "<h3>Loss</h3>" in page and "<h3>Throughput</h3>" not in page


def test_curves_lie_where_their_values_say() -> None:
    chart = chart_of("t", "", [10, 20, 30], {"a": [0.0, 4.0, 8.0], "b": [8.0, 8.0, 2.0]})
    first, second = (places(curve.points) for curve in chart.curves)
    left, right = curves.LEFT, curves.WIDTH - curves.RIGHT
    low, high = curves.HEIGHT - curves.BOTTOM, curves.TOP
    np.testing.assert_allclose(first, [[left, low], [(left + right) / 2, (low + high) / 2], [right, high]])
    np.testing.assert_allclose(second[:, 1], [high, high, low - (low - high) / 4])
    assert [tick.label for tick in chart.across] == ["10", "15", "20", "25", "30"]
    assert [tick.label for tick in chart.up] == ["0", "2", "4", "6", "8"]
    assert [curve.last for curve in chart.curves] == ["8", "2"]


def test_long_runs_keep_their_peaks_in_few_points() -> None:
    values = np.ones(50_000)
    values[12_345], values[40_000] = 9, 0
    chart = chart_of("t", "", range(50_000), {"a": list(values)})
    drawn = places(chart.curves[0].points)
    assert len(drawn) <= 2 * curves.BINS
    assert drawn[:, 1].min() == pytest.approx(curves.TOP + 0.1 * (curves.HEIGHT - 26 - curves.TOP), abs=0.1)
    assert drawn[:, 1].max() == curves.HEIGHT - curves.BOTTOM
    assert (np.diff(drawn[:, 0]) >= 0).all()


def test_smoothing_keeps_a_mean_and_follows_a_step() -> None:
    assert smoothed([3.0] * 9, 5) == pytest.approx([3.0] * 9)
    followed = smoothed([0.0] * 50 + [1.0] * 50, 10)
    assert followed[49] == 0 and 0.5 < followed[58] < 0.7 and followed[-1] > 0.99
    assert smoothed([1.0, 2.0], 1) == [1.0, 2.0]
