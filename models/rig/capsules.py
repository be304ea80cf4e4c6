"""Rig backend ``capsules``: a figure of capsules fitted to the silhouette. No weights, no picture content."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.rig import INDEX, JOINTS, Skeleton
from models.rig.animals import fit_animals, stands_on_legs
from models.rig.ears import without_ears
from models.rig.eyes import Eyes
from models.rig.figure import MEAN, P, joints_of
from models.rig.limbed import Limbed, find_limbed
from models.rig.part_colours import PartColours
from models.rig.persons import find_persons
from models.rig.search import Search
from models.rig.silhouette import Silhouette, silhouette_of

_SOLE = 0.1
"""How far from the outline's lower end the lower ankle of a figure may be, in heights."""
_SURER = 0.1
"""By how much an animal must be surer than a person: persons are what is mostly seen."""
_ROUND = 0.75
"""Isoperimetric quotient, within the hull's perimeter, of what is a ball, a box or an egg."""
_BROAD = 0.75
"""Least width of an animal from its side, in heights."""
_RATHER = 0.05
"""Nats by which a person's joints tell more than a blob's where they are borne out."""
_DISAGREEMENT = 0.10
"""Distance between good fits, in figure heights, at which a joint's confidence has fallen to 1/e."""
_REMAINING = np.array([21, 16, 36, 19, *2 * (26, 17, 19), *2 * (24, 23, 25)]) / 1000
"""Error of each joint where all good fits agree, in heights: medians on 24 people of the puppet world and 16
stick figures. Ends of limbs are seen, a neck is not."""


class CapsulesConfig(BaseModel):
    """Fit a capsule figure to the matte by CMA-ES from six start poses; where no person fits, something else:
    an animal, or a blob with limbs."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 18
    kind: Literal["capsules"] = "capsules"
    iterations: int = Field(240, ge=20, le=2000)
    """Generations of the last refinement; the first search takes two thirds of it per start."""
    rows: int = Field(72, ge=32, le=256)
    """Height of the figure on the fitting grid."""
    hands_on_skin: bool = True
    """Afterwards, move the hands onto bare skin where the picture shows some."""
    min_confidence: float = Field(0.15, ge=0, le=1)
    """Below it no figure with two arms and two legs fits (an animal, a thing): it moves as a whole."""
    limb_confidence: float = Field(0.43, ge=0, le=1)
    """Below it no limb can be trusted: the figure moves as a whole, for a moved guess is a torn figure."""

    def missing(self) -> str | None:
        """What is missing for it to run here: nothing."""
        return None

    def weights(self) -> list[Path]:
        """Files of weights: none."""
        return []


def fit_capsules(
    alpha: NDArray[np.float32],
    config: CapsulesConfig,
    seed: int,
    hands_xy_px: NDArray[np.float64] | None = None,
    *,
    sure_outline: bool = True,
    colours: PartColours | None = None,
    eyes: Eyes | None = None,
) -> Skeleton:
    """Find sixteen joints in a matte.

    Args:
        alpha: float32 [H, W] in 0..1.
        config: effort.
        seed: of the search; the same seed gives the same joints.
        hands_xy_px: [2, 2] the right and the left hand, where the picture shows them.
        sure_outline: whether the outline may tell limbs at all; if not, the figure moves as a whole.
        colours: of the figure, which choose among fits that explain its outline about alike.
        eyes: of the figure, if it faces us: they tell its head from a hat.

    Returns:
        The skeleton in pixels of the matte. Joints of a cut figure may lie below the picture.

    Raises:
        NoFigureError: the matte is empty.
    """
    silhouette = _bareheaded(silhouette_of(alpha), alpha)
    if not silhouette.cropped and _is_round(silhouette.mask):
        return _whole(silhouette, alpha, np.zeros(len(JOINTS)))
    search = Search(silhouette, config.rows, config.iterations, seed, hands_xy_px)
    persons = find_persons(search, colours, eyes)
    best, candidates = persons[0], [person.joints for person in persons]
    costs = [person.fit.cost for person in persons]
    remaining = np.exp((_REMAINING.mean() - _REMAINING) / _DISAGREEMENT)
    agreed = _confidence(costs, candidates, silhouette, silhouette.height)
    confidence = np.minimum(1, remaining * agreed)
    overall = float(np.mean(confidence))
    if overall < config.limb_confidence and hands_xy_px is None:
        animal = _animal(silhouette, alpha, config, seed) if _may_be_animal(silhouette) else None
        if animal is not None and animal.confidence.mean() >= max(config.limb_confidence, overall + _SURER):
            return replace(animal, limbs=sure_outline)
        may_have_limbs = sure_outline and not (silhouette.cropped or silhouette.thin)
        limbed = find_limbed(alpha > 0.5) if may_have_limbs else None
        person = candidates[0] / silhouette.scale if overall >= config.min_confidence else None
        if limbed is not None and not _rather_a_person(limbed, person, colours):
            return _blob(limbed, silhouette, alpha)
    if overall < config.min_confidence:
        return _whole(silhouette, alpha, confidence)
    limbs = sure_outline and overall >= config.limb_confidence
    half = best.body == "half_body"
    if not (limbs or half or _stands(silhouette, best.joints)):
        return _whole(silhouette, alpha, confidence)
    height, width = alpha.shape
    return Skeleton(
        best.joints / silhouette.scale,
        confidence,
        width,
        height,
        body=best.body,
        cropped=half or (not limbs and silhouette.on_border),
        legs=best.body == "human",
        limbs=limbs,
    )


def _bareheaded(silhouette: Silhouette, alpha: NDArray[np.float32]) -> Silhouette:
    """The figure without ears, which would be taken for arms; the strokes of stick figures tell more."""
    bare = None if silhouette.thin else without_ears(silhouette.mask)
    if bare is None:
        return silhouette
    size = alpha.shape[1], alpha.shape[0]
    return silhouette_of(alpha * cv2.resize(bare.astype(np.float32), size, interpolation=cv2.INTER_LINEAR))


def _is_round(mask: NDArray[np.bool_]) -> bool:
    """Whether an outline is so near to a circle that it shows no limbs."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = max(contours, key=cv2.contourArea)
    around = cv2.arcLength(cv2.convexHull(largest), True)
    return bool(4 * np.pi * cv2.contourArea(largest) > _ROUND * around**2)


