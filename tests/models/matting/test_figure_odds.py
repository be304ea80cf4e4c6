from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.figure_cues import cues, geodesics
from models.matting.figure_odds import FIRST, cut_regions, figure_odds
from models.matting.superpixels import part


def scene() -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """A red figure in a room: a wall above, a floor below, a window at one side."""
    picture = np.full((240, 180, 3), (190, 200, 170), np.uint8)
    picture[160:] = (140, 110, 80)
    picture[30:90, 10:50] = (120, 170, 230)
    mask = np.zeros((240, 180), np.uint8)
    cv2.ellipse(mask, (92, 130), (28, 85), 0, 0, 360, 1, -1)
    picture[mask > 0] = (190, 40, 60)
    noise = np.random.default_rng(0).normal(0, 4, picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8), mask > 0


def test_the_figure_is_likelier_than_wall_floor_and_window() -> None:
    picture, mask = scene()
    regions = part(picture)
    odds = figure_odds(regions)
    inside = regions.mean(mask.astype(np.float32))
    assert np.average(odds, weights=inside * regions.area) > 0.85
    assert np.average(odds, weights=(1 - inside) * regions.area) < 0.15


def test_there_is_a_factor_for_each_cue() -> None:
    regions = part(scene()[0])
    assert cues(regions).shape == (len(regions.area), len(FIRST) - 1)


def test_paths_are_symmetric_and_obey_the_triangle_inequality() -> None:
    paths = geodesics(part(scene()[0]))
    np.testing.assert_allclose(paths, paths.T)
    assert (paths[:, None, 5] + paths[None, 5, :] >= paths - 1e-9).all()


def test_the_least_cut_takes_a_doubtful_region_among_sure_ones_along() -> None:
    picture, mask = scene()
    regions = part(picture)
    inside = regions.mean(mask.astype(np.float32)) > 0.5
    odds = np.where(inside, 0.9, 0.1)
    middle = int(np.argmin(np.abs(regions.xy - (0.51, 0.54)).sum(1)))
    assert inside[middle]
    odds[middle] = 0.45
    cut = cut_regions(regions, odds)
    assert (cut & mask).sum() / (cut | mask).sum() > 0.95
    assert cut[regions.labels == middle].all()
