"""Matte of a clip without weights: what moves on its own, given one colour for the whole clip."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import NoFigureError
from models.matting import edge
from models.matting.clip_evidence import ClipEvidence, gather_evidence
from models.matting.colour_model import ColourModel, cut, cut_along, learn_colours
from models.matting.components import Mask, disc, fill_holes, heaviest_component, morph
from models.matting.matte import ClipMatte, check_clip
from models.matting.residual_motion import ClipFlow, clip_flow, follow
from models.matting.stabilise import Stabilised, stabilise

SEED_EVIDENCE = 0.4
"""Evidence of motion from which on a pixel seeds the figure's colours."""

LEAST_FILLED = 0.15
"""Share of its domain that a figure fills at least, on average over the clip."""

LEAST_MOVED = 0.02
"""Share of a figure that differs from the plate or moves; with less, it is scenery in its colours."""

ROLLING_WEIGHT, ROLLING_MIDDLE = 5.0, 0.35
"""How much the difference to neighbours in time counts, and from where on it speaks for the figure."""

SAME = 0.05
"""Difference to the plate below which a frame shows what the plate shows."""


class MotionMatting(BaseModel):
    """Residual motion, background plate and clip-wide colour mixtures."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 3

    kind: Literal["motion"] = "motion"
    work_side: int = Field(384, ge=96, le=1080)
    """Long side in pixels at which the figure is cut out; its edge is refined at full size."""
    least_mover: float = Field(0.002, gt=0, lt=0.5)
    """Share of the picture that must move on its own in some frame, else the clip has no mover."""
    colour_frames: int = Field(8, ge=2, le=32)
    """Frames from which the clip's colour mixtures are learned."""

    least_confidence: float = Field(0.22, ge=0, le=1)
    """Mean confidence below which the clip is refused: a wrong matte spoils every later stage in silence."""

    def missing(self) -> str | None:
        """What is missing for this backend to run here: nothing."""
        return None

    def weights(self) -> list[Path]:
        """No weights."""
        return []


def matte_clip(config: MotionMatting, frames: NDArray[np.uint8], seed: int = 0) -> ClipMatte:
    """Matte a clip by its motion.

    Args:
        config: thresholds.
        frames: uint8 ``[T, H, W, 3]``.
        seed: for GrabCut's colour mixtures and the robust homographies.

    Raises:
        InputError: not a clip.
        NoFigureError: nothing moves on its own, or only what cannot be told from the background.
    """
    check_clip(frames)
    cv2.setRNGSeed(seed)
    height, width = frames.shape[1:3]
    scale = min(1.0, config.work_side / max(height, width))
    size = (max(16, round(width * scale)), max(16, round(height * scale)))
    clip = stabilise(np.stack([cv2.resize(f, size, interpolation=cv2.INTER_AREA) for f in frames]))
    flow = clip_flow(clip.frames)
    evidence = gather_evidence(clip, flow)
    moving = (evidence.seeds > SEED_EVIDENCE).mean(axis=(1, 2))
    if moving.max(initial=0) < config.least_mover:
        raise NoFigureError(
            "nothing moves on its own in this clip",
            where=f"motion matte, {clip.camera} camera, {len(frames)} frames",
            expected=f"a mover on at least {100 * config.least_mover:.1f} % of the picture",
            got=f"{100 * moving.max(initial=0):.2f} %",
            hint="Give a longer clip with more motion, a mask, or use the rembg backend.",
        )
    colours, start = _learn(clip.frames, evidence, moving, config.colour_frames)
    masks = _propagate(clip, flow, evidence, colours, start)
    small = _steady_along_flow(masks, flow)
    return _deliver(frames, clip, small, evidence, config.least_confidence)


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
    clip: Stabilised, flow: ClipFlow, evidence: ClipEvidence, colours: ColourModel, start: int
) -> NDArray[np.bool_]:
    """Cut each frame, from the one with the best evidence outwards both ways."""
    count = len(clip.frames)
    masks = np.zeros(clip.frames.shape[:3], np.bool_)
    # The plate is believed only where it looks like background: a torso that never moves is in it.
    empty = None
    if evidence.plate is not None:
        empty = (colours.log_ratio(evidence.plate.rgb) < -1) & ~evidence.standing
    trust = _colour_trust(clip.frames, evidence, colours)
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
        score += np.where(unchanged, np.where(evidence.standing, 4.0, -1.5), 0.0)
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
    figure = heaviest_component(figure, evidence.prior)
    moved = (evidence.seeds[t] > SEED_EVIDENCE) & figure
    if not evidence.standing.any() and moved.sum() < LEAST_MOVED * figure.sum():
        return np.zeros_like(figure)
    return fill_holes(figure, largest=0.06, keep_open=same)


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


def _deliver(
    frames: NDArray[np.uint8],
    clip: Stabilised,
    small: NDArray[np.float32],
    evidence: ClipEvidence,
    least_confidence: float,
) -> ClipMatte:
    """Alpha at full size in the clip's own frames, with a confidence for each frame."""
    height, width = frames.shape[1:3]
    alpha = np.zeros(frames.shape[:3], np.float32)
    confidence = np.zeros(len(frames), np.float32)
    areas = (small > 0.5).mean(axis=(1, 2))
    # Before somebody enters, a table leg that resembles them is all that can be found.
    shown = areas > 0.05 * areas.max(initial=0)
    small = small * shown[:, None, None]
    typical = float(np.median(areas[shown])) if shown.any() else 0.0
    for t, coverage in enumerate(small):
        own = coverage
        if clip.camera == "steadied":
            to_frame = np.linalg.inv(clip.reference_from_frame[t])
            own = cv2.warpPerspective(coverage, to_frame, coverage.shape[::-1], flags=cv2.INTER_LINEAR)
        alpha[t] = edge.soften(frames[t], cv2.resize(own, (width, height), interpolation=cv2.INTER_LINEAR))
        figure = coverage > 0.5
        seeds = evidence.seeds[t] > SEED_EVIDENCE
        explained = float(figure[seeds].mean()) if seeds.any() else 0.5
        steady = min(areas[t], typical) / max(areas[t], typical, 1e-6)
        confidence[t] = edge.edge_support(frames[t], alpha[t]) * explained * steady
    # A figure fills a fair part of the ground that it moves over; scraps of scenery do not.
    filled = float((small[shown] > 0.5).sum() / max(1, evidence.domain[shown].sum()))
    confidence *= min(1.0, filled / LEAST_FILLED)
    sure = float(confidence[shown].mean()) if shown.any() else 0.0
    if sure < least_confidence:
        raise NoFigureError(
            "something moves, but no figure could be told from the background",
            where=f"motion matte, {clip.camera} camera",
            expected=f"a mean confidence of {least_confidence:g} or more where it shows",
            got=f"{sure:.2f}",
            hint="Give masks with the clip, or use the rembg backend.",
        )
    return ClipMatte(alpha, confidence, f"motion, {clip.camera} camera")
