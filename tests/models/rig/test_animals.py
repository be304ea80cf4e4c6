from __future__ import annotations

import numpy as np
import pytest

from models.rig.animal_figure import BIRD, NUM_CAPSULES, QUADRUPED, A, animal_capsules, animal_joints
from models.rig.animals import fit_animals
from models.rig.capsules import CapsulesConfig, fit_capsules
from models.rig.figure import occupancy
from models.rig.silhouette import silhouette_of

FAST = CapsulesConfig(iterations=60)


def drawn(kind: str, facing: float, side_px: int = 240) -> tuple[np.ndarray, np.ndarray]:
    """Matte of an animal of capsules in mid-stride, and its joints in pixels."""
    p = (QUADRUPED if kind == "quadruped" else BIRD).copy()
    p[A["near_hind"]], p[A["far_hind"]] = 0.8, 0.1
    p[A["near_fore"]], p[A["far_fore"]] = -0.9, -0.2
    joints, capsules = np.empty((16, 2)), np.empty((NUM_CAPSULES, 6))
    canvas = np.zeros((side_px, side_px))
    animal_joints(p, facing, kind == "quadruped", joints)
    animal_capsules(p, facing, kind == "quadruped", joints, capsules)
    scale, ox, oy = 0.36 * side_px, (0.5 - 0.15 * facing) * side_px, 0.45 * side_px
    occupancy(capsules, scale, ox, oy, canvas)
    return canvas.astype(np.float32), joints * scale + [ox, oy]


def error_of(found: np.ndarray, joints: np.ndarray) -> np.ndarray:
    """Distances [16]; no outline tells which leg of a pair is the near one."""
    error = np.linalg.norm(found - joints, axis=1)
    for first in (4, 10):
        pair, swapped = slice(first, first + 6), [*range(first + 3, first + 6), *range(first, first + 3)]
        other = np.linalg.norm(found[swapped] - joints[pair], axis=1)
        error[pair] = min(error[pair], other, key=np.sum)
    return error


@pytest.mark.slow
@pytest.mark.parametrize("facing", [1.0, -1.0])
@pytest.mark.parametrize("kind", ["quadruped", "bird"])
def test_an_animal_of_its_own_kind_is_found(kind: str, facing: float) -> None:
    alpha, joints = drawn(kind, facing)
    found = fit_animals(silhouette_of(alpha), 160, 0)[0]
    assert (found.kind, found.facing) == (kind, facing)
    error = error_of(found.joints, joints) / np.ptp(joints[:, 0])
    assert error[:4].max() < 0.15 and error[10:].mean() < 0.1


@pytest.mark.slow
def test_a_rig_says_what_it_is_and_what_moves() -> None:
    found = fit_capsules(drawn("quadruped", 1.0)[0], FAST, 0)
    assert found.body == "quadruped" and found.animal and found.limbs and found.arms and found.legs


def test_an_animal_seen_in_a_mirror_is_found_there() -> None:
    """All joints are mirrored; which side is the near one, left or right, follows from where it looks."""
    alpha, _ = drawn("quadruped", 1.0)
    first, second = (
        fit_animals(silhouette_of(np.ascontiguousarray(matte)), 60, 0)[0] for matte in (alpha, alpha[:, ::-1])
    )
    assert (first.kind, first.facing) == ("quadruped", 1.0)
    assert (second.kind, second.facing) == ("quadruped", -1.0)
    mirrored = second.joints.copy()
    mirrored[:, 0] = alpha.shape[1] - mirrored[:, 0]
    assert error_of(mirrored, first.joints).mean() < 0.04 * alpha.shape[1]


@pytest.mark.slow
def test_neither_a_box_nor_a_narrow_figure_is_an_animal() -> None:
    box = np.zeros((160, 240), np.float32)
    box[30:120, 20:220] = 1
    assert not fit_capsules(box, FAST, 0).limbs
    animal, _ = drawn("bird", 1.0)
    assert not fit_capsules(np.repeat(animal, 3, axis=0), FAST, 0).animal
