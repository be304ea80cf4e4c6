"""The search for the capsule figure that explains a silhouette best: several starts, the best refined."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from models.rig.arm_poses import rearmed
from models.rig.body_below import body_below
from models.rig.cma_es import minimize
from models.rig.figure import LENGTHS, MEAN, SPREAD, P
from models.rig.fit_cost import cost_of
from models.rig.limbs import axis_points, limb_paths
from models.rig.reaching import reached
from models.rig.silhouette import FitGrid, Silhouette, cuts_to_try, fit_grid
from models.rig.structure import best_on_axis

Floats = NDArray[np.float64]

# Start poses: angles of (arm, elbow bend), and the parameters in which the body kind differs from an adult.
_ANIME = {
    "root_y": 0.56,
    "torso": 0.27,
    "head_length": 0.23,
    "head_radius": 0.09,
    "thigh": 0.21,
    "shin": 0.20,
}
_CHIBI = {"root_y": 0.70, "torso": 0.26, "head_length": 0.40, "head_radius": 0.19}
_CHIBI |= {"upper_arm": 0.11, "forearm": 0.10, "thigh": 0.13, "shin": 0.12}
_STARTS: tuple[tuple[str, tuple[float, float], dict[str, float]], ...] = (
    ("down", (0.15, 0.1), {}),
    ("a_pose", (0.7, 0.0), {}),
    ("t_pose", (1.5, 0.0), {}),
    ("up", (1.7, 1.2), {}),
    ("anime", (0.3, 0.1), _ANIME),
    ("chibi", (0.6, 0.0), _CHIBI),
)
_SHORT_LEGS = 0.7
"""Of their usual share below a head whose eyes are seen: the start that has a chibi's legs otherwise."""
_ALIKE = 0.3
"""Radians between the limbs of starts that lead to the same figure."""
_REFINED = 3
_REARMED = 2
"""A fit is refined once more where other arms suit the refined body better."""
_RAISED = (2.7, 0.0)
"""Angles of an arm beside the head, with its elbow stretched."""
_CUT_PENALTY = 0.12
"""Cost of log(cut): a figure is cut no more than the silhouette asks for."""


@dataclass(frozen=True)
class Fit:
    """A figure, what it costs, and what it was searched from."""

    cost: float
    parameters: Floats
    mean: Floats
    cut: float
    start: str


