"""Arms within the outline are not known, and those beside it are."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from data_contracts.rig import INDEX, Skeleton
from models.rig.hidden_arms import arms_that_are_seen, hidden_arms, whole_where_nothing_tells
from models.rig.part_colours import PartColours

SIDE = 300


Way = tuple[float, float]


def person(right: Way, left: Way, arm_px: int = 14) -> tuple[np.ndarray, np.ndarray]:
    """Mask of a broad trunk on two legs, 240 px high, and joints; hands at places from the shoulders."""
    joints = np.zeros((16, 2))
    for name, place in {"root": (150, 170), "chest": (150, 95), "neck": (150, 80), "head": (150, 55)}.items():
        joints[INDEX[name]] = place
    mask = np.zeros((SIDE, SIDE), np.uint8)
    cv2.circle(mask, (150, 55), 25, 1, -1)
    cv2.rectangle(mask, (115, 85), (185, 180), 1, -1)
    for side, x, hand in (("right", 120, right), ("left", 180, left)):
        shoulder = np.array([x, 95.0])
        ends = shoulder, shoulder + 0.5 * np.array(hand), shoulder + hand
        for name, place in zip(("shoulder", "elbow", "hand"), ends, strict=True):
            joints[INDEX[f"{side}_{name}"]] = place
        for a, b in ((ends[0], ends[1]), (ends[1], ends[2])):
            cv2.line(mask, a.astype(int).tolist(), b.astype(int).tolist(), 1, arm_px)
        foot = 130 if side == "right" else 170
        cv2.rectangle(mask, (foot - 12, 180), (foot + 12, 270), 1, -1)
    return mask > 0, joints


@pytest.mark.parametrize(
    ("right", "left", "hidden"),
    [
        ((-60.0, 60.0), (60.0, 60.0), []),
        ((-80.0, -40.0), (80.0, 0.0), []),
        ((15.0, 60.0), (-15.0, 60.0), ["right", "left"]),
        ((-60.0, 60.0), (-20.0, 70.0), ["left"]),
    ],
)
def test_an_arm_before_the_trunk_is_hidden_and_one_beside_it_is_not(
    right: Way, left: Way, hidden: list[str]
) -> None:
    mask, joints = person(right, left)
    assert hidden_arms(mask, joints, 240.0) == hidden
    flipped = joints.copy()
    for name, index in INDEX.items():
        other = name.replace("right", "?").replace("left", "right").replace("?", "left")
        flipped[INDEX[other]] = [SIDE, 0] + joints[index] * [-1, 1]
    mirrored = [{"right": "left", "left": "right"}[side] for side in hidden]
    assert set(hidden_arms(mask[:, ::-1], flipped, 240.0)) == set(mirrored)


def test_a_stout_arm_is_told_by_the_gap_beside_it() -> None:
    mask, joints = person((-70.0, 60.0), (70.0, 60.0), arm_px=40)
    assert hidden_arms(mask, joints, 240.0) == []


def test_a_raised_arm_that_touches_a_large_head_is_seen() -> None:
    mask, joints = person((-30.0, -90.0), (60.0, 60.0), arm_px=20)
    head = np.zeros((SIDE, SIDE), np.uint8)
    cv2.circle(head, (150, 52), 52, 1, -1)
    assert hidden_arms(mask | (head > 0), joints, 240.0) == []
    cheek = np.zeros((SIDE, SIDE), np.uint8)
    cv2.ellipse(cheek, (110, 50), (60, 48), 0, 0, 360, 1, -1)
    assert hidden_arms(mask | (head > 0) | (cheek > 0), joints, 240.0) == ["right"], (
        "no arm, but a head's part"
    )


def test_a_figure_goes_on_below_a_picture_that_cuts_it() -> None:
    mask, joints = person((5.0, 90.0), (-5.0, 90.0))
    assert hidden_arms(mask[:130], joints, 240.0) == ["right", "left"]


def test_of_a_hidden_arm_nothing_is_known_unless_its_hand_is_seen() -> None:
    mask, joints = person((-60.0, 60.0), (-20.0, 70.0))
    alpha = mask.astype(np.float32)
    skeleton = Skeleton(joints, np.full(16, 0.6), SIDE, SIDE)
    found = arms_that_are_seen(skeleton, alpha, ())
    assert found.still_arms == ("left",)
    assert found.confidence[INDEX["left_hand"]] == 0 and found.confidence[INDEX["right_hand"]] == 0.6
    assert arms_that_are_seen(skeleton, alpha, ["left"]).still_arms == ()
    both, joints = person((15.0, 60.0), (-15.0, 60.0))
    neither = arms_that_are_seen(replace(skeleton, joints_xy_px=joints), both.astype(np.float32), ())
    assert neither.still_arms == ("right", "left")
    blob = replace(skeleton, body="object")
    assert arms_that_are_seen(blob, alpha, ()) is blob, "limbs that grow out of a blob are seen"


@pytest.mark.parametrize(
    ("hands", "dressed", "moved"), [(15.0, False, False), (15.0, True, True), (-60.0, False, True)]
)
def test_a_figure_of_one_colour_without_arms_moves_as_a_whole(
    hands: float, dressed: bool, moved: bool
) -> None:
    mask, joints = person((hands, 60.0), (-hands, 60.0))
    rgb = np.full((SIDE, SIDE, 3), (150, 110, 70), np.uint8)
    if dressed:
        rgb[85:180], rgb[180:] = (200, 40, 40), (40, 60, 160)
    alpha = mask.astype(np.float32)
    found = arms_that_are_seen(Skeleton(joints, np.full(16, 0.6), SIDE, SIDE), alpha, ())
    whole = whole_where_nothing_tells(found, PartColours(rgb, alpha))
    assert whole.limbs is moved
    assert (whole.confidence.mean() < found.confidence.mean()) is not moved
