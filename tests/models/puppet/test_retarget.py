from __future__ import annotations

import numpy as np
import pytest

from data_contracts.rig import INDEX
from models.puppet.driver import COCO_OF_JOINT
from models.puppet.ground import reach
from models.puppet.retarget import RetargetConfig, retarget
from tests.models.puppet.moving_body import bone_lengths, driver, keypoints, reference

FEET = [INDEX["right_foot"], INDEX["left_foot"]]


def waving(frames: int = 48) -> np.ndarray:
    points = keypoints(frames)
    for t in range(frames):
        angle = 0.06 * t
        shoulder = points[t, COCO_OF_JOINT["right_shoulder"], :2]
        out = np.array([-np.sin(angle), np.cos(angle)])
        points[t, COCO_OF_JOINT["right_elbow"], :2] = shoulder + 0.16 * out
        points[t, COCO_OF_JOINT["right_hand"], :2] = shoulder + 0.3 * out
    return points


@pytest.mark.parametrize("depth", [True, False])
def test_directions_come_from_the_driver_and_lengths_from_the_reference(depth: bool) -> None:
    skeleton = reference()
    motion = retarget(skeleton, driver(waving(), depth), RetargetConfig())
    lengths = bone_lengths(motion.joints_xy_px)
    np.testing.assert_allclose(
        lengths, np.broadcast_to(bone_lengths(skeleton.joints_xy_px), lengths.shape), rtol=0.02
    )
    arm = motion.joints_xy_px[40, INDEX["right_elbow"]] - motion.joints_xy_px[40, INDEX["right_shoulder"]]
    assert np.arctan2(-arm[0], arm[1]) == pytest.approx(0.06 * 40, abs=0.03)


def test_standing_feet_stay_on_their_place_and_on_the_ground() -> None:
    motion = retarget(reference(), driver(waving()), RetargetConfig())
    assert motion.contacts.all()
    feet = motion.joints_xy_px[:, FEET]
    np.testing.assert_allclose(feet, np.broadcast_to(feet[:1], feet.shape), atol=0.5)
    assert feet[..., 1].max() == pytest.approx(motion.ground_y_px, abs=0.5)


def test_a_step_moves_the_root_as_far_as_its_own_legs_carry_it() -> None:
    """The standing foot holds its place while the root passes over it."""
    points = keypoints(48)
    forward = np.clip((np.arange(48) - 10) / 20, 0, 1) * 0.2
    still = [COCO_OF_JOINT["right_foot"]]
    moving = np.ones(133, bool)
    moving[still] = False
    points[:, moving, 0] += forward[:, None]
    points[:, COCO_OF_JOINT["left_foot"], 1] -= 0.08 * np.sin(np.pi * forward / 0.2)
    motion = retarget(reference(), driver(points), RetargetConfig())
    planted = motion.joints_xy_px[motion.contacts[:, 0], INDEX["right_foot"]]
    assert np.ptp(planted[:, 0]) < 0.02 * motion.height_px
    walked = motion.joints_xy_px[-1, 0, 0] - motion.joints_xy_px[0, 0, 0]
    assert 0.08 < walked / motion.height_px < 0.3


def test_a_jump_leaves_the_ground_and_never_sinks() -> None:
    points = keypoints(72)
    hop = np.zeros(72)
    hop[30:42] = 0.25 * np.sin(np.pi * np.arange(12) / 12)
    points[..., 1] -= hop[:, None]
    points[:, 91:] = 0
    motion = retarget(reference(), driver(points), RetargetConfig())
    lowest = motion.joints_xy_px[:, FEET, 1].max(1)
    assert lowest.max() < motion.ground_y_px + 1
    assert motion.ground_y_px - lowest[36] > 0.12 * motion.height_px
    assert motion.ground_y_px - lowest[5] < 1


def test_turns_end_where_the_picture_does() -> None:
    points = keypoints(96)
    angle = np.linspace(0, np.pi, 96)
    x, z = points[..., 0].copy(), points[..., 2].copy()
    points[..., 0] = np.cos(angle)[:, None] * x - np.sin(angle)[:, None] * z
    points[..., 2] = np.sin(angle)[:, None] * x + np.cos(angle)[:, None] * z
    joints = retarget(reference(), driver(points), RetargetConfig(max_turn_deg=50)).joints_xy_px
    across = joints[:, INDEX["left_shoulder"], 0] - joints[:, INDEX["right_shoulder"], 0]
    assert across.min() > 0.5 * across.max(), "the chest is never seen from behind or edge-on"


