"""A drawn figure, its matte, a waving driver and a plain scene, as the records that the stages read."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.camera_formats import format_json
from data_contracts.camera_path import CameraPath
from data_contracts.coarse_video import CoarseVideo
from data_contracts.depth import Depth
from data_contracts.image import write_png
from data_contracts.matte import Matte
from data_contracts.media import Media
from data_contracts.pose import PoseTrack
from data_contracts.pose_formats import write_poses
from data_contracts.pose_sequence import PoseSequence
from data_contracts.record import FileRef
from data_contracts.rig import JOINTS, Skeleton
from data_contracts.video import write_lossless

WIDTH, HEIGHT, FRAMES, FPS = 160, 200, 6, 12.0
GROUND_Y = 180.0
JOINT_XY = np.array([
    [80, 100], [80, 68], [80, 62], [80, 46],
    [66, 68], [50, 84], [36, 98], [94, 68], [110, 84], [124, 98],
    [72, 102], [68, 140], [66, 178], [88, 102], [92, 140], [94, 178],
], np.float64)  # fmt: skip
LIMBS = ((0, 2), (4, 5), (5, 6), (7, 8), (8, 9), (10, 11), (11, 12), (13, 14), (14, 15), (4, 7), (10, 13))


def skeleton(**changes: object) -> Skeleton:
    values = {"joints_xy_px": JOINT_XY, "confidence": np.ones(len(JOINTS)), "width_px": WIDTH}
    return Skeleton(**(values | {"height_px": HEIGHT} | changes))  # type: ignore[arg-type]


def figure() -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A red figure with a yellow head on grey, uint8 [H, W, 3], and its matte float32 [H, W]."""
    alpha = np.zeros((HEIGHT, WIDTH), np.uint8)
    points = np.rint(JOINT_XY - 0.5).astype(int)
    for a, b in LIMBS:
        cv2.line(alpha, points[a].tolist(), points[b].tolist(), 255, 12 if a else 30)
    cv2.circle(alpha, points[3].tolist(), 17, 255, -1)
    rgb = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    rgb[alpha > 0] = (200, 30, 40)
    cv2.circle(rgb, points[3].tolist(), 17, (250, 220, 40), -1)
    return rgb, (alpha / 255).astype(np.float32)


def media_and_matte(folder: Path) -> tuple[Media, Matte]:
    rgb, alpha = figure()
    write_png(folder / "still.png", rgb)
    write_png(folder / "alpha.png", (alpha * 255).astype(np.uint8))
    media = Media(
        kind="still",
        content=FileRef.of(folder / "still.png", folder),
        name="doll.png",
        width_px=WIDTH,
        height_px=HEIGHT,
        num_frames=1,
    )
    matte = Matte(
        kind="still",
        alpha=FileRef.of(folder / "alpha.png", folder),
        width_px=WIDTH,
        height_px=HEIGHT,
        num_frames=1,
        method="drawn",
        coverage=float(alpha.mean()),
        confidence=1,
    )
    return media.placed(folder), matte.placed(folder)


COCO_FROM_RIG = {5: 7, 6: 4, 7: 8, 8: 5, 9: 9, 10: 6, 11: 13, 12: 10, 13: 14, 14: 11, 15: 15, 16: 12, 0: 3}


def waving(frames: int = FRAMES, confidence: float = 1.0) -> PoseSequence:
    """The figure's own pose, twice as large, lifting its right arm."""
    xy = np.zeros((frames, 1, 133, 2), np.float32)
    trust = np.zeros((frames, 1, 133), np.float32)
    for coco, rig in COCO_FROM_RIG.items():
        xy[:, 0, coco] = 2 * JOINT_XY[rig]
        trust[:, 0, coco] = confidence
    for t in range(frames):
        angle = np.radians(225 + 20 * t)
        out = np.array([np.sin(angle), -np.cos(angle)])
        xy[t, 0, 8] = xy[t, 0, 6] + 44 * out
        xy[t, 0, 10] = xy[t, 0, 8] + 40 * out
    return PoseSequence(xy, trust, FPS, 2 * WIDTH, 2 * HEIGHT)


def pose_track(folder: Path, poses: PoseSequence) -> PoseTrack:
    write_poses(poses, folder / "poses.json")
    return PoseTrack(
        poses=FileRef.of(folder / "poses.json", folder),
        method="pose_json",
        backend="exact",
        num_frames=poses.n_frames,
        num_people=1,
        fps=poses.fps,
        width_px=poses.width_px,
        height_px=poses.height_px,
        has_3d=False,
        mean_confidence=1,
    ).placed(folder)


def ground_depth(
    focal_px: float = 200.0, camera_height_m: float = 1.2, far_m: float = 9.0
) -> NDArray[np.float32]:
    """Depth [H, W] over a floor with a wall behind."""
    below = np.maximum((np.arange(HEIGHT) + 0.5 - HEIGHT / 2) / focal_px, 1e-6)
    column = np.minimum(camera_height_m / below, far_m).astype(np.float32)
    return np.repeat(column[:, None], WIDTH, axis=1)


def depth_record(folder: Path) -> Depth:
    np.save(folder / "depth.npy", ground_depth())
    write_png(folder / "preview.png", np.zeros((HEIGHT, WIDTH), np.uint8))
    return Depth(
        depth=FileRef.of(folder / "depth.npy", folder),
        preview=FileRef.of(folder / "preview.png", folder),
        sky=FileRef.of(folder / "preview.png", folder),
        upright=FileRef.of(folder / "preview.png", folder),
        focal_px=200,
        width_px=WIDTH,
        height_px=HEIGHT,
        near_m=1,
        far_m=9,
        scene_kind="indoor",
        confidence=1,
        method="drawn",
    ).placed(folder)


def coarse_video(folder: Path, step_m: float = 0.0, frames: int = FRAMES) -> CoarseVideo:
    """A green background with a void on its left, seen by a camera that moves to the right."""
    video = np.full((frames, HEIGHT, WIDTH, 3), (40, 120, 60), np.uint8)
    void = np.zeros((frames, HEIGHT, WIDTH), np.uint8)
    void[:, :, :10] = 255
    video[void > 0] = 0
    write_lossless(folder / "coarse.mkv", video, FPS)
    write_lossless(folder / "void.mkv", void, FPS)
    np.savez(folder / "depth.npz", depth_m=np.repeat(ground_depth()[None], frames, 0).astype(np.float16))
    poses = np.tile(np.eye(4), (frames, 1, 1))
    poses[:, 0, 3] = step_m * np.arange(frames)
    lens = np.tile([200.0, 200.0, WIDTH / 2, HEIGHT / 2], (frames, 1))
    path = CameraPath.of(
        poses, time_s=np.arange(frames) / FPS, intrinsics_px=lens, width_px=WIDTH, height_px=HEIGHT
    )
    (folder / "track.json").write_text(format_json(path))
    return CoarseVideo(
        video=FileRef.of(folder / "coarse.mkv", folder),
        void=FileRef.of(folder / "void.mkv", folder),
        depth=FileRef.of(folder / "depth.npz", folder),
        track=FileRef.of(folder / "track.json", folder),
        num_frames=frames,
        fps=FPS,
        width_px=WIDTH,
        height_px=HEIGHT,
        void_share=float((void > 0).mean()),
        backend="drawn",
    ).placed(folder)
