"""A driver's head and face, read from its keypoints."""

from __future__ import annotations

import numpy as np
import pytest

from models.puppet.face_motion import MOST_NOD, MOST_TURN, FaceConfig, face_motion

FPS, FRAMES = 25.0, 60
UP = np.tile([0.0, -1.0], (FRAMES, 1))
HALF, REACH = 75.0, 105.0


def heads(yaw: np.ndarray, pitch: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Keypoints of a head with true proportions that turns by ``yaw`` [T], seen from far."""
    xy, confidence = np.zeros((len(yaw), 133, 2)), np.zeros((len(yaw), 133))
    pitch = np.zeros(len(yaw)) if pitch is None else pitch
    xy[:, 0] = np.stack([REACH * np.sin(yaw) * np.cos(pitch), REACH * np.sin(pitch)], axis=1) + 200
    xy[:, 3] = np.stack([HALF * np.cos(yaw), 0 * yaw], axis=1) + 200
    xy[:, 4] = np.stack([-HALF * np.cos(yaw), 0 * yaw], axis=1) + 200
    confidence[:, [0, 3, 4]] = 1
    return xy, confidence


def landmarks(xy: np.ndarray, confidence: np.ndarray, eye: np.ndarray, gap: np.ndarray) -> None:
    """Put eyes that are open by ``eye`` [T] and lips that are apart by ``gap`` [T] into the keypoints."""
    confidence[:, 23:91] = 1
    for first, x in ((36, -30), (42, 30)):
        shape = np.array([[-12, 0], [-4, -1], [4, -1], [12, 0], [4, 1], [-4, 1]], float)
        for k, (dx, dy) in enumerate(shape):
            xy[:, 23 + first + k] = np.stack([200 + x + dx + 0 * eye, 180 + 5 * dy * eye], axis=1)
    xy[:, 23 + 48], xy[:, 23 + 54] = (180, 250), (220, 250)
    xy[:, 23 + 62] = np.stack([200 + 0 * gap, 250 - gap / 2], axis=1)
    xy[:, 23 + 66] = np.stack([200 + 0 * gap, 250 + gap / 2], axis=1)


def test_turns_are_told_and_end_at_what_a_picture_shows() -> None:
    yaw = np.linspace(-np.pi / 2, np.pi / 2, FRAMES)
    turn = face_motion(*heads(yaw), UP, FPS, FaceConfig()).turn
    np.testing.assert_allclose(turn[5:-5], (MOST_TURN * np.sin(yaw))[5:-5], atol=0.01)
    assert (np.diff(turn)[3:-3] > 0).all() and abs(turn).max() <= MOST_TURN


def test_a_back_is_not_turned() -> None:
    turn = face_motion(*heads(np.full(FRAMES, np.pi)), UP, FPS, FaceConfig()).turn
    np.testing.assert_allclose(turn, 0, atol=1e-9)


def test_a_tilted_head_turns_as_an_upright_one() -> None:
    xy, confidence = heads(np.full(FRAMES, 0.5))
    c, s = np.cos(0.7), np.sin(0.7)
    tilted = xy @ np.array([[c, s], [-s, c]])
    up = UP @ np.array([[c, s], [-s, c]])
    straight = face_motion(xy, confidence, UP, FPS, FaceConfig())
    np.testing.assert_allclose(face_motion(tilted, confidence, up, FPS, FaceConfig()).turn, straight.turn)


def test_nods_are_against_the_usual_carriage() -> None:
    pitch = 0.3 + 0.2 * np.sin(np.linspace(0, 4 * np.pi, FRAMES))
    nod = face_motion(*heads(np.zeros(FRAMES), pitch), UP, FPS, FaceConfig()).nod
    assert abs(np.median(nod)) < 0.02 and 0.1 < nod.max() <= MOST_NOD
    assert np.corrcoef(nod, pitch)[0, 1] > 0.98


def test_without_landmarks_eyes_and_mouth_rest_and_with_them_they_move() -> None:
    xy, confidence = heads(np.zeros(FRAMES))
    rest = face_motion(xy, confidence, UP, FPS, FaceConfig())
    assert not rest.shut.any() and not rest.open.any()
    eye, gap = np.ones(FRAMES), np.zeros(FRAMES)
    eye[20:26], gap[40:50] = 0.1, 20
    landmarks(xy, confidence, eye, gap)
    moved = face_motion(xy, confidence, UP, FPS, FaceConfig())
    assert moved.shut[22:24].min() > 0.9 and moved.shut[:16].max() < 0.05
    assert moved.open[43:47].min() > 0.9 and moved.open[:36].max() < 0.05


@pytest.mark.parametrize(("option", "track"), [("turn", "turn"), ("blink", "shut"), ("mouth", "open")])
def test_each_can_be_turned_off(option: str, track: str) -> None:
    xy, confidence = heads(np.full(FRAMES, 0.5))
    eye, gap = np.ones(FRAMES), np.zeros(FRAMES)
    eye[20:26], gap[40:50] = 0.1, 20
    landmarks(xy, confidence, eye, gap)
    assert getattr(face_motion(xy, confidence, UP, FPS, FaceConfig()), track).any()
    assert not getattr(face_motion(xy, confidence, UP, FPS, FaceConfig(**{option: False})), track).any()


def test_a_head_that_is_not_seen_rests() -> None:
    xy, confidence = heads(np.full(FRAMES, 0.5))
    still = face_motion(xy, 0 * confidence, UP, FPS, FaceConfig())
    assert not still.turn.any() and not still.nod.any()
