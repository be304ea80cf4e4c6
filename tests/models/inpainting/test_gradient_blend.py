import numpy as np
import pytest

from models.inpainting import load
from models.inpainting.gradient_blend import LARGEST_CHANGE, blend_gradients
from models.inpainting.patchmatch import PatchMatchConfig


def ramp() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """A wall that gets brighter to the right and a hole that is filled from 20 px to the left of it."""
    x = np.mgrid[0:48, 0:80][1]
    wall = np.repeat((0.2 + 0.0025 * x + 0.05 * np.sin(x * np.pi / 5))[..., None], 3, 2).astype(np.float32)
    hole = np.zeros((48, 80), np.bool_)
    hole[16:32, 44:58] = True
    target = np.zeros_like(hole)
    target[13:35, 41:61] = True
    field = np.stack(np.mgrid[0:48, 0:80], -1).astype(np.int32)
    field[..., 1] -= 20
    return wall, hole, target, field


def test_a_fill_that_fits_stays_as_it_is() -> None:
    wall, hole, target, field = ramp()
    blended = blend_gradients(wall, wall, hole, field, target)
    np.testing.assert_allclose(blended, wall, atol=2e-4)


def test_a_darker_source_is_brought_to_the_rims_brightness_and_keeps_its_pattern() -> None:
    wall, hole, target, field = ramp()
    filled = wall.copy()
    filled[hole] = wall[field[hole][:, 0], field[hole][:, 1]]
    assert np.abs(filled - wall)[hole].mean() > 0.045
    blended = blend_gradients(filled, wall, hole, field, target)
    assert np.abs(blended - wall)[hole].mean() < 0.015
    np.testing.assert_array_equal(blended[~hole], filled[~hole])


def test_a_shaded_wall_has_no_seams_after_a_fill() -> None:
    y, x = np.mgrid[0:96, 0:96]
    rng = np.random.default_rng(0)
    shade = 120 + 0.7 * x + 0.4 * y + rng.normal(0, 2, (96, 96))
    rgb = np.clip(np.repeat(shade[..., None], 3, 2), 0, 255).astype(np.uint8)
    hole = np.zeros((96, 96), np.bool_)
    hole[24:80, 30:70] = True

    def error(blend: bool) -> float:
        filled = load(PatchMatchConfig(blend=blend)).fill(rgb, hole).astype(float)
        return float(np.abs(filled - rgb)[hole].mean())

    assert error(True) < 0.7 * error(False)


@pytest.mark.slow
def test_colours_do_not_drift_away_where_a_hole_has_one_rim_only() -> None:
    rng = np.random.default_rng(0)
    y = np.mgrid[0:120, 0:80][0]
    rgb = np.clip((200 - 0.8 * y)[..., None] + rng.normal(0, 10, (120, 80, 3)), 0, 255).astype(np.uint8)
    hole = np.zeros((120, 80), np.bool_)
    hole[40:] = True
    plain, blended = (load(PatchMatchConfig(blend=blend)).fill(rgb, hole) for blend in (False, True))
    change = np.abs(blended.astype(int) - plain)
    assert change.max() <= np.ceil(255 * LARGEST_CHANGE) and change.any()
