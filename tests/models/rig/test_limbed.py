from __future__ import annotations

import cv2
import numpy as np
import pytest

from data_contracts.rig import INDEX
from models.rig.capsules import CapsulesConfig, fit_capsules
from models.rig.limbed import find_limbed
from models.rig.outgrowths import outgrowths, trunk_of

SIDE_PX = 320


def blob(*lines: tuple[int, tuple[int, int], tuple[int, int]], radius: int = 60) -> np.ndarray:
    """A ball in the middle with straight limbs: thickness, from, to, of the picture's left; mirrored."""
    canvas = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    cv2.circle(canvas, (160, 160), radius, 1, -1)
    for thick, begin, end in lines:
        cv2.line(canvas, begin, end, 1, thick)
    canvas |= canvas[:, ::-1]
    return canvas > 0


ARMS, LEGS = (14, (110, 150), (40, 120)), (16, (135, 200), (130, 290))
MIDDLE = (10, (110, 190), (35, 240))


def places(mask: np.ndarray, *names: str) -> np.ndarray:
    found = find_limbed(mask)
    assert found is not None
    return found.joints[[INDEX[name] for name in names]]


def test_a_ball_with_arms_and_legs_gets_them() -> None:
    found = find_limbed(blob(ARMS, LEGS))
    assert found is not None and (found.body, found.arms, found.legs) == ("object", True, True)
    assert found.confidence.min() > 0.9, "both sides are alike"
    hand, foot, shoulder, hip = places(
        blob(ARMS, LEGS), "right_hand", "right_foot", "right_shoulder", "right_hip"
    )
    for place, wanted in ((hand, (47, 123)), (foot, (130, 280)), (shoulder, (104, 147)), (hip, (134, 215))):
        assert np.linalg.norm(place - wanted) < 15
    left = places(blob(ARMS, LEGS), "left_hand")[0]
    np.testing.assert_allclose(left, [SIDE_PX - hand[0], hand[1]], atol=2)


def test_of_three_pairs_the_upper_is_arms_the_lower_legs_and_the_middle_is_left() -> None:
    found = find_limbed(blob(ARMS, MIDDLE, LEGS))
    assert found is not None and (found.body, found.arms, found.legs) == ("creature", True, True)
    np.testing.assert_allclose(
        places(blob(ARMS, MIDDLE, LEGS), "right_hand", "left_foot"),
        places(blob(ARMS, LEGS), "right_hand", "left_foot"),
        atol=6,
    )


def test_legs_alone_are_legs_and_broad_arms_are_wings() -> None:
    legs = find_limbed(blob(LEGS))
    assert legs is not None and (legs.arms, legs.legs) == (False, True)
    assert legs.confidence[INDEX["left_hand"]] == 0 < legs.confidence[INDEX["left_foot"]]
    wings = find_limbed(blob((46, (110, 150), (40, 130)), LEGS))
    assert wings is not None and (wings.body, wings.arms) == ("creature", True)


def test_limbs_without_a_like_on_the_other_side_are_left() -> None:
    one = blob(ARMS, LEGS)
    one[:140, 220:] = False
    one[140:160, 225:] = False
    found = find_limbed(one)
    assert found is not None and (found.arms, found.legs) == (False, True)


def test_ears_and_corners_are_no_arms() -> None:
    ears = blob((10, (140, 110), (120, 60)), LEGS)
    found = find_limbed(ears)
    assert found is not None and (found.arms, found.legs) == (False, True)
    box = np.zeros((SIDE_PX, SIDE_PX), bool)
    box[80:240, 90:230] = True
    assert find_limbed(box) is None


def test_limbs_that_are_one_piece_are_not_told_apart() -> None:
    forked = blob((14, (110, 170), (70, 190)), (12, (70, 190), (30, 130)), (12, (70, 190), (30, 250)))
    assert outgrowths(forked, trunk_of(forked, 0.5)) == []


@pytest.mark.parametrize("scale", [0.5, 3.0])
def test_the_size_of_the_picture_does_not_matter(scale: float) -> None:
    mask = blob(ARMS, LEGS)
    other = cv2.resize(mask.astype(np.uint8), None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST) > 0
    here, there = find_limbed(mask), find_limbed(other)
    assert here is not None and there is not None
    np.testing.assert_allclose(there.joints / scale, here.joints, atol=6)


@pytest.mark.slow
def test_the_backend_gives_a_blob_its_limbs_and_a_ball_none() -> None:
    quick, figure = CapsulesConfig(iterations=20, rows=32), blob(ARMS, LEGS).astype(np.float32)
    skeleton = fit_capsules(figure, quick, 0)
    assert (skeleton.body, skeleton.limbs, skeleton.arms, skeleton.legs) == ("object", True, True, True)
    assert fit_capsules(figure, quick, 0, sure_outline=False).body == "other", "a bad matte tells no limbs"
    ball = fit_capsules(blob(radius=100).astype(np.float32), quick, 0)
    assert (ball.body, ball.limbs) == ("other", False)
