"""Animals seen from their side: the quadruped or bird of capsules that explains a silhouette best."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.rig.animal_cost import animal_cost
from models.rig.animal_figure import BIRD, LENGTHS, QUADRUPED, SPREAD, A, animal_joints
from models.rig.cma_es import minimize
from models.rig.silhouette import FitGrid, Silhouette, fit_grid

Floats = NDArray[np.float64]

_UNIT_PX = 30
"""Square root of the area on the fitting grid."""
_TRUNK = 0.55
"""A disc of so much of the thickest place's radius fits into trunks, but not into legs, necks and tails."""
_PITCHES: dict[str, tuple[float, ...]] = {"quadruped": (0.3, 0.0), "bird": (0.3, 0.9)}
"""Of the trunk at the search's starts."""
_REFINED = 2
_STRIDES = (0.0, 0.5, -0.5)
"""By which the best one's near legs are moved forwards and its far ones back before it is refined: a search
that has put both legs of a pair into one does not find the other by itself."""
_LEG = 0.5
"""How far feet reach out of the trunk at least, twice, and may lie beside the figure, in its radii."""
_MOST_HIDDEN = 0.5
"""Of the feet: one may be lifted before the trunk."""
_PAWS, _FEET = (6, 9), (12, 15)
_KINDS = {"quadruped": QUADRUPED, "bird": BIRD}


class AnimalFit(NamedTuple):
    """An animal, what it costs, and where its joints are."""

    cost: float
    kind: str
    """'quadruped' or 'bird'."""
    facing: float
    parameters: Floats
    joints: Floats
    """[16, 2] in pixels of the silhouette's mask."""


def fit_animals(silhouette: Silhouette, iterations: int, seed: int) -> list[AnimalFit]:
    """Animals that may be seen, the best of each kind and side, the best first.

    Args:
        silhouette: of the figure.
        iterations: of the last refinement; the first search takes two thirds of it.
        seed: of the search.
    """
    mask = silhouette.mask
    unit = float(np.sqrt(mask.sum()))
    grid = fit_grid(silhouette, 1.0, max(8, round(_UNIT_PX * silhouette.height / unit)), np.zeros((0, 4)))
    scale = grid.scale / silhouette.height * unit
    coarse = []
    for kind in _KINDS:
        for facing in (1.0, -1.0):
            cost = _cost(grid, scale, facing, kind)
            starts = [_start(grid, scale, facing, kind, pitch) for pitch in _PITCHES[kind]]
            found = [minimize(cost, start, SPREAD, iterations * 2 // 3, seed) for start in starts]
            coarse.append((*min(found, key=lambda one: one[0]), kind, facing))
    coarse.sort(key=lambda one: one[0])
    fits = []
    for k, (value, parameters, kind, facing) in enumerate(coarse):
        if k < _REFINED:
            cost = _cost(grid, scale, facing, kind)
            tries = [
                minimize(cost, _stepping(parameters, stride), 0.7 * SPREAD, iterations, seed + 7)
                for stride in (_STRIDES if k == 0 else (0.0,))
            ]
            value, parameters = min(tries, key=lambda one: one[0])
        joints = np.empty((16, 2))
        animal_joints(parameters, facing, kind == "quadruped", joints)
        fits.append(AnimalFit(value, kind, facing, parameters, joints * unit + np.array(silhouette.box[:2])))
    return sorted(fits, key=lambda fit: fit.cost)


def _stepping(parameters: Floats, stride: float) -> Floats:
    """The same animal with its near legs moved forwards by ``stride`` radians, and the far ones back."""
    moved = parameters.copy()
    moved[[A["near_fore"], A["near_hind"]]] += stride
    moved[[A["far_fore"], A["far_hind"]]] -= stride
    return moved


def stands_on_legs(silhouette: Silhouette, fit: AnimalFit) -> bool:
    """Whether most feet lie apart from what is thick, and in the figure: any box holds a legless animal."""
    inside = silhouette.mask.astype(np.uint8)
    radius = float(cv2.distanceTransform(inside, cv2.DIST_L2, 5).max())
    near = np.ones((max(3, round(_LEG * radius) | 1),) * 2, np.uint8)
    thick = cv2.dilate(_thick(inside), near) | (1 - cv2.dilate(inside, near))
    feet = fit.joints[[*_FEET, *(_PAWS if fit.kind == "quadruped" else ())]].astype(int)
    x, y = np.clip(feet, 0, np.array(thick.shape[::-1]) - 1).T
    return bool(thick[y, x].mean() <= _MOST_HIDDEN)


def _thick(inside: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The part of a mask into which a disc nearly as broad as the trunk fits."""
    radius = float(cv2.distanceTransform(inside, cv2.DIST_L2, 5).max())
    size = max(3, round(2 * _TRUNK * radius) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(cv2.morphologyEx(inside, cv2.MORPH_OPEN, kernel), np.uint8)


def _cost(grid: FitGrid, scale: float, facing: float, kind: str) -> Callable[[Floats], float]:
    canvas = np.zeros_like(grid.matte)
    fore, mean = kind == "quadruped", _KINDS[kind]
    ox, oy = grid.offset

    def cost(p: Floats) -> float:
        return float(
            animal_cost(
                p, facing, fore, grid.matte, grid.weight, grid.extremities, scale, ox, oy,
                mean, SPREAD, LENGTHS, canvas,
            )
        )  # fmt: skip

    return cost


def _start(grid: FitGrid, scale: float, facing: float, kind: str, pitch: float) -> Floats:
    """An animal of usual proportions whose trunk lies where the silhouette is thick."""
    inside = (grid.matte > 0.5).astype(np.uint8)
    trunk = _thick(inside)
    ys, xs = np.nonzero(trunk if trunk.any() else inside)
    middle = (np.array([xs.mean(), ys.mean()]) + 0.5 - np.array(grid.offset)) / scale
    p = _KINDS[kind].copy()
    p[A["pitch"]] = pitch
    half = 0.5 * p[A["trunk"]] * np.array([facing * np.cos(pitch), -np.sin(pitch)])
    p[[A["root_x"], A["root_y"]]] = middle - half
    return p
