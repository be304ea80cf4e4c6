"""The figure's own colour under a matte's soft edge, without the background's."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.edge import SURE, at_finest_size

RIM_SHARE = 0.03
"""Weight of the outermost sure pixels, which still hold some background, where a limb has no others."""
INK = 20.0
"""A colour so far (of 255) from all mixtures of the background's and the inside's belongs to the outline."""
INSIDE_PX = 7
"""Window of the erosion that leaves the inside: further in than an outline is wide."""
BARE = 0.02
"""Alpha below which a pixel is background and nothing else."""
READ_FROM = 0.5
"""Alpha from which on a mixed pixel's own colour begins to count; below, the matte's error says more."""
OUT_OF_RANGE = 25.0
"""A colour worked out to lie so far outside 0..255 says that alpha is wrong there: it does not count."""

Colours = NDArray[np.float32]


def decontaminate(rgb: NDArray[np.uint8], alpha: NDArray[np.float32]) -> NDArray[np.uint8]:
    """The figure's colour everywhere: sure pixels keep theirs, the others lose the background's.

    A pixel of the edge shows C = alpha F + (1 - alpha) B. With B continued from the background beside it, F
    follows, the more surely the larger alpha is; where it is not sure, F is continued from inside.

    Args:
        rgb: uint8 ``[H, W, 3]``, as seen before its background.
        alpha: float32 ``[H, W]`` in 0..1.
    """
    sure = alpha >= SURE
    if not sure.any():
        return rgb.copy()
    small_rgb, small_alpha = at_finest_size(rgb), at_finest_size(alpha)
    colours = _own_colours(small_rgb.astype(np.float32), small_alpha)
    own = np.clip(colours + 0.5, 0, 255).astype(np.uint8)
    if own.shape != rgb.shape:
        own = np.asarray(cv2.resize(own, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.where(sure[..., None], rgb, own)


def continued(rgb: Colours, weight: NDArray[np.float32]) -> Colours:
    """Colours of pixels with weight, carried smoothly into those without (push-pull).

    A weighted pyramid is averaged down, then each gap is filled from the level above.

    Args:
        rgb: float32 ``[H, W, 3]``.
        weight: float32 ``[H, W]`` in 0..1.

    Returns:
        float32 ``[H, W, 3]``; zeros where nothing has any weight.
    """
    levels = [(rgb * weight[..., None], weight)]
    while min(levels[-1][1].shape) > 2:
        colour, known = levels[-1]
        size = (max(1, known.shape[1] // 2), max(1, known.shape[0] // 2))
        smaller = (cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (colour, known))
        levels.append((np.asarray(next(smaller), np.float32), np.asarray(next(smaller), np.float32)))
    colour, known = levels[-1]
    total = max(float(known.sum()), 1e-6)
    filled = np.broadcast_to(colour.reshape(-1, 3).sum(0) / total, colour.shape).astype(np.float32)
    for colour, known in levels[::-1]:
        filled = np.asarray(cv2.resize(filled, known.shape[::-1], interpolation=cv2.INTER_LINEAR), np.float32)
        trust = np.minimum(known / 0.25, 1)[..., None]
        mean = colour / np.maximum(known, 1e-6)[..., None]
        filled = np.where(trust > 1e-4, mean * trust + filled * (1 - trust), filled)
    return filled


def inner_weight(sure: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Weight ``[H, W]`` of sure pixels: 1 inside, next to nothing at the rim."""
    whole = sure.astype(np.float32)
    inner = cv2.erode(whole, np.ones((3, 3), np.uint8))
    return np.asarray(np.maximum(inner, RIM_SHARE * whole), np.float32)


def _own_colours(rgb: Colours, alpha: NDArray[np.float32]) -> Colours:
    sure, bare = alpha >= SURE, cv2.dilate(alpha, np.ones((3, 3), np.uint8)) < BARE
    behind = continued(rgb, bare.astype(np.float32))
    is_ink = sure & (_off_mixtures(rgb, behind, _deep_inside(rgb, sure)) > INK)
    carried = continued(rgb, np.where(is_ink, 1, inner_weight(sure)).astype(np.float32))
    if not bare.any():
        return carried
    share = alpha[..., None]
    told = (rgb - (1 - share) * behind) / np.maximum(share, READ_FROM)
    possible = np.asarray(np.clip(told, 0, 255), np.float32)
    trust = np.clip((alpha - READ_FROM) / (SURE - READ_FROM), 0, 1)
    trust *= np.clip(1 - np.abs(told - possible).max(2) / OUT_OF_RANGE, 0, 1)
    # Where alpha is too large some background is left in what is worked out: that is a mixture as well.
    trust *= np.clip(_off_mixtures(possible, behind, carried) / INK, 0, 1)
    return np.asarray(carried + trust[..., None] * (possible - carried), np.float32)


def _deep_inside(rgb: Colours, sure: NDArray[np.bool_]) -> Colours:
    whole = sure.astype(np.float32)
    deep = np.maximum(cv2.erode(whole, np.ones((INSIDE_PX, INSIDE_PX), np.uint8)), 1e-3 * whole)
    return continued(rgb, deep.astype(np.float32))


def _off_mixtures(rgb: Colours, behind: Colours, inside: Colours) -> NDArray[np.float32]:
    """How far ``[H, W]`` a colour is from the nearest mixture of two others."""
    step = inside - behind
    along = ((rgb - behind) * step).sum(2) / np.maximum((step**2).sum(2), 1)
    mixture = behind + np.clip(along, 0, 1)[..., None] * step
    return np.asarray(np.linalg.norm(rgb - mixture, axis=2), np.float32)
