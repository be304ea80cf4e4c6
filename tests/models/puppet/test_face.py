"""A face that is found in a picture, turned, and moved."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from data_contracts.rig import INDEX
from models.puppet.expression import Expression
from models.puppet.face_features import CONFIDENT, find_face
from models.puppet.face_motion import MOST_NOD, MOST_TURN, FacePose
from models.puppet.head import Head
from models.puppet.puppet import Puppet
from tests.tasks.character_scene import HEIGHT, JOINT_XY, WIDTH, figure, skeleton

SIDE = 200
HEAD, NECK = np.array([100.0, 90.0]), np.array([100.0, 160.0])
ORDER = ("right_leg", "left_leg", "torso", "head", "right_arm", "left_arm")


def drawn_face(eyes: tuple[int, ...] = (-24, 24), mouth: bool = True, tilt: float = 0.0) -> np.ndarray:
    """A round face with dot eyes and a line for a mouth, premultiplied RGBA."""
    alpha, rgb = np.zeros((SIDE, SIDE), np.float32), np.full((SIDE, SIDE, 3), (0.9, 0.75, 0.6), np.float32)
    cv2.circle(alpha, (100, 90), 62, 1.0, -1, cv2.LINE_AA)
    for x in eyes:
        cv2.ellipse(rgb, (100 + x, 82), (7, 8), 0, 0, 360, (0.1, 0.1, 0.15), -1, cv2.LINE_AA)
    if mouth:
        cv2.ellipse(rgb, (100, 118), (14, 3), 0, 0, 360, (0.4, 0.1, 0.1), -1, cv2.LINE_AA)
    picture = np.dstack([rgb * alpha[..., None], alpha])
    turn = cv2.getRotationMatrix2D((99.5, 89.5), -tilt, 1)
    return np.asarray(cv2.warpAffine(picture, turn, (SIDE, SIDE)), np.float32)


@pytest.mark.parametrize("tilt", [0.0, 20.0, -35.0])
def test_eyes_and_mouth_are_where_they_were_drawn(tilt: float) -> None:
    c, s = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
    turn = np.array([[c, -s], [s, c]])
    face = find_face(drawn_face(tilt=tilt), HEAD, HEAD + turn @ (NECK - HEAD))
    assert face is not None and face.confidence > CONFIDENT and face.mouth is not None
    back = np.array([[np.cos(face.angle), -np.sin(face.angle)], [np.sin(face.angle), np.cos(face.angle)]])
    for found, drawn in zip((*face.eyes, face.mouth), ((-24, -8), (24, -8), (0, 28)), strict=True):
        np.testing.assert_allclose(back @ [found.x, found.y], HEAD + turn @ np.array(drawn), atol=2.5)


@pytest.mark.parametrize("eyes", [(), (24,), (0,), (-48, -4)])
def test_what_is_no_pair_of_eyes_is_not_taken_for_one(eyes: tuple[int, ...]) -> None:
    face = find_face(drawn_face(eyes), HEAD, NECK)
    assert face is None or face.confidence < CONFIDENT


def test_a_shut_eye_is_flat_and_the_rest_of_the_face_stays() -> None:
    texture = drawn_face()
    face = find_face(texture, HEAD, NECK)
    assert face is not None
    expression = Expression(texture, face)
    assert expression.picture(0, 0) is texture
    shut, opened = expression.picture(1, 0), expression.picture(0, 1)
    dark = np.s_[70:95, 60:140]
    assert (shut[dark][..., 0] < 0.4).sum() < 0.35 * (texture[dark][..., 0] < 0.4).sum()
    np.testing.assert_array_equal(shut[105:], texture[105:])
    np.testing.assert_array_equal(shut[..., 3], texture[..., 3])
    lips = np.s_[105:135, 80:120]
    assert (opened[lips][..., 0] < 0.6).sum() > 1.5 * (texture[lips][..., 0] < 0.6).sum()
    np.testing.assert_array_equal(opened[:95], texture[:95])


def test_a_turned_head_folds_nowhere_and_keeps_its_rim() -> None:
    ys, xs = np.mgrid[20:80:4.0, 50:110:4.0]
    vertices = np.stack([xs.ravel(), ys.ravel()], axis=1)
    head = Head(JOINT_XY, vertices)
    for turn in (-MOST_TURN, MOST_TURN):
        pulled = head.pulled(vertices, JOINT_XY, FacePose(turn=turn, nod=MOST_NOD)).reshape(*xs.shape, 2)
        across, along = np.diff(pulled, axis=1)[:-1], np.diff(pulled, axis=0)[:, :-1]
        assert (across[..., 0] * along[..., 1] - across[..., 1] * along[..., 0]).min() > 1
        middle = np.linalg.norm(vertices - JOINT_XY[INDEX["head"]], axis=1)
        moved = np.linalg.norm(pulled.reshape(-1, 2) - vertices, axis=1)
        assert moved[middle.argmin()] == moved.max() > 1
        assert np.sign((pulled.reshape(-1, 2) - vertices)[middle.argmin(), 0]) == np.sign(turn)
        assert not moved[middle > 30].any()


def test_the_puppet_turns_its_head_and_nothing_else() -> None:
    rgb, alpha = figure()
    rgb[40:44, 74:78] = 0
    puppet = Puppet(rgb, alpha, skeleton(), cells=20)
    still, turned = np.zeros((2, HEIGHT, WIDTH, 4), np.float32)
    puppet.draw(still, JOINT_XY, ORDER, 1.0, np.zeros(2))
    puppet.draw(turned, JOINT_XY, ORDER, 1.0, np.zeros(2), FacePose(turn=MOST_TURN))
    changed = np.abs(turned - still).max(2) > 0.02
    assert changed[:62].any() and not changed[70:].any()
    spot = [(1 - frame[36:48, 66:96, 1]) * frame[36:48, 66:96, 3] > 0.6 for frame in (still, turned)]
    assert np.nonzero(spot[1])[1].mean() > np.nonzero(spot[0])[1].mean() + 0.5