def test_legs_that_the_reference_does_not_show_stay_under_it() -> None:
    skeleton = reference(cropped=True, legs=False, body="half_body")
    motion = retarget(skeleton, driver(waving()), RetargetConfig())
    legs = [INDEX[f"{side}_{name}"] for side in ("right", "left") for name in ("hip", "knee", "foot")]
    local = motion.joints_xy_px[:, legs] - motion.joints_xy_px[:, :1]
    rest = skeleton.joints_xy_px[legs] - skeleton.joints_xy_px[0]
    np.testing.assert_allclose(local, np.broadcast_to(rest, local.shape), atol=1e-9)
    assert (motion.keypoint_confidence[:, 13:23] == 0).all()


def test_a_cut_figure_does_not_rise_with_a_jump_or_a_driver_that_walks_away() -> None:
    points = waving()
    points[:, :, 1] -= np.linspace(0, 1.0, len(points))[:, None]
    skeleton = reference(cropped=True, legs=False, body="half_body")
    root = retarget(skeleton, driver(points), RetargetConfig()).joints_xy_px[:, INDEX["root"], 1]
    assert (root >= skeleton.joint("root")[1] - 1e-9).all(), "its cut would be seen"


def test_a_driver_without_legs_leaves_the_reference_standing() -> None:
    seen = driver(waving())
    seen.confidence[:, 13:17] = 0
    skeleton = reference()
    motion = retarget(skeleton, seen, RetargetConfig())
    np.testing.assert_allclose(motion.joints_xy_px[:, FEET, 1].max(1), motion.ground_y_px, atol=1e-6)
    np.testing.assert_allclose(motion.joints_xy_px[-1, FEET], skeleton.joints_xy_px[FEET], atol=12)


def test_hands_and_face_are_carried_rigidly() -> None:
    points = waving()
    seen = driver(points)
    wrist = points[:, COCO_OF_JOINT["right_hand"]]
    seen.xy[:, 112:133] = wrist[:, None, :2] + np.linspace(0, 0.05, 21)[:, None] * [0.0, 1.0]
    seen.confidence[:, 112:133] = 0.9
    motion = retarget(reference(), seen, RetargetConfig())
    hand = motion.keypoints_xy_px[:, 112:133]
    span = np.linalg.norm(hand[:, -1] - hand[:, 0], axis=-1)
    np.testing.assert_allclose(span, 0.05 * motion.height_px, rtol=0.05)
    np.testing.assert_allclose(hand[:, 0], motion.joints_xy_px[:, INDEX["right_hand"]], atol=1.5)


def test_reach_keeps_lengths_and_the_side_of_the_knee() -> None:
    hip, knee, foot = np.array([0.0, 0.0]), np.array([2.0, 5.0]), np.array([0.0, 10.0])
    new_knee, new_foot = reach(hip, knee, foot, np.array([3.0, 8.0]))
    np.testing.assert_allclose(new_foot, [3, 8], atol=1e-9)
    assert np.linalg.norm(new_knee - hip) == pytest.approx(np.linalg.norm(knee - hip))
    assert np.linalg.norm(new_foot - new_knee) == pytest.approx(np.linalg.norm(foot - knee))
    assert (
        np.cross(np.append(new_knee, 0), np.append(new_foot, 0))[2] * np.cross([2, 5, 0], [0, 10, 0])[2] > 0
    )
    _, far = reach(hip, knee, foot, np.array([0.0, 100.0]))
    assert np.linalg.norm(far) == pytest.approx(2 * np.hypot(2, 5), abs=0.01)


def test_a_knee_that_is_hardly_bent_does_not_leap_from_side_to_side() -> None:
    hip, foot, target = np.zeros(2), np.array([0.0, 10.0]), np.array([0.0, 9.0])
    sides = [reach(hip, np.array([aside, 5.0]), foot, target)[0] for aside in np.linspace(-2, 2, 81)]
    assert np.linalg.norm(np.diff(sides, axis=0), axis=1).max() < 0.3
    assert sides[0][0] < -2 and sides[-1][0] > 2, "bent far enough it keeps its side"


