"""join_figures, on what draw_conditions and animate made of two characters of one picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data_contracts.animation import Animation
from data_contracts.casting import Casting
from data_contracts.coarse_video import CoarseVideo
from data_contracts.conditions import Conditions
from data_contracts.errors import ContractError, InputError
from data_contracts.placement import read_placement
from data_contracts.pose_formats import read_poses
from data_contracts.pose_sequence import PoseSequence
from data_contracts.rig import Rig
from data_contracts.video import read_lossless
from models.motion.sides import sides_swapped
from models.puppet import ComposeConfig, PuppetConfig
from tasks.animate import AnimateConfig, animate
from tasks.draw_conditions import DrawConditionsConfig, draw_conditions
from tasks.join_figures import JoinFiguresConfig, join_figures
from tasks.refine import RefineConfig, refine
from tests.tasks import character_scene as drawn
from tests.tasks.test_animate import rig_record

WIDE = 3.0
"""The two people of the clip stand this many figure widths apart."""


def two_people() -> PoseSequence:
    """The waving one, and to its right one who stands still with the arms as at rest."""
    poses = drawn.waving()
    xy = np.repeat(poses.keypoints_xy_px, 2, axis=1)
    xy[:, 1] = xy[:1, 1]
    seen = poses.confidence[0, 0] > 0
    xy[:, 1, seen, 0] += WIDE * drawn.WIDTH
    return PoseSequence(xy, np.repeat(poses.confidence, 2, axis=1), poses.fps, 1000, poses.height_px)


def conditions_of(
    folder: Path, casting: Casting | None, lead: Rig | None = None, poses: PoseSequence | None = None
) -> Conditions:
    out = folder / f"conditions{len(list(folder.iterdir()))}"
    out.mkdir()
    pose = drawn.pose_track(folder, poses or two_people())
    coarse, depth = drawn.coarse_video(folder), drawn.depth_record(folder)
    config = DrawConditionsConfig()
    return draw_conditions(
        pose, rig_record(folder), coarse, depth, config, out, 0, casting=casting, lead=lead
    ).placed(out)


def animation_of(
    folder: Path, conditions: Conditions, coarse: CoarseVideo, compose: ComposeConfig | None = None
) -> Animation:
    out = folder / f"animation{len(list(folder.iterdir()))}"
    out.mkdir()
    config = AnimateConfig(backend=PuppetConfig(compose=compose or ComposeConfig()))
    made = animate(*drawn.media_and_matte(folder), rig_record(folder), conditions, coarse, config, out)
    return made.placed(out)


def _joined(
    folder: Path, alone: list[Animation], conditions: list[Conditions], coarse: CoarseVideo
) -> Animation:
    out = folder / f"together{len(list(folder.iterdir()))}"
    out.mkdir()
    return join_figures(alone, conditions, coarse, JoinFiguresConfig(), out).placed(out)


def wrist_travel(conditions: Conditions) -> float:
    wrist = read_poses(conditions.path(conditions.poses)).keypoints_xy_px[:, 0, 10]
    return float(np.ptp(wrist, axis=0).max())


@pytest.mark.slow
def test_each_follows_the_person_it_is_told_to(tmp_path: Path) -> None:
    waves = conditions_of(tmp_path, Casting(person=1))
    stands = conditions_of(tmp_path, Casting(person=2))
    assert wrist_travel(waves) > 30 > 2 > wrist_travel(stands)
    with pytest.raises(InputError, match=r"no such person.*1 to 2.*2 people"):
        conditions_of(tmp_path, Casting(person=3))


@pytest.mark.slow
def test_sides_are_exchanged_where_they_are_said_to_be(tmp_path: Path) -> None:
    right = drawn.waving()
    wrong = sides_swapped(right, [(2, 3)])
    told, mended, mistaken = (
        read_poses(found.path(found.poses)).keypoints_xy_px
        for found in (
            conditions_of(tmp_path, None, poses=right),
            conditions_of(tmp_path, Casting(swap_sides="2-3"), poses=wrong),
            conditions_of(tmp_path, None, poses=wrong),
        )
    )
    np.testing.assert_array_equal(mended, told)
    assert np.abs(mistaken - told).max() > 1
    with pytest.raises(InputError, match="no such frames"):
        conditions_of(tmp_path, Casting(swap_sides="3-90"), poses=right)


@pytest.mark.slow
def test_a_guest_stands_beside_the_first_one_and_is_as_tall(tmp_path: Path) -> None:
    lead = rig_record(tmp_path)
    own, guest = (
        read_placement(c.path(c.placement))
        for c in (
            conditions_of(tmp_path, Casting(person=1)),
            conditions_of(tmp_path, Casting(person=1, shift=0.25), lead),
        )
    )
    np.testing.assert_allclose(guest.scale, own.scale, rtol=1e-6)
    np.testing.assert_allclose(guest.offset_px[:, 0] - own.offset_px[:, 0], 0.25 * drawn.WIDTH, atol=0.5)
    np.testing.assert_allclose(guest.offset_px[:, 1], own.offset_px[:, 1], atol=0.5)


def test_a_guests_longer_motion_is_cut_and_another_rate_is_refused(tmp_path: Path) -> None:
    lead = rig_record(tmp_path)
    long = drawn.waving(frames=drawn.FRAMES + 9)
    assert conditions_of(tmp_path, None, lead, long).num_frames == drawn.FRAMES
    with pytest.raises(InputError, match="differ in length"):
        conditions_of(tmp_path, None, None, long)
    with pytest.raises(InputError, match="differ in frame rate"):
        conditions_of(tmp_path, None, lead, replace(drawn.waving(), fps=2 * drawn.FPS))


@pytest.mark.slow
def test_both_are_in_the_picture_and_the_nearer_one_is_whole(tmp_path: Path) -> None:
    lead, coarse = rig_record(tmp_path), drawn.coarse_video(tmp_path)
    conditions = [
        conditions_of(tmp_path, Casting(person=1)),
        conditions_of(tmp_path, Casting(person=2, shift=0.2), lead),
    ]
    alone = [animation_of(tmp_path, found, coarse) for found in conditions]
    both = _joined(tmp_path, alone, conditions, coarse)
    alphas = [read_lossless(found.path(found.alpha)) for found in (*alone, both)]
    np.testing.assert_array_less(np.maximum(alphas[0], alphas[1]).astype(int) - 2, alphas[2])
    picture, first = (read_lossless(found.path(found.video)).astype(int) for found in (both, alone[0]))
    np.testing.assert_allclose(picture[alphas[0] == 255], first[alphas[0] == 255], atol=1)
    only_second = (alphas[1] == 255) & (alphas[0] == 0)
    second = read_lossless(alone[1].path(alone[1].video)).astype(int)
    assert only_second.sum() > 500
    assert np.median(np.abs(picture[only_second] - second[only_second])) <= 1
    video = refine(both, coarse, conditions[0], RefineConfig(), tmp_path)
    assert video.num_frames == drawn.FRAMES

    white = [animation_of(tmp_path, found, coarse, ComposeConfig(background=False)) for found in conditions]
    picture = read_lossless((found := _joined(tmp_path, white, conditions, coarse)).path(found.video))
    assert found.on_white
    nobody = read_lossless(found.path(found.alpha)) == 0
    assert (picture[nobody] == 255).all()

    other = alone[1].model_copy(update={"width_px": 64}).placed(alone[1].folder)
    with pytest.raises(ContractError, match="another background"):
        _joined(tmp_path, [alone[0], other], conditions, coarse)