@dataclass(frozen=True)
class Search:
    """One silhouette and the effort to spend on it."""

    silhouette: Silhouette
    rows: int
    iterations: int
    seed: int
    hands_xy_px: Floats | None = None
    """[2, 2] the right and the left hand, where the picture shows them."""

    eyes_px: Floats | None = None
    """[3] x and y of the middle between the eyes and their distance, where the picture shows them."""

    @cached_property
    def _limbs(self) -> list[Floats]:
        """Branches of a stick figure's medial axis, in heights; stout limbs are met by area."""
        if not self.silhouette.thin:
            return []
        x0, y0, x1, y1 = self.silhouette.box
        return limb_paths(self.silhouette.mask[y0:y1, x0:x1], self.silhouette.height)

    @cached_property
    def _axis(self) -> Floats:
        return axis_points(self._limbs)

    def fits(self) -> list[Fit]:
        """The best figures, the best first."""
        found = sorted((self._refine(fit) for fit in self._coarse()), key=lambda fit: fit.cost)
        return self.with_raised_arms(found)

    def _coarse(self) -> list[Fit]:
        found = []
        for cut in cuts_to_try(self.silhouette):
            grid = self._grid(cut, self.rows * 2 // 3)
            starts = [
                self._reached(Fit(np.inf, _posed(mean, arms), mean, cut, name), grid)
                for name, arms, body in _STARTS
                for mean in (_mean(body, grid),)
            ]
            for fit in (*_unlike(starts), *self._on_axis(cut, grid)):
                found.append(self._minimize(fit, grid, SPREAD, self.iterations * 2 // 3, self.seed))
        found.sort(key=lambda fit: fit.cost)
        best_of_start: dict[str, Fit] = {}
        for fit in found:
            best_of_start.setdefault(fit.start, fit)
        return list(best_of_start.values())[:_REFINED]

    def _on_axis(self, cut: float, grid: FitGrid) -> list[Fit]:
        """The figure that the medial axis tells, of the kind of body that suits it best; or none."""
        branches = [path / cut for path in self._limbs]
        found = []
        for body in ({}, _ANIME, _CHIBI):
            fit = Fit(np.inf, MEAN, _mean(body, grid), cut, "axis")
            cost = _cost(fit, grid)
            if (start := best_on_axis(branches, fit.mean, cost)) is not None:
                found.append(replace(fit, parameters=start, cost=cost(start)))
        return sorted(found, key=lambda fit: fit.cost)[:1]

    def _refine(self, fit: Fit) -> Fit:
        grid = self._grid(fit.cut, self.rows)
        refined = fit
        for turn in range(_REARMED):
            start = self._reached(refined, grid)
            start = replace(start, parameters=rearmed(start.parameters, _cost(start, grid)))
            if turn > 0 and np.array_equal(start.parameters, refined.parameters):
                break
            refined = self._minimize(start, grid, 0.7 * SPREAD, self.iterations, self.seed + 7 + turn)
        return refined

    def with_raised_arms(self, fits: list[Fit]) -> list[Fit]:
        """The fits, best first, with those in which the best one raises an arm and that costs less.

        An arm hidden before the body costs nothing, and the head makes way for one beside it only in time.
        """
        grid = self._grid(fits[0].cut, self.rows)
        for side in ("right", "left"):
            raised = fits[0].parameters.copy()
            raised[[P[f"{side}_arm"], P[f"{side}_elbow_bend"]]] = _RAISED
            start = replace(fits[0], parameters=raised)
            other = self._minimize(start, grid, 0.7 * SPREAD, self.iterations, self.seed + 17)
            if other.cost < fits[0].cost:
                fits = [other, *fits]
        return fits

    def _reached(self, fit: Fit, grid: FitGrid) -> Fit:
        limbs = [path[:: max(1, len(path) // 40), :2] / fit.cut for path in self._limbs]
        return replace(fit, parameters=reached(fit.parameters, _cost(fit, grid), limbs))

    def _grid(self, cut: float, rows: int) -> FitGrid:
        return fit_grid(self.silhouette, cut, rows, self._axis, self.hands_xy_px, self.eyes_px)

    def _minimize(self, fit: Fit, grid: FitGrid, spread: Floats, iterations: int, seed: int) -> Fit:
        value, parameters = minimize(_cost(fit, grid), fit.parameters, spread, iterations, seed)
        return replace(fit, cost=value + _CUT_PENALTY * float(np.log(fit.cut)), parameters=parameters)


def _unlike(starts: list[Fit]) -> list[Fit]:
    """Starts whose limbs do not lie alike in bodies of one kind: where limbs are seen, few are left."""
    kept: list[Fit] = []
    for fit in starts:
        same = (other for other in kept if np.array_equal(other.mean, fit.mean))
        if not any(np.abs(other.parameters - fit.parameters)[12:20].max() < _ALIKE for other in same):
            kept.append(fit)
    return kept


def _mean(body: dict[str, float], grid: FitGrid) -> Floats:
    """Parameters of a kind of body in the middle of the silhouette."""
    mean = MEAN.copy()
    mean[P["root_x"]], mean[P["root_y"]] = grid.centre_x, 0.5
    if not np.isnan(grid.eyes[0]):
        body = body_below(grid, _SHORT_LEGS if body is _CHIBI else 1.0)
    for parameter, value in body.items():
        mean[P[parameter]] = value
    return mean


def _posed(mean: Floats, arms: tuple[float, float]) -> Floats:
    start = mean.copy()
    start[12:16] = arms * 2
    return start


def _cost(fit: Fit, grid: FitGrid) -> Callable[[Floats], float]:
    canvas = np.zeros_like(grid.matte)
    ox, oy = grid.offset

    def cost(p: Floats) -> float:
        return float(
            cost_of(
                p,
                grid.matte,
                grid.weight,
                grid.extremities,
                grid.hands,
                grid.axis,
                grid.eyes,
                grid.scale,
                ox,
                oy,
                fit.mean,
                SPREAD,
                LENGTHS,
                canvas,
            )
        )

    return cost
