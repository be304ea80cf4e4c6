"""What speaks for a figure whose masks are known in some frames: its colours, its motion, the empty scene.

How much each cue is worth differs from clip to clip; it is learnt where the answer is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.background_plate import build_plate
from models.matting.components import disc
from models.matting.local_votes import COLOUR_CELLS, colour_cells, count_votes, read_votes
from models.matting.residual_motion import ClipFlow, motion_evidence
from models.matting.rolling_plate import rolling_difference
from models.matting.stabilise import Stabilised

Singles = NDArray[np.float32]
Floats = NDArray[np.float64]

USUAL = np.array([-1.2, 0.33, 2.0, 2.0])
"""Factors of the cues before anything is learnt: the constant, colour, motion, difference to the scene."""
TRUST_IN_USUAL = 20.0
"""Ridge that holds the factors to them, against a thousand pixels' worth of answers."""
AROUND = 0.06
"""Of the long side: how far round the figure the cues are learnt; further away they are not asked."""
RARE = 2e-5
"""Share of a colour that was not seen."""
MOST_COLOUR = 5.0


@dataclass(frozen=True)
class Cues:
    """Evidence in each frame of a stretch, at work size.

    Attributes:
        cells: float32 ``[T, H, W, 3]``, places of the pixels' colours.
        motion: float32 ``[T, H, W]`` in 0..1, motion that the background's does not explain.
        difference: float32 ``[T, H, W]`` in 0..1, from the scene behind.
        colours: float32 log odds of the figure for each cell of colour.
        factors: float64 ``[4]``, learnt.
    """

    cells: Singles
    motion: Singles
    difference: Singles
    colours: Singles
    factors: Floats

    def odds(self, t: int, window: tuple[slice, slice]) -> Singles:
        """Log odds that pixels in a window of a frame are the figure's."""
        told = _stacked(
            self.cells[t][window], self.motion[t][window], self.difference[t][window], self.colours
        )
        return np.asarray(told @ self.factors, np.float32)


def gather_cues(clip: Stabilised, flow: ClipFlow, masks: Mapping[int, Singles]) -> Cues:
    """Cues of a stretch, their worth learnt from its masks, float32 ``[H, W]`` by frame of the stretch."""
    motion = np.asarray(motion_evidence(clip.frames, flow, clip.step) * clip.seen, np.float32)
    if clip.camera == "moving":
        difference = rolling_difference(clip.frames, clip.step, motion, flow)
    else:
        difference = build_plate(clip).difference
    cells = np.stack([colour_cells(frame) for frame in clip.frames])
    colours = _learn_colours(cells, masks)
    factors = _learn_factors(cells, motion, difference, colours, masks)
    return Cues(cells, motion, difference, colours, factors)


def _stacked(cells: Singles, motion: Singles, difference: Singles, colours: Singles) -> Singles:
    ratio = read_votes(colours, cells.reshape(-1, 3)).reshape(motion.shape)
    colour = np.clip(ratio, -MOST_COLOUR, MOST_COLOUR)
    return np.stack([np.ones_like(motion), colour, motion, difference], axis=-1)


def _learn_colours(cells: Singles, masks: Mapping[int, Singles]) -> Singles:
    shares = []
    for sign in (1, -1):
        votes = np.zeros(COLOUR_CELLS, np.float32)
        for t, mask in masks.items():
            weights = mask if sign > 0 else 1 - mask
            votes += count_votes(cells[t].reshape(-1, 3), weights.ravel(), COLOUR_CELLS)
        shares.append(votes / max(float(votes.sum()), 1e-6))
    return np.asarray(np.log((shares[0] + RARE) / (shares[1] + RARE)), np.float32)


def _learn_factors(
    cells: Singles, motion: Singles, difference: Singles, colours: Singles, masks: Mapping[int, Singles]
) -> Floats:
    """Logistic regression near the outlines, both classes of one weight, held to the usual factors."""
    told, answers, weights = [], [], []
    for t, mask in masks.items():
        figure = (mask > 0.5).astype(np.uint8)
        near = cv2.dilate(figure, disc(AROUND * max(mask.shape))) > 0
        near &= cv2.dilate(figure, disc(1)) == cv2.erode(figure, disc(1))
        if not figure[near].any() or figure[near].all():
            continue
        answer = figure[near].astype(np.float64)
        told.append(_stacked(cells[t], motion[t], difference[t], colours)[near])
        answers.append(answer)
        weights.append(np.where(answer > 0, 0.5 / answer.sum(), 0.5 / (1 - answer).sum()))
    if not told:
        return USUAL
    weight = np.concatenate(weights) * 1000 / len(weights)
    return _logistic(np.concatenate(told).astype(np.float64), np.concatenate(answers), weight)


def _logistic(told: Floats, answers: Floats, weights: Floats) -> Floats:
    """Newton's method on the penalised likelihood."""
    factors = USUAL.copy()
    for _ in range(12):
        share = 1 / (1 + np.exp(-np.clip(told @ factors, -30, 30)))
        slope = told.T @ (weights * (answers - share)) - TRUST_IN_USUAL * (factors - USUAL)
        bend = (told * (weights * share * (1 - share))[:, None]).T @ told
        factors = factors + np.linalg.solve(bend + TRUST_IN_USUAL * np.eye(len(factors)), slope)
    return factors
