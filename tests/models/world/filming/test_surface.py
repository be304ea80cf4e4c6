"""Texture coordinates and their gradients on every kind of primitive."""

import numpy as np
import pytest

from models.world.filming.packing import Packed, pack
from models.world.filming.surface import surface_at
from models.world.solids import join
from tests.models.world.filming.stage import (
    camera,
    ellipsoid,
    floor,
    in_camera,
    rotation,
    round_cone,
    speckle,
)

AXES = rotation(4)
CENTRE, RADII = np.array([0.1, 0.9, 0.2]), np.array([0.5, 0.9, 0.3])
ENDS, ENDS_RADII = np.array([[-0.6, 0.5, 0.1], [0.7, 1.6, -0.3]]), np.array([0.15, 0.4])
FLOOR, CONE, ELLIPSOID = 0, 2, 3
"""Numbers of a floor's first triangle, a cone and an ellipsoid among the solids of `packed`."""


@pytest.fixture(scope="module")
def packed() -> Packed:
    return pack(
        camera(),
        [floor(speckle(0), 3.0, 6.0), join([round_cone(ENDS, ENDS_RADII), ellipsoid(CENTRE, AXES, RADII)])],
        0,
    )


def described(packed: Packed, number: int, point: np.ndarray) -> np.ndarray:
    out = np.empty(12)
    surface_at(packed.kind[number], packed.facts[number], point, out)
    return out


def at(packed: Packed, number: int, world: np.ndarray) -> np.ndarray:
    return described(packed, number, in_camera(camera(), world))


def on_cone(angle: float, share: float) -> np.ndarray:
    """A point round the axis from `across`, in the plane of a cross-section."""
    axis = (ENDS[1] - ENDS[0]) / np.linalg.norm(ENDS[1] - ENDS[0])
    across = np.cross(axis, [0.3, -0.5, 0.81])
    across /= np.linalg.norm(across)
    away = np.cos(angle) * across + np.sin(angle) * np.cross(axis, across)
    return ENDS[0] + share * (ENDS[1] - ENDS[0]) + 0.2 * away


@pytest.mark.parametrize(
    ("own", "u", "v"),
    [
        ([0, 0, 1], 0.5, 0.5),
        ([1, 0, 0], 0.75, 0.5),
        ([-1, 0, 0], 0.25, 0.5),
        ([0, np.sqrt(0.5), np.sqrt(0.5)], 0.5, 0.25),
        ([0, 1, 0], None, 0.0),
        ([0, -1, 0], None, 1.0),
    ],
)
def test_ellipsoid_is_unrolled_from_front_to_left_and_from_the_top(packed, own, u, v):
    found = at(packed, ELLIPSOID, CENTRE + AXES @ (RADII * own))
    assert found[4] == pytest.approx(v, abs=1e-6)
    if u is not None:
        assert found[3] == pytest.approx(u, abs=1e-9)


@pytest.mark.parametrize(("angle", "share"), [(0.0, 0.5), (1.0, 0.2), (3.0, 0.9), (5.5, 0.5)])
def test_cone_is_unrolled_from_across_and_along_its_axis(packed, angle, share):
    found = at(packed, CONE, on_cone(angle, share))
    assert found[3] == pytest.approx(angle / (2 * np.pi), abs=1e-9)
    assert found[4] == pytest.approx(share, abs=1e-9)


def test_caps_of_a_cone_keep_the_ends_of_the_picture(packed):
    assert at(packed, CONE, on_cone(1.0, -0.1))[4] == 0
    assert at(packed, CONE, on_cone(1.0, 1.2))[4] == 1


@pytest.mark.parametrize(
    ("number", "world"),
    [
        (FLOOR, np.array([-1.0, 0.0, -2.0])),
        (CONE, on_cone(2.0, 0.4)),
        (ELLIPSOID, CENTRE + AXES @ (RADII * np.array([0.6, 0.48, 0.64]))),
    ],
)
def test_gradients_are_those_of_differences(packed, number, world):
    """They choose how a texture is blurred: a wrong one shows as boiling or as mush."""
    point = in_camera(camera(), world)
    found = described(packed, number, point)
    for i in range(3):
        step = np.eye(3)[i] * 1e-6
        slope = (described(packed, number, point + step) - described(packed, number, point - step)) / 2e-6
        assert found[5 + i] == pytest.approx(slope[3], rel=1e-4, abs=1e-6)
        assert found[8 + i] == pytest.approx(slope[4], rel=1e-4, abs=1e-6)
