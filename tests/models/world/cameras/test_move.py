"""Cameras of the world: rigid, inside of their box, the subject in view, and each move what its name says."""

from __future__ import annotations

import numpy as np
import pytest

from data_contracts.errors import InputError
from models.world.cameras.move import CAMERA_MOVES, MARGIN_SHARE, SUBJECT_RADIUS_M, move_camera
from models.world.places.place import Light, Place
from models.world.solids import Floats, join

EMPTY = join([])
BOX = np.array([[-1.6, 0.45, 1.8], [1.6, 2.25, 4.6]])
PLACE = Place("room", True, EMPTY, Light(np.array([0.0, 1.0, 0.0]), 0.7, 0.3), 1.5, BOX[0], BOX[1])
SIZES = [(384, 288), (216, 384), (384, 216)]
TRAVELLING = ("dolly", "truck", "orbit", "crane", "handheld", "walk", "dolly_zoom")


def shoot(
    move: str, seed: int, size_px: tuple[int, int] = (384, 288), frames: int = 48
) -> tuple[Floats, Floats]:
    return move_camera(move, PLACE, size_px, frames, 24.0, seed)


def pixels(poses: Floats, lens: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Pixels [T, N, 2] and depths [T, N] of world points [N, 3]."""
    seen = np.einsum("tji,tnj->tni", poses[:, :3, :3], points - poses[:, None, :3, 3])
    return seen[..., :2] / seen[..., 2:] * lens[:, None, :2] + lens[:, None, 2:], seen[..., 2]


@pytest.mark.slow
@pytest.mark.parametrize("move", CAMERA_MOVES)
def test_poses_are_rigid_upright_and_in_the_box(move: str) -> None:
    for seed in range(12):
        poses, lens = shoot(move, seed, SIZES[seed % 3])
        rotation = poses[:, :3, :3]
        assert np.allclose(rotation @ np.swapaxes(rotation, 1, 2), np.eye(3), atol=1e-9)
        assert np.allclose(np.linalg.det(rotation), 1)
        assert np.array_equal(poses[:, 3], np.tile([0, 0, 0, 1.0], (48, 1)))
        assert (poses[:, :3, 3] >= BOX[0]).all() and (poses[:, :3, 3] <= BOX[1]).all()
        assert rotation[:, 1, 1].max() < -0.85  # the picture's down is the world's down, nearly
        assert rotation[:, 2, 2].max() < -0.7  # it looks to -z
        assert (lens[:, 0] == lens[:, 1]).all() and (lens > 0).all()
        # Smooth: no frame's step is much longer than its neighbours'.
        steps = np.diff(poses[:, :3, 3], axis=0)
        assert np.linalg.norm(np.diff(steps, axis=0), axis=1).max(initial=0) < 0.012


@pytest.mark.slow
@pytest.mark.parametrize("move", CAMERA_MOVES)
def test_subject_stays_in_the_picture(move: str) -> None:
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    ring = SUBJECT_RADIUS_M * np.stack([np.cos(angle), 0 * angle, np.sin(angle)], axis=-1)
    points = np.concatenate([ring + [0, y, 0] for y in (0.0, 0.9, 1.7)])
    for seed in range(12):
        size = SIZES[seed % 3]
        poses, lens = shoot(move, seed, size)
        xy, depth = pixels(poses, lens, points)
        assert depth.min() > 0.5
        assert xy.min() >= 0.9 * MARGIN_SHARE * min(size)
        assert (xy <= np.array(size) - 0.9 * MARGIN_SHARE * min(size)).all()
        # And is not lost in it: a person fills at least a third of the height of some frame, or of the width.
        body, _ = pixels(poses, lens, np.array([[0.0, 0, 0], [0, 1.7, 0], [-0.8, 0.9, 0], [0.8, 0.9, 0]]))
        tall = np.abs(body[:, 0, 1] - body[:, 1, 1]).max() / size[1]
        broad = np.abs(body[:, 2, 0] - body[:, 3, 0]).max() / size[0]
        assert max(tall, broad) > 0.4


@pytest.mark.parametrize("seed", range(4))
def test_what_stands_still_stands_still(seed: int) -> None:
    poses, lens = shoot("static", seed)
    assert (poses == poses[0]).all() and (lens == lens[0]).all()
    zoomed, focal = shoot("zoom", seed)
    assert (zoomed == zoomed[0]).all()
    assert focal[:, 0].max() / focal[:, 0].min() > 1.2
    for move in ("pan", "tilt"):
        turned, lens = shoot(move, seed)
        assert (turned[:, :3, 3] == turned[0, :3, 3]).all() and (lens == lens[0]).all()
        cosine = (np.einsum("ij,ij->", turned[0, :3, :3], turned[-1, :3, :3]) - 1) / 2
        assert 5 < np.degrees(np.arccos(cosine)) < 17


@pytest.mark.slow
@pytest.mark.parametrize("move", TRAVELLING)
def test_paths_are_long_enough_to_track(move: str) -> None:
    for seed in range(8):
        poses, _ = shoot(move, seed)
        way = poses[:, :3, 3]
        distance = np.linalg.norm(way[:, [0, 2]], axis=1).mean()
        assert 0.04 < np.ptp(way, axis=0).max() / distance < 0.31


def test_orbits_and_cranes_keep_looking_at_one_point() -> None:
    for move in ("orbit", "crane"):
        poses, _ = shoot(move, 1)
        where, ahead = poses[:, :3, 3], poses[:, :3, 2]
        # Least squares meeting point of all lines of sight.
        across = np.eye(3) - ahead[:, :, None] * ahead[:, None, :]
        point = np.linalg.solve(across.sum(axis=0), np.einsum("tij,tj->i", across, where))
        off = np.einsum("tij,tj->ti", across, point - where)
        assert np.abs(off).max() < 1e-6
        assert np.linalg.norm(point[[0, 2]]) < 0.1


def test_dolly_zoom_keeps_the_size_of_the_subject() -> None:
    poses, lens = shoot("dolly_zoom", 2)
    xy, depth = pixels(poses, lens, np.array([[0.0, 0.4, 0], [0.0, 1.4, 0]]))
    size = np.abs(xy[:, 0, 1] - xy[:, 1, 1])
    assert np.ptp(depth[:, 0]) / depth[:, 0].mean() > 0.08
    assert np.ptp(size) / size.mean() < 0.03


def test_small_subjects_and_stills_are_filmed_from_nearer() -> None:
    whole = np.linalg.norm(shoot("static", 3)[0][0, :3, 3])
    still = np.linalg.norm(move_camera("static", PLACE, (384, 288), 1, 24.0, 3)[0][0, :3, 3])
    small_poses, lens = move_camera("static", PLACE, (384, 288), 48, 24.0, 3, 0.6)
    assert still < whole
    xy, _ = pixels(small_poses, lens, np.array([[0.0, 0, 0], [0.0, 0.6, 0]]))
    assert 0.25 < np.abs(xy[0, 0, 1] - xy[0, 1, 1]) / 288 < 1


@pytest.mark.parametrize("move", CAMERA_MOVES)
def test_cameras_repeat_to_the_byte_and_seeds_differ(move: str) -> None:
    first, again, other = (shoot(move, seed, frames=16) for seed in (5, 5, 6))
    assert first[0].tobytes() == again[0].tobytes() and first[1].tobytes() == again[1].tobytes()
    assert not np.allclose(first[0], other[0], atol=1e-3)


def test_nonsense_is_refused() -> None:
    with pytest.raises(InputError, match=r"no such camera move.*orbit"):
        shoot("teleport", 0)
    with pytest.raises(InputError, match="films something"):
        shoot("static", 0, frames=0)
    with pytest.raises(InputError, match="films something"):
        move_camera("static", PLACE, (384, 0), 8, 24.0, 0)
