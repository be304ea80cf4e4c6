from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data_contracts.rig import INDEX, JOINTS, Skeleton
from models.puppet.animal_motion import facing_of
from models.puppet.draw_order import draw_orders
from models.puppet.driver import COCO_OF_JOINT
from models.puppet.puppet import Puppet
from models.puppet.retarget import RetargetConfig, retarget
from tests.models.puppet.moving_body import bone_lengths, driver, keypoints

_PLACES = {
    "root": (280, 160), "chest": (140, 160), "neck": (120, 140), "head": (90, 100),
    "left_shoulder": (140, 160), "left_elbow": (150, 220), "left_hand": (140, 290),
    "right_shoulder": (130, 160), "right_elbow": (140, 220), "right_hand": (120, 285),
    "left_hip": (280, 160), "left_knee": (270, 220), "left_foot": (290, 290),
    "right_hip": (290, 160), "right_knee": (280, 220), "right_foot": (310, 285),
}  # fmt: skip
_SIZE = (400, 320)


def animal(facing: float = -1.0, **changes: object) -> Skeleton:
    """A quadruped that looks to the left, or its mirror image, whose near side is the other one."""
    joints = np.zeros((len(JOINTS), 2))
    for name, (x, y) in _PLACES.items():
        if facing > 0:
            x = _SIZE[0] - x
            name = name.replace("left", "other").replace("right", "left").replace("other", "right")
        joints[INDEX[name]] = x, y
    values = {"joints_xy_px": joints, "confidence": np.ones(16), "body": "quadruped"}
    return Skeleton(width_px=_SIZE[0], height_px=_SIZE[1], **(values | changes))  # type: ignore[arg-type]


def lifted(arms: float, frames: int = 24) -> np.ndarray:
    """A person who stands, and lifts both arms to the side by an angle, there and back."""
    points = keypoints(frames)
    turn = arms * np.sin(np.linspace(0, np.pi, frames)) ** 2
    for side, sign in (("right", -1.0), ("left", 1.0)):
        shoulder = points[:, COCO_OF_JOINT[f"{side}_shoulder"], :2]
        for joint, length in (("elbow", 0.17), ("hand", 0.31)):
            way = length * np.stack([sign * np.sin(0.1 + turn), np.cos(0.1 + turn)], axis=1)
            points[:, COCO_OF_JOINT[f"{side}_{joint}"], :2] = shoulder + way
    return points


def moved(skeleton: Skeleton, points: np.ndarray) -> np.ndarray:
    return retarget(skeleton, driver(points), RetargetConfig()).joints_xy_px


def test_an_animal_stands_as_in_its_picture_while_the_person_stands() -> None:
    skeleton = animal()
    joints = moved(skeleton, keypoints(24))
    assert np.abs(joints - skeleton.joints_xy_px).max() < 2


def test_an_animal_that_grazes_on_a_slope_stands_where_it_stood() -> None:
    """Its trunk is level and its head and forefeet are lower than its hind feet; nobody is upside down."""
    joints = animal().joints_xy_px.copy()
    joints[INDEX["head"]] = 40, 285
    joints[[INDEX["left_hand"], INDEX["right_hand"]], 1] += 20
    skeleton = animal(joints_xy_px=joints)
    assert np.abs(moved(skeleton, keypoints(24)) - skeleton.joints_xy_px).max() < 2


def test_both_arms_lifted_lift_the_forelegs_forwards_and_the_chest() -> None:
    skeleton = animal()
    joints = moved(skeleton, lifted(2.2))
    middle, rest = joints[12], skeleton.joints_xy_px
    for side in ("right", "left"):
        hand, shoulder = INDEX[f"{side}_hand"], INDEX[f"{side}_shoulder"]
        assert (middle[hand] - middle[shoulder])[0] < (rest[hand] - rest[shoulder])[0] - 40
        assert middle[hand, 1] < rest[hand, 1] - 40
        assert np.abs(middle[INDEX[f"{side}_foot"]] - rest[INDEX[f"{side}_foot"]]).max() < 3
    assert middle[INDEX["chest"], 1] < rest[INDEX["chest"], 1] - 20
    assert np.allclose(bone_lengths(joints), bone_lengths(rest), rtol=1e-6)


def test_the_mirrored_animal_does_the_mirrored_thing() -> None:
    """For a person who does the same on both sides."""
    points = lifted(1.2)
    one, other = moved(animal(), points), moved(animal(1.0), points)
    other = other.copy()
    other[..., 0] = _SIZE[0] - other[..., 0]
    for first in (4, 10):
        swapped = [*range(first + 3, first + 6), *range(first, first + 3)]
        other[:, first : first + 6] = other[:, swapped]
    assert np.abs(one - other).max() < 1


