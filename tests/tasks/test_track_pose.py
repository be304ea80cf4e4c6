from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from data_contracts.errors import InputError
from data_contracts.image import read_image
from data_contracts.lossless_video import write_lossless
from data_contracts.matte import Matte
from data_contracts.media import Media
from data_contracts.pose import PoseTrack
from data_contracts.pose_formats import read_poses, write_poses
from data_contracts.pose_sequence import PoseSequence
from data_contracts.record import FileRef
from models.pose import SilhouettePose
from models.pose_drawing import draw_pose
from tasks.track_pose import TrackPoseConfig, track_pose

FAST = TrackPoseConfig(estimate=SilhouettePose(iterations=60, keep=2))

BODY = np.array([
    [100, 40], [104, 36], [96, 36], [108, 38], [92, 38], [122, 62], [78, 62], [140, 95], [60, 95], [152, 128],
    [48, 128], [112, 130], [88, 130], [116, 180], [84, 180], [118, 228], [82, 228],
], np.float32)  # fmt: skip


@pytest.fixture
def out_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


def swaying(count: int) -> tuple[np.ndarray, np.ndarray]:
    """COCO-WholeBody points of a body that sways by a pixel a frame, and their confidence."""
    xy = np.zeros((count, 1, 133, 2), np.float32)
    confidence = np.zeros((count, 1, 133), np.float32)
    for t in range(count):
        xy[t, 0, :17] = BODY + [t, 0]
        confidence[t, 0, :17] = 1
    return xy, confidence


def motion(
    folder: Path, name: str, kind: str, fps: float, frames: int, size: tuple[int, int] | None
) -> Media:
    return Media(
        kind="motion",
        content=FileRef.of(folder / name, folder),
        name=name,
        width_px=size[0] if size else None,
        height_px=size[1] if size else None,
        num_frames=frames,
        fps=fps,
        motion_format=kind,  # type: ignore[arg-type]
    ).placed(folder)


def poses_of(track: PoseTrack, folder: Path) -> PoseSequence:
    return read_poses(track.placed(folder).path(track.poses))


def test_a_pose_file_comes_through_and_is_resampled(tmp_path: Path, out_dir: Path) -> None:
    xy, confidence = swaying(9)
    write_poses(PoseSequence(xy, confidence, 8.0, 200, 256), tmp_path / "poses.json")
    media = motion(tmp_path, "poses.json", "pose_json", 16.0, 17, (200, 256))
    track = track_pose(media, None, TrackPoseConfig(), out_dir)
    poses = poses_of(track, out_dir)
    assert track.method == "pose_json" and track.mean_confidence == 1 and not track.has_3d
    assert (poses.n_frames, poses.fps) == (17, 16.0)
    np.testing.assert_allclose(poses.keypoints_xy_px[::2, 0, :17], xy[:, 0, :17], atol=2e-3)
    np.testing.assert_allclose(poses.keypoints_xy_px[1, 0, :17], BODY + [0.5, 0], atol=2e-3)


def test_a_bvh_is_read_exactly_with_3d(assets: Path, out_dir: Path) -> None:
    media = motion(assets / "bvh", "jumping_jacks.bvh", "bvh", 15.0, 20, None)
    track = track_pose(media, None, TrackPoseConfig(bvh_width_px=400, bvh_height_px=500), out_dir)
    poses = poses_of(track, out_dir)
    assert track.method == "bvh" and track.has_3d and track.num_frames == 20
    assert (track.width_px, track.height_px) == (400, 500)
    body = poses.keypoints_xy_px[:, 0, 5:17]
    assert (body > 0).all() and (body < [400, 500]).all()
    assert (body[:, 10:].mean(axis=1)[:, 1] > body[:, :2].mean(axis=1)[:, 1] + 100).all(), "upright"


def test_a_skeleton_clip_is_read_back(tmp_path: Path, out_dir: Path) -> None:
    xy, confidence = swaying(4)
    frames = np.stack([draw_pose(p, c, 200, 256) for p, c in zip(xy, confidence, strict=True)])
    path = write_lossless(tmp_path / "clip.mkv", frames, 10.0)
    media = Media(
        kind="skeleton", content=FileRef.of(path, tmp_path), name="skeleton.mp4", width_px=200,
        height_px=256, num_frames=4, fps=10.0,
    ).placed(tmp_path)  # fmt: skip
    track = track_pose(media, None, TrackPoseConfig(), out_dir)
    poses = poses_of(track, out_dir)
    assert track.method == "skeleton_video"
    error = np.linalg.norm(poses.keypoints_xy_px[:, 0, 5:17] - xy[:, 0, 5:17], axis=-1)
    assert np.median(error) < 1.0


