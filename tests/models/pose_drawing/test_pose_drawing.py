from __future__ import annotations

import numpy as np
import pytest

from models.pose_drawing import draw_pose
from models.pose_drawing.drawing import openpose_joints
from models.pose_drawing.palette import JOINT_RGB, LIMB_RGB

STANDING = {
    0: (128, 40), 1: (134, 34), 2: (122, 34), 3: (142, 38), 4: (114, 38),
    5: (156, 70), 6: (100, 70), 7: (170, 110), 8: (86, 110), 9: (176, 150), 10: (80, 150),
    11: (146, 150), 12: (110, 150), 13: (150, 200), 14: (106, 200), 15: (152, 245), 16: (104, 245),
}  # fmt: skip


def standing() -> tuple[np.ndarray, np.ndarray]:
    xy, confidence = np.zeros((1, 133, 2), np.float32), np.zeros((1, 133), np.float32)
    for index, point in STANDING.items():
        xy[0, index], confidence[0, index] = np.array(point) + 0.5, 1
    return xy, confidence


def colour_at(image: np.ndarray, point: tuple[int, int]) -> list[int]:
    return image[point[1], point[0]].tolist()


def test_joints_have_openposes_colours_and_limbs_are_darker() -> None:
    image = draw_pose(*standing(), 256, 256)
    assert colour_at(image, STANDING[0]) == JOINT_RGB[0].tolist()  # nose
    assert colour_at(image, STANDING[10]) == JOINT_RGB[4].tolist()  # right wrist
    assert colour_at(image, STANDING[15]) == JOINT_RGB[13].tolist()  # left ankle
    assert colour_at(image, (128, 70)) == JOINT_RGB[1].tolist()  # neck: the middle of the shoulders
    assert colour_at(image, (83, 130)) == LIMB_RGB[3].tolist()  # right forearm
    assert colour_at(image, (5, 5)) == [0, 0, 0]


def test_missing_points_take_their_limbs_with_them() -> None:
    xy, confidence = standing()
    confidence[0, 10] = 0.1
    image = draw_pose(xy, confidence, 256, 256)
    assert colour_at(image, STANDING[10]) == [0, 0, 0]
    assert colour_at(image, (83, 130)) == [0, 0, 0]
    assert not draw_pose(xy, np.zeros_like(confidence), 256, 256).any()
    joints, trust = openpose_joints(xy[0], np.where(np.arange(133) == 5, 0, confidence[0]).astype(np.float32))
    assert trust[1] == 0  # no neck without both shoulders
    assert (joints[1] == 0).all()


def test_parts_are_drawn_apart() -> None:
    xy, confidence = standing()
    xy[0, 23:91] = np.random.default_rng(0).uniform(20, 60, (68, 2))
    xy[0, 91:133] = np.random.default_rng(1).uniform(180, 240, (42, 2))
    confidence[0, 23:] = 1
    body, hands, face = (
        draw_pose(xy, confidence, 256, 256, parts=[part]) for part in ("body", "hands", "face")
    )
    assert not body[180:, 180:].any()
    assert hands[170:, 170:].any()
    assert not hands[:160, :160].any()
    assert set(np.unique(face)) == {0, 255}
    np.testing.assert_array_equal(draw_pose(xy, confidence, 256, 256, parts=["hands"]), hands)


@pytest.mark.parametrize("scale", [1, 2, 4])
def test_line_width_grows_with_the_frame(scale: int) -> None:
    xy, confidence = standing()
    image = draw_pose(xy * scale, confidence, 256 * scale, 256 * scale)
    # The picture looks the same at every size: the lit share stays.
    share = (image.max(axis=2) > 0).mean()
    assert share == pytest.approx(0.036, rel=0.25)


def test_points_far_outside_do_no_harm() -> None:
    xy, confidence = standing()
    xy[0, 10] = [1e7, -1e7]
    assert draw_pose(xy, confidence, 64, 64).shape == (64, 64, 3)
