"""What every inpainting backend promises, on the backends that need no weights."""

import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import ContractError, InputError
from models.inpainting import Inpainter, load
from models.inpainting.hole import grow_hole, is_margin
from models.inpainting.opencv import OpenCvInpaintingConfig
from models.inpainting.patchmatch import PatchMatchConfig

CONFIGS = [
    PatchMatchConfig(),
    OpenCvInpaintingConfig(),
    OpenCvInpaintingConfig(method="navier_stokes"),
]


@pytest.fixture(params=CONFIGS, ids=["patchmatch", "telea", "navier_stokes"])
def inpainter(request: pytest.FixtureRequest) -> Inpainter:
    return load(request.param)


def brick_wall(height: int = 96, width: int = 128) -> NDArray[np.uint8]:
    """Orange bricks 16 × 8 with pale joints, each row shifted by half a brick."""
    y, x = np.mgrid[0:height, 0:width]
    joint = (y % 8 == 0) | ((x + 8 * (y // 8 % 2)) % 16 == 0)
    return np.where(joint[..., None], (220, 210, 200), (180, 90, 40)).astype(np.uint8)


def middle_hole(shape: tuple[int, ...], half: int = 14) -> NDArray[np.bool_]:
    hole = np.zeros(shape[:2], np.bool_)
    y, x = shape[0] // 2, shape[1] // 2
    hole[y - half : y + half, x - half : x + half] = True
    return hole


def test_outside_the_hole_nothing_changes_and_inside_nothing_is_read(inpainter: Inpainter) -> None:
    rgb = brick_wall()
    hole = middle_hole(rgb.shape)
    spoiled = rgb.copy()
    spoiled[hole] = (0, 255, 0)
    filled = inpainter.fill(rgb, hole)
    assert filled.dtype == np.uint8 and filled.shape == rgb.shape
    np.testing.assert_array_equal(filled[~hole], rgb[~hole])
    np.testing.assert_array_equal(inpainter.fill(spoiled, hole), filled)


def test_same_seed_gives_same_pixels(inpainter: Inpainter) -> None:
    rgb = brick_wall()
    hole = middle_hole(rgb.shape)
    np.testing.assert_array_equal(inpainter.fill(rgb, hole, seed=3), inpainter.fill(rgb, hole, seed=3))


def test_no_hole_gives_the_picture_back(inpainter: Inpainter) -> None:
    rgb = brick_wall()
    np.testing.assert_array_equal(inpainter.fill(rgb, np.zeros(rgb.shape[:2], np.bool_)), rgb)


def test_forbidden_colours_stay_out_of_the_hole(inpainter: Inpainter) -> None:
    rgb = brick_wall()
    hole = middle_hole(rgb.shape, 10)
    near_thing = np.zeros_like(hole)
    near_thing[:, 76:90] = True
    rgb[near_thing] = (0, 0, 255)
    filled = inpainter.fill(rgb, hole, source_mask=~near_thing & ~hole)
    assert filled[hole][:, 2].max() < 235  # the wall's own blue reaches 200


def test_a_hole_over_everything_is_refused(inpainter: Inpainter) -> None:
    rgb = brick_wall()
    with pytest.raises(InputError, match="whole picture"):
        inpainter.fill(rgb, np.ones(rgb.shape[:2], np.bool_))


@pytest.mark.parametrize(
    ("rgb", "hole"),
    [
        (np.zeros((32, 32, 3), np.float32), np.zeros((32, 32), np.bool_)),
        (np.zeros((32, 32), np.uint8), np.zeros((32, 32), np.bool_)),
        (np.zeros((32, 32, 3), np.uint8), np.zeros((16, 32), np.bool_)),
        (np.zeros((32, 32, 3), np.uint8), np.zeros((32, 32), np.uint8)),
    ],
)
def test_wrong_arrays_are_refused(
    inpainter: Inpainter, rgb: NDArray[np.uint8], hole: NDArray[np.bool_]
) -> None:
    with pytest.raises(ContractError, match="inpainting"):
        inpainter.fill(rgb, hole)


def test_patchmatch_continues_a_pattern_that_diffusion_blurs() -> None:
    rgb = brick_wall()
    hole = middle_hole(rgb.shape)

    def error(config: PatchMatchConfig | OpenCvInpaintingConfig) -> float:
        filled = load(config).fill(rgb, hole).astype(float)
        return float(np.abs(filled - rgb)[hole].mean())

    assert error(PatchMatchConfig()) < 0.5 * error(OpenCvInpaintingConfig())


def test_patchmatch_keeps_floor_on_floor() -> None:
    rng = np.random.default_rng(0)
    rgb = np.empty((96, 96, 3), np.uint8)
    rgb[:60], rgb[60:] = (90, 150, 230), (120, 80, 40)
    rgb = np.clip(rgb + rng.normal(0, 6, rgb.shape), 0, 255).astype(np.uint8)
    hole = np.zeros((96, 96), np.bool_)
    hole[20:90, 36:60] = True
    filled = load(PatchMatchConfig()).fill(rgb, hole).astype(int)
    sky = filled[..., 2] > filled[..., 0]
    assert sky[20:54, 36:60].mean() > 0.97
    assert sky[66:90, 36:60].mean() < 0.03


def test_margins_are_filled_on_all_sides() -> None:
    rgb = np.pad(brick_wall(64, 64), ((24, 24), (24, 24), (0, 0)))
    hole = np.ones(rgb.shape[:2], np.bool_)
    hole[24:-24, 24:-24] = False
    filled = load(PatchMatchConfig()).fill(rgb, hole)
    assert filled[hole].min(0).tolist() >= [100, 50, 20]  # nothing of the black canvas is left


def test_what_counts_as_a_margin() -> None:
    hole = np.zeros((40, 60), np.bool_)
    hole[:, 20:40] = True
    assert not is_margin(hole)
    hole = ~np.pad(np.ones((20, 40), np.bool_), 10)
    assert is_margin(hole)


def test_growing_a_hole_is_a_disc() -> None:
    hole = np.zeros((21, 21), np.bool_)
    hole[10, 10] = True
    grown = grow_hole(hole, 5)
    y, x = np.mgrid[0:21, 0:21] - 10
    assert grown[(np.hypot(x, y) <= 4.5)].all() and not grown[np.hypot(x, y) > 6].any()
    np.testing.assert_array_equal(grow_hole(hole, 0), hole)
