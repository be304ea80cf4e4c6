"""The rig's part of the table: drawings whose joints people marked, and what counts as trust."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from data_contracts.errors import EstimationError
from data_contracts.rig import ANIMALS, JOINTS, Skeleton
from data_contracts.take import Take
from flows.accuracy.rigged_pictures import LoadedPicture, RiggedPicture, read_rigged_picture
from flows.accuracy.role import Case, Values
from flows.accuracy.roles import rig
from flows.accuracy.roles.rig import CLAIMED, ERROR, KNOWN, PCK, RIGHT_TRUSTED, ROLE, WRONG_TRUSTED
from models.rig import RigConfig
from models.rig.figure import MEAN


def drawing(assets: Path, name: str) -> Case:
    return Case("drawings on paper", name, RiggedPicture(drawing=assets / "refs" / f"drawing_{name}"))


def figure_like_the_mean() -> LoadedPicture:
    """A matte one hundred pixels high whose joints are the baseline's own."""
    alpha = np.zeros((140, 120), np.float32)
    alpha[20:120, 40:80] = 1
    joints = rig._figure(MEAN) * 100 + [60 - 50, 20]
    return LoadedPicture(np.zeros((140, 120, 3), np.uint8), alpha, joints)


def values(picture: LoadedPicture, *, held: tuple[str, ...] = (), limbs: bool = True) -> Values:
    """Of the mean figure, of which the joints ``held`` have no confidence."""
    confidence = np.array([0.0 if name in held else 1 + k for k, name in enumerate(JOINTS)])
    joints = rig._figure(MEAN) * 100 + [10, 20]
    moved = rig._moved(Skeleton(joints, confidence, 120, 140, limbs=limbs))
    return rig._values(joints, confidence, moved, picture)


def test_a_perfect_rig_has_no_error() -> None:
    perfect = values(figure_like_the_mean())
    assert perfect[ERROR.name] == pytest.approx(0, abs=1e-9) and perfect[PCK.name] == 1
    assert perfect[RIGHT_TRUSTED.name] == 1 and WRONG_TRUSTED.name not in perfect


def test_errors_are_shares_of_the_height_and_trust_counts_with_them() -> None:
    picture = figure_like_the_mean()
    assert picture.joints_xy_px is not None
    away = picture._replace(joints_xy_px=picture.joints_xy_px + [12.0, 0])
    wrong = values(away)
    assert wrong[ERROR.name] == pytest.approx(12) and wrong[PCK.name] == 0
    assert wrong[WRONG_TRUSTED.name] == 1 and RIGHT_TRUSTED.name not in wrong
    assert values(away, limbs=False)[WRONG_TRUSTED.name] == 0
    held = "right_elbow", "right_hand"
    assert values(away, held=held)[WRONG_TRUSTED.name] == 6 / 8
    assert values(picture, held=held)[RIGHT_TRUSTED.name] == 6 / 8


def test_who_refuses_an_animal_is_right_and_who_refuses_a_human_fails(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def refuse(*_: object) -> None:
        raise EstimationError("no figure")

    monkeypatch.setattr(rig, "load", lambda _: refuse)
    human = figure_like_the_mean()
    monkeypatch.setattr(rig, "read_rigged_picture", lambda _: human._replace(joints_xy_px=None))
    refused = ROLE.measure(Case("animals", "bird", None), RigConfig(), tmp_path)
    assert refused == {CLAIMED.name: 0, KNOWN.name: 0}
    monkeypatch.setattr(rig, "read_rigged_picture", lambda _: human)
    with pytest.raises(EstimationError):
        ROLE.measure(Case("humans", "somebody", None), RigConfig(), tmp_path)


@pytest.mark.parametrize(
    ("body", "limbs", "claimed", "known"),
    [("person", True, 1, 0), ("person", False, 0, 0), ("bird", True, 0, 1), ("quadruped", True, 0, 0)],
)
def test_an_animal_may_have_its_own_legs_and_nobody_elses(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, body: str, limbs: bool, claimed: int, known: int
) -> None:
    human = figure_like_the_mean()
    assert human.joints_xy_px is not None
    found = SimpleNamespace(body=body, limbs=limbs, animal=body in ANIMALS)
    monkeypatch.setattr(rig, "load", lambda _: lambda *_: found)
    monkeypatch.setattr(rig, "read_rigged_picture", lambda _: human._replace(joints_xy_px=None))
    picture = RiggedPicture(take=Take.model_construct(figure_kind="bird"), animal=True)
    values = ROLE.measure(Case("animals", "bird", picture), RigConfig(), tmp_path)
    assert values == {CLAIMED.name: claimed, KNOWN.name: known}


@pytest.mark.slow
def test_the_baseline_and_the_oracle_frame_the_fit(assets: Path, tmp_path: Path) -> None:
    case = drawing(assets, "char2")
    ours, trivial = ROLE.measure(case, RigConfig(), tmp_path), ROLE.baseline(case)
    assert ROLE.oracle is not None
    best = ROLE.oracle(case)
    assert best[ERROR.name] < ours[ERROR.name] < 3.5 < trivial[ERROR.name]
    assert ours[PCK.name] == 1


def test_marked_joints_are_in_pixels_of_the_drawing(assets: Path) -> None:
    for name in ("char1", "char2", "char4"):
        picture = read_rigged_picture(RiggedPicture(drawing=assets / "refs" / f"drawing_{name}"))
        assert picture.joints_xy_px is not None
        inside = [bool(picture.alpha[int(y), int(x)] > 0.5) for x, y in picture.joints_xy_px]
        assert np.mean(inside) > 0.7


def test_stick_figures_are_equal_from_run_to_run_and_their_joints_lie_in_them() -> None:
    for seed in range(4):
        picture, again = (read_rigged_picture(RiggedPicture(stick=seed)) for _ in range(2))
        assert picture.joints_xy_px is not None
        np.testing.assert_array_equal(picture.rgb, again.rgb)
        np.testing.assert_array_equal(picture.alpha, again.alpha)
        hands_and_feet = picture.joints_xy_px[[6, 9, 12, 15]]
        assert all(picture.alpha[int(y), int(x)] > 0.5 for x, y in hands_and_feet)
