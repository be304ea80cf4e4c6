"""Whether a figure shows its face or its back: a silhouette is the same from both sides, colours are not.

A face has another colour than the hair above it; the back of a head is hair down to the neck.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.pose.silhouette_field import TOP_SHARE, SilhouetteField

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

FINER = 3
"""Colours are read on a grid this much finer than the silhouettes'."""

LIGHT = 0.25
"""Weight of lightness against chroma: hair and faces are shaded."""

LEAST_CONTRAST = 8.0
"""Distance of face and hair, in 8-bit Lab with weighted lightness, from which on a face has been seen."""

SKIN_HUE = (0.33, 1.3)
"""Red-green over yellow-blue of skin in Lab, of all complexions in daylight; most hair is yellower."""

DOUBT, TURN, BROAD = 1.5, 1.0, 25.0
"""Costs: of a frame against its cue, of turning round, and of doing so while seen broad."""

ONE_COLOUR = 0.8
"""Share of a figure in its head's colour from which on it is a shadow, which has no face to be missed."""


class _Head(NamedTuple):
    crown: Array
    """Colour of the upper part of the head, weighted Lab [3]."""
    front: Array
    """Colour where a face would be."""
    alike: float
    """Share of the whole figure that has the front's colour."""


def shows_back(field: SilhouetteField, frames: NDArray[np.uint8], breadth: Array) -> Flags:
    """Frames bool [T] in which the figure turns its back to the camera, see `back_evidence`."""
    return back_evidence(field, frames, breadth) > 0


def back_evidence(field: SilhouetteField, frames: NDArray[np.uint8], breadth: Array) -> Array:
    """How much speaks for the figure's turning its back to the camera, over all that speaks for its face.

    Args:
        field: silhouettes.
        frames: uint8 [T, H, W, 3].
        breadth: float64 [T], 0 seen from the side, 1 seen frontally: people do not flip.

    Returns:
        float64 [T]: above 0 for a back, below for a face, 0 without evidence, when people show their
        face. A frame whose head is clear counts `DOUBT`, and so do those before and after it.
    """
    heads = {int(t): _head(field, frames[t], int(t)) for t in np.flatnonzero(field.valid)}
    known = {t: head for t, head in heads.items() if head is not None}
    if not known:
        return np.zeros(len(frames))
    contrast = {t: float(np.linalg.norm(head.front - head.crown)) for t, head in known.items()}
    # Of a single frame a highlight or a hat could be the whole contrast.
    clear = sorted(contrast, key=lambda t: -contrast[t])[: max(1, len(contrast) // 6)]
    face = np.median([known[t].front for t in clear], axis=0)
    hair = np.median([known[t].crown for t in clear], axis=0)
    apart = float(np.linalg.norm(face - hair))
    cue = np.zeros(len(frames))
    for t, head in known.items():
        to_face, to_hair = (float(np.linalg.norm(head.front - colour)) for colour in (face, hair))
        cue[t] = np.clip((to_face - to_hair) / max(apart, 1e-6), -1, 1)
    if apart < LEAST_CONTRAST:
        one_colour = np.median([head.alike for head in known.values()]) > ONE_COLOUR
        cue[list(known)] = -1.0 if _is_skin(face) else 0.0 if one_colour else 1.0
    elif not _is_skin(face):
        cue[:] = 0.0  # drawn in ink, or a mask: which of the two colours is the face is not known
    return _steady(cue, breadth)


def _head(field: SilhouetteField, frame: NDArray[np.uint8], t: int) -> _Head | None:
    """Colours of the largest disc in the uppermost part of the silhouette."""
    top = int(np.flatnonzero(field.masks[t].any(axis=1))[0])
    depth = field.depth[t, top : top + max(2, round(TOP_SHARE * field.height))]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    lab = cv2.cvtColor(field.crop(frame, FINER), cv2.COLOR_RGB2LAB).astype(np.float64)
    lab[..., 0] *= LIGHT
    rows, columns = field.grid_indices(FINER)
    across, below = (columns - x) / field.head_radius, (rows - (y + top)) / field.head_radius
    disc = across**2 + below**2 < 0.8
    crown = disc & (below < -0.35)
    front = disc & (below > 0.1) & (below < 0.7) & (np.abs(across) < 0.5)
    if crown.sum() < 4 or front.sum() < 4:
        return None
    colour = np.median(lab[front], axis=0)
    figure = lab[np.repeat(np.repeat(field.masks[t], FINER, axis=0), FINER, axis=1)]
    alike = float((np.linalg.norm(figure - colour, axis=-1) < LEAST_CONTRAST).mean())
    return _Head(np.median(lab[crown], axis=0), colour, alike)


def _is_skin(colour: Array) -> bool:
    red, yellow = colour[1] - 128, colour[2] - 128
    return bool(yellow > 2 and SKIN_HUE[0] <= red / yellow <= SKIN_HUE[1])


def _steady(cue: Array, breadth: Array) -> Array:
    """Cost of the cheapest way through the clip that shows the face in a frame, less that of the back.

    `cue` is 1 for a back and -1 for a face. Min-marginals of a Viterbi path, whose sign is that path.
    """
    cost = DOUBT * np.stack([np.maximum(cue, 0.0), np.maximum(-cue, 0.0)], axis=1)
    change = TURN + BROAD * np.minimum(breadth[1:], breadth[:-1])
    before = _cheapest_so_far(cost, change)
    after = _cheapest_so_far(cost[::-1], change[::-1])[::-1]
    total = before + after - cost
    return np.asarray(total[:, 0] - total[:, 1], np.float64)


def _cheapest_so_far(cost: Array, change: Array) -> Array:
    """Least cost [T, 2] of any way from the first frame to each state of each frame."""
    least = cost.copy()
    for t in range(1, len(cost)):
        least[t] += np.minimum(least[t - 1], least[t - 1, ::-1] + change[t - 1])
    return least
