"""Blobs with limbs: cut along what grows out of them, swung about their places, kept in the picture."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from data_contracts.rig import INDEX, Skeleton
from models.puppet.anchor import PlacementConfig, anchor_figure
from models.puppet.blob_parts import blob_parts
from models.puppet.body_parts import NAMES
from models.puppet.extents import reach
from models.puppet.layers import cut_layers
from models.puppet.puppet import Puppet
from models.puppet.retarget import RetargetConfig, retarget
from models.rig.limbed import find_limbed
from tests.models.puppet.moving_body import driver, keypoints
from tests.models.puppet.test_animal_motion import animal, lifted

SIDE_PX = 320
BODY, ARM, OTHER, LEG = (200, 60, 60), (60, 200, 60), (60, 60, 200), (200, 200, 60)


def drawn() -> tuple[np.ndarray, np.ndarray]:
    """A ball with three pairs of limbs, each in a colour of its own, and its matte."""
    rgb, alpha = np.full((SIDE_PX, SIDE_PX, 3), 255, np.uint8), np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    limbs = (ARM, (110, 150), (40, 130)), (OTHER, (110, 190), (35, 240)), (LEG, (135, 200), (130, 290))
    for colour, begin, end in limbs:
        for sign in (0, 1):
            ends = [(SIDE_PX - x if sign else x, y) for x, y in (begin, end)]
            cv2.line(rgb, *ends, colour, 14)
            cv2.line(alpha, *ends, 1, 14)
    cv2.circle(rgb, (160, 160), 60, BODY, -1)
    cv2.circle(alpha, (160, 160), 60, 1, -1)
    return rgb, alpha.astype(np.float32)


def creature(**changes: object) -> Skeleton:
    _, alpha = drawn()
    found = find_limbed(alpha > 0)
    assert found is not None
    skeleton = Skeleton(
        found.joints, found.confidence, SIDE_PX, SIDE_PX, body=found.body, arms=found.arms, legs=found.legs
    )
    return replace(skeleton, **changes)  # type: ignore[arg-type]


def test_pixels_go_with_the_limb_that_they_are_of_and_the_rest_is_the_trunk() -> None:
    rgb, alpha = drawn()
    labels = blob_parts(
        alpha > 0, creature().joints_xy_px, ("right_arm", "left_arm", "right_leg", "left_leg")
    )
    left = np.arange(SIDE_PX)[None] < SIDE_PX / 2
    seen = alpha > 0
    for colour, kind in ((ARM, "arm"), (LEG, "leg")):
        own = (rgb == colour).all(2) & seen
        for side, half in (("right", left), ("left", ~left)):
            assert (labels[own & half] == NAMES.index(f"{side}_{kind}")).mean() > 0.9
    for colour in (BODY, OTHER):
        assert (labels[(rgb == colour).all(2) & seen] == 0).mean() > 0.98


def test_limbs_are_layers_of_their_own_and_what_does_not_move_is_none() -> None:
    rgb, alpha = drawn()
    skeleton = creature()
    names = {
        layer.name
        for layer in cut_layers(rgb / np.float32(255), alpha, skeleton.joints_xy_px, body="creature")
    }
    assert names == {"torso", "right_arm", "left_arm", "right_leg", "left_leg"}
    assert set(Puppet(rgb, alpha, replace(skeleton, arms=False)).parts) == {"torso", "right_leg", "left_leg"}


def test_a_creature_stays_as_in_its_picture_while_the_person_stands() -> None:
    skeleton = creature()
    joints = retarget(skeleton, driver(keypoints(24)), RetargetConfig()).joints_xy_px
    assert np.abs(joints - skeleton.joints_xy_px).max() < 2


def test_lifted_arms_lift_its_arms_about_where_they_are_within_limits() -> None:
    skeleton = creature()
    joints = retarget(skeleton, driver(lifted(2.5)), RetargetConfig()).joints_xy_px
    for side, sign in (("right", -1), ("left", 1)):
        shoulder, elbow, foot = (INDEX[f"{side}_{name}"] for name in ("shoulder", "elbow", "foot"))
        bone = joints[:, elbow] - joints[:, shoulder]
        angle = np.degrees(np.arctan2(sign * bone[:, 0], bone[:, 1]))
        assert 25 < np.ptp(angle) < 55 and angle.argmax() in (11, 12)
        assert np.ptp(joints[:, foot], axis=0).max() < 3


def test_a_thing_with_a_persons_limbs_follows_the_persons_directions() -> None:
    joints = retarget(creature(body="object"), driver(keypoints(24)), RetargetConfig()).joints_xy_px
    for side in ("right", "left"):
        hand, shoulder = joints[:, INDEX[f"{side}_hand"]], joints[:, INDEX[f"{side}_shoulder"]]
        assert (hand[:, 1] > shoulder[:, 1] + 40).all(), "arms hang as the person's do"


@pytest.mark.parametrize("facing", [1.0, -1.0])
def test_a_long_animal_stands_in_the_middle_and_in_the_picture(facing: float) -> None:
    skeleton = animal(facing)
    depth = np.full((200, 200), 3.0, np.float32)
    anchor = anchor_figure(skeleton, depth, 200.0, False, PlacementConfig())
    left, right = reach(skeleton.joints_xy_px[None], skeleton.body)[0] * anchor.scale
    root = 100 + anchor.scale * (skeleton.joint("root")[0] - anchor.still_xy[0])
    assert root - left == pytest.approx(200 - (root + right)), "as much room behind as before"
    assert left + right <= 0.85 * 200 + 1e-6
    head = np.abs(skeleton.joint("head")[0] - skeleton.joint("root")[0]) * anchor.scale
    assert (right if facing > 0 else left) > head, "noses are longer than the joints tell"