def _may_be_animal(silhouette: Silhouette) -> bool:
    """Whether the outline is as broad as animals are from their side; persons in coats are not."""
    x0, y0, x1, y1 = silhouette.box
    return not silhouette.cropped and x1 - x0 > _BROAD * (y1 - y0)


def _animal(
    silhouette: Silhouette, alpha: NDArray[np.float32], config: CapsulesConfig, seed: int
) -> Skeleton | None:
    """The quadruped or bird that explains the outline best, if it has legs; a bird's wings are folded."""
    fits = fit_animals(silhouette, config.iterations * 2 // 3, seed)
    if not stands_on_legs(silhouette, fits[0]):
        return None
    x0, y0, x1, y1 = silhouette.box
    candidates = [fit.joints for fit in fits]
    confidence = _confidence([fit.cost for fit in fits], candidates, silhouette, max(x1 - x0, y1 - y0))
    height, width = alpha.shape
    kind = fits[0].kind
    joints = candidates[0] / silhouette.scale
    return Skeleton(joints, confidence, width, height, body=kind, arms=kind == "quadruped")


def _rather_a_person(limbed: Limbed, person: NDArray[np.float64] | None, colours: PartColours | None) -> bool:
    """Whether colours bear out a person's joints [16, 2] rather than a blob's with one pair of limbs."""
    if person is None or colours is None or (limbed.arms and limbed.legs):
        return False
    return colours.told_by(person) > colours.told_by(limbed.joints) + _RATHER


def _blob(limbed: Limbed, silhouette: Silhouette, alpha: NDArray[np.float32]) -> Skeleton:
    """A blob with arms, wings or legs of its own."""
    height, width = alpha.shape
    joints, confidence, body, arms, legs = limbed
    cut = silhouette.on_border
    return Skeleton(
        joints, confidence, width, height, body=body, cropped=cut, arms=arms, legs=legs and not cut
    )


def _whole(silhouette: Silhouette, alpha: NDArray[np.float32], confidence: NDArray[np.float64]) -> Skeleton:
    """An outline without limbs that could be told: it stands where it ends, and moves as a whole."""
    x0, y0, x1, _ = silhouette.box
    joints = np.empty((len(JOINTS), 2))
    joints_of(MEAN, joints)
    joints[:, 0] -= MEAN[P["root_x"]]
    # The lower foot of the adult comes to lie on the outline's lower end.
    placed = joints * silhouette.height / joints[:, 1].max() + np.array([0.5 * (x0 + x1), y0])
    height, width = alpha.shape
    return Skeleton(
        placed / silhouette.scale,
        confidence,
        width,
        height,
        body="other",
        cropped=silhouette.on_border,
        legs=not silhouette.on_border,
        limbs=False,
    )


def _stands(silhouette: Silhouette, joints: NDArray[np.float64]) -> bool:
    """Whether the feet of a fit are where the outline ends: where they are not, it knows nothing."""
    lowest = float(joints[[INDEX["right_foot"], INDEX["left_foot"]], 1].max())
    return abs(silhouette.box[3] - lowest) < _SOLE * silhouette.height


def _confidence(
    costs: list[float], candidates: list[NDArray[np.float64]], silhouette: Silhouette, size_px: float
) -> NDArray[np.float64]:
    """Per joint: how well an outline is explained, times how far other good figures agree on the joint."""
    whole = float(np.clip(1.15 - 1.3 * min(costs), 0, 1))
    trust = np.exp(-np.maximum(0, np.array(costs) - costs[0]) / 0.05)
    away = np.stack([np.linalg.norm(other - candidates[0], axis=1) for other in candidates])
    spread = (trust[:, None] * away).sum(0) / trust.sum() / size_px
    inside = candidates[0][:, 1] < silhouette.mask.shape[0]
    confidence: NDArray[np.float64] = whole * np.exp(-spread / _DISAGREEMENT) * np.where(inside, 1.0, 0.3)
    return confidence