def test_a_lowered_chest_stays_on_its_forepaws() -> None:
    """A person who sinks into the knees lowers the hips; paws neither sink into the floor nor hover."""
    points = keypoints(24)
    sunk = 0.16 * np.sin(np.linspace(0, np.pi, 24))
    for name, k in COCO_OF_JOINT.items():
        if not name.endswith("foot"):
            points[:, k, 1] += sunk * (0.5 if name.endswith("knee") else 1.0)
        if name.endswith("knee"):
            points[:, k, 2] -= 1.2 * sunk
    points[:, [0, 3, 4], 1] += sunk[:, None]
    skeleton = animal()
    joints = moved(skeleton, points)
    hands = joints[:, [INDEX["right_hand"], INDEX["left_hand"]], 1].max(1)
    assert joints[12, 0, 1] > skeleton.joints_xy_px[0, 1] + 4
    assert np.abs(hands - 290).max() < 4


@pytest.mark.parametrize("facing", [1.0, -1.0])
def test_far_legs_are_drawn_before_near_ones_and_both_before_the_trunk(facing: float) -> None:
    skeleton = animal(facing)
    assert facing_of(skeleton) == facing
    motion = retarget(skeleton, driver(keypoints(12)), RetargetConfig())
    near, far = ("right", "left") if facing > 0 else ("left", "right")
    for order in draw_orders(motion.depth, motion.fps):
        at = order.index
        assert at(f"{far}_arm") < at(f"{near}_arm") < at("torso") < at("head")
        assert at(f"{far}_leg") < at(f"{near}_leg") < at("torso")


@pytest.mark.slow
def test_wings_that_lie_in_the_outline_stay_with_the_trunk() -> None:
    skeleton = animal(body="bird", arms=False)
    joints = moved(skeleton, lifted(1.5))
    rest = skeleton.joints_xy_px
    inside = [INDEX[name] for name in ("chest", "left_shoulder", "left_elbow", "left_hand")]
    between = np.linalg.norm(joints[:, inside, None] - joints[:, None, inside], axis=-1)
    at_rest = np.linalg.norm(rest[inside, None] - rest[None, inside], axis=-1)
    assert np.abs(between - at_rest).max() < 1e-6
    rgb, alpha = _picture(skeleton)
    parts = Puppet(rgb, alpha, skeleton).parts
    assert "right_leg" in parts and "left_arm" not in parts


@pytest.mark.slow
def test_at_rest_the_puppet_is_its_picture() -> None:
    skeleton = animal()
    rgb, alpha = _picture(skeleton)
    puppet = Puppet(rgb, alpha, skeleton)
    canvas = np.zeros((*alpha.shape, 4), np.float32)
    order = ("right_arm", "left_arm", "right_leg", "left_leg", "torso", "head")
    assert set(puppet.parts) == set(order)
    puppet.draw(canvas, skeleton.joints_xy_px, order, 1.0, np.zeros(2))
    assert np.abs(canvas[..., 3] - alpha)[2:-2].mean() < 0.01
    inside = alpha > 0.99
    assert np.abs(255 * canvas[..., :3] - rgb)[inside].mean() < 3


def test_an_animal_whose_limbs_are_not_known_moves_in_one_piece() -> None:
    skeleton = replace(animal(), limbs=False)
    joints = moved(skeleton, lifted(1.5))
    lengths = bone_lengths(joints)
    assert np.allclose(lengths, bone_lengths(skeleton.joints_xy_px), rtol=1e-6)
    hand, foot = INDEX["left_hand"], INDEX["left_foot"]
    apart = np.linalg.norm(joints[:, hand] - joints[:, foot], axis=1)
    assert np.ptp(apart) < 1e-6


def _picture(skeleton: Skeleton) -> tuple[np.ndarray, np.ndarray]:
    """Discs along the bones, in colours that change across the picture."""
    ys, xs = np.mgrid[: _SIZE[1], : _SIZE[0]] + 0.5
    alpha = np.zeros(_SIZE[::-1], np.float32)
    bones = [("root", "chest", 45), ("neck", "head", 24), ("chest", "neck", 32)]
    for side in ("right", "left"):
        bones += [(f"{side}_{a}", f"{side}_{b}", 11) for a, b in _LIMBS]
    for a, b, radius in bones:
        for share in np.linspace(0, 1, 30):
            x, y = skeleton.joint(a) + share * (skeleton.joint(b) - skeleton.joint(a))
            alpha = np.maximum(alpha, np.clip(radius - np.hypot(xs - x, ys - y) + 0.5, 0, 1))
    rgb = np.stack([60 + 0.4 * xs, 90 + 0.3 * ys, 0 * xs + 120], axis=-1)
    return np.rint(rgb).astype(np.uint8), alpha.astype(np.float32)


_LIMBS = (("shoulder", "elbow"), ("elbow", "hand"), ("hip", "knee"), ("knee", "foot"))
