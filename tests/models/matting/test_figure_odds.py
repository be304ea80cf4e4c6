from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.context_cues import context_cues
from models.matting.figure_cues import cues
from models.matting.figure_odds import cut_regions, figure_odds
from models.matting.figure_odds_factors import FIRST, SECOND
from models.matting.network import Network
from models.matting.region_relations import geodesics, relate
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
    odds = figure_odds(relate(regions))
    inside = regions.mean(mask.astype(np.float32))
    assert np.average(odds, weights=inside * regions.area) > 0.85
    assert np.average(odds, weights=(1 - inside) * regions.area) < 0.15


def test_there_is_a_factor_for_each_cue() -> None:
    relations = relate(part(scene()[0]))
    count = len(relations.regions.area)
    own, context = cues(relations), context_cues(relations, np.full(count, 0.3))
    assert own.shape == (count, FIRST.hidden.shape[1] - 1)
    assert own.shape[1] + context.shape[1] == SECOND.hidden.shape[1] - 1


def test_a_network_of_one_unit_is_logistic_in_its_tangent() -> None:
    network = Network(hidden=np.array([[0.5, 2.0, -1.0]]), answer=np.array([0.25, 3.0]))
    found = network.odds(np.array([[0.1, 0.4], [1.0, 0.0]]))
    unit = np.tanh([0.5 + 0.2 - 0.4, 2.5])
    np.testing.assert_allclose(found, 1 / (1 + np.exp(-(0.25 + 3 * unit))))


def test_the_other_side_and_what_is_around_speak_for_a_region() -> None:
    """Two legs and the ground between them: guessed to be figure are all but one leg and the ground."""
    picture = np.full((200, 200, 3), (190, 200, 170), np.uint8)
    picture[30:100, 60:140] = (190, 40, 60)
    picture[100:180, 60:85] = picture[100:180, 115:140] = (40, 60, 150)
    regions = part(picture)
    relations = relate(regions)
    x, y = regions.xy.T
    trunk = (x > 0.3) & (x < 0.7) & (y > 0.15) & (y < 0.5)
    left = (x > 0.3) & (x < 0.42) & (y > 0.52) & (y < 0.88)
    right = (x > 0.58) & (x < 0.7) & (y > 0.52) & (y < 0.88)
    between = (x > 0.45) & (x < 0.55) & (y > 0.55) & (y < 0.85)
    cue = context_cues(relations, np.where(trunk | left, 0.95, 0.05))
    mirror, above, below = cue[:, 8], cue[:, 11], cue[:, 12]
    assert mirror[right].mean() > 0.2 > -0.2 > mirror[between].mean()
    assert above[right].min() > 0.9 and below[right].max() < 0.1
    far = (y < 0.1) & (x < 0.2)
    assert above[far].max() < 0.1


def test_what_an_outline_closes_off_is_far_though_it_has_the_colour_outside() -> None:
    picture = np.full((200, 200, 3), 235, np.uint8)
    cv2.circle(picture, (100, 100), 60, (20, 20, 30), 4)
    regions = part(picture)
    relations = relate(regions)
    centre = int(np.argmin(np.abs(regions.xy - 0.5).sum(1)))
    rim = int(np.argmin(regions.xy.sum(1)))
    corner = int(np.argmax(regions.xy.sum(1)))
    assert relations.outlines[centre, rim] > 20 * relations.outlines[corner, rim]


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
