"""Which way round a scene is: its ground is below."""

from __future__ import annotations

import numpy as np

from models.camera.ground import is_upside_down, without_upside_down
from models.camera.lens import Lens
from models.camera.structure import Structure


def scene(low_is_near: bool) -> Structure:
    """Points on a tilted plane before one placed camera."""
    rng = np.random.default_rng(3)
    slope = rng.uniform(-1, 1, (60, 2))
    depth = 4 - slope[:, 1] if low_is_near else 4 + slope[:, 1]
    structure = Structure(np.arange(60), np.zeros(60, int), slope * 100, 2, Lens.steady(200.0, 2))
    structure.points = np.column_stack([slope * depth[:, None] * 0.5, depth])
    structure.has_point[:] = True
    structure.registered[0] = True
    return structure


def test_ground_below_is_the_right_way_round() -> None:
    assert not is_upside_down(scene(low_is_near=True))
    assert is_upside_down(scene(low_is_near=False))


def test_the_ground_decides_only_between_readings_that_are_about_as_good() -> None:
    wrong, right = scene(low_is_near=False), scene(low_is_near=True)
    assert without_upside_down([wrong, right], [1.0, 0.9], 0.8) is right
    assert without_upside_down([wrong, right], [1.0, 0.5], 0.8) is wrong
    assert without_upside_down([right, wrong], [0.9, 0.8], 0.8) is right
