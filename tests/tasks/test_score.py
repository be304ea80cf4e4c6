"""Score: the stage reads a pair's own files, and sees when the figure does not do what the driver does."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from data_contracts.conditions import Conditions
from data_contracts.image import write_png
from data_contracts.lossless_video import write_lossless
from data_contracts.pair import Pair
from data_contracts.pose_formats import write_poses
from data_contracts.pose_sequence import PoseSequence
from data_contracts.record import FileRef
from data_contracts.video import write_mp4
from models.scoring.colour_texture import ColourTextureConfig
from tasks.score import ScoreConfig, score

COUNT, SIDE, FPS = 12, 160, 24.0


def walker(index: float, tint: tuple[int, int, int]) -> tuple[np.ndarray, np.ndarray]:
    y, x = np.mgrid[:SIDE, :SIDE] / SIDE
    frame = np.stack([150 + 50 * x, 170 + 30 * y, 210 - 30 * y], -1).astype(np.uint8)
    alpha = np.zeros((SIDE, SIDE), np.uint8)
    left = round(20 + 4 * index)
    for canvas, value in ((frame, tint), (alpha, 255)):
        cv2.rectangle(canvas, (left, 50), (left + 40, 130), value, -1)
    for row in range(60, 125, 12):
        cv2.circle(frame, (left + 20, row), 4, (30, 30, 60), -1)
    return frame, alpha


def pair_of(folder: Path, speed: float, character: np.ndarray | None = None) -> Pair:
    folder.mkdir()
    made, figure = zip(*[walker(speed * i, (200, 70, 60)) for i in range(COUNT)], strict=True)
    source = [walker(i, (60, 120, 80))[0] for i in range(COUNT)]
    write_mp4(folder / "made.mp4", made, FPS)
    write_mp4(folder / "source.mp4", source, FPS)
    write_lossless(folder / "figure.mkv", np.stack(figure), FPS)
    write_png(folder / "first.png", source[0])
    write_png(folder / "character.png", source[0] if character is None else character)
    return Pair(
        synthesized=FileRef.of(folder / "made.mp4", folder),
        source=FileRef.of(folder / "source.mp4", folder),
        reference=FileRef.of(folder / "first.png", folder),
        figure=FileRef.of(folder / "figure.mkv", folder),
        character=FileRef.of(folder / "character.png", folder),
        signal="rgb",
        segment=0,
        start_frame=0,
        source_name="walk.mp4",
        source_sha256="0" * 64,
        character_name="box.png",
        character_sha256="1" * 64,
        seed=0,
        num_frames=COUNT,
        fps=FPS,
        width_px=SIDE,
        height_px=SIDE,
    ).placed(folder)


@pytest.mark.slow
def test_a_moving_pair_passes_and_a_frozen_one_does_not(tmp_path: Path) -> None:
    moving = score(pair_of(tmp_path / "moving", 1.0), None, ScoreConfig(), tmp_path)
    frozen = score(pair_of(tmp_path / "frozen", 0.0), None, ScoreConfig(), tmp_path)
    assert moving.mean > 4.2
    assert all(value > 3.5 for value in moving.dimensions().values()), moving
    assert moving.mean == np.mean(list(moving.dimensions().values()))
    assert frozen.proxy_motion_smoothness < 1.2
    assert frozen.motion_amount < 0.01 < frozen.driver_motion_amount
    assert moving.features == "colour_texture"


@pytest.mark.slow
def test_the_figure_is_compared_with_the_character_where_its_alpha_is_known(tmp_path: Path) -> None:
    right = np.dstack(walker(0, (200, 70, 60)))
    wrong = np.dstack(walker(0, (60, 70, 200)))
    same = score(pair_of(tmp_path / "right", 1.0, right), None, ScoreConfig(), tmp_path)
    other = score(pair_of(tmp_path / "wrong", 1.0, wrong), None, ScoreConfig(), tmp_path)
    unknown = score(pair_of(tmp_path / "unknown", 1.0, wrong[..., :3]), None, ScoreConfig(), tmp_path)
    assert same.proxy_subject_consistency > 4.2
    assert unknown.proxy_subject_consistency > 4.2
    assert other.proxy_subject_consistency < same.proxy_subject_consistency - 1


def conditions_of(folder: Path, shift_px: float, num_frames: int) -> Conditions:
    """The walker's skeleton, whose frames begin one before the pair's; moved off by some pixels."""
    folder.mkdir()
    keypoints = np.zeros((num_frames, 1, 133, 2), np.float32)
    for person, offset in zip(keypoints[:, 0], range(-1, num_frames - 1), strict=True):
        left = 20 + 4 * offset + shift_px
        for a, row in zip(range(5, 17, 2), (55, 75, 70, 95, 110, 125), strict=True):
            person[a], person[a + 1] = (left + 32, row), (left + 8, row)
    confidence = np.zeros((num_frames, 1, 133), np.float32)
    confidence[..., 5:17] = 1
    poses = PoseSequence(keypoints, confidence, FPS, SIDE, SIDE)
    write_poses(poses, folder / "poses.json")
    some = FileRef.of(folder / "poses.json", folder)
    return Conditions(
        poses=some,
        placement=some,
        body=some,
        hands=some,
        face=some,
        mask=some,
        num_frames=num_frames,
        fps=FPS,
        width_px=SIDE,
        height_px=SIDE,
        mean_confidence=1.0,
    ).placed(folder)


@pytest.mark.slow
def test_the_figure_is_held_against_the_pose_that_it_was_to_take(tmp_path: Path) -> None:
    pair = pair_of(tmp_path / "pair", 1.0).model_copy(update={"start_frame": 1})
    pair = pair.placed(tmp_path / "pair")
    fitting = conditions_of(tmp_path / "fitting", 0.0, COUNT + 3)
    elsewhere = conditions_of(tmp_path / "elsewhere", 30.0, COUNT + 3)
    good = score(pair, fitting, ScoreConfig(), tmp_path)
    bad = score(pair, elsewhere, ScoreConfig(), tmp_path)
    assert good.proxy_subject_consistency > 4.2
    assert bad.proxy_subject_consistency < 2.0
    assert good.proxy_imaging_quality == bad.proxy_imaging_quality


@pytest.mark.slow
def test_scores_are_the_same_again(tmp_path: Path) -> None:
    pair = pair_of(tmp_path / "pair", 1.0)
    assert score(pair, None, ScoreConfig(), tmp_path) == score(pair, None, ScoreConfig(), tmp_path)


def test_the_backends_settings_are_part_of_the_key() -> None:
    default = ScoreConfig()
    other = ScoreConfig.model_validate({"features": {"kind": "colour_texture", "subject_half": 0.2}})
    assert default.key_content() != other.key_content()
    assert default.key_content()["features"]["version"] == ColourTextureConfig.version
