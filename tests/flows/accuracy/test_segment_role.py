from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import InputError
from data_contracts.image import write_png
from flows.accuracy import figure_pictures
from flows.accuracy.composed_art import HEIGHT_PX, WIDTH_PX, ComposedArt, compose
from flows.accuracy.figure_pictures import MaskedPicture, picture_cases, read_pictures
from flows.accuracy.role import Case, Sources
from flows.accuracy.roles.segment import ROLE
from models.matting import ClassicalMatting, MotionMatting

ART = Case("art over plain", "girl before blue grey", MaskedPicture(art=ComposedArt("girl", "blue grey")))


@pytest.mark.slow
def test_composed_art_is_the_figure_over_the_background_by_its_own_alpha() -> None:
    art = compose(ComposedArt("robot", "white"))
    assert art.rgb.shape == (HEIGHT_PX, WIDTH_PX, 3) and art.alpha.shape == (HEIGHT_PX, WIDTH_PX)
    assert (art.rgb[art.alpha == 0] == 255).all()
    assert 0.15 < (art.alpha > 0.5).mean() < 0.6
    dark = compose(ComposedArt("robot", "dark green"))
    inside = art.alpha == 1
    np.testing.assert_array_equal(art.rgb[inside], dark.rgb[inside])
    between = (art.alpha > 0.2) & (art.alpha < 0.8)
    mixed = art.alpha[..., None] * 0 + (1 - art.alpha[..., None]) * (np.array([255, 255, 255]) - [52, 74, 62])
    np.testing.assert_allclose((art.rgb.astype(float) - dark.rgb)[between], mixed[between], atol=1.01)


def test_a_figure_without_a_matte_of_its_own_is_refused(tmp_path: Path) -> None:
    path = write_png(tmp_path / "flat.png", np.zeros((40, 40, 3), np.uint8))
    with pytest.raises(InputError, match="no matte of its own"):
        compose(ComposedArt(str(path), "white"))


@pytest.mark.slow
def test_the_truth_itself_is_perfect_and_an_ellipse_is_not(tmp_path: Path) -> None:
    oracle = ROLE.oracle
    assert oracle is not None
    matte = ROLE.measure(ART, ClassicalMatting(), tmp_path)
    best, ellipse = oracle(ART), ROLE.baseline(ART)
    assert matte["IoU"] > 0.93
    assert best["IoU"] > 0.95 and best["boundary F"] > 0.95
    assert ellipse["IoU"] < 0.75 and ellipse["boundary F"] < 0.4


@pytest.mark.slow
def test_a_backend_of_clips_has_no_stills(tmp_path: Path) -> None:
    assert ROLE.measure(ART, MotionMatting(), tmp_path) == {}


def test_a_clip_is_read_from_folders_of_frames(tmp_path: Path) -> None:
    for n in range(3):
        for part, value in (("images", 90), ("masks", 255)):
            (tmp_path / part).mkdir(exist_ok=True)
            picture = np.zeros((40, 60, 3), np.uint8)
            picture[10:30, 5 + n : 25 + n] = value
            write_png(tmp_path / part / f"{n:05d}.png", picture)
    clip = MaskedPicture(moves=True, files=(tmp_path / "images", tmp_path / "masks"))
    rgb, truth = read_pictures(clip)
    assert rgb.shape == (3, 40, 60, 3) and truth.sum(axis=(1, 2)).tolist() == [400] * 3


def test_quick_cases_go_through_all_figures_and_backgrounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figure_pictures, "_of_world", lambda sources: iter(()))
    assets = tmp_path / "assets"
    every = picture_cases(Sources(tmp_path, assets, quick=False))
    quick = picture_cases(Sources(tmp_path, assets, quick=True))
    assert {case.dataset for case in quick} == {case.dataset for case in every}
    assert len(quick) < len(every) / 2
    painted = [c.content.art for c in quick if c.dataset == "art over painted"]
    assert {art.figure for art in painted} == {
        c.content.art.figure for c in every if c.dataset == "art over painted"
    }
    assert len({case[:2] for case in every}) == len(every)
    without = picture_cases(Sources(tmp_path, None, quick=False))
    assert {case.dataset for case in without} == {"art over plain", "art over gradient", "art over painted"}


@pytest.mark.slow
def test_real_masks_are_read_with_their_pictures(assets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure_pictures, "_of_world", lambda sources: iter(()))
    cases = picture_cases(Sources(assets, assets, quick=True))
    for case in cases:
        if case.dataset in ("drawings on paper", "DAVIS dog"):
            rgb, truth = read_pictures(case.content)
            assert rgb.shape[:3] == truth.shape
            assert 0.03 < truth.mean() < 0.7
