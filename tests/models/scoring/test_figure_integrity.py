"""A whole figure hangs on its skeleton; torn, displaced and foreign parts do not."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from data_contracts.pose_sequence import PoseSequence
from flows.accuracy.graded_clips import film_graded
from models.measures.degradations import degrade
from models.measures.layers import Clip
from models.scoring.figure_integrity import figure_integrity, integrity_quality, loose_pieces

SIDE = 160


@pytest.fixture(scope="module")
def dancer() -> tuple[Clip, PoseSequence]:
    filmed = film_graded(5, 6.0, SIDE)
    assert filmed.poses is not None
    return filmed.clip, filmed.poses


def quality(alpha: np.ndarray, poses: PoseSequence) -> float:
    found = figure_integrity(alpha >= 0.5, poses)
    assert found is not None
    return integrity_quality(found)


@pytest.mark.slow
def test_a_whole_figure_is_whole(dancer: tuple[Clip, PoseSequence]) -> None:
    clip, poses = dancer
    found = figure_integrity(clip.alpha >= 0.5, poses)
    assert found is not None
    assert found.bare < 0.005
    assert found.stray < 0.01
    assert quality(clip.alpha, poses) > 0.95


@pytest.mark.slow
def test_quality_falls_as_a_figure_is_torn(dancer: tuple[Clip, PoseSequence]) -> None:
    clip, poses = dancer
    for seed in (1, 2, 3):
        falls = [
            quality(degrade(clip, "torn", strength, seed).alpha, poses)
            for strength in (0, 0.25, 0.5, 0.75, 1)
        ]
        assert falls == sorted(falls, reverse=True), falls
        assert falls[-1] < 0.35


def test_colours_and_time_do_not_matter(dancer: tuple[Clip, PoseSequence]) -> None:
    clip, poses = dancer
    assert quality(degrade(clip, "noise", 1.0, 1).alpha, poses) == quality(clip.alpha, poses)


def test_the_size_of_the_matte_does_not_matter(dancer: tuple[Clip, PoseSequence]) -> None:
    clip, poses = dancer
    torn = degrade(clip, "torn", 0.6, 1).alpha
    large = np.stack([cv2.resize(alpha, (2 * SIDE, 2 * SIDE)) for alpha in torn])
    assert quality(large, poses) == pytest.approx(quality(torn, poses), abs=0.08)


def test_a_figure_in_the_wrong_pose_leaves_bones_bare(dancer: tuple[Clip, PoseSequence]) -> None:
    clip, poses = dancer
    late = np.roll(clip.alpha, 2, axis=0)
    assert quality(late, poses) < 0.6 * quality(clip.alpha, poses)


def test_what_cannot_be_judged_is_left_open(dancer: tuple[Clip, PoseSequence]) -> None:
    clip, poses = dancer
    figure = clip.alpha >= 0.5
    assert figure_integrity(figure[:3], poses) is None
    assert figure_integrity(figure, replace(poses, confidence=np.zeros_like(poses.confidence))) is None
    assert figure_integrity(np.zeros_like(figure), poses) is None
    away = replace(poses, keypoints_xy_px=poses.keypoints_xy_px + np.float32(5000))
    assert figure_integrity(figure, away) is None


def test_without_a_skeleton_only_loose_pieces_are_seen() -> None:
    figure = np.zeros((2, 40, 40), bool)
    figure[:, 5:30, 5:15] = True
    assert loose_pieces(figure).stray == 0
    figure[1, 35:40, 30:40] = True  # 50 of 300 pixels, in one of two frames
    assert loose_pieces(figure).stray == pytest.approx(0.5 * 50 / 300)
    assert integrity_quality(loose_pieces(figure)) < 1
    assert loose_pieces(np.zeros_like(figure)).stray == 0
