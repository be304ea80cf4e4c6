"""The scene benchmark on one small picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.world.art.places import draw_street
from models.world.planning import Production
from tests.benchmarks.scene import MOVES, has_background, measure_picture
from tests.benchmarks.scene_parts import measure_parts
from tests.benchmarks.scene_tables import WAYS, parts_table, pictures_table


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
    figures = measure_parts(shots=4, production=production, workers=1)
    assert figures["takes"] >= 2
    rows = figures["rows"]
    assert rows.keys() == WAYS.keys(), "the page's table has a row for each way"
    assert rows["diorama"]["PSNR dB"]["less_whole"] == [0, 0, 0]
    mean, low, high = rows["oracle"]["PSNR dB"]["less_whole"]
    assert low <= mean <= high and mean > 1


@pytest.mark.slow
def test_a_reference_on_nothing_or_on_one_colour_has_no_background() -> None:
    street = draw_street(96, seed=0)
    assert has_background(street)
    plain = np.full((96, 96, 3), 240, np.uint8)
    plain[30:, 30:60] = street[30:, 30:60]  # a figure that the lower rim cuts
    assert not has_background(plain)
    alpha = np.full((96, 96, 1), 255, np.uint8)
    alpha[:20] = 0
    assert not has_background(np.concatenate([street, alpha], axis=2))


def test_the_tables_are_those_of_the_page() -> None:
    page = Path("docs/scene.md").read_text(encoding="utf-8")
    seconds = {"complete_background": 0.2, "segment": 1.04, "build_scene": 9.71}
    moves = {"orbit": {"void_pct": 0.0, "flicker": 1, "detail": 0.9}}
    moves["crane"] = {"void_pct": 0.01, "flicker": 2, "detail": 0.8}
    picture = pictures_table({"lake_1": {"seconds": seconds, "peak_rss_mb": 573.4, "moves": moves}})
    parts = parts_table(
        {
            "diorama": {"PSNR dB": {"mean": 26.71, "less_whole": [0, 0, 0]}},
            "oracle": {"PSNR dB": {"mean": 36.3, "less_whole": [9.58, 6.05, 12.4]}},
        }
    )
    assert picture.splitlines()[2] == (
        "| lake 1 | 1.2 | 0.0 | 9.7 | 0.0 | 0.0 | 0.0 | 0.0 | 573 | 0.005 | 1.50 | 0.85 |"
    )
    assert parts.splitlines()[2:] == [
        "| `diorama` | 26.7 | – | – | – | – |",
        "| splats of ten true frames | 36.3 (+9.58; +6.05 to +12.40) | – | – | – | – |",
    ]
    for table in (picture, parts):
        assert table.splitlines()[0] in page
