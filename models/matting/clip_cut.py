"""Cutting the figure out of each frame of a clip, at work size, from what moves and one pair of colours."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.clip_evidence import SEED_EVIDENCE, ClipEvidence, gather_evidence
from models.matting.colour_model import ColourModel, cut, cut_along, learn_colours
from models.matting.components import Mask, disc, fill_holes, heaviest_component, morph
from models.matting.residual_motion import ClipFlow, clip_flow, follow
from models.matting.stabilise import Stabilised, stabilise

LEAST_MOVED = 0.02
"""Share of a figure that differs from the plate or moves; with less, it is scenery in its colours."""

LEAST_PIECE, SHOWN = 0.05, 0.5
"""Area of a piece beside the heaviest ones, as a share of theirs, and the share of it that motion or the
plate must show to be figure: several figures whose arms meet are one mover."""

ROLLING_WEIGHT, ROLLING_MIDDLE = 5.0, 0.35
"""How much the difference to neighbours in time counts, and from where on it speaks for the figure."""

SAME = 0.05
"""Difference to the plate below which a frame shows what the plate shows."""


class ClipCut(NamedTuple):
    """A cut clip at work size, on the steadied clip's pixels."""

    clip: Stabilised
    flow: ClipFlow
    evidence: ClipEvidence
    coverage: NDArray[np.float32]
    """[T, H, W] in 0..1."""


def moving_shares(evidence: ClipEvidence) -> NDArray[np.float64]:
    """Share of each frame that moves on its own, ``[T]``."""
    return np.asarray((evidence.seeds > SEED_EVIDENCE).mean(axis=(1, 2)), np.float64)


def observe(frames: NDArray[np.uint8]) -> tuple[Stabilised, ClipFlow, ClipEvidence]:
    """Steady a small clip (uint8 ``[T, H, W, 3]``) and gather what speaks for its movers."""
    clip = stabilise(frames)
    flow = clip_flow(clip.frames)
    return clip, flow, gather_evidence(clip, flow)


def cut_clip(clip: Stabilised, flow: ClipFlow, evidence: ClipEvidence, colour_frames: int) -> ClipCut:
    """Cut each frame; some frame must have evidence."""
    colours, start = _learn(clip.frames, evidence, moving_shares(evidence), colour_frames)
    trust = _colour_trust(clip.frames, evidence, colours)
    masks = _propagate(clip, flow, evidence, colours, start, trust)
    return ClipCut(clip, flow, evidence, _steady_along_flow(masks, flow))


