"""Rig: joints found in stills, where they are known, and whether what is guessed is trusted."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from data_contracts.errors import EstimationError
from data_contracts.rig import JOINTS, Skeleton
from flows.accuracy.rigged_pictures import LoadedPicture, read_rigged_picture, rigged_pictures
from flows.accuracy.role import Case, Measure, Role, Sources, Values
from flows.accuracy.true_rigs import LIMB_JOINTS
from models.measures.ranking import rank_correlation
from models.rig import RigConfig, load
from models.rig.figure import MEAN, joints_of

Points = NDArray[np.float64]

_ALL = np.ones(len(LIMB_JOINTS), np.bool_)

NEAR = 0.1
"""Of the figure's height: PCK's usual share."""

ERROR = Measure(
    "joint error %", "lower", "Mean distance of the sixteen joints, in % of the figure's height.", 6.0
)
LIMB_ERROR = Measure(
    "limb error %", "lower", "The same of elbows, hands, knees and feet, which move a puppet's limbs."
)
PCK = Measure(
    "PCK",
    "higher",
    "Share of the joints within a tenth of the figure's height (PCK@0.1): 1 is perfect.",
    0.85,
)
RANK = Measure(
    "confidence rank",
    "higher",
    "Rank correlation of confidence with nearness over a picture's joints: 1 is honest, 0 says nothing.",
)
WRONG_TRUSTED = Measure(
    "wrong but moved",
    "lower",
    "Share of the wrong limb joints (not within a tenth) that the puppet moves all the same: these tear.",
)
RIGHT_TRUSTED = Measure("right and moved", "higher", "Share of the right limb joints that the puppet moves.")
CLAIMED = Measure(
    "claimed on animals", "lower", "Share of animals whose limbs are trusted as a human's; refusing is 0."
)
KNOWN = Measure(
    "animals known", "higher", "Share of animals that are given the legs of what they are, quadruped or bird."
)


def measure(case: Case, backend: RigConfig, folder: Path) -> Values:
    """Rig one still with its true matte. Refusing an animal is right; refusing a human is a failure."""
    picture = read_rigged_picture(case.content)
    try:
        skeleton = load(backend)(picture.rgb, picture.alpha, 0)
    except EstimationError:
        if picture.joints_xy_px is None:
            return {CLAIMED.name: 0.0, KNOWN.name: 0.0}
        raise
    if picture.joints_xy_px is None:
        kind = case.content.take.figure_kind
        return {
            CLAIMED.name: float(skeleton.limbs and not skeleton.animal),
            KNOWN.name: float(skeleton.limbs and skeleton.body == kind),
        }
    return _values(skeleton.joints_xy_px, skeleton.confidence, _moved(skeleton), picture)


def baseline(case: Case) -> Values:
    """A standing adult with hanging arms in the matte's box, sure of everything."""
    picture = read_rigged_picture(case.content)
    if picture.joints_xy_px is None:
        return {CLAIMED.name: 1.0, KNOWN.name: 0.0}
    left, top, right, _ = _box(picture.alpha)
    joints = _figure(MEAN) * _height(picture) + [0.5 * (left + right) - 0.5 * _height(picture), top]
    return _values(joints, np.ones(len(JOINTS)), _ALL, picture)


def oracle(case: Case) -> Values:
    """The symmetric figure of capsules whose joints come nearest to the true ones: all a fit could find."""
    picture = read_rigged_picture(case.content)
    if picture.joints_xy_px is None:
        return {CLAIMED.name: 0.0, KNOWN.name: 1.0}
    left, top, *_ = _box(picture.alpha)
    target = (picture.joints_xy_px - [left, top]) / _height(picture)
    best = least_squares(lambda p: (_figure(p) - target).ravel(), MEAN, method="lm").x
    joints = _figure(best) * _height(picture) + [left, top]
    away = np.linalg.norm(joints - picture.joints_xy_px, axis=1)
    return _values(joints, np.exp(-away / _height(picture)), _ALL, picture)


def _figure(parameters: Points) -> Points:
    joints = np.empty((len(JOINTS), 2))
    joints_of(parameters, joints)
    return joints


def _box(alpha: NDArray[np.float32]) -> tuple[int, int, int, int]:
    rows, columns = (np.flatnonzero((alpha > 0.5).any(axis=axis)) for axis in (1, 0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _height(picture: LoadedPicture) -> float:
    _, top, _, bottom = _box(picture.alpha)
    return float(bottom - top)


def _moved(skeleton: Skeleton) -> NDArray[np.bool_]:
    """Which of `LIMB_JOINTS` the puppet moves [8]."""
    still = {f"{side}_{end}" for side in skeleton.still_arms for end in ("elbow", "hand")}
    if not skeleton.legs:
        still |= {f"{side}_{end}" for side in ("right", "left") for end in ("knee", "foot")}
    return np.array([skeleton.limbs and JOINTS[joint] not in still for joint in LIMB_JOINTS])


def _values(
    joints: Points, confidence: Points, moved: NDArray[np.bool_], picture: LoadedPicture
) -> dict[str, float]:
    truth = picture.joints_xy_px
    assert truth is not None
    error = np.linalg.norm(joints - truth, axis=1) / _height(picture)
    values = {
        ERROR.name: 100 * float(error.mean()),
        LIMB_ERROR.name: 100 * float(error[list(LIMB_JOINTS)].mean()),
        PCK.name: float((error <= NEAR).mean()),
    }
    if np.ptp(error) > 0:
        values[RANK.name] = rank_correlation(confidence.tolist(), (-error).tolist())
    wrong = error[list(LIMB_JOINTS)] > NEAR
    if wrong.any():
        values[WRONG_TRUSTED.name] = float(moved[wrong].mean())
    if not wrong.all():
        values[RIGHT_TRUSTED.name] = float(moved[~wrong].mean())
    return values


def cases(sources: Sources) -> Sequence[Case]:
    """Stills of the puppet world's humans and animals, and drawings on paper."""
    return rigged_pictures(sources)


ROLE = Role(
    name="rig",
    measures=(ERROR, LIMB_ERROR, PCK, RANK, WRONG_TRUSTED, RIGHT_TRUSTED, CLAIMED, KNOWN),
    backends=(RigConfig(),),
    cases=cases,
    measure=measure,
    baseline=baseline,
    oracle=oracle,
)
