"""What the cards say."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from data_contracts.clip_info import probe
from data_contracts.video import write_mp4
from flows.report.gallery import size_and_rate


def test_a_result_has_the_size_and_rate_of_the_clip_that_is_watched(tmp_path: Path) -> None:
    write_mp4(tmp_path / "result.mp4", np.zeros((3, 33, 49, 3), np.uint8), 29.96875)
    written = probe(tmp_path / "result.mp4")
    made = {"width_px": 49, "height_px": 33, "num_frames": 3, "fps": 29.96875}
    assert size_and_rate(made) == f"{written.width}×{written.height}, 3 frames, 29.97 a second"
