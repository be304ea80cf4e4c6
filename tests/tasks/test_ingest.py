"""Ingest: every kind of input comes out in its normal form, and bad input is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from data_contracts.errors import InputError
from data_contracts.frames import write_frames
from data_contracts.image import read_image, write_png
from data_contracts.media import Media
from data_contracts.source import Source, digest_of_source
from data_contracts.video import read_lossless, write_lossless, write_mp4
from tasks.ingest import IngestConfig, ingest


def run(path: Path, out: Path, role: str = "driving", **settings: Any) -> Media:
    out.mkdir(exist_ok=True)
    suffix = "" if path.is_dir() else path.suffix.lower()
    values = {"long_side_px": 128, **settings}
    source = Source(location=str(path), sha256=digest_of_source(path), suffix=suffix, role=role, **values)  # type: ignore[arg-type]
    return ingest(source, IngestConfig(), out).placed(out)


def picture(height: int = 60, width: int = 40, channels: int = 3) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, channels), dtype=np.uint8)


def clip(count: int = 12) -> np.ndarray:
    frame = cv2.GaussianBlur(picture(64, 96), (0, 0), 3)
    return np.stack([np.roll(frame, 3 * t, axis=1) for t in range(count)])


BVH = (
    """HIERARCHY
ROOT Hips
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
  End Site
  {
    OFFSET 0 1 0
  }
}
MOTION
Frames: 31
Frame Time: 0.0333333
"""
    + "0 0 0 0 0 0\n" * 31
)


def test_still_is_scaled_to_png(tmp_path: Path) -> None:
    write_png(tmp_path / "big.png", picture(400, 200))
    media = run(tmp_path / "big.png", tmp_path / "out", role="reference")
    assert (media.kind, media.width_px, media.height_px, media.has_alpha) == ("still", 64, 128, False)
    assert media.notes == ["scaled from 200x400 to 64x128"]
    assert read_image(media.path(media.content)).shape == (128, 64, 3)


def test_a_reference_is_kept_at_standard_size_too_where_its_own_is_another(tmp_path: Path) -> None:
    write_png(tmp_path / "big.png", picture(800, 400))
    small, large = (
        run(tmp_path / "big.png", tmp_path / f"{side}", role="reference", long_side_px=side)
        for side in (128, 1024)
    )
    assert small.standard and large.standard and small.standard.sha256 == large.standard.sha256
    assert read_image(small.path(small.standard)).shape == (512, 256, 3)
    same = run(tmp_path / "big.png", tmp_path / "same", role="reference", long_side_px=512)
    assert same.standard is None and not run(tmp_path / "big.png", tmp_path / "s", role="scene").standard
    assert same.content.sha256 == small.standard.sha256


def test_alpha_is_kept_where_it_says_something(tmp_path: Path) -> None:
    image = picture(channels=4)
    image[..., 3] = 255
    write_png(tmp_path / "opaque.png", image)
    assert not run(tmp_path / "opaque.png", tmp_path / "o1", role="scene").has_alpha
    image[:20, :, 3] = 0
    write_png(tmp_path / "cut.png", image)
    media = run(tmp_path / "cut.png", tmp_path / "o2", role="reference")
    assert media.has_alpha and np.array_equal(read_image(media.path(media.content)), image)
    image[..., 3] = 0
    write_png(tmp_path / "none.png", image)
    with pytest.raises(InputError, match="wholly transparent"):
        run(tmp_path / "none.png", tmp_path / "o3", role="reference")


def test_plain_and_narrow_pictures_are_refused(tmp_path: Path) -> None:
    write_png(tmp_path / "plain.png", np.full((40, 40, 3), 90, np.uint8))
    write_png(tmp_path / "narrow.png", picture(2000, 20))
    for name, what in {"plain.png": "plain colour", "narrow.png": "too narrow"}.items():
        with pytest.raises(InputError, match=what):
            run(tmp_path / name, tmp_path / "out", role="reference")


def test_clip_is_resampled_cut_and_scaled(tmp_path: Path) -> None:
    write_mp4(tmp_path / "c.mp4", np.repeat(np.repeat(clip(), 4, 1), 4, 2), 24)
    media = run(tmp_path / "c.mp4", tmp_path / "out", fps=12, num_frames=5)
    assert (media.kind, media.num_frames, media.fps) == ("clip", 5, 12)
    assert read_lossless(media.path(media.content)).shape == (5, 85, 128, 3)
    assert media.notes == ["resampled from 24 to 12 fps", "scaled from 384x256 to 128x85"]


def test_a_shorter_clip_than_asked_for_is_noted(tmp_path: Path) -> None:
    write_lossless(tmp_path / "c.mkv", clip(), 24)
    media = run(tmp_path / "c.mkv", tmp_path / "out", num_frames=50)
    assert media.num_frames == 12 and media.notes == ["50 frames asked for, 12 there"]
    assert np.array_equal(read_lossless(media.path(media.content)), clip())


def test_equal_inputs_give_equal_bytes(tmp_path: Path) -> None:
    write_lossless(tmp_path / "c.mkv", clip(), 24)
    first, second = (run(tmp_path / "c.mkv", tmp_path / name, fps=30) for name in ("a", "b"))
    assert first.content == second.content


def test_long_clips_are_sampled_and_limited(tmp_path: Path) -> None:
    write_lossless(tmp_path / "c.mkv", np.repeat(clip(10), 12, axis=0), 24)
    assert run(tmp_path / "c.mkv", tmp_path / "out").num_frames == 120
    path = tmp_path / "c.mkv"
    source = Source(
        location=str(path), sha256=digest_of_source(path), suffix=".mkv", role="driving", long_side_px=64
    )
    with pytest.raises(InputError, match=r"too long.*at most 100 frames"):
        ingest(source, IngestConfig(max_frames=100), tmp_path / "out")


def test_folder_of_frames(tmp_path: Path) -> None:
    write_frames(tmp_path / "frames", clip(5))
    media = run(tmp_path / "frames", tmp_path / "out", fps=10)
    assert (media.kind, media.num_frames, media.fps) == ("clip", 5, 10)
    assert np.array_equal(read_lossless(media.path(media.content)), clip(5))


def test_bvh_is_copied_and_says_what_to_resample_to(tmp_path: Path) -> None:
    (tmp_path / "m.bvh").write_text(BVH)
    media = run(tmp_path / "m.bvh", tmp_path / "out", fps=24)
    assert (media.kind, media.motion_format, media.fps, media.num_frames) == ("motion", "bvh", 24, 25)
    assert media.path(media.content).read_text() == BVH
    assert run(tmp_path / "m.bvh", tmp_path / "o2").num_frames == 31


def test_openpose_folder_becomes_our_json(tmp_path: Path) -> None:
    (tmp_path / "poses").mkdir()
    for t in range(3):
        points = [float(v) for k in range(18) for v in (30 + 3 * k + t, 20 + 5 * k, 1)]
        frame = {"people": [{"pose_keypoints_2d": points}], "canvas_width": 128, "canvas_height": 160}
        (tmp_path / "poses" / f"f_{t:03d}_keypoints.json").write_text(json.dumps(frame))
    media = run(tmp_path / "poses", tmp_path / "out", fps=12)
    assert (media.kind, media.motion_format, media.num_frames, media.fps) == ("motion", "pose_json", 3, 12)
    assert json.loads(media.path(media.content).read_text())["format"] == "bunraku-poses"


def test_what_cannot_drive(tmp_path: Path) -> None:
    write_png(tmp_path / "still.png", picture())
    (tmp_path / "bad.bvh").write_text("no motion")
    (tmp_path / "bad.json").write_text("{")
    (tmp_path / "empty").mkdir()
    for name, what in {
        "still.png": "still picture cannot drive",
        "bad.bvh": "bad.bvh",
        "bad.json": "not JSON",
    }.items():
        with pytest.raises(InputError, match=what):
            run(tmp_path / name, tmp_path / "out")
    with pytest.raises(InputError, match="empty"):
        run(tmp_path / "empty", tmp_path / "out")


def test_a_changed_input_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "m.bvh"
    path.write_text(BVH)
    source = Source(
        location=str(path), sha256=digest_of_source(path), suffix=".bvh", role="driving", long_side_px=64
    )
    path.write_text(BVH + "\n")
    with pytest.raises(InputError, match="has changed"):
        ingest(source, IngestConfig(), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "kind", "frames"),
    [
        ("videos/pose_skeleton_dwpose.mp4", "skeleton", 200),
        ("videos/asl_walk.mkv", "clip", 89),
        ("awkward/newtonscradle.gif", "clip", 36),
        ("awkward/apng_delay.png", "clip", 4),
        ("awkward/rotate90.mov", "clip", 3),
        ("bvh/dab.bvh", "motion", 339),
        ("bvh/rest_single_frame.bvh", "motion", 1),
    ],
)
def test_real_drivings(assets: Path, tmp_path: Path, name: str, kind: str, frames: int) -> None:
    media = run(assets / name, tmp_path / "out")
    assert (media.kind, media.num_frames) == (kind, frames)


def test_broken_real_driving(assets: Path, tmp_path: Path) -> None:
    shutil.copy(assets / "awkward" / "corrupted.mp4", tmp_path / "c.mp4")
    with pytest.raises(InputError, match="after 28 good frames"):
        run(tmp_path / "c.mp4", tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())
