"""The scene benchmark on one small picture."""

from __future__ import annotations

import pytest

from models.world.art.places import draw_street
from tests.benchmarks.scene import MOVES, measure_picture


@pytest.mark.slow
def test_every_stage_is_timed_and_every_move_measured() -> None:
    figures, sheet = measure_picture(draw_street(96, seed=0), 96, frames=6)
    assert list(figures["seconds"]) == [
        "complete_background",
        "estimate_depth",
        "build_scene",
        "optimize_splats",
        "expand_scene",
        "extend_splats",
        "render_background",
    ]
    assert min(figures["seconds"].values()) > 0 and figures["peak_rss_mb"] > 50
    assert sheet.shape == (3 * 96, 5 * 96, 3)
    for move in MOVES:
        values = figures["moves"][move]
        assert values["void_pct"] <= values["worst_frame_void_pct"] < 2
        assert 0 < values["flicker"] < 20 and 0.2 < values["detail"] < 3
