import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import InputError
from models.measures.flicker import DrawnFrame, flicker

LENS = np.array([40.0, 40, 32, 24])
SIZE = (48, 64)


def frame(shift_m: float, noise: float = 0.0, depth_m: float = 4.0) -> DrawnFrame:
    """A smooth wall at a depth, seen from a camera that stands `shift_m` to the right."""
    pose = np.eye(4)
    pose[0, 3] = shift_m
    x = (np.arange(SIZE[1]) + 0.5 - LENS[2]) / LENS[0] * depth_m + shift_m
    levels = np.broadcast_to((128 + 100 * np.sin(x))[None, :, None], (*SIZE, 3))
    rgb = levels + noise * np.random.default_rng(0).choice([-1, 1], (*SIZE, 3))
    return DrawnFrame(np.rint(rgb).astype(np.uint8), np.full(SIZE, depth_m, np.float32), pose, LENS)


def test_a_still_world_does_not_flicker_however_the_camera_moves() -> None:
    for shift in (0.0, 0.1, 0.37):
        found = flicker(frame(shift), frame(0.0))
        assert found is not None and found < 1  # rounding and linear interpolation of a smooth wall


def test_noise_is_measured_in_levels() -> None:
    assert flicker(frame(0.0, noise=10), frame(0.0)) == pytest.approx(10, abs=0.6)  # both round to a level


def test_swimming_is_flicker() -> None:
    moved = frame(0.3)
    still = moved._replace(world_from_camera=np.eye(4))
    found = flicker(still, frame(0.0))
    assert found is not None and found > 10


def test_what_is_hidden_or_not_drawn_does_not_count() -> None:
    assert flicker(frame(0.0, depth_m=2.0), frame(0.0, depth_m=4.0)) is None
    nothing: NDArray[np.float32] = np.zeros(SIZE, np.float32)
    assert flicker(frame(0.0)._replace(depth_m=nothing), frame(0.0)) is None


def test_other_sizes_are_refused() -> None:
    small = frame(0.0)
    small = small._replace(rgb=small.rgb[:40], depth_m=small.depth_m[:40])
    with pytest.raises(InputError, match="one size"):
        flicker(frame(0.0), small)
