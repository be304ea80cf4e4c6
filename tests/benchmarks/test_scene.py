"""The scene benchmark on one small picture."""

from __future__ import annotations

import numpy as np
import pytest

from models.world.art.places import draw_street
from models.world.planning import Production
from tests.benchmarks.scene import MOVES, has_background, measure_picture
from tests.benchmarks.scene_parts import measure_parts


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


@pytest.mark.slow
def test_parts_are_compared_with_the_whole_place_by_place() -> None:
    production = Production(seed=11, size_px=64, num_frames=8, identities=1, views=0)
    figures = measure_parts(shots=4, production=production)
    assert figures["takes"] >= 2
    rows = figures["rows"]
    assert {"diorama", "warp_inpaint", "frame by frame", "baseline", "oracle"} <= rows.keys()
    assert rows["diorama"]["PSNR dB"]["less_whole"] == [0, 0, 0]
    mean, low, high = rows["oracle"]["PSNR dB"]["less_whole"]
    assert low <= mean <= high and mean > 1


def test_a_reference_on_nothing_or_on_one_colour_has_no_background() -> None:
    street = draw_street(96, seed=0)
    assert has_background(street)
    plain = np.full((96, 96, 3), 240, np.uint8)
    plain[30:, 30:60] = street[30:, 30:60]  # a figure that the lower rim cuts
    assert not has_background(plain)
    alpha = np.full((96, 96, 1), 255, np.uint8)
    alpha[:20] = 0
    assert not has_background(np.concatenate([street, alpha], axis=2))
