"""Colours bear out the figure whose parts lie where they change."""

from __future__ import annotations

import numpy as np
import pytest

from data_contracts.rig import INDEX
from models.rig.capsules import CapsulesConfig, _rather_a_person, fit_capsules
from models.rig.figure import MEAN, NUM_CAPSULES, P, capsules_of, joints_of, occupancy
from models.rig.limbed import Limbed
from models.rig.part_colours import _LAYOUT, PartColours, _told
from models.rig.persons import Person, _best_first
from models.rig.search import Fit

HEIGHT = 240
TIE = 1e-9
"""Both count in float64."""


def dressed() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A figure of capsules with arms away: red head, green trunk and sleeves, blue legs; and its joints."""
    p = MEAN.copy()
    p[[P["right_arm"], P["left_arm"]]] = 0.8
    joints, capsules, canvas = np.empty((16, 2)), np.empty((NUM_CAPSULES, 6)), np.zeros((300, 300))
    joints_of(p, joints)
    capsules_of(p, joints, capsules)
    occupancy(capsules, HEIGHT, 30.0, 30.0, canvas)
    joints = joints * HEIGHT + 30
    rows = np.arange(300)[:, None] + 0.5
    neck, hips = joints[INDEX["neck"], 1], joints[INDEX["root"], 1]
    rgb = np.full((300, 300, 3), (40, 60, 200), np.uint8)
    rgb[np.broadcast_to(rows < hips, (300, 300))] = (40, 160, 60)
    rgb[np.broadcast_to(rows < neck, (300, 300))] = (220, 60, 50)
    return rgb, canvas.astype(np.float32), joints


@pytest.mark.slow
def test_a_figure_in_its_place_tells_more_than_one_that_slid_down() -> None:
    rgb, alpha, joints = dressed()
    colours = PartColours(rgb, alpha)
    told = []
    for down in (0.0, 0.05, 0.1, 0.2):
        moved = joints.copy()
        upper = [k for name, k in INDEX.items() if not name.endswith(("foot", "head"))]
        moved[upper, 1] += down * HEIGHT
        told.append(colours.told_by(moved))
    assert told == sorted(told, reverse=True) and told[0] > told[-1] + 0.1


def test_one_colour_tells_nothing() -> None:
    _, alpha, joints = dressed()
    plain = PartColours(np.full((*alpha.shape, 3), 90, np.uint8), alpha)
    assert plain.told_by(joints) == pytest.approx(0, abs=TIE)


def test_what_is_told_is_the_mutual_information_of_parts_and_colours() -> None:
    """The compiled count against NumPy's, and in any unit."""
    rng = np.random.default_rng(0)
    _, _, joints = dressed()
    points, colours = rng.uniform(30, 270, (200, 2)), rng.integers(0, 5, 200)
    shoulders = 0.5 * np.linalg.norm(joints[7] - joints[4])
    away = []
    for part, a, b, begin, end, girth in _LAYOUT:
        way = joints[b] - joints[a]
        start, bone = joints[a] + begin * way, (end - begin) * way
        along = np.clip((points - start) @ bone / (bone @ bone), 0, 1)
        width = np.linalg.norm(way) if part == 1 else girth * shoulders
        near = np.linalg.norm(points - start - along[:, None] * bone, axis=1) / width
        away.append(np.where((near < 1) & (part in (2, 3, 4)), 0.5 * near, near))
    parts = np.array([bone[0] for bone in _LAYOUT])[np.argmin(away, axis=0)]
    table = np.zeros((8, 5))
    np.add.at(table, (parts, colours), 1 / 200)
    alone = table.sum(1, keepdims=True) * table.sum(0, keepdims=True)
    both = table > 0
    truth = (table[both] * np.log(table[both] / alone[both])).sum()
    assert _told(points, colours, 5, joints) == pytest.approx(truth, abs=TIE)
    assert _told(0.01 * points, colours, 5, 0.01 * joints) == pytest.approx(truth, abs=TIE)


@pytest.mark.slow
def test_colours_choose_among_fits_and_leave_an_outline_that_is_sure() -> None:
    rgb, alpha, joints = dressed()
    config = CapsulesConfig(iterations=60)
    found = fit_capsules(alpha, config, 0, colours=PartColours(rgb, alpha))
    assert np.linalg.norm(found.joints_xy_px - joints, axis=1).mean() < 0.03 * HEIGHT


def test_a_speck_has_colours_too() -> None:
    alpha = np.zeros((20, 20), np.float32)
    alpha[5, 5] = 0.55
    assert PartColours(np.zeros((20, 20, 3), np.uint8), alpha).told_by(dressed()[2]) >= 0


def test_a_blob_with_one_pair_of_limbs_is_rather_a_person_where_colours_say_so() -> None:
    rgb, alpha, joints = dressed()
    colours = PartColours(rgb, alpha)
    slid = joints + [0, 0.2 * HEIGHT]
    blob = Limbed(slid, np.ones(16), "object", arms=False, legs=True)
    assert _rather_a_person(blob, joints, colours)
    assert not _rather_a_person(blob._replace(arms=True), joints, colours)
    assert not _rather_a_person(blob._replace(joints=joints), slid, colours)
    assert not _rather_a_person(blob, None, colours) and not _rather_a_person(blob, joints, None)


def test_of_two_fits_that_explain_an_outline_alike_colours_choose() -> None:
    rgb, alpha, joints = dressed()

    def fitted(cost: float, down: float) -> Person:
        return Person(Fit(cost, MEAN, MEAN, 1.0, "down"), "human", joints + [0, down * HEIGHT])

    wrong, right, dear = fitted(0.30, 0.2), fitted(0.32, 0.0), fitted(0.37, 0.0)
    colours = PartColours(rgb, alpha)
    assert _best_first([wrong, right], 1.0, colours) == [right, wrong]
    assert _best_first([wrong, dear], 1.0, colours) == [wrong, dear]
    assert _best_first([wrong, right], 1.0, None) == [wrong, right]
