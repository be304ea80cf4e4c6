"""Parts take what is drawn of them along."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from data_contracts.rig import INDEX
from models.puppet.body_parts import NAMES
from models.puppet.parts import segment_parts

PAPER, INK = (0.65, 0.63, 0.6), (0.2, 0.15, 0.5)
PLACES = {
    "root": (150, 190), "chest": (150, 105), "neck": (150, 90), "head": (150, 45),
    "right_shoulder": (128, 110), "right_elbow": (80, 135), "right_hand": (40, 160),
    "left_shoulder": (172, 110), "left_elbow": (220, 135), "left_hand": (260, 160),
    "right_hip": (112, 200), "right_knee": (115, 240), "right_foot": (110, 280),
    "left_hip": (188, 200), "left_knee": (185, 240), "left_foot": (190, 280),
}  # fmt: skip


def drawn(arm_px: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Colours, alpha and joints of somebody drawn in ink on paper, with arms so thick."""
    joints = np.zeros((16, 2))
    for name, place in PLACES.items():
        joints[INDEX[name]] = place
    picture = np.full((300, 300, 3), PAPER, np.float32)
    alpha = np.zeros((300, 300), np.float32)
    for grown, colour in ((5, INK), (0, PAPER)):
        for canvas, value in ((picture, colour), (alpha, 1.0)):
            cv2.circle(canvas, (150, 50), 30 + grown, value, -1)
            cv2.ellipse(canvas, (150, 150), (45 + grown, 65 + grown), 0, 0, 360, value, -1)
            for side in ("right", "left"):
                foot, hip, hand, shoulder = (
                    PLACES[f"{side}_{end}"] for end in ("foot", "hip", "hand", "shoulder")
                )
                cv2.line(canvas, hip, foot, value, 30 + 2 * grown)
                cv2.line(canvas, shoulder, hand, value, arm_px + 2 * grown)
    return picture, alpha, joints


@pytest.mark.parametrize("arm_px", [14, 40])
def test_the_outline_of_an_arm_in_ink_is_the_arms(arm_px: int) -> None:
    picture, alpha, joints = drawn(arm_px)
    labels = segment_parts(picture, alpha, joints)
    way = np.array([-80.0, 50.0]) / np.hypot(80, 50)
    for side, sign in (("right", 1.0), ("left", -1.0)):
        along, across = way * [sign, 1], np.array([-way[1] * sign, way[0]])
        below = across if across[1] > 0 else -across
        middle = joints[INDEX[f"{side}_elbow"]] + 15 * along
        for edge in (below, -below):
            x, y = np.floor(middle + (arm_px / 2 + 3) * edge).astype(int)
            assert alpha[y, x] > 0 and NAMES[labels[y, x]] == f"{side}_arm", (side, edge)


def test_the_outline_of_a_belly_is_no_legs() -> None:
    picture, alpha, joints = drawn(14)
    labels = segment_parts(picture, alpha, joints)
    legs = np.isin(labels, [NAMES.index("right_leg"), NAMES.index("left_leg")]) & (alpha > 0.5)
    assert legs[210:].any() and not legs[:180].any()
