"""What a joint found in a silhouette is worth: how far it may be off, and whether the figure is a person.

The expected error of a joint is a sum of what is known to bring errors, by least squares on rendered people
whose joints are known: limbs that the silhouette does not show, explanations that differ, sides that no face
tells apart. Confidence falls with it.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.pose.capsule_figure import JOINTS, MIRRORED_JOINTS, draw_figure, joints_of
from models.pose.hand_cue import assign
from models.pose.limb_sight import limb_sight
from models.pose.silhouette_field import SilhouetteField

Array = NDArray[np.float64]

GOOD_OVERLAP, POOR_OVERLAP = 0.75, 0.55
"""Silhouette overlap (IoU) at which a frame's joints count fully, and not at all."""

USUAL: Final = {
    "nose": 0.040, "neck": 0.040, "shoulder": 0.028, "elbow": 0.042, "wrist": 0.049, "hip": 0.027,
    "knee": 0.028, "ankle": 0.015,
}  # fmt: skip
"""Error of a joint that is seen, as a share of the figure's larger side."""

UNSEEN: Final = {"elbow": 0.043, "wrist": 0.086}
"""Added where the silhouette shows nothing of the limb. Legs that cover one another are still legs."""

WHOLLY_SEEN = 0.3
"""Share of a limb that only this limb covers from which on all of it is as good as seen."""

DIFFERENT, MOST_DIFFERENT = 0.3, 0.15
"""Added for each difference between explanations of the silhouette, by its height, and its end."""

AWAY, FARTHEST = 0.65, 0.05
"""Added for a joint's distance from the silhouette, by its height, and the end of that."""

MIXED_UP, TELLING, MOST_APART = 0.08, 4.0, 0.2
"""Added for each distance between the sides, up to its end, where nothing tells front from back (most people
face the camera), and the evidence, as `facing.shows_back` counts it, that takes it down to 1/e."""

TRUSTED_ERROR, STEEPNESS = 0.095, 5.0
"""Error at which confidence is 0.25, where puppets stop to follow (models.puppet.driver), and its fall."""

PERSON, NO_PERSON = 0.24, 0.38
"""Unlikeness to a person up to which a figure is one, and from which on it is none."""
STOUT = 0.5
"""Weight of the logarithm of how much stouter a figure is than people, beside the silhouette's energy.
Rendered people stay below 0.2, dressed ones seen whole too; four-legged animals and most birds do not."""


class Evidence(NamedTuple):
    """What a fit knows of itself."""

    spread: Array
    """[T, 14] differences between explanations, see hypotheses.doubt."""
    facing: Array
    """[T] evidence for front or back, see facing.shows_back."""
    energy: float
    """Mean energy of the best explanations, see fit_energy."""
    hands: list[Array]
    """Hand-like patches [N, 2] in each frame; a wrist on one was seen. Empty without pictures."""


def overlap(field: SilhouetteField, placed: Array) -> Array:
    """Intersection over union of the drawn figure and the silhouette, [T]."""
    height, width = field.masks.shape[1:]
    shares = np.zeros(len(placed))
    for t, figure in enumerate(placed):
        drawn, seen = draw_figure(figure, height, width), field.masks[t]
        shares[t] = (drawn & seen).sum() / max(1, (drawn | seen).sum())
    return shares


def frame_quality(field: SilhouetteField, placed: Array, shared: Array, evidence: Evidence | None) -> Array:
    """How well a person explains each frame, [T] in 0..1; 0 where there is no figure."""
    fits = (overlap(field, placed) - POOR_OVERLAP) / (GOOD_OVERLAP - POOR_OVERLAP)
    person = 1.0
    if evidence is not None and not field.cropped:
        unlike = evidence.energy + STOUT * max(0.0, float(shared[3]))
        person = float(np.clip((NO_PERSON - unlike) / (NO_PERSON - PERSON), 0, 1))
    return np.where(field.valid, np.clip(fits, 0.05, 1) * person, 0.0)


def expected_errors(field: SilhouetteField, placed: Array, evidence: Evidence | None, unit: float) -> Array:
    """How far each joint may be off, [T, 14], as a share of the figure's larger side.

    Args:
        field: silhouettes.
        placed: float64 [T, 136], one figure a frame.
        evidence: of the fit; None where its joints were known.
        unit: the figure's height in grid pixels.
    """
    kinds = [name.split("_")[-1] for name in JOINTS]
    joints = joints_of(placed)
    seen = np.minimum(limb_sight(field, placed) / WHOLLY_SEEN, 1)
    if evidence is None:
        return _usual(kinds, seen)
    wrists = [JOINTS.index(f"{side}_wrist") for side in ("right", "left")]
    for t, patches in enumerate(evidence.hands):
        for wrist, _ in assign(joints[t, wrists], patches, 0.06 * unit):
            seen[t, wrists[wrist]] = 1
    errors = _usual(kinds, seen)
    # Of a figure that the picture cuts the silhouette is a part; errors are shares of the whole.
    errors += DIFFERENT * np.minimum(evidence.spread * field.height / unit, MOST_DIFFERENT)
    errors += AWAY * np.minimum(_gaps(field, joints) / unit, FARTHEST)
    apart = np.linalg.norm(joints - joints[:, MIRRORED_JOINTS], axis=-1) / unit
    errors += MIXED_UP * np.exp(-np.abs(evidence.facing) / TELLING)[:, None] * np.minimum(apart, MOST_APART)
    return np.asarray(errors, np.float64)


def _gaps(field: SilhouetteField, joints: Array) -> Array:
    """Distance of joints [T, 14, 2] from the silhouette, [T, 14] grid pixels; 0 inside."""
    limit = np.array(field.masks.shape[2:0:-1]) - 1
    at = np.clip(np.rint(joints), 0, limit).astype(np.int64)
    return field.gap[np.arange(len(at))[:, None], at[..., 1], at[..., 0]].astype(np.float64)


def _usual(kinds: list[str], seen: Array) -> Array:
    known = np.array([USUAL[kind] for kind in kinds])
    return np.asarray(known + (1 - seen) * [UNSEEN.get(kind, 0.0) for kind in kinds], np.float64)


def confidence_of(errors: Array) -> Array:
    """Confidence of expected errors: 1 for none, 0.25 at `TRUSTED_ERROR`."""
    return np.asarray(1 / (1 + 3 * (errors / TRUSTED_ERROR) ** STEEPNESS), np.float64)
