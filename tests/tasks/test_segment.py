from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from data_contracts.errors import InputError, NoFigureError
from data_contracts.image import read_image, write_png
from data_contracts.lossless_video import read_lossless, write_lossless
from data_contracts.media import Media
from data_contracts.record import FileRef
from tasks.segment import SegmentConfig, segment


@pytest.fixture
def out_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def still(folder: Path, image: np.ndarray) -> Media:
    path = write_png(folder / "content.png", image)
    return Media(
        kind="still",
        content=FileRef.of(path, folder),
        name="figure.png",
        width_px=image.shape[1],
        height_px=image.shape[0],
        num_frames=1,
        has_alpha=image.shape[2] == 4,
    ).placed(folder)


def clip(folder: Path, frames: np.ndarray) -> Media:
    path = write_lossless(folder / "clip.mkv", frames, 12.0)
    return Media(
        kind="clip",
        content=FileRef.of(path, folder),
        name="walker.mp4",
        width_px=frames.shape[2],
        height_px=frames.shape[1],
        num_frames=len(frames),
        fps=12.0,
    ).placed(folder)


def walker(count: int, still_for: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """A red figure that crosses a textured wall, after ``still_for`` empty frames."""
    rng = np.random.default_rng(0)
    wall = cv2.resize(rng.integers(110, 190, (18, 24, 3)).astype(np.uint8), (192, 144))
    frames, masks = [], []
    for t in range(count):
        frame, mask = wall.copy(), np.zeros(wall.shape[:2], np.uint8)
        if t >= still_for:
            centre = (50 + 90 * (t - still_for) // max(1, count - still_for), 80)
            cv2.ellipse(mask, centre, (18, 48), 0, 0, 360, 1, -1)
            frame[mask > 0] = (180, 30, 40)
        frames.append(np.clip(frame + rng.normal(0, 1.5, frame.shape), 0, 255).astype(np.uint8))
        masks.append(mask > 0)
    return np.stack(frames), np.stack(masks)


def test_a_still_gets_an_alpha_and_a_cutout(tmp_path: Path, out_dir: Path) -> None:
    image = np.full((160, 120, 3), 230, np.uint8)
    cv2.ellipse(image, (60, 80), (25, 60), 0, 0, 360, (40, 60, 150), -1)
    matte = segment(still(tmp_path, image), SegmentConfig(), out_dir).placed(out_dir)
    assert matte.kind == "still" and matte.method == "plain_border" and matte.num_frames == 1
    assert matte.cutout is not None
    cutout = read_image(matte.path(matte.cutout))
    assert cutout.shape == (160, 120, 4)
    alpha = read_image(matte.path(matte.alpha))
    np.testing.assert_array_equal(alpha[..., 0], cutout[..., 3])
    assert matte.coverage == pytest.approx(np.pi * 25 * 60 / (160 * 120), rel=0.05)


def test_a_clip_gets_a_grey_clip_of_the_same_length(tmp_path: Path, out_dir: Path) -> None:
    frames, truth = walker(10)
    matte = segment(clip(tmp_path, frames), SegmentConfig(), out_dir).placed(out_dir)
    alpha = read_lossless(matte.path(matte.alpha))
    assert alpha.shape == truth.shape and matte.num_frames == 10
    assert matte.method == "motion, locked camera"
    found = alpha > 127
    assert (found & truth).sum() / (found | truth).sum() > 0.85
    assert 0.3 < matte.confidence <= 1
    assert matte.coverage == pytest.approx(float(truth.mean()), rel=0.15)


def test_a_long_clip_is_matted_in_stretches_and_an_empty_one_costs_nothing_else(
    tmp_path: Path, out_dir: Path
) -> None:
    frames, truth = walker(32, still_for=16)
    config = SegmentConfig(window_frames=16)
    matte = segment(clip(tmp_path, frames), config, out_dir).placed(out_dir)
    alpha = read_lossless(matte.path(matte.alpha)) > 127
    assert alpha.shape == truth.shape
    assert not alpha[:16].any(), "nobody is there yet"
    assert (alpha[16:] & truth[16:]).sum() / (alpha[16:] | truth[16:]).sum() > 0.85


def test_a_clip_of_an_empty_room_is_refused(tmp_path: Path, out_dir: Path) -> None:
    frames, _ = walker(8, still_for=8)
    with pytest.raises(NoFigureError, match="nothing moves on its own"):
        segment(clip(tmp_path, frames), SegmentConfig(), out_dir)


def test_a_motion_has_no_figure_to_cut_out(tmp_path: Path, out_dir: Path) -> None:
    motion = clip(tmp_path, walker(2)[0]).model_copy(update={"kind": "motion", "motion_format": "bvh"})
    with pytest.raises(InputError, match="no figure to cut out"):
        segment(motion, SegmentConfig(), out_dir)
