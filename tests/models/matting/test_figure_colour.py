"""The figure's own colour under a soft edge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.frames import scale_down
from data_contracts.image import flatten
from models.matting import edge
from models.matting.figure_colour import continued, decontaminate, inner_weight
from models.world.art.girl import draw_girl


def over(
    rgb: NDArray[np.uint8], alpha: NDArray[np.float32], behind: NDArray[np.float64] | tuple[int, int, int]
) -> NDArray[np.uint8]:
    share = alpha[..., None]
    return np.rint(share * rgb + (1 - share) * np.asarray(behind)).astype(np.uint8)


def test_a_huge_picture_keeps_its_sure_colours_and_continues_them() -> None:
    width, half = 2 * edge.FINEST_SIDE, edge.FINEST_SIDE
    rgb = np.full((16, width, 3), (20, 160, 60), np.uint8)
    rgb[:, :half] = (200, 30, 40)
    alpha = np.zeros((16, width), np.float32)
    alpha[:, : half + 6] = 1
    colour = decontaminate(rgb, alpha)
    assert colour.dtype == np.uint8 and colour.shape == rgb.shape
    np.testing.assert_array_equal(colour[alpha == 1], rgb[alpha == 1])
    assert np.abs(colour[:, half + 400 :].astype(int) - (200, 30, 40)).max() < 8, (
        "the figure's own, continued"
    )


def test_a_mixed_pixel_loses_the_background() -> None:
    alpha = np.zeros((40, 40), np.float32)
    alpha[10:30, 10:30], alpha[10:30, 30], alpha[10:30, 31] = 1, 0.8, 0.6
    figure = np.full((40, 40, 3), (200, 120, 40), np.uint8)
    seen = over(figure, alpha, (20, 60, 240))
    assert np.abs(decontaminate(seen, alpha)[12:28, 30:32].astype(int) - (200, 120, 40)).max() <= 3


def test_an_outline_in_ink_is_no_mixture_and_stays() -> None:
    """A drawn girl, against what is told without the edge itself: the inside's colour, continued."""
    rgba = scale_down(draw_girl(), 512)
    alpha = (rgba[..., 3] / 255).astype(np.float32)
    mixed = (alpha > 0.3) & (alpha < edge.SURE)
    for behind in ((255, 255, 255), (60, 140, 80)):
        seen = over(rgba[..., :3], alpha, behind)
        inside = continued(seen.astype(np.float32), inner_weight(alpha >= edge.SURE))
        own, carried = (
            np.abs(colour.astype(float) - rgba[..., :3])[mixed].mean()
            for colour in (decontaminate(seen, alpha), inside)
        )
        assert own < 0.4 * carried


def test_an_alpha_wrong_by_half_invents_no_colours() -> None:
    alpha = np.zeros((40, 40), np.float32)
    alpha[10:30, 10:30], alpha[10:30, 30] = 1, 0.9  # of a pixel that is all background
    seen = np.full((40, 40, 3), (10, 20, 250), np.uint8)
    seen[10:30, 10:30] = (240, 200, 30)
    own = decontaminate(seen, alpha)
    assert own.min() >= 10 and own.max() <= 250
    np.testing.assert_array_equal(decontaminate(seen, np.zeros_like(alpha)), seen)


def test_without_any_bare_background_colours_are_continued() -> None:
    alpha = np.full((20, 20), 0.5, np.float32)
    alpha[5:15, 5:15] = 1
    seen = np.full((20, 20, 3), (90, 100, 110), np.uint8)
    seen[5:15, 5:15] = (200, 30, 40)
    assert np.abs(decontaminate(seen, alpha)[:4].astype(int) - (200, 30, 40)).max() <= 3


def test_flattened_art_gets_its_straight_colours_back() -> None:
    rgba = draw_girl()
    alpha = (rgba[..., 3] / 255).astype(np.float32)
    mixed = (alpha > 0.7) & (alpha < edge.SURE)
    own = decontaminate(flatten(rgba), alpha)
    assert np.abs(own.astype(int) - rgba[..., :3])[mixed].mean() < 12
