from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from data_contracts.errors import InputError, NoFigureError
from data_contracts.given_file import GivenFile
from data_contracts.image import read_image, write_png
from data_contracts.lossless_video import read_lossless, write_lossless
from data_contracts.media import Media
from data_contracts.record import FileRef, sha256_of_file
from data_contracts.source import digest_of_source
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_the_figure_of_a_small_picture_is_looked_for_at_standard_size(tmp_path: Path, out_dir: Path) -> None:
    rng = np.random.default_rng(1)
    large = np.clip(rng.normal(200, 4, (512, 384, 3)), 0, 255).astype(np.uint8)
    cv2.ellipse(large, (192, 270), (75, 190), 0, 0, 360, (30, 60, 160), -1)
    standard = FileRef.of(write_png(tmp_path / "standard.png", large), tmp_path)
    small = np.asarray(cv2.resize(large, (96, 128), interpolation=cv2.INTER_AREA), np.uint8)
    seen = segment(
        still(tmp_path, small).model_copy(update={"standard": standard}).placed(tmp_path),
        SegmentConfig(),
        out_dir,
    )
    usual_dir = tmp_path / "usual"
    usual_dir.mkdir()
    usual = segment(still(tmp_path, large), SegmentConfig(), usual_dir)
    # Sums of floats hang on how arrays lie in memory.
    assert seen.confidence == pytest.approx(usual.confidence, abs=1e-9) and seen.width_px == 96
    whole = cv2.resize(read_image(usual_dir / "alpha.png")[..., 0], (96, 128), interpolation=cv2.INTER_AREA)
    own = read_image(out_dir / "alpha.png")[..., 0]
    assert np.abs(own.astype(float) - whole).mean() < 3


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


@pytest.mark.slow
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


def painted(folder: Path, mask: np.ndarray) -> GivenFile:
    path = write_png(folder / "painted.png", mask)
    return GivenFile(location=str(path), sha256=sha256_of_file(path))


def test_a_mask_by_hand_is_the_matte(tmp_path: Path, out_dir: Path) -> None:
    frames, _ = walker(1)
    mask = np.zeros(frames.shape[1:3], np.uint8)
    mask[20:120, 30:90], mask[120, 30:90] = 255, 102
    row = segment(still(tmp_path, frames[0]), SegmentConfig(), out_dir, mask=painted(tmp_path, mask))
    assert (row.method, row.confidence) == ("given", 1.0)
    np.testing.assert_array_equal(read_image(out_dir / row.alpha.path)[..., 0], mask)
    assert row.cutout is not None
    cutout = read_image(out_dir / row.cutout.path)
    np.testing.assert_array_equal(cutout[30:110, 40:80, :3], frames[0][30:110, 40:80])


def test_a_mask_at_another_size_is_resampled_and_of_another_shape_refused(
    tmp_path: Path, out_dir: Path
) -> None:
    frames, _ = walker(1)
    mask = np.zeros(frames.shape[1:3], np.uint8)
    mask[20:120, 30:90] = 255
    twice = painted(tmp_path, np.kron(mask, np.ones((2, 2), np.uint8)))
    row = segment(still(tmp_path, frames[0]), SegmentConfig(), out_dir, mask=twice)
    np.testing.assert_array_equal(read_image(out_dir / row.alpha.path)[..., 0], mask)
    with pytest.raises(InputError, match=r"painted\.png: the mask is for a picture of another shape"):
        segment(still(tmp_path, frames[0]), SegmentConfig(), out_dir, mask=painted(tmp_path, mask[:, 60:]))


def test_what_is_no_mask_is_refused(tmp_path: Path, out_dir: Path) -> None:
    frames, _ = walker(1)
    picture, empty = still(tmp_path, frames[0]), np.zeros(frames.shape[1:3], np.uint8)
    for mask, message in (
        (empty, "the mask is empty"),
        (empty + 255, "covers the whole picture.*got 100.0%"),
        (frames[0], "the mask is a picture in colours"),
    ):
        with pytest.raises(InputError, match=message):
            segment(picture, SegmentConfig(), out_dir, mask=painted(tmp_path, mask))
    (tmp_path / "painted.png").write_text("no picture")
    given = GivenFile(location=str(tmp_path / "painted.png"), sha256=sha256_of_file(tmp_path / "painted.png"))
    with pytest.raises(InputError, match="not a picture"):
        segment(picture, SegmentConfig(), out_dir, mask=given)


def test_an_opaque_cutout_is_a_mask(tmp_path: Path, out_dir: Path) -> None:
    frames, _ = walker(1)
    mask = np.zeros(frames.shape[1:3], np.uint8)
    mask[20:120, 30:90] = 255
    given = painted(tmp_path, np.dstack([frames[0], mask]))
    row = segment(still(tmp_path, frames[0]), SegmentConfig(), out_dir, mask=given)
    np.testing.assert_array_equal(read_image(out_dir / row.alpha.path)[..., 0], mask)


def keyframes(folder: Path, masks: dict[str, np.ndarray]) -> GivenFile:
    folder.mkdir()
    for name, mask in masks.items():
        write_png(folder / name, mask)
    return GivenFile(location=str(folder), sha256=digest_of_source(folder))


@pytest.mark.slow
def test_masks_of_some_frames_are_carried_to_the_others(tmp_path: Path, out_dir: Path) -> None:
    frames, truth = walker(9)
    given = keyframes(tmp_path / "masks", {"000000.png": truth[0], "000008.png": truth[8]})
    row = segment(clip(tmp_path, frames), SegmentConfig(), out_dir, mask=given).placed(out_dir)
    assert row.method == "keyframes, 2 given" and row.num_frames == 9 and 0.5 < row.confidence < 1
    alpha = read_lossless(row.path(row.alpha)) > 127
    np.testing.assert_array_equal(alpha[[0, 8]], truth[[0, 8]])
    overlap = (alpha & truth).sum(axis=(1, 2)) / (alpha | truth).sum(axis=(1, 2))
    assert overlap.min() > 0.85, overlap


def test_masks_of_a_clip_that_changed_or_fit_not_are_refused(tmp_path: Path, out_dir: Path) -> None:
    frames, truth = walker(3)
    given = keyframes(tmp_path / "masks", {"3.png": truth[0]})
    with pytest.raises(InputError, match=r"3\.png: the mask is for a frame.*expected a number from 0 to 2"):
        segment(clip(tmp_path, frames), SegmentConfig(), out_dir, mask=given)
    write_png(tmp_path / "masks/2.png", truth[2])
    with pytest.raises(InputError, match="changed since the run was planned"):
        segment(clip(tmp_path, frames), SegmentConfig(), out_dir, mask=given)


def test_a_clip_without_a_mover_may_be_masked_by_hand(tmp_path: Path, out_dir: Path) -> None:
    frames, truth = walker(1)
    given = keyframes(tmp_path / "masks", {"0.png": truth[0]})
    row = segment(clip(tmp_path, frames), SegmentConfig(), out_dir, mask=given)
    assert row.num_frames == 1 and row.confidence == 1.0
