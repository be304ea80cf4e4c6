from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from data_contracts.bvh import read_bvh
from data_contracts.errors import NoFigureError
from data_contracts.video import iterate_clip, read_clip, write_mp4
from models.motion.poses import bvh_poses
from models.pose_drawing import draw_pose
from models.skeleton_video import is_skeleton_clip, read_skeleton_clip
from tests.models.pose_drawing.test_pose_drawing import standing

LIMB_JOINTS = slice(5, 17)


def drawn_motion(assets: Path, name: str, step: int, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    poses = bvh_poses(read_bvh(assets / "bvh" / f"{name}.bvh"), *size)
    xy, confidence = poses.keypoints_xy_px[::step], poses.confidence[::step]
    frames = [draw_pose(p, c, *size) for p, c in zip(xy, confidence, strict=True)]
    return np.stack(frames), xy


@pytest.mark.slow
@pytest.mark.parametrize("size", [256, 512, 768])
def test_a_drawn_figure_reads_back(size: int) -> None:
    xy, confidence = standing()
    xy = xy * (size / 256)
    frames = draw_pose(xy, confidence, size, size)[None]
    assert is_skeleton_clip(frames)
    found, trust = read_skeleton_clip(frames)
    error = np.linalg.norm(found[0, 0, LIMB_JOINTS] - xy[0, LIMB_JOINTS], axis=1)
    assert (trust[0, 0, LIMB_JOINTS] > 0).all()
    assert error.max() < 1.0  # half a pixel of rounding either way


def test_left_and_right_are_told_by_colour_alone() -> None:
    xy, confidence = standing()
    mirrored = xy.copy()
    mirrored[..., 0] = 256 - mirrored[..., 0]
    found, _ = read_skeleton_clip(draw_pose(mirrored, confidence, 256, 256)[None])
    assert np.linalg.norm(found[0, 0, 9] - mirrored[0, 9]) < 1.5
    assert found[0, 0, 9, 0] < 128  # the left wrist is on the left of the mirrored picture


@pytest.mark.slow
def test_motion_survives_h264(assets: Path, tmp_path: Path) -> None:
    frames, xy = drawn_motion(assets, "jumping_jacks", 10, (384, 512))
    write_mp4(tmp_path / "s.mp4", frames, fps=12, crf=23)
    decoded = read_clip(tmp_path / "s.mp4")
    assert is_skeleton_clip(decoded)
    found, trust = read_skeleton_clip(decoded)
    seen = trust[:, 0, LIMB_JOINTS] > 0
    error = np.linalg.norm(found[:, 0, LIMB_JOINTS] - xy[:, 0, LIMB_JOINTS], axis=-1)[seen]
    assert seen.mean() > 0.97
    assert np.median(error) < 0.7
    assert (error > 5).mean() < 0.02


@pytest.mark.slow
def test_a_real_rendered_clip(assets: Path) -> None:
    frames = read_clip(assets / "videos" / "pose_skeleton_dwpose.mp4")[::25]
    assert is_skeleton_clip(frames)
    found, trust = read_skeleton_clip(frames)
    assert (trust[:, 0, LIMB_JOINTS] > 0).mean() > 0.97
    # What was read, drawn again, covers what the clip shows of the body.
    for frame, xy, confidence in zip(frames, found, trust, strict=True):
        thin = draw_pose(xy, confidence, frame.shape[1], frame.shape[0], stick_px=1.5)
        drawn = thin.max(axis=2) > 60
        there = cv2.dilate((frame.max(axis=2) > 60).astype(np.uint8), np.ones((3, 3))) > 0
        assert (drawn & there).sum() / drawn.sum() > 0.95


@pytest.mark.slow
def test_blue_dots_of_hands_are_not_taken_for_the_nose(assets: Path) -> None:
    path = assets / "videos" / "pose_skeleton_dwpose.mp4"
    frames = np.stack(list(iterate_clip(path, 16.0, 32, 0.0, 320)))
    xy, trust = read_skeleton_clip(frames)
    nose, neck = xy[:, 0, 0], xy[:, 0, [5, 6]].mean(1)
    seen = trust[:, 0, 0] > 0
    assert seen.mean() > 0.5
    assert (nose[seen, 1] < neck[seen, 1]).all(), "this dancer never bends: the nose is above the neck"
    assert np.linalg.norm(nose - neck, axis=1)[seen].max() < 40


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["dance_bluedress_static.mp4", "cartoon3d_boy.mp4", "long_hall_person_139s.mp4"]
)
def test_footage_is_no_skeleton(assets: Path, name: str) -> None:
    path = next((assets / "videos").glob(name.split(".")[0] + ".*"))
    assert not is_skeleton_clip(read_clip(path, num_frames=6, long_side_px=480))


def test_black_noise_and_colour_bars_are_no_skeletons() -> None:
    rng = np.random.default_rng(0)
    black = np.zeros((3, 128, 128, 3), np.uint8)
    noise = rng.integers(0, 256, (3, 128, 128, 3)).astype(np.uint8)
    bars = np.repeat(rng.integers(0, 256, (3, 1, 16, 3)).astype(np.uint8), 128, axis=1).repeat(8, axis=2)
    lamp = black.copy()
    cv2.circle(lamp[0], (60, 60), 20, (255, 255, 0), -1)
    for clip in (black, noise, bars, lamp):
        assert not is_skeleton_clip(clip)


