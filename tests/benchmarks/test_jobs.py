"""The benchmark of jobs on small ones."""

from __future__ import annotations

import pytest

from tests.benchmarks.jobs import measure


@pytest.mark.slow
def test_one_more_job_is_timed_stage_by_stage() -> None:
    figures = measure(size_px=64, frames=4, workers=1)
    assert list(figures["by_stage"]) == [
        "track_camera",
        "expand_scene",
        "extend_splats",
        "render_background",
        "draw_conditions",
        "animate",
        "refine",
        "synthesize_pairs",
        "score",
        "filter",
        "review",
    ]
    assert min(figures["by_stage"][stage] for stage in ("expand_scene", "animate", "score")) > 0
    assert figures["worker_s_per_job"] == pytest.approx(sum(figures["by_stage"].values()))
    assert figures["marginal_s_per_job"] < figures["first_job_s"]
    assert figures["cpu_s_per_job"] > 0
