"""The poses' part of the table: the truth is perfect, errors count as such, people are told apart."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from flows.accuracy.posed_clips import PosedClip, TruePeople, read_clip_and_matte, read_true_people
from flows.accuracy.role import Case
from flows.accuracy.roles import track_pose
from flows.accuracy.roles.track_pose import CLAIMED, MISSED, ROLE, SWAPPED, SkeletonVideoReader, pose_values
from models.pose import PoseEstimate, SilhouettePose
from models.pose.mean_shape import mean_shape


def people(count: int, frames: int = 6) -> TruePeople:
    masks = np.zeros((frames, 200, 100 * count), bool)
    standing = []
    for person in range(count):
        one = np.zeros_like(masks)
        one[:, 20:180, 100 * person + 20 : 100 * person + 80] = True
        standing.append(mean_shape(one))
    xy = np.stack(standing, axis=1)
    counted = np.zeros(xy.shape[:3], bool)
    counted[..., :23] = True
    return TruePeople(xy, counted, np.full(xy.shape[:2], 4000.0))


def sure(truth: TruePeople) -> NDArray[np.float32]:
    return truth.counted.astype(np.float32)


@pytest.mark.slow
def test_the_truth_itself_is_perfect() -> None:
    truth = people(2)
    values = pose_values(truth.xy_px, sure(truth), truth)
    assert values["PCK body"] == values["PCK feet"] == values["OKS body"] == 1
    assert values[MISSED.name] == values[SWAPPED.name] == 0
    assert "PCK hands" not in values and "wrong but trusted" not in values


def test_mirrored_people_are_wrong_and_trusted() -> None:
    truth = people(1)
    mirrored = truth.xy_px.copy()
    order = np.arange(133)
    order[5:17] = order[5:17].reshape(-1, 2)[:, ::-1].ravel()
    values = pose_values(mirrored[:, :, order], sure(truth), truth)
    assert 0.3 < values["PCK body"] < 0.8 and values["OKS body"] < 0.8
    assert values["wrong but trusted"] == 1


def test_one_of_two_people_is_half_missed_and_her_pose_is_right() -> None:
    truth = people(2)
    values = pose_values(truth.xy_px[:, 1:], sure(truth)[:, 1:], truth)
    assert values["PCK body"] == 1 and values[MISSED.name] == pytest.approx(0.5)
    jumping = truth.xy_px[:, :1].copy()
    jumping[3:] = truth.xy_px[3:, 1:]
    assert pose_values(jumping, sure(truth)[:, :1], truth)["PCK body"] == 1


def test_numbers_that_change_people_are_swaps() -> None:
    truth = people(2)
    xy = truth.xy_px.copy()
    xy[3:] = xy[3:, ::-1]
    assert pose_values(xy, sure(truth), truth)[SWAPPED.name] == pytest.approx(2 / 12)


def test_shaking_is_counted() -> None:
    truth = people(1, frames=20)
    shaken = truth.xy_px + np.random.default_rng(0).normal(0, 2, truth.xy_px.shape)
    assert pose_values(shaken, sure(truth), truth)["jitter %"] > 1


def test_refusing_an_animal_is_right_and_a_body_on_it_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    blank = np.zeros((2, 40, 40, 3), np.uint8), np.zeros((2, 40, 40), np.float32)
    monkeypatch.setattr(track_pose, "read_clip_and_matte", lambda _: blank)
    case = Case("puppet world, animals, true matte", "dog", PosedClip(animal=True))
    assert ROLE.measure(case, SilhouettePose(), Path()) == {CLAIMED.name: 0.0}

    def bold(*_: object) -> PoseEstimate:
        return PoseEstimate(
            np.zeros((2, 1, 133, 2), np.float32), np.ones((2, 1, 133), np.float32), np.ones(2, np.float32), ""
        )

    monkeypatch.setattr(track_pose, "load", lambda _: bold)
    assert ROLE.measure(case, SilhouettePose(grid_side=100), Path()) == {CLAIMED.name: 1.0}


def test_skeleton_videos_are_only_the_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    case = Case("puppet world, skeleton video", "one", PosedClip(drawn=True))
    assert ROLE.measure(case, SilhouettePose(), Path()) == {}
    assert ROLE.measure(Case("a", "b", PosedClip()), SkeletonVideoReader(), Path()) == {}


def test_the_annotated_photograph(assets: Path) -> None:
    clip = PosedClip(coco=assets / "pose" / "coco")
    frames, alpha = read_clip_and_matte(clip)
    truth = read_true_people(clip)
    assert frames.shape[:3] == alpha.shape and truth.counted[0, 0, :17].all()
    at = truth.xy_px[0, 0, :17].astype(int)
    assert (alpha[0, at[:, 1], at[:, 0]] > 0.5).mean() > 0.8, "her joints lie in her outline"
    assert alpha.sum() == pytest.approx(truth.area_px[0, 0], rel=0.05)
    values = ROLE.baseline(Case("COCO 785, true matte", "picture", clip))
    assert 0 < values["OKS body"] < 0.6
