"""A stretch of a clip with masks of some frames: the frames between are filled in from both sides."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.carried_mask import Carried, carry
from models.matting.keyframe_cues import gather_cues
from models.matting.matte import FrameMatte
from models.matting.residual_motion import clip_flow
from models.matting.stabilise import Stabilised, stabilise

Singles = NDArray[np.float32]

LEAST_TRUST = 0.02
"""What is lost on both sides is blended by distance alone."""


def fill_stretch(frames: NDArray[np.uint8], masks: Mapping[int, Singles]) -> list[FrameMatte]:
    """Mattes of all frames of a stretch.

    Args:
        frames: uint8 ``[T, H, W, 3]``, small.
        masks: float32 ``[H, W]`` in 0..1 by frame of the stretch; at least one.
    """
    mattes = {t: FrameMatte(mask, 1.0) for t, mask in masks.items()}
    if len(mattes) < len(frames):
        clip = stabilise(frames)
        steady = {t: _warped(mask, clip, t) for t, mask in masks.items()}
        mattes |= {
            t: FrameMatte(_warped(found.alpha, clip, t, back=True), found.confidence)
            for t, found in _between(clip, steady).items()
        }
    return [mattes[t] for t in range(len(frames))]


def _between(clip: Stabilised, masks: Mapping[int, Singles]) -> dict[int, FrameMatte]:
    flow = clip_flow(clip.frames)
    cues = gather_cues(clip, flow, masks)
    keys, end = sorted(masks), len(clip.frames) - 1
    found: dict[int, FrameMatte] = {}
    for first, last in zip([None, *keys], [*keys, None], strict=True):
        order = range(0 if first is None else first, (end if last is None else last) + 1)
        inner = [t for t in order if t not in masks]
        if not inner:
            continue
        early = late = None
        if first is not None:
            early = carry(clip.frames, masks[first], order, flow, cues)
        if last is not None:
            late = carry(clip.frames, masks[last], order[::-1], flow, cues)
        for t in inner:
            found[t] = _blended(early, late, t - order[0], len(order) - 1)
    return found


def _blended(early: Carried | None, late: Carried | None, k: int, last: int) -> FrameMatte:
    if early is None or late is None:
        one, place = (early, k) if early is not None else (late, last - k)
        assert one is not None, "a stretch has a mask"
        return FrameMatte(one.masks[place], _likely(1.0, one.masks[place], one.trust[place]))
    before, after = early.masks[k], late.masks[last - k]
    trust, other = early.trust[k], late.trust[last - k]
    weight = (1 - k / last) * (trust + LEAST_TRUST)
    weight = weight / (weight + k / last * (other + LEAST_TRUST))
    alpha = np.asarray(weight * before + (1 - weight) * after, np.float32)
    sure = np.asarray(np.maximum(trust, other), np.float32)
    return FrameMatte(alpha, _likely(_overlap(before, after), alpha, sure))


def _likely(overlap: float, alpha: Singles, trust: Singles) -> float:
    """Confidence: about the overlap with the truth that frames of such agreement and trust have.

    The roots are those at which it comes near on two filmed and five generated clips. Nothing at all is never
    sure.
    """
    figure = alpha > 0.5
    return float(overlap**0.5 * trust[figure].mean() ** (1 / 3)) if figure.any() else 0.0


def _overlap(one: Singles, other: Singles) -> float:
    """Intersection over union, 1 where both are empty."""
    both, either = np.minimum(one, other).sum(), np.maximum(one, other).sum()
    return float(both / either) if either > 0.5 else 1.0


def _warped(mask: Singles, clip: Stabilised, t: int, *, back: bool = False) -> Singles:
    """A mask on the steadied clip's pixels, or from there on the frame's own."""
    if clip.camera != "steadied":
        return mask
    matrix = clip.reference_from_frame[t]
    flags = cv2.INTER_LINEAR | (cv2.WARP_INVERSE_MAP if back else 0)
    return np.asarray(cv2.warpPerspective(mask, matrix, mask.shape[::-1], flags=flags), np.float32)
