"""The demo's inputs are complete, readable by the project's own readers, and fit together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.bvh import read_bvh
from data_contracts.camera_formats import read_camera
from data_contracts.image import read_image
from data_contracts.job_table import read_job_table
from data_contracts.pose_formats import read_poses
from data_contracts.video import probe, read_lossless
from flows.demo_inputs import CLIP_FRAMES, NUM_FRAMES, camera_path, draw_demo_inputs


def test_the_camera_starts_and_ends_softly() -> None:
    camera = camera_path(48, 24)
    step = np.linalg.norm(np.diff(camera.world_from_camera[:, :3, 3], axis=0), axis=-1)
    assert step.max() < 0.01 and step[0] < 0.2 * step.max() and step[-1] < 0.2 * step.max()


@pytest.mark.slow
def test_everything_is_there_and_reads_back(tmp_path: Path) -> None:
    jobs = draw_demo_inputs(tmp_path / "inputs")
    table = read_job_table(jobs)
    assert [row.status for row in table.rows] == ["ok"] * 4
    folder = jobs.parent
    for row in table.rows:
        assert row.record is not None
        assert Path(row.record.reference).is_file() and Path(row.record.driving).is_file()
    assert read_image(folder / "girl.png").shape[2] == 4
    assert all(read_image(folder / name).shape[2] == 3 for name in ("robot.png", "street.png", "studio.png"))
    assert read_bvh(folder / "greeting.bvh").n_frames / 30 >= NUM_FRAMES / 24
    assert read_camera(folder / "camera.txt").n_frames == NUM_FRAMES
    info = probe(folder / "dance.mp4")
    assert (info.num_frames, info.fps, info.width) == (CLIP_FRAMES, 24, 480)
    assert read_lossless(folder / "dance_truth" / "alpha.mkv").shape == (CLIP_FRAMES, 480, 480)
    assert read_poses(folder / "dance_truth" / "poses.json").n_frames == CLIP_FRAMES
