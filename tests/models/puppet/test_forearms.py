"""A hand before trousers, told by its colour."""

from __future__ import annotations

import numpy as np

from models.puppet.forearms import arm_by_colour

SHAPE = (160, 120)
ELBOW, HAND = np.array([60.0, 40.0]), np.array([60.0, 90.0])
SKIN, NAVY = np.array([220, 170, 140]), np.array([30, 34, 70])


def picture(behind: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A forearm with a hand that goes on below its joint, over one colour; and where the arm truly is."""
    ys, xs = np.mgrid[: SHAPE[0], : SHAPE[1]] + 0.5
    arm = (abs(xs - 60) < 9) & (ys > 20) & (ys < 106)
    noise = np.random.default_rng(0).integers(-8, 9, (*SHAPE, 3))
    return (np.where(arm[..., None], SKIN, behind) + noise).astype(np.uint8), arm


def mended(rgb: np.ndarray, arm: np.ndarray) -> np.ndarray | None:
    return arm_by_colour(rgb, np.ones(SHAPE, bool), arm, ~arm, (ELBOW, HAND), 8.0)


def test_fingers_come_to_the_arm_and_cloth_leaves_it() -> None:
    rgb, truth = picture(NAVY)
    wrong = truth.copy()
    wrong[92:106] = False
    wrong[60:80, 69:78] = True
    found = mended(rgb, wrong)
    assert found is not None
    assert (found ^ truth).sum() < 0.05 * truth.sum() < 0.2 * (wrong ^ truth).sum()
    np.testing.assert_array_equal(found, mended(rgb, wrong))


def test_bare_legs_below_the_shorts_are_not_behind_a_hand() -> None:
    rgb, truth = picture(NAVY)
    rgb[116:] = SKIN
    wrong = truth.copy()
    wrong[92:106] = False
    found = mended(rgb, wrong)
    assert found is not None and found[94:104, 53:67].all()


def test_a_sleeve_of_the_jackets_colour_stays_and_its_hand_is_told() -> None:
    rgb, truth = picture(NAVY)
    rgb[20:62, 51:69] = NAVY
    wrong = truth.copy()
    wrong[92:106] = False
    found = mended(rgb, wrong)
    assert found is not None and found[22:60, 53:67].all() and found[94:104, 53:67].all()


def test_equal_colours_tell_nothing() -> None:
    rgb, truth = picture(SKIN)
    assert mended(rgb, truth) is None


def test_a_ring_stays_on_the_hand() -> None:
    rgb, truth = picture(NAVY)
    rgb[84:88, 58:63] = NAVY
    found = mended(rgb, truth)
    assert found is not None and found[84:88, 58:63].all()


def test_colours_above_the_elbow_are_left_alone() -> None:
    rgb, truth = picture(NAVY)
    rgb[20:40, 51:69] = NAVY
    found = mended(rgb, truth)
    assert found is not None and found[22:38, 53:67].all()


def test_a_drawn_arm_keeps_its_outline() -> None:
    rgb, truth = picture(NAVY)
    ys, xs = np.nonzero(truth)
    rim = abs(xs + 0.5 - 60) > 5
    rgb[ys[rim], xs[rim]] = NAVY  # ink, as round all parts
    assert mended(rgb, truth) is None
