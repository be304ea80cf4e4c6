"""The lens of pictures whose camera is known, and the lines that tell nothing of it."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from models.depth.lens import find_lens, level_directions

HEIGHT, WIDTH = 240, 320
NOISE_PX = 0.3
"""Ends of segments that a detector finds are about so far off."""


def segments(
    focal_px: float, yaw_deg: float, pitch_deg: float, stray: int = 20, seed: int = 0
) -> NDArray[np.float64]:
    """Edges of a box's walls, 30 in each of three directions, seen by a camera; and some in no direction."""
    rng = np.random.default_rng(seed)
    axes = Rotation.from_euler("XY", [pitch_deg, yaw_deg], degrees=True).as_matrix()
    found = []
    while len(found) < 90:
        start = np.array([rng.uniform(-2, 2), rng.uniform(-1.5, 1.5), rng.uniform(2, 6)])
        end = start + rng.uniform(0.5, 1.5) * axes[:, len(found) % 3]
        ends = np.stack([start, end])
        if ends[:, 2].min() < 0.5:
            continue
        xy = focal_px * ends[:, :2] / ends[:, 2:] + (WIDTH / 2, HEIGHT / 2)
        if (xy > 0).all() and (xy < (WIDTH, HEIGHT)).all() and np.hypot(*(xy[1] - xy[0])) > 12:
            found.append((xy + rng.normal(0, NOISE_PX, (2, 2))).ravel())
    loose = rng.uniform(0, 1, (stray, 4)) * (WIDTH, HEIGHT, WIDTH, HEIGHT)
    return np.concatenate([np.array(found), loose])


@pytest.mark.slow
@pytest.mark.parametrize(("ratio", "yaw", "pitch"), [(0.6, 25, -8), (0.9, -15, 10), (1.6, 35, -12)])
def test_edges_at_right_angles_tell_the_lens(ratio: float, yaw: float, pitch: float) -> None:
    focal = ratio * WIDTH
    lens = find_lens(segments(focal, yaw, pitch), HEIGHT, WIDTH)
    assert lens is not None and lens.is_told
    assert lens.focal_px == pytest.approx(focal, rel=0.04)
    ahead = Rotation.from_euler("XY", [pitch, yaw], degrees=True).as_matrix()[:, 2]
    expected = focal * ahead[:2] / ahead[2] + (WIDTH / 2, HEIGHT / 2)
    np.testing.assert_allclose(lens.directions.vanishing_xy_px, expected, atol=0.04 * WIDTH)


@pytest.mark.slow
def test_a_camera_that_looks_straight_at_a_wall_does_not_tell_its_lens() -> None:
    for focal in (0.6 * WIDTH, 1.6 * WIDTH):
        lens = find_lens(segments(focal, 0, 0), HEIGHT, WIDTH)
        assert lens is not None and not lens.is_told


@pytest.mark.slow
def test_edges_in_no_direction_tell_nothing() -> None:
    for seed in range(3):
        loose = np.random.default_rng(seed).uniform(0, 1, (80, 4)) * (WIDTH, HEIGHT, WIDTH, HEIGHT)
        lens = find_lens(loose, HEIGHT, WIDTH)
        assert lens is not None and not lens.is_told
    assert find_lens(np.zeros((0, 4)), HEIGHT, WIDTH) is None


def test_a_known_lens_is_kept() -> None:
    lens = find_lens(segments(0.9 * WIDTH, 20, -10), HEIGHT, WIDTH, known_focal_px=300)
    assert lens is not None and lens.focal_px == pytest.approx(300, rel=0.01)


@pytest.mark.slow
def test_the_wall_across_is_slanted_as_its_camera_turns() -> None:
    focal, yaw = 0.9 * WIDTH, 25
    lens = find_lens(segments(focal, yaw, 0), HEIGHT, WIDTH)
    assert lens is not None
    # The disparity of a wall is proportional to n . (x / f, y / f, 1), n its normal.
    normal = np.array([np.sin(np.radians(yaw)), 0, np.cos(np.radians(yaw))])
    at = np.array(lens.directions.vanishing_xy_px) - (WIDTH / 2, HEIGHT / 2)
    slope = normal[:2] / focal / (normal[:2] @ at / focal + normal[2])
    np.testing.assert_allclose(lens.directions.back_slope_per_px, slope, atol=2e-4)
    assert level_directions(100, 80).back_slope_per_px == (0, 0)
