"""What a layer shows where another part hid it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from data_contracts.rig import INDEX
from models.puppet.body_parts import NAMES
from models.puppet.layers import Layer, cut_layers
from models.puppet.parts import segment_parts
from tests.models.puppet.test_parts import PLACES
from tests.tasks.character_scene import HEIGHT, JOINT_XY, WIDTH

NAVY, SKIN, RED = np.float32([[0.1, 0.1, 0.3], [0.85, 0.65, 0.5], [0.8, 0.1, 0.1]])


def standing() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A figure in red with navy legs, whose right hand hangs before its right thigh."""
    joints = JOINT_XY.copy()
    for name, place in (("right_elbow", (60, 92)), ("right_hand", (67, 122))):
        joints[INDEX[name]] = place
    rgb, alpha = np.ones((HEIGHT, WIDTH, 3), np.float32), np.zeros((HEIGHT, WIDTH), np.float32)

    def limb(a: str, b: str, width: int, colour: np.ndarray) -> None:
        ends = [np.rint(joints[INDEX[name]] - 0.5).astype(int).tolist() for name in (a, b)]
        for picture, value in ((rgb, colour.tolist()), (alpha, 1.0)):
            cv2.line(picture, *ends, value, width)

    for side in ("right", "left"):
        limb(f"{side}_hip", f"{side}_knee", 19, NAVY)
        limb(f"{side}_knee", f"{side}_foot", 15, NAVY)
    limb("root", "chest", 30, RED)
    limb("neck", "head", 26, SKIN)
    for side in ("right", "left"):
        limb(f"{side}_shoulder", f"{side}_elbow", 12, RED)
        limb(f"{side}_elbow", f"{side}_hand", 9, SKIN)
    return rgb, alpha, joints


def layer(name: str) -> Layer:
    return next(layer for layer in cut_layers(*standing()) if layer.name == name)


def colours(layer: Layer) -> np.ndarray:
    cover = layer.texture[..., 3]
    return layer.texture[..., :3][cover > 0.99] / cover[cover > 0.99][:, None]


def test_the_thigh_behind_a_hand_is_whole_and_of_cloth() -> None:
    leg = layer("right_leg")
    _, _, joints = standing()
    x, y = joints[INDEX["right_hand"]].astype(int)
    assert leg.texture[y, x, 3] > 0.99
    np.testing.assert_allclose(leg.texture[y - 4 : y + 4, x, :3], np.tile(NAVY, (8, 1)), atol=0.05)
    like_skin = np.linalg.norm(colours(leg) - SKIN, axis=1) < 0.2
    assert like_skin.mean() < 0.01


def test_a_hand_takes_no_cloth_along() -> None:
    arm = colours(layer("right_arm"))
    assert (np.linalg.norm(arm - NAVY, axis=1) < 0.2).mean() < 0.01
    assert (np.linalg.norm(arm - SKIN, axis=1) < 0.1).mean() > 0.25


def test_a_jumper_does_not_run_down_over_the_trousers() -> None:
    joints = np.zeros((16, 2))
    for name, place in PLACES.items():
        joints[INDEX[name]] = place
    rgb, alpha = np.ones((300, 300, 3), np.float32), np.zeros((300, 300), np.float32)
    for picture, colours in ((rgb, (RED, NAVY)), (alpha, (np.ones(1), np.ones(1)))):
        for side in ("right", "left"):
            ends = [PLACES[f"{side}_{end}"] for end in ("hip", "foot", "shoulder", "hand")]
            cv2.line(picture, *ends[:2], colours[1].tolist(), 40)
            cv2.line(picture, *ends[2:], colours[0].tolist(), 14)
        cv2.ellipse(picture, (150, 140), (60, 60), 0, 0, 360, colours[0].tolist(), -1)
    torso = next(layer for layer in cut_layers(rgb, alpha, joints) if layer.name == "torso").texture
    legs = segment_parts(rgb, alpha, joints) >= NAMES.index("right_leg")
    over = legs & (alpha > 0.5) & (torso[..., 3] > 0.9)
    assert over.sum() > 100
    np.testing.assert_allclose(torso[over][:, :3], rgb[over], atol=0.1)


def test_what_is_between_the_thighs_is_behind_the_trunk_too() -> None:
    rgb, alpha, joints = standing()
    crotch = np.array([joints[INDEX["root"], 0], joints[INDEX["right_hip"], 1] + 4])
    cv2.circle(rgb, crotch.astype(int).tolist(), 6, NAVY.tolist(), -1)
    cv2.circle(alpha, crotch.astype(int).tolist(), 6, 1.0, -1)
    layers = {layer.name: layer for layer in cut_layers(rgb, alpha, joints)}
    x, y = crotch.astype(int)
    assert layers["right_leg"].texture[y, x - 2, 3] > 0.9 < layers["left_leg"].texture[y, x + 2, 3]


@pytest.mark.slow
def test_parts_that_do_not_move_stay_with_the_torso() -> None:
    rgb, alpha, joints = standing()
    layers = cut_layers(rgb, alpha, joints, ("torso", "head"))
    assert [layer.name for layer in layers] == ["torso", "head"]
    whole = cut_layers(rgb, alpha, joints, ("torso",))
    np.testing.assert_allclose(whole[0].texture[..., 3], alpha, atol=1e-6)