def film(folder: Path, count: int) -> tuple[Media, Matte, np.ndarray]:
    """A clip of a drawn body at twice the points' size, its exact matte, and the true points."""
    frames, masks = [], []
    for t in range(count):
        points = np.rint((BODY + [t, 0]) * 2).astype(int)
        mask = np.zeros((512, 400), np.uint8)
        cv2.ellipse(mask, tuple(points[0].tolist()), (26, 34), 0, 0, 360, 1, -1)
        cv2.fillPoly(mask, [points[[5, 6, 12, 11]]], 1)
        for a, b, thick in ((5, 7, 30), (7, 9, 22), (6, 8, 30), (8, 10, 22), (5, 6, 34), (11, 12, 44),
                            (11, 13, 44), (13, 15, 30), (12, 14, 44), (14, 16, 30), (0, 0, 30)):  # fmt: skip
            cv2.line(mask, tuple(points[a].tolist()), tuple(points[b].tolist()), 1, thick)
        cv2.line(mask, tuple(points[0].tolist()), (points[0, 0], 124), 1, 28)
        masks.append(mask * 255)
        frames.append(np.where(mask[..., None] > 0, np.uint8(70), np.full((512, 400, 3), 220, np.uint8)))
    clip = write_lossless(folder / "clip.mkv", np.stack(frames), 12.0)
    alpha = write_lossless(folder / "alpha.mkv", np.stack(masks), 12.0)
    media = Media(
        kind="clip", content=FileRef.of(clip, folder), name="body.mp4", width_px=400, height_px=512,
        num_frames=count, fps=12.0,
    ).placed(folder)  # fmt: skip
    matte = Matte(
        kind="clip", alpha=FileRef.of(alpha, folder), width_px=400, height_px=512, num_frames=count,
        method="drawn", coverage=0.2, confidence=1.0,
    ).placed(folder)  # fmt: skip
    return media, matte, np.stack([(BODY + [t, 0]) * 2 for t in range(count)])


@pytest.mark.slow
def test_a_clip_is_estimated_in_its_own_pixels_with_an_overlay(tmp_path: Path, out_dir: Path) -> None:
    media, matte, truth = film(tmp_path, 6)
    track = track_pose(media, matte, FAST, out_dir)
    poses = poses_of(track, out_dir)
    assert track.method == "estimated" and track.backend.startswith("silhouette")
    assert (track.width_px, track.height_px, track.fps) == (400, 512, 12.0)
    error = np.linalg.norm(poses.keypoints_xy_px[:, 0, 5:17] - truth[:, 5:17], axis=-1)
    assert np.median(error) < 0.06 * 430
    assert track.mean_confidence > 0.4
    assert track.overlay is not None
    overlay = read_image(track.placed(out_dir).path(track.overlay))
    assert overlay.shape[1] > 6 * 150 and (overlay.max(axis=2) > 180).any(), "six frames with drawn joints"


def test_a_clip_without_a_matte_says_what_to_do(tmp_path: Path, out_dir: Path) -> None:
    media, _, _ = film(tmp_path, 2)
    with pytest.raises(InputError, match="Run segment first"):
        track_pose(media, None, FAST, out_dir)


def test_a_matte_of_another_clip_is_refused(tmp_path: Path, out_dir: Path) -> None:
    media, _, _ = film(tmp_path, 3)
    other = tmp_path / "other"
    other.mkdir()
    _, matte, _ = film(other, 2)
    with pytest.raises(InputError, match="expected 3 frames; got 2 frames"):
        track_pose(media, matte, FAST, out_dir)


def test_a_still_cannot_drive(tmp_path: Path, out_dir: Path) -> None:
    media, _, _ = film(tmp_path, 1)
    with pytest.raises(InputError, match="no motion"):
        track_pose(media.model_copy(update={"kind": "still"}), None, FAST, out_dir)