def test_a_driver_who_is_seen_smaller_and_smaller_keeps_the_reference_whole() -> None:
    """A camera that moves away shortens all bones: that is no foreshortening."""
    points = waving(24) * np.linspace(1, 0.6, 24)[:, None, None]
    motion = retarget(reference(), driver(points, depth=False), RetargetConfig())
    lengths = bone_lengths(motion.joints_xy_px)
    assert (lengths.std(axis=0) / lengths.mean(axis=0)).max() < 0.02


def test_a_crouch_is_no_person_who_goes_away() -> None:
    points = keypoints(48)
    deep = np.sin(np.linspace(0, np.pi, 48))[:, None] * 0.2
    above = [k for k in range(133) if k not in (15, 16)]
    points[:, above, 1] += deep
    points[:, [13, 14], 1] -= 0.5 * deep
    joints = retarget(reference(), driver(points, depth=False), RetargetConfig()).joints_xy_px
    torso = np.linalg.norm(joints[:, INDEX["chest"]] - joints[:, INDEX["root"]], axis=1)
    assert np.ptp(torso) < 0.05 * torso.mean()
    assert joints[24, 0, 1] - joints[0, 0, 1] > 30


def test_a_body_seen_from_its_side_front_is_drawn_so() -> None:
    """Turned by less than a picture can show, and all the time: it is how the driver was meant to be seen."""
    points = keypoints(24)
    points[:, COCO_OF_JOINT["right_hand"], :2] = (-0.26, 0.38)
    angle = np.radians(30)
    x, z = points[..., 0].copy(), points[..., 2].copy()
    points[..., 0], points[..., 2] = (
        np.cos(angle) * x - np.sin(angle) * z,
        np.sin(angle) * x + np.cos(angle) * z,
    )
    joints = retarget(reference(), driver(points), RetargetConfig()).joints_xy_px
    forearm = joints[:, INDEX["right_hand"]] - joints[:, INDEX["right_elbow"]]
    own = reference()
    length = np.linalg.norm(own.joint("right_hand") - own.joint("right_elbow"))
    assert np.linalg.norm(forearm, axis=1).mean() / length == pytest.approx(np.cos(angle), abs=0.04)


def test_a_shoulder_that_the_picture_shows_lifted_comes_down_with_its_arm() -> None:
    """The other one, whose arm hangs in the picture, stays where it is."""
    raised = reference().joints_xy_px.copy()
    for joint, xy in (("elbow", (140, 70)), ("hand", (130, 0))):
        raised[INDEX[f"right_{joint}"]] = xy
    lowered = retarget(reference(joints_xy_px=raised), driver(keypoints(24)), RetargetConfig()).joints_xy_px
    hanging = retarget(reference(), driver(keypoints(24)), RetargetConfig()).joints_xy_px
    down = lowered[12, :, 1] - hanging[12, :, 1]
    assert 10 < down[INDEX["right_shoulder"]] < 30
    assert abs(down[INDEX["left_shoulder"]]) < 1e-6


def test_an_arm_of_which_nothing_is_known_goes_with_the_trunk() -> None:
    arm = [INDEX["right_elbow"], INDEX["right_hand"]]
    known = np.ones(16)
    known[arm] = 0
    still = reference(confidence=known)
    assert still.still_arms == ("right",)
    moving = retarget(still, driver(waving()), RetargetConfig()).joints_xy_px
    free = retarget(reference(), driver(waving()), RetargetConfig()).joints_xy_px
    others = [k for k in range(16) if k not in arm]
    np.testing.assert_allclose(moving[:, others], free[:, others])
    trunk = moving[:, [INDEX["root"], INDEX["neck"], *arm]]
    apart = np.linalg.norm(trunk[:, :, None] - trunk[:, None], axis=-1)
    # The trunk may be drawn shorter as it leans towards the viewer; its way to the arm is kept.
    rest = still.joints_xy_px[[INDEX["root"], *arm]]
    np.testing.assert_allclose(apart[:, 0, 2:], np.tile(np.linalg.norm(rest[1:] - rest[0], axis=1), (48, 1)))
    assert np.ptp(free[:, arm[1]], axis=0).max() > 20 > np.ptp(moving[:, arm[1]], axis=0).max()
