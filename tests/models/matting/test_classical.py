from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import InputError, NoFigureError
from models.matting import ClassicalMatting, load_still

Mask = NDArray[np.bool_]


def overlap(a: Mask, b: Mask) -> float:
    return float((a & b).sum() / (a | b).sum())


def person(height: int = 360, width: int = 240) -> Mask:
    """A plain figure: head, trunk, two arms, two legs apart."""
    mask = np.zeros((height, width), np.uint8)
    cv2.circle(mask, (width // 2, 60), 28, 1, -1)
    cv2.rectangle(mask, (width // 2 - 35, 85), (width // 2 + 35, 210), 1, -1)
    for side in (-1, 1):
        cv2.line(mask, (width // 2 + 30 * side, 105), (width // 2 + 75 * side, 190), 1, 18)
        cv2.line(mask, (width // 2 + 20 * side, 205), (width // 2 + 34 * side, 325), 1, 26)
    return mask > 0


def dressed(mask: Mask, seed: int = 0) -> NDArray[np.uint8]:
    """Colours for the figure: red above, blue below, with texture."""
    rng = np.random.default_rng(seed)
    colour = np.where(np.arange(len(mask))[:, None, None] < 200, (170, 50, 60), (40, 60, 140))
    noise = rng.normal(0, 6, (*mask.shape, 1))
    return np.clip(colour + noise, 0, 255).astype(np.uint8)


def composite(mask: Mask, background: NDArray[np.uint8]) -> NDArray[np.uint8]:
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 0.8)[..., None]
    return (dressed(mask) * soft + background * (1 - soft)).astype(np.uint8)


def plain_background(shape: tuple[int, int]) -> NDArray[np.uint8]:
    ramp = np.linspace(235, 205, shape[0])[:, None, None]
    return np.broadcast_to(ramp, (*shape, 3)).astype(np.uint8)


@pytest.mark.slow
def test_figure_on_a_shaded_backdrop_is_cut_out_to_its_edge_and_between_the_legs() -> None:
    mask = person()
    matte = load_still(ClassicalMatting())(composite(mask, plain_background(mask.shape)))
    assert matte.method == "plain_border"
    assert overlap(matte.alpha > 0.5, mask) > 0.96
    assert matte.alpha[300, 120] < 0.1, "the gap between the legs is background"
    assert matte.confidence > 0.8


@pytest.mark.slow
def test_no_rim_of_the_old_background_stays_in_the_foreground_colour() -> None:
    mask = person()
    matte = load_still(ClassicalMatting())(composite(mask, plain_background(mask.shape)))
    rim = (matte.alpha > 0.2) & (matte.alpha < 0.9)
    assert rim.any()
    # Least channel: the backdrop's is over 200, the clothes' about 45.
    assert matte.foreground_rgb[rim].min(axis=1).mean() < 65
    assert matte.foreground_rgb[rim].min(axis=1).max() < 110


def test_own_alpha_channel_is_the_matte_and_specks_go() -> None:
    mask = person()
    alpha = (cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 1.5) * 255).astype(np.uint8)
    speckled = alpha.copy()
    speckled[5:8, 5:8] = 255
    matte = load_still(ClassicalMatting())(np.dstack([dressed(mask), speckled]))
    assert matte.method == "alpha"
    near = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    np.testing.assert_allclose(matte.alpha[near], alpha[near] / 255, atol=1e-6)
    assert matte.alpha[5:8, 5:8].max() == 0


@pytest.mark.slow
def test_opaque_alpha_channel_is_no_matte() -> None:
    mask = person()
    rgb = composite(mask, plain_background(mask.shape))
    matte = load_still(ClassicalMatting())(np.dstack([rgb, np.full(mask.shape, 255, np.uint8)]))
    assert matte.method == "plain_border"


def test_pen_on_paper_is_filled_though_its_inside_is_paper() -> None:
    paper = np.full((300, 220, 3), 215, np.uint8)
    cv2.circle(paper, (110, 70), 40, (40, 40, 60), 4)
    cv2.rectangle(paper, (70, 112), (150, 260), (40, 40, 60), 4)
    matte = load_still(ClassicalMatting())(paper)
    assert matte.method == "line_art"
    assert matte.alpha[70, 110] > 0.9 and matte.alpha[200, 110] > 0.9, "inside of head and trunk"
    assert matte.alpha[20, 20] < 0.05 and matte.alpha[280, 30] < 0.05, "paper outside"


@pytest.mark.slow
def test_busy_background_keeps_most_of_the_figure_at_less_confidence() -> None:
    mask = person()
    rng = np.random.default_rng(3)
    coarse = rng.integers(90, 200, (9, 6, 3)).astype(np.uint8)
    coarse[..., 0] //= 2
    background = cv2.resize(coarse, mask.shape[::-1], interpolation=cv2.INTER_CUBIC)
    matte = load_still(ClassicalMatting())(composite(mask, background))
    assert matte.method == "grabcut"
    assert overlap(matte.alpha > 0.5, mask) > 0.9
    assert 0.4 <= matte.confidence <= 0.95


@pytest.mark.slow
def test_same_picture_gives_the_same_matte() -> None:
    picture = composite(person(), plain_background((360, 240)))
    matting = load_still(ClassicalMatting())
    np.testing.assert_array_equal(matting(picture).alpha, matting(picture).alpha)


def test_empty_backdrop_has_no_figure() -> None:
    with pytest.raises(NoFigureError, match="no figure stands out"):
        load_still(ClassicalMatting())(plain_background((200, 200)))


@pytest.mark.parametrize("shape", [(1, 1, 3), (40, 40), (40, 40, 1)])
def test_unusable_pictures_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match="expected"):
        load_still(ClassicalMatting())(np.zeros(shape, np.uint8))


@pytest.mark.parametrize(
    ("name", "least"), [("drawing_char1", 0.9), ("drawing_char2", 0.8), ("drawing_char4", 0.72)]
)
def test_drawings_agree_with_their_masks(assets: Path, name: str, least: float) -> None:
    # The given masks are dilated; ours hug the pen, which costs overlap on thin limbs.
    rgb = cv2.cvtColor(cv2.imread(str(assets / f"refs/{name}_texture.png")), cv2.COLOR_BGR2RGB)
    truth = cv2.imread(str(assets / f"refs/{name}_mask.png"), cv2.IMREAD_GRAYSCALE) > 127
    matte = load_still(ClassicalMatting())(np.asarray(rgb, np.uint8))
    assert matte.method == "line_art"
    assert overlap(matte.alpha > 0.5, truth) > least


@pytest.mark.slow
@pytest.mark.parametrize("name", ["anime_eileen_rgba", "anime_sylvie_green_rgba"])
def test_exact_artist_mattes_are_found_again_on_a_plain_colour(assets: Path, name: str) -> None:
    rgba = cv2.cvtColor(
        cv2.imread(str(assets / f"refs/{name}.png"), cv2.IMREAD_UNCHANGED), cv2.COLOR_BGRA2RGBA
    )
    truth = rgba[..., 3:] / 255
    picture = (rgba[..., :3] * truth + np.array([200, 215, 225]) * (1 - truth)).astype(np.uint8)
    matte = load_still(ClassicalMatting())(picture)
    assert overlap(matte.alpha > 0.5, truth[..., 0] > 0.5) > 0.97
    assert float(np.abs(matte.alpha - truth[..., 0]).mean()) < 0.01