def _learn(
    frames: NDArray[np.uint8], evidence: ClipEvidence, moving: NDArray[np.float64], count: int
) -> tuple[ColourModel, int]:
    """Colour mixtures from frames in which much moves, and the frame to start from."""
    best = np.sort(np.argsort(-moving, kind="stable")[: max(count, len(frames) // 3)])
    chosen = np.unique(best[np.linspace(0, len(best) - 1, min(count, len(best))).astype(int)])
    unit = max(frames.shape[1:3]) / 480
    labels = np.full((len(chosen), *frames.shape[1:3]), cv2.GC_BGD, np.uint8)
    for k, t in enumerate(chosen):
        labels[k][evidence.domain[t]] = cv2.GC_PR_BGD
        seeds = morph(evidence.seeds[t] > SEED_EVIDENCE, cv2.MORPH_CLOSE, disc(4 * unit))
        labels[k][seeds & evidence.domain[t]] = cv2.GC_PR_FGD
        if evidence.plate is not None:
            labels[k][evidence.standing & (evidence.plate.difference[t] < SAME)] = cv2.GC_PR_FGD
    colours = learn_colours(frames[chosen], labels)
    return colours, int(chosen[np.argmax(moving[chosen])])


def _propagate(
    clip: Stabilised,
    flow: ClipFlow,
    evidence: ClipEvidence,
    colours: ColourModel,
    start: int,
    trust: float,
) -> NDArray[np.bool_]:
    """Cut each frame, from the one with the best evidence outwards both ways."""
    count = len(clip.frames)
    masks = np.zeros(clip.frames.shape[:3], np.bool_)
    # The plate is believed only where it looks like background: a torso that never moves is in it.
    empty = None
    if evidence.plate is not None:
        empty = (colours.log_ratio(evidence.plate.rgb) < -1) & ~evidence.standing
    for t in [*range(start, count), *range(start - 1, -1, -1)]:
        before = None
        if t > start:
            before = follow(masks[t - 1].astype(np.float32), flow.backward[t - 1])
        elif t < start:
            before = follow(masks[t + 1].astype(np.float32), flow.forward[t])
        masks[t] = _cut_frame(clip.frames[t], t, evidence, colours, empty, before, trust)
    return masks


def _colour_trust(frames: NDArray[np.uint8], evidence: ClipEvidence, colours: ColourModel) -> float:
    """0..1: how well the clip's colours tell its surest pixels; a figure before a crowd has all of theirs."""
    if evidence.rolling is None:
        return 1.0
    figure, ground = [], []
    for t in range(0, len(frames), max(1, len(frames) // 12)):
        likely = colours.log_ratio(frames[t]) > 0
        sure, rolling = evidence.seeds[t], evidence.rolling[t]
        figure.append(likely[(sure > 0.6) & (rolling > 0.6)])
        near = morph(evidence.domain[t], cv2.MORPH_DILATE, disc(max(likely.shape) / 30))
        ground.append(likely[near & (sure < 0.1) & (rolling < 0.05)])
    hits, false = np.concatenate(figure), np.concatenate(ground)
    if not len(hits) or not len(false):
        return 1.0
    right = (float(hits.mean()) + 1 - float(false.mean())) / 2
    return float(np.clip((right - 0.65) / 0.2, 0, 1))


def _cut_frame(
    rgb: NDArray[np.uint8],
    t: int,
    evidence: ClipEvidence,
    colours: ColourModel,
    empty: Mask | None,
    before: NDArray[np.float32] | None,
    trust: float,
) -> Mask:
    inside = evidence.domain[t]
    score = trust * colours.log_ratio(np.asarray(cv2.GaussianBlur(rgb, (3, 3), 0), np.uint8)) / 3
    score = score + 2 * (evidence.seeds[t] - 0.3)
    same = None
    if evidence.rolling is not None:
        # Where colours tell nothing, it is the only thing that sees the gap between two legs.
        score += ROLLING_WEIGHT * (2 - trust) * (evidence.rolling[t] - ROLLING_MIDDLE)
    if evidence.plate is not None and empty is not None:
        difference = evidence.plate.difference[t]
        same = empty & (difference < SAME)
        unchanged = difference < SAME
        # A colour that figure and wall share decides nothing: then what does not change is wall.
        score += np.where(unchanged, np.where(evidence.standing, 6.0, -1.5), 0.0)
        score += np.where(empty & (difference > 0.5), 4, 0) - np.where(same, 4, 0)
    if before is not None:
        score += (4 if evidence.plate is not None else 2) * (before - 0.5)
    labels = np.full(inside.shape, cv2.GC_BGD, np.uint8)
    labels[inside] = cv2.GC_PR_BGD
    labels[inside & (score > 0)] = cv2.GC_PR_FGD
    labels[inside & (score > 4)] = cv2.GC_FGD
    labels[inside & (score < -4)] = cv2.GC_BGD
    found = cut(rgb, labels, colours) if trust > 0.5 else cut_along(rgb, labels)
    figure = morph(found, cv2.MORPH_OPEN, disc(1))
    figure = _one_of_each(figure, evidence, t)
    moved = (evidence.seeds[t] > SEED_EVIDENCE) & figure
    if not evidence.standing.any() and moved.sum() < LEAST_MOVED * figure.sum():
        return np.zeros_like(figure)
    return fill_holes(figure, largest=0.06, keep_open=same)


def _one_of_each(found: Mask, evidence: ClipEvidence, t: int) -> Mask:
    """The heaviest piece where each mover may be, and others that motion or the plate show, too."""
    pieces = [heaviest_component(found & where, evidence.prior) for where in evidence.movers]
    kept = np.asarray(np.logical_or.reduce(pieces), np.bool_)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found.astype(np.uint8))
    area = stats[:, cv2.CC_STAT_AREA]
    shown = np.bincount(labels[evidence.standing | (evidence.seeds[t] > SEED_EVIDENCE)], minlength=count)
    more = (area > LEAST_PIECE * kept.sum()) & (shown > SHOWN * area)
    more[0] = False
    return np.asarray(kept | more[labels], np.bool_)


def _steady_along_flow(masks: NDArray[np.bool_], flow: ClipFlow) -> NDArray[np.float32]:
    """Median of each mask with its neighbours' carried along the flow: takes out flicker.

    A mean would leave ghosts of fast limbs, which the flow does not follow.
    """
    solid = masks.astype(np.float32)
    steady = solid.copy()
    for t in range(1, len(solid) - 1):
        before, after = follow(solid[t - 1], flow.backward[t - 1]), follow(solid[t + 1], flow.forward[t])
        low, high = np.minimum(before, after), np.maximum(before, after)
        steady[t] = np.clip(solid[t], low, high)
    return steady
