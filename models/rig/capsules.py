"""Rig backend ``capsules``: a figure of capsules fitted to the silhouette. No weights, no picture content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import EstimationError
from data_contracts.rig import INDEX, JOINTS, Skeleton
from models.rig.arm_poses import rearmed
from models.rig.cma_es import minimize
from models.rig.figure import LENGTHS, MEAN, SPREAD, P, joints_of
from models.rig.fit_cost import cost_of
from models.rig.silhouette import FitGrid, Silhouette, cuts_to_try, fit_grid, silhouette_of

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
_REFINED = 3
_REARMED = 2
"""A fit is refined once more where other arms suit the refined body better."""
_RAISED = (2.7, 0.0)
"""Angles of an arm beside the head, with its elbow stretched."""
_SOLE_TO_ANKLE = 0.039 / 0.285
"""A capsule leg ends at the sole, a rig's at the ankle: heights by Drillis and Contini (1966)."""
_CUT_PENALTY = 0.12
"""Cost of log(cut): a figure is cut no more than the silhouette asks for."""
_DISAGREEMENT = 0.10
"""Distance between good fits, in figure heights, at which a joint's confidence has fallen to 1/e."""


class CapsulesConfig(BaseModel):
    """Fit a capsule figure to the matte by CMA-ES from six start poses."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 2
    kind: Literal["capsules"] = "capsules"
    iterations: int = Field(240, ge=20, le=2000)
    """Generations of the last refinement; the first search takes two thirds of it per start."""
    rows: int = Field(72, ge=32, le=256)
    """Height of the figure on the fitting grid."""
    hands_on_skin: bool = True
    """Afterwards, move the hands onto bare skin where the picture shows some."""
    min_confidence: float = Field(0.15, ge=0, le=1)
    """Below it there is no figure that could be moved; give a rig file then."""
    limb_confidence: float = Field(0.43, ge=0, le=1)
    """Below it no limb can be trusted: the figure moves as a whole, for a moved guess is a torn figure."""

    def missing(self) -> str | None:
        """What is missing for it to run here: nothing."""
        return None

    def weights(self) -> list[Path]:
        """Files of weights: none."""
        return []


@dataclass(frozen=True)
class _Fit:
    cost: float
    parameters: NDArray[np.float64]
    mean: NDArray[np.float64]
    cut: float
    start: str


def fit_capsules(
    alpha: NDArray[np.float32],
    config: CapsulesConfig,
    seed: int,
    hands_xy_px: NDArray[np.float64] | None = None,
) -> Skeleton:
    """Find sixteen joints in a matte.

    Args:
        alpha: float32 [H, W] in 0..1.
        config: effort.
        seed: of the search; the same seed gives the same joints.
        hands_xy_px: [2, 2] the right and the left hand, where the picture shows them.

    Returns:
        The skeleton in pixels of the matte. Joints of a cut figure may lie below the picture.

    Raises:
        NoFigureError: the matte is empty.
        EstimationError: the best figure explains the silhouette badly.
    """
    silhouette = silhouette_of(alpha)
    coarse = _search(silhouette, config, seed, hands_xy_px)
    fits = sorted(
        (_refine(silhouette, fit, config, seed, hands_xy_px) for fit in coarse), key=lambda fit: fit.cost
    )
    fits = _with_raised_arms(fits, silhouette, config, seed, hands_xy_px)
    best = fits[0]
    candidates = [_joints_px(silhouette, fit) for fit in fits]
    confidence = _confidence(fits, candidates, silhouette)
    overall = float(np.mean(confidence))
    if overall < config.min_confidence:
        raise EstimationError(
            "no figure with two arms and two legs fits the character's outline",
            expected=f"confidence of at least {config.min_confidence:.2f}",
            got=f"{overall:.2f}",
            hint="Give the joints by hand: NAME.json or NAME.yaml in the profile's rig.given.folder",
        )
    joints = candidates[0]
    skirt = _is_skirt(silhouette, joints, best.parameters[P["skirt"]])
    half = silhouette.cropped and best.cut > 1.05
    height, width = alpha.shape
    return Skeleton(
        joints,
        confidence,
        width,
        height,
        body="half_body" if half else "skirt" if skirt else "human",
        cropped=half,
        legs=not (half or skirt),
        limbs=overall >= config.limb_confidence,
    )


def _search(
    silhouette: Silhouette, config: CapsulesConfig, seed: int, hands: NDArray[np.float64] | None
) -> list[_Fit]:
    found = []
    for cut in cuts_to_try(silhouette):
        grid = fit_grid(silhouette, cut, config.rows * 2 // 3, hands)
        for name, arms, body in _STARTS:
            mean = MEAN.copy()
            mean[P["root_x"]], mean[P["root_y"]] = grid.centre_x, 0.5
            for parameter, value in body.items():
                mean[P[parameter]] = value
            start = mean.copy()
            start[12:16] = arms * 2
            fit = _Fit(np.inf, start, mean, cut, name)
            found.append(_minimize(fit, grid, SPREAD, config.iterations * 2 // 3, seed))
    found.sort(key=lambda fit: fit.cost)
    best_of_start: dict[str, _Fit] = {}
    for fit in found:
        best_of_start.setdefault(fit.start, fit)
    return list(best_of_start.values())[:_REFINED]


def _refine(
    silhouette: Silhouette,
    fit: _Fit,
    config: CapsulesConfig,
    seed: int,
    hands: NDArray[np.float64] | None,
) -> _Fit:
    grid = fit_grid(silhouette, fit.cut, config.rows, hands)
    refined = fit
    for turn in range(_REARMED):
        other = rearmed(refined.parameters, _cost(refined, grid))
        if turn > 0 and np.array_equal(other, refined.parameters):
            break
        start = replace(refined, parameters=other)
        refined = _minimize(start, grid, 0.7 * SPREAD, config.iterations, seed + 7 + turn)
    return refined


def _with_raised_arms(
    fits: list[_Fit],
    silhouette: Silhouette,
    config: CapsulesConfig,
    seed: int,
    hands: NDArray[np.float64] | None,
) -> list[_Fit]:
    """The fits, best first, with those in which the best one raises an arm and that costs less.

    An arm hidden before the body costs nothing, and the head makes way for one beside it only in time.
    """
    grid = fit_grid(silhouette, fits[0].cut, config.rows, hands)
    for side in ("right", "left"):
        raised = fits[0].parameters.copy()
        raised[[P[f"{side}_arm"], P[f"{side}_elbow_bend"]]] = _RAISED
        start = replace(fits[0], parameters=raised)
        other = _minimize(start, grid, 0.7 * SPREAD, config.iterations, seed + 17)
        if other.cost < fits[0].cost:
            fits = [other, *fits]
    return fits


def _minimize(fit: _Fit, grid: FitGrid, spread: NDArray[np.float64], iterations: int, seed: int) -> _Fit:
    value, parameters = minimize(_cost(fit, grid), fit.parameters, spread, iterations, seed)
    return replace(fit, cost=value + _CUT_PENALTY * float(np.log(fit.cut)), parameters=parameters)


def _cost(fit: _Fit, grid: FitGrid) -> Callable[[NDArray[np.float64]], float]:
    canvas = np.zeros_like(grid.matte)
    ox, oy = grid.offset

    def cost(p: NDArray[np.float64]) -> float:
        return float(
            cost_of(
                p,
                grid.matte,
                grid.weight,
                grid.extremities,
                grid.hands,
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


def _joints_px(silhouette: Silhouette, fit: _Fit) -> NDArray[np.float64]:
    joints = np.empty((len(JOINTS), 2))
    joints_of(fit.parameters, joints)
    for side in ("right", "left"):
        knee, foot = INDEX[f"{side}_knee"], INDEX[f"{side}_foot"]
        joints[foot] += _SOLE_TO_ANKLE * (joints[knee] - joints[foot])
    return np.asarray(joints * silhouette.height * fit.cut + np.array(silhouette.box[:2]))


def _confidence(
    fits: list[_Fit], candidates: list[NDArray[np.float64]], silhouette: Silhouette
) -> NDArray[np.float64]:
    """Per joint: how well the best figure fits, times how far the next best ones agree on the joint."""
    whole = float(np.clip(1.15 - 1.3 * fits[0].cost, 0, 1))
    trust = np.exp(-(np.array([fit.cost for fit in fits]) - fits[0].cost) / 0.05)
    away = np.stack([np.linalg.norm(other - candidates[0], axis=1) for other in candidates])
    spread = (trust[:, None] * away).sum(0) / trust.sum() / silhouette.height
    inside = candidates[0][:, 1] < silhouette.mask.shape[0]
    confidence: NDArray[np.float64] = whole * np.exp(-spread / _DISAGREEMENT) * np.where(inside, 1.0, 0.3)
    return confidence


def _is_skirt(silhouette: Silhouette, joints: NDArray[np.float64], skirt: float) -> bool:
    """Whether cloth joins the legs most of the way down."""
    hips = 0.5 * (joints[INDEX["right_hip"]] + joints[INDEX["left_hip"]])
    feet = 0.5 * (joints[INDEX["right_foot"]] + joints[INDEX["left_foot"]])
    rows = np.arange(int(hips[1] + 0.25 * (feet[1] - hips[1])), int(hips[1] + 0.85 * (feet[1] - hips[1])))
    rows = rows[(rows >= 0) & (rows < silhouette.mask.shape[0])]
    if len(rows) == 0:
        return False
    mask = silhouette.mask[rows].astype(np.int8)
    runs = (np.diff(np.pad(mask, ((0, 0), (1, 0))), axis=1) > 0).sum(1)
    joined = float((runs == 1).mean())
    thin = 0.16 * silhouette.height
    wide = float(np.median(mask.sum(1))) > thin
    return joined > 0.75 and wide and skirt > 0.02
