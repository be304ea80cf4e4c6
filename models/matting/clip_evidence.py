"""What speaks for the figure in each frame of a clip: residual motion, and difference to the empty scene."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting import background_plate
from models.matting.background_plate import Plate
from models.matting.components import Mask, disc, heaviest_component, morph
from models.matting.mover_window import odds_round
from models.matting.residual_motion import ClipFlow, motion_evidence
from models.matting.rolling_plate import rolling_difference
from models.matting.stabilise import Stabilised
from models.matting.standing_figure import standing_part
from models.matting.swaying import stirring, swaying

SEED_EVIDENCE = 0.4
"""Evidence of motion from which on a pixel seeds the figure's colours."""

SCENERY = 0.15
"""Mean odds below which another mover is none: a screen and a chair had 0.03 and less, figures of six
generated clips 0.28 and more."""


@dataclass(frozen=True)
class ClipEvidence:
    """What speaks for the figure in each frame, and where it may be at all."""

    seeds: NDArray[np.float32]  # [T, H, W] 0..1
    domain: NDArray[np.bool_]  # [T, H, W]
    movers: tuple[Mask, ...]  # [H, W] each: where one of them ever is; they may touch
    plate: Plate | None
    standing: Mask  # [H, W], the figure's part that never moves; empty where there is no plate
    prior: NDArray[np.float32]  # [H, W]
    rolling: NDArray[np.float32] | None  # [T, H, W] difference to neighbours in time, where there is no plate
    stirring: NDArray[np.float32]  # [T, H, W] 0..1: all that moves, the movers and what was left out


def gather_evidence(clip: Stabilised, flow: ClipFlow) -> ClipEvidence:
    """Of each frame: residual motion, and difference to the plate, or to neighbours where there is none."""
    height, width = clip.frames.shape[1:3]
    unit = max(height, width) / 480
    prior = _central_prior(height, width)
    moves = motion_evidence(clip.frames, flow, clip.step) * clip.seen
    if clip.camera != "moving":
        plate = background_plate.build_plate(clip)
        both = np.maximum(moves, plate.difference)
        pieces = _figures(clip.frames, both, background_plate.movers(both, prior, unit, clip.camera))
        stand = _standing(clip.frames, plate, both, pieces)
        reach = tuple(
            morph(piece | still, cv2.MORPH_DILATE, disc(5 * unit))
            for piece, still in zip(pieces, stand, strict=True)
        )
        ever, standing, around = (np.logical_or.reduce(parts) for parts in (pieces, stand, reach))
        domain = np.broadcast_to(around, both.shape)
        return ClipEvidence(both * ever, domain, reach, plate, standing, prior, None, both)
    rolling = rolling_difference(clip.frames, clip.step, moves, flow)
    seeds, domains = np.zeros_like(moves), np.zeros(moves.shape, np.bool_)
    moves *= 0.4 + 0.6 * rolling
    for t, motion in enumerate(moves):
        smooth = np.asarray(cv2.GaussianBlur(motion, (0, 0), 1.5 * unit), np.float32)
        strong = smooth > max(0.12, 0.35 * float(np.percentile(smooth, 99)))
        if not strong.any():
            continue
        blob = morph(heaviest_component(strong, prior * smooth), cv2.MORPH_CLOSE, disc(6 * unit))
        seeds[t] = blob * np.clip(smooth / float(np.percentile(smooth[blob], 80)), 0, 1)
        domains[t] = morph(blob, cv2.MORPH_DILATE, disc(10 * unit))
    nowhere, anywhere = np.zeros(moves.shape[1:], np.bool_), np.ones(moves.shape[1:], np.bool_)
    return ClipEvidence(seeds, domains, (anywhere,), None, nowhere, prior, rolling, moves)


def _figures(frames: NDArray[np.uint8], evidence: NDArray[np.float32], pieces: list[Mask]) -> list[Mask]:
    """The most prominent mover, and those others that the networks of stills do not know as scenery."""
    found = pieces[:1]
    for piece in pieces[1:]:
        t = int(np.argmax((evidence * piece).sum(axis=(1, 2))))
        moves = piece & (evidence[t] > SEED_EVIDENCE)
        if moves.any() and odds_round(frames[t], piece)[moves].mean() > SCENERY:
            found.append(piece)
    return found


def _standing(
    frames: NDArray[np.uint8], plate: Plate, evidence: NDArray[np.float32], pieces: list[Mask]
) -> list[Mask]:
    """What of each mover stands in the plate."""
    stirs = stirring(frames, plate.rgb)
    everyone, alone = np.logical_or.reduce(pieces), len(pieces) == 1
    return [
        standing_part(frames, plate, evidence, piece, swaying(stirs, piece, alone=alone), everyone & ~piece)
        for piece in pieces
    ]


def _central_prior(height: int, width: int) -> NDArray[np.float32]:
    x = np.arange(width) - width / 2
    row = np.exp(-((x / (0.3 * width)) ** 2) / 2) + 0.05
    return np.tile(row, (height, 1)).astype(np.float32)
