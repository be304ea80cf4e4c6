"""The background part of the table: holes as the stage cuts them, and numbers that mean something."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from flows.accuracy.composed_art import ComposedArt, compose
from flows.accuracy.holed_pictures import Hole, HoledPicture, read_hole
from flows.accuracy.role import Case, Values
from flows.accuracy.roles.complete_background import GMSD, PSNR, ROLE, SSIM, TEXTURE
from models.inpainting.opencv import OpenCvInpaintingConfig

ART = Case("art", "girl", HoledPicture(art=ComposedArt("girl", "workshop")))


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Values]:
    """At a third of the size, for speed."""
    assert ROLE.oracle is not None
    folder = tmp_path_factory.mktemp("fill")
    small = Hole(*(part[::3, ::3] for part in read_hole(ART.content)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flows.accuracy.roles.complete_background.read_hole", lambda _: small)
        opencv = ROLE.measure(ART, OpenCvInpaintingConfig(), folder)
        return {"opencv": opencv, "mean": ROLE.baseline(ART), "copies": ROLE.oracle(ART)}


@pytest.mark.slow
def test_the_hole_holds_all_of_the_figure_and_nothing_else_is_touched() -> None:
    art = compose(ComposedArt("girl", "workshop"))
    hole = read_hole(HoledPicture(art=ComposedArt("girl", "workshop")))
    assert hole.hole[art.alpha > 0.05].all()
    assert 0.02 < hole.hole.mean() - (art.alpha > 0.05).mean() < 0.2  # widened by 1.4 % of the longer side
    changed = np.abs(hole.rgb.astype(int) - hole.clean).max(axis=2) > 12
    assert not (changed & ~hole.hole).any()


@pytest.mark.slow
def test_copies_of_the_best_patches_beat_smooth_fills_and_those_the_mean_colour(
    rows: dict[str, Values],
) -> None:
    assert rows["copies"][PSNR.name] > rows["opencv"][PSNR.name] + 5
    assert rows["copies"][SSIM.name] > 0.85 > rows["opencv"][SSIM.name]
    assert rows["copies"][GMSD.name] < 0.1 < rows["opencv"][GMSD.name] < rows["mean"][GMSD.name]
    assert rows["copies"][TEXTURE.name] < 0.3 < rows["opencv"][TEXTURE.name] < rows["mean"][TEXTURE.name]


def test_nothing_of_the_hole_is_read_by_a_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = read_hole(ART.content)
    painted = known.rgb.copy()
    painted[known.hole] = 255 - painted[known.hole]
    monkeypatch.setattr(
        "flows.accuracy.roles.complete_background.read_hole", lambda _: known._replace(rgb=painted)
    )
    other = ROLE.measure(ART, OpenCvInpaintingConfig(), tmp_path)
    monkeypatch.undo()
    assert other == ROLE.measure(ART, OpenCvInpaintingConfig(), tmp_path)
