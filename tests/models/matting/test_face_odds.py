from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.frames import scale_down
from data_contracts.image import read_image
from models.matting import ClassicalMatting, load_still
from models.matting.face_odds import odds_by_faces, sure_heads
from models.matting.heads import Face, find_faces, heads_kept
from models.matting.superpixels import Superpixels

FACE = Face(140, 60, 40, 40)


def blocks(side: int = 20, height: int = 400, width: int = 320) -> Superpixels:
    """A picture parted into squares, of which nothing but places is known."""
    y, x = np.mgrid[:height, :width] // side
    labels = (y * (width // side) + x).astype(np.int64)
    count = int(labels.max()) + 1
    nothing = np.zeros(count)
    return Superpixels(
        labels=labels,
        lab=np.zeros((count, 3)),
        xy=np.zeros((count, 2)),
        area=np.full(count, 1 / count),
        texture=nothing,
        rim=nothing,
        pairs=np.zeros((0, 2), np.int64),
        seam=np.zeros(0),
        step=np.zeros(0),
    )


def told(faces: list[Face], odds: float = 0.5) -> np.ndarray:
    """Odds as a picture."""
    regions = blocks()
    return odds_by_faces(regions, np.full(len(regions.area), odds), faces)[regions.labels]


def test_head_neck_and_trunk_are_somebody_and_what_is_far_is_not() -> None:
    seen = told([FACE])
    assert min(seen[70, 160], seen[110, 160], seen[250, 160]) > 0.9
    assert max(seen[70, 20], seen[300, 20], seen[5, 300]) < 0.2
    assert 0.2 < seen[150, 105] < 0.6, "an arm may be there or not"


def test_both_sides_are_told_alike() -> None:
    seen = told([FACE])
    np.testing.assert_allclose(seen[:, :320], seen[:, :320][:, ::-1], atol=0.02)


def test_two_people_are_both_told() -> None:
    seen = told([Face(60, 60, 40, 40), Face(220, 60, 40, 40)])
    assert seen[250, 80] > 0.9 and seen[250, 240] > 0.9


def test_without_a_face_odds_stay_as_they_are() -> None:
    assert (told([], 0.3) == 0.3).all()
    assert not sure_heads([], (40, 30, 3)).any()


def test_what_is_sure_lies_within_the_head() -> None:
    sure = sure_heads([FACE], (400, 320, 3))
    rows, columns = np.flatnonzero(sure.any(axis=1)), np.flatnonzero(sure.any(axis=0))
    assert 50 <= rows[0] <= 60 and 95 <= rows[-1] <= 105
    assert 142 <= columns[0] <= 147 and 173 <= columns[-1] <= 178


@pytest.mark.slow
@pytest.mark.parametrize("name", ["photo_woman_street.jpg", "photo_woman_teacher_halfbody.png"])
def test_heads_of_real_people_stay_on(assets: Path, name: str) -> None:
    picture = scale_down(read_image(assets / "refs" / name)[..., :3], 400)
    matte = load_still(ClassicalMatting())(picture)
    faces = find_faces(picture)
    assert faces and heads_kept(faces, np.asarray(matte.alpha > 0.5, np.bool_)) > 0.95
    assert matte.confidence > 0.4
