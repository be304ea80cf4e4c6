"""How likely the matte of each frame of a clip is right, from what tells good ones from bad ones.

A strong outline says little, for a window's is strong; nor does it say much how far a figure moves, for who
speaks moves hands and lips. What moves and is left out tells, and so do the networks that know figures.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.matting.clip_cut import ClipCut
from models.matting.clip_evidence import SEED_EVIDENCE
from models.matting.mover_window import odds_round

Floats = NDArray[np.float64]

CONSTANT = -8.19
FACTORS = np.array([2.16, 2.41, 7.48])
"""Logistic regression of IoU ≥ 0.75 with the truth on `clip_cues`, as tests/benchmarks/matte_trust.py does,
over 600 frames of 30 generated clips. Left out by turns, a bad frame comes below a good one in 91 % of pairs
(83 % before). Too few have 0.85, the mark of stills, for a fit to that: what it was sure of was bad."""
ASKED_FRAMES = 3
"""In which the networks of stills are asked, spread over the clip."""


def clip_trust(cut: ClipCut) -> NDArray[np.float32]:
    """Probability ``[T]`` that each matte has an IoU of 0.75 or more with the truth; 0 where it is empty."""
    shown = (cut.coverage > 0.5).any(axis=(1, 2))
    return np.asarray(shown / (1 + np.exp(-(CONSTANT + clip_cues(cut) @ FACTORS))), np.float32)


def clip_cues(cut: ClipCut) -> Floats:
    """Cues ``[T, 3]`` in 0..1: share held of what moves; area against the usual; likely by the networks."""
    masks = np.asarray(cut.coverage > 0.5, np.bool_)
    area = masks.sum(axis=(1, 2)).astype(np.float64)
    if not area.any():
        return np.zeros((len(masks), 3))
    typical = float(np.median(area[area > 0]))
    steady = np.minimum(area, typical) / np.maximum(np.maximum(area, typical), 1)
    seeds = cut.evidence.seeds > SEED_EVIDENCE
    moving = seeds.sum(axis=(1, 2))
    held = np.where(moving > 0, (seeds & masks).sum(axis=(1, 2)) / np.maximum(moving, 1), 0.5)
    return np.stack([held, steady, np.full(len(masks), _likely(cut, masks))], axis=1)


def _likely(cut: ClipCut, masks: NDArray[np.bool_]) -> float:
    """The IoU that is to be expected if the odds are right, in some frames on average."""
    shown = np.flatnonzero(masks.any(axis=(1, 2)))
    asked = np.unique(shown[np.linspace(0, len(shown) - 1, ASKED_FRAMES + 2).astype(int)[1:-1]])
    expected = []
    for t in asked:
        odds = odds_round(cut.clip.frames[t], masks[t])
        expected.append(odds[masks[t]].sum() / (masks[t].sum() + odds[~masks[t]].sum()))
    return float(np.mean(expected))
