"""Visibility: analytic cases of points behind, in and before surfaces."""

from __future__ import annotations

import numpy as np
import pytest

from models.world.figures.skeleton import FIGURE_KINDS, JOINTS
from models.world.filming.frame import Camera, Surfaces
from models.world.solids import PARTS
from models.world.visibility import part_of_joint, project, seen, unproject

WIDTH, HEIGHT = 40, 30
POSE = np.array([[1, 0, 0, 0], [0, -1, 0, 1.0], [0, 0, -1, 4.0], [0, 0, 0, 1]])
"""At z = 4 m and a height of 1 m, looking to -z, y up."""
CAMERA = Camera(POSE, np.array([50.0, 50.0, 20.0, 15.0]), WIDTH, HEIGHT)
HEAD, TORSO, ARM, HAND = (PARTS.index(name) for name in ("head", "torso", "left_upper_arm", "left_hand"))


def _wall(depth_m: float, part: int, figure: int) -> Surfaces:
    shape = (HEIGHT, WIDTH)
    return Surfaces(
        np.full(shape, depth_m, np.float32),
        np.zeros((*shape, 3), np.float32),
        np.full(shape, part, np.uint8),
        np.full(shape, figure, np.uint8),
    )


def _seen(xyz: list[float], part: int, surfaces: Surfaces, *, on_skin: bool = False) -> bool:
    _, flags = seen(np.array([xyz]), np.array([part]), np.array([on_skin]), 1, "human", 1.7, CAMERA, surfaces)
    return bool(flags[0])


def test_projection_is_that_of_a_pinhole() -> None:
    xy, depth = project(np.array([[0.4, 1.2, 0.0], [0, 1, 5.0]]), CAMERA)
    assert np.allclose(xy[0], [20 + 50 * 0.4 / 4, 15 - 50 * 0.2 / 4])
    assert np.allclose(depth, [4, -1])
    assert np.isnan(xy[1]).all()


def test_pixels_go_back_to_where_they_came_from() -> None:
    depth = np.zeros((HEIGHT, WIDTH), np.float32)
    depth[4, 7], depth[29, 39] = 2.5, 4.0
    xy, back = project(unproject(depth, CAMERA), CAMERA)
    assert np.allclose(xy, [[7.5, 4.5], [39.5, 29.5]])
    assert np.allclose(back, [2.5, 4.0])


def test_a_joint_in_its_own_limb_is_seen() -> None:
    assert _seen([0, 1, 0], ARM, _wall(3.95, ARM, 1))
    assert _seen([0, 1, 0], ARM, _wall(3.92, TORSO, 1)), "the next part may cover it by its thickness"
    assert not _seen([0, 1, 0], ARM, _wall(3.7, ARM, 1)), "the same arm, but far in front"


def test_what_is_nearer_hides() -> None:
    assert not _seen([0, 1, 0], ARM, _wall(3.9, HAND, 1)), "a part that does not adjoin"
    assert not _seen([0, 1, 0], ARM, _wall(3.9, ARM, 2)), "another figure"
    assert not _seen([0, 1, 0], ARM, _wall(3.0, 0, 0)), "a table"
    assert _seen([0, 1, 0], ARM, _wall(6.0, 0, 0)), "a wall behind"
    assert _seen([0, 1, 0], ARM, _wall(0.0, 1, 0)), "the sky"


def test_a_point_on_the_skin_is_hidden_by_its_own_head() -> None:
    assert _seen([0, 1, 0], HEAD, _wall(3.98, HEAD, 1), on_skin=True)
    assert not _seen([0, 1, 0], HEAD, _wall(3.85, HEAD, 1), on_skin=True)


@pytest.mark.parametrize("xyz", [[3, 1, 0], [0, 9, 0], [0, 1, 4.5]])
def test_outside_of_the_picture_nothing_is_seen(xyz: list[float]) -> None:
    assert not _seen(xyz, ARM, _wall(9, 0, 0))


@pytest.mark.parametrize("kind", FIGURE_KINDS)
def test_every_joint_has_a_part_of_its_side(kind: str) -> None:
    for name, _ in JOINTS[kind]:  # type: ignore[index]
        part = PARTS[part_of_joint(name)]
        side = next((side for side in ("Left", "Right") if name.startswith(side)), "")
        central = part in ("torso", "head", "tail")
        assert central or part.startswith(side.lower())
        assert part not in ("background", "sky")


def test_joints_by_name() -> None:
    expected = {
        "LeftForeArm": "left_lower_arm", "RightUpLeg": "right_upper_leg", "LeftHandThumb3_end": "left_hand",
        "RightToeBase_end": "right_foot", "LeftFore3_end": "left_hand", "RightWing2": "right_wing",
        "Head_end": "head", "Tail2_end": "tail", "LeftEar": "head", "LeftShoulder": "torso",
    }  # fmt: skip
    assert {name: PARTS[part_of_joint(name)] for name in expected} == expected