def test_an_empty_clip_has_nobody() -> None:
    with pytest.raises(NoFigureError, match="no skeleton"):
        read_skeleton_clip(np.zeros((2, 64, 64, 3), np.uint8))


def test_a_jump_that_is_drawn_is_read_and_a_guessed_one_is_forgotten() -> None:
    xy, confidence = standing()
    frames = np.stack([draw_pose(xy, confidence, 256, 256)] * 5)
    jumped = xy.copy()
    jumped[0, 9] = [230, 40]
    frames[2] = draw_pose(jumped, confidence, 256, 256)
    found, trust = read_skeleton_clip(frames)
    assert trust[2, 0, 9] == 1
    assert np.linalg.norm(found[2, 0, 9] - jumped[0, 9]) < 1.5
    cv2.circle(
        frames[2], (230, 40), 5, (0, 0, 0), -1
    )  # the wrist's disc is covered: only the limb's end is left
    _, trust = read_skeleton_clip(frames)
    assert trust[2, 0, 9] == 0
    assert (trust[[0, 1, 3, 4], 0, 9] == 1).all()


def test_a_guess_that_jumps_among_guesses_that_tremble_is_forgotten() -> None:
    xy, confidence = standing()
    frames = []
    for t in range(9):
        moved = xy.copy()
        moved[0, 9] += [9.0 * (-1) ** (t // 2), 0] if t != 4 else [44, -40]
        frame = draw_pose(moved, confidence, 256, 256)
        x, y = moved[0, 9].round().astype(int)
        cv2.circle(frame, (int(x), int(y)), 5, (0, 0, 0), -1)
        frames.append(frame)
    _, trust = read_skeleton_clip(np.stack(frames))
    assert trust[4, 0, 9] == 0
    assert (np.delete(trust[:, 0, 9], 4) > 0).all()


def test_two_figures_are_read_apart_and_keep_their_places() -> None:
    xy, confidence = standing()
    size = np.array([256, 0], np.float32)
    frames, truth = [], []
    for t in range(4):
        people = np.concatenate([xy + [2 * t, 0], 0.8 * xy + size - [2 * t, -20]]).astype(np.float32)
        frames.append(draw_pose(people, np.repeat(confidence, 2, axis=0), 512, 256))
        truth.append(people)
    truth_xy = np.stack(truth)
    found, trust = read_skeleton_clip(np.stack(frames))
    assert found.shape == (4, 2, 133, 2)
    if np.linalg.norm(found[0, 0, 9] - truth_xy[0, 0, 9]) > 50:
        found, trust = found[:, ::-1], trust[:, ::-1]
    assert (trust[:, :, LIMB_JOINTS] > 0).all()
    assert np.linalg.norm(found[:, :, LIMB_JOINTS] - truth_xy[:, :, LIMB_JOINTS], axis=-1).max() < 1.5


def test_where_two_figures_touch_nobody_is_guessed() -> None:
    xy, confidence = standing()
    both = np.repeat(confidence, 2, axis=0)
    apart = draw_pose(np.concatenate([xy, xy + [230, 0]]).astype(np.float32), both, 512, 256)
    touching = draw_pose(np.concatenate([xy, xy + [60, 0]]).astype(np.float32), both, 512, 256)
    _, trust = read_skeleton_clip(np.stack([apart, apart, touching]))
    assert (trust[:2, :, LIMB_JOINTS] > 0).all()
    assert not trust[2].any()


@pytest.mark.slow
def test_figures_that_cross_come_apart_as_they_were_and_one_who_leaves_stays_away() -> None:
    xy, confidence = standing()
    xy = 0.6 * xy + [0, 60]
    frames, truth = [], []
    for t in range(30):
        people = np.concatenate([xy + [14 * t - 30, 0], 0.9 * xy + [330 - 14 * t, 12]]).astype(np.float32)
        frames.append(draw_pose(people, np.repeat(confidence, 2, axis=0), 448, 256))
        truth.append(people)
    found, trust = read_skeleton_clip(np.stack(frames))
    assert found.shape[1] == 2
    true = np.stack(truth)
    first = int(np.argmin(np.linalg.norm(found[4, :, 5] - true[4, 0, 5], axis=-1)))
    together = 0
    for t in range(30):
        for person, ours in ((0, first), (1, 1 - first)):
            inside = (true[t, person, LIMB_JOINTS, 0] > 8).all() & (
                true[t, person, LIMB_JOINTS, 0] < 440
            ).all()
            if not inside:
                continue
            seen = trust[t, ours, LIMB_JOINTS] > 0
            together += not seen.any()
            error = np.linalg.norm(found[t, ours, LIMB_JOINTS] - true[t, person, LIMB_JOINTS], axis=-1)
            assert (error[seen] < 20).all(), (t, person)
    assert 2 <= together <= 24
