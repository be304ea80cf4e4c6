"""Persons that an outline shows, with what colours and eyes tell of them: joints, the likeliest first."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX, JOINTS
from models.rig.eyes import Eyes
from models.rig.figure import ANKLE, P, joints_of
from models.rig.landmarks import with_legs, with_palms
from models.rig.part_colours import PartColours
from models.rig.search import Fit, Search
from models.rig.silhouette import Silhouette

_SOLE_TO_ANKLE = ANKLE / 0.285
"""A capsule leg ends at the sole, a rig's at the ankle."""
_TOLD, _NEARLY = 0.8, 0.05
"""What a nat that parts tell about colours is worth of a fit's cost, among fits that cost at most so much
more than the best one."""
_EYES_TOLD, _EYES_COST = 0.25, 0.05
"""What such a nat is worth, and how much more a figure may cost whose head is where eyes seem to be: of 37
drawings with eyes one costs more, and of 8 people whose clothes have spots like eyes none costs less."""


class Person(NamedTuple):
    """A fit, what body it is, and its joints [16, 2] in pixels of the silhouette's mask."""

    fit: Fit
    body: str
    joints: NDArray[np.float64]


def find_persons(search: Search, colours: PartColours | None, eyes: Eyes | None) -> list[Person]:
    """Persons who explain an outline, that one first which colours bear out.

    Where eyes are seen their head is there, unless such persons explain the outline and the colours much
    worse: then the eyes are none.
    """
    plain = _persons(search, colours)
    if colours is None or eyes is None:
        return plain
    facing = _persons(replace(search, eyes_px=np.append(eyes.middle, eyes.apart)), colours)
    told = [colours.told_by(found[0].joints / search.silhouette.scale) for found in (plain, facing)]
    dearer = facing[0].fit.cost - plain[0].fit.cost - _EYES_TOLD * (told[1] - told[0])
    return facing if dearer < _EYES_COST else plain


def _persons(search: Search, colours: PartColours | None) -> list[Person]:
    palms = search.hands_xy_px is None
    persons = [_person(search.silhouette, fit, palms=palms) for fit in search.fits()]
    return _best_first(persons, search.silhouette.scale, colours)


def _person(silhouette: Silhouette, fit: Fit, *, palms: bool) -> Person:
    """The fit with its joints where they lie within its limbs; ``palms``: its hands end in fingers."""
    joints = _joints(silhouette, fit)
    half = silhouette.cropped and fit.cut > 1.05
    skirt = not half and _is_skirt(silhouette, joints, fit.parameters[P["skirt"]])
    if palms:
        joints = with_palms(joints)
    if not (half or skirt):
        joints = with_legs(silhouette.mask, joints, silhouette.height)
    return Person(fit, "half_body" if half else "skirt" if skirt else "human", joints)


def _best_first(persons: list[Person], scale: float, colours: PartColours | None) -> list[Person]:
    """The persons, of which the first costs least, with that one first that colours bear out."""
    if colours is None:
        return persons
    most = persons[0].fit.cost + _NEARLY
    worth = [person.fit.cost - _TOLD * colours.told_by(person.joints / scale) for person in persons]
    chosen = min((k for k in range(len(persons)) if persons[k].fit.cost <= most), key=lambda k: worth[k])
    return [persons[chosen], *persons[:chosen], *persons[chosen + 1 :]]


def _joints(silhouette: Silhouette, fit: Fit) -> NDArray[np.float64]:
    joints = np.empty((len(JOINTS), 2))
    joints_of(fit.parameters, joints)
    for side in ("right", "left"):
        knee, foot = INDEX[f"{side}_knee"], INDEX[f"{side}_foot"]
        joints[foot] += _SOLE_TO_ANKLE * (joints[knee] - joints[foot])
    return np.asarray(joints * silhouette.height * fit.cut + np.array(silhouette.box[:2]))


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
