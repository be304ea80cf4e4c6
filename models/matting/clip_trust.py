"""How likely the matte of each frame of a clip is right, from what tells good ones from bad ones.

A strong outline says little, for a window's is strong; nor does it say much how far a figure moves, for who
speaks moves hands and lips. Two kinds of evidence that know nothing of each other tell: whether the matte is
what moves, all of it and nothing else, and whether the networks that know figures take it for one. A puddle
before a camera that moves is one of many things that seem to move; a figure moves alone.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.clip_cut import ClipCut
from models.matting.clip_evidence import SEED_EVIDENCE, ClipEvidence
from models.matting.components import Mask
from models.matting.mover_window import odds_round

Floats = NDArray[np.float64]

CONSTANT = -2.33
FACTORS = np.array([6.50, 2.95])
"""Logistic regression of IoU ≥ 0.75 with the truth on `clip_cues`, as tests/benchmarks/matte_trust.py does,
over 541 frames of 30 generated clips. Left out by turns, a bad frame comes below a good one in 95 % of pairs
(91 % with the share that chosen movers have, steadiness and likelihood), on 240 frames of ten clips of
another world in 89 % (85 %). The logarithm is as good there (94.6 % against 94.9 %) and better on filmed
animals, crowds and children, whom the networks half know: what halves counts, and not a difference.
Too few have 0.85, the mark of stills, for a fit to that: what it was sure of was bad."""
ASKED_FRAMES = 3
"""In which the networks of stills are asked, spread over the clip."""
LEAST_PIECE = 0.1
"""Of a mask's area, from which on the networks are asked about a piece of it."""
LEAST_LIKELY = 0.02
"""What is still less likely is no figure either way."""


def clip_trust(cut: ClipCut) -> NDArray[np.float32]:
    """Probability ``[T]`` that each matte has an IoU of 0.75 or more with the truth; 0 where it is empty."""
    shown = (cut.coverage > 0.5).any(axis=(1, 2))
    return np.asarray(shown / (1 + np.exp(-(CONSTANT + clip_cues(cut) @ FACTORS))), np.float32)


def clip_cues(cut: ClipCut) -> Floats:
    """Cues ``[T, 2]``: how far each mask is what moves, 0..1; log of how likely it is by the networks."""
    masks = np.asarray(cut.coverage > 0.5, np.bool_)
    if not masks.any():
        return np.zeros((len(masks), 2))
    moved = [_moved(mask, cut.evidence, t) for t, mask in enumerate(masks)]
    likely = max(_likely(cut, masks), LEAST_LIKELY)
    return np.stack([np.array(moved), np.full(len(masks), np.log(likely))], axis=1)


def _moved(mask: Mask, evidence: ClipEvidence, t: int) -> float:
    """Share that a mask holds of all that moves, times the share of it that moves, or is no scenery."""
    if not mask.any():
        return 0.0
    stirring = evidence.stirring[t]
    total = float(stirring.sum())
    held = float(stirring[mask].sum()) / total if total > 0 else 0.5
    shown = evidence.standing | (stirring > SEED_EVIDENCE)
    if evidence.rolling is not None:
        shown |= evidence.rolling[t] > SEED_EVIDENCE
    return held * float(shown[mask].mean())


def _likely(cut: ClipCut, masks: NDArray[np.bool_]) -> float:
    """The IoU that is to be expected if the odds are right, in some frames on average."""
    shown = np.flatnonzero(masks.any(axis=(1, 2)))
    asked = np.unique(shown[np.linspace(0, len(shown) - 1, ASKED_FRAMES + 2).astype(int)[1:-1]])
    return float(np.mean([_expected(cut.clip.frames[t], masks[t]) for t in asked]))


def _expected(picture: NDArray[np.uint8], mask: Mask) -> float:
    """Of each large piece in its own window, for the networks know one figure that fills a picture."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    area = stats[:, cv2.CC_STAT_AREA]
    large = [number for number in range(1, count) if area[number] >= LEAST_PIECE * mask.sum()]
    expected = []
    for number in large:
        piece = np.asarray(pieces == number, np.bool_)
        odds = odds_round(picture, piece)
        expected.append(odds[piece].sum() / (area[number] + odds[~mask].sum()))
    return float(np.average(expected, weights=area[large]))
