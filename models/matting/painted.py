"""Cutting a figure from a painted or photographed scene: cuts from several guesses, and their consensus."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.border_colour import BUSY_THRESHOLD, BorderColour
from models.matting.colour_model import cut_afresh
from models.matting.components import Mask, central_component, fill_holes, morph
from models.matting.figure_odds import cut_regions, odds_in_context, smooth_odds
from models.matting.region_relations import Relations
from models.matting.superpixels import Superpixels

SURE_GROUND = (0.08, 0.05)
"""Odds below which a pixel is background for certain, in a careful guess and in a bold one."""
SURE_FIGURE = 0.97


def cut_from_scene(
    rgb: NDArray[np.uint8],
    colours: BorderColour,
    relations: Relations,
    odds: NDArray[np.float64],
    sure: Mask,
    rounds: int,
) -> tuple[Mask, float]:
    """Figure mask ``[H, W]``, and how far independent cuts agree on it (mean IoU, 0..1).

    Each way errs on other pictures. Where cuts from different seeds end in the same outline, it is the
    picture's and not the seed's; the cut that is most like the others is taken.

    Args:
        rgb: uint8 ``[H, W, 3]``, about 400 px on the long side.
        colours: what the picture's border says.
        relations: of the picture's regions.
        odds: ``[N]``, share to which each region is likely figure.
        sure: ``[H, W]``, what is figure for certain.
        rounds: of GrabCut.
    """
    regions = relations.regions
    careful = _cut_by_odds(rgb, regions, odds, sure, SURE_GROUND[0], SURE_FIGURE, rounds)
    bold = _cut_by_odds(rgb, regions, odds, sure, SURE_GROUND[1], 1.1, rounds + 2)
    found = regions.mean(bold.astype(np.float32))
    again = odds_in_context(relations, 0.8 * found + 0.1 * odds + 0.05)
    informed = _cut_by_odds(rgb, regions, again, sure, SURE_GROUND[1], 1.1, rounds)
    central = _cut_from_middle(rgb, colours, sure, rounds)
    # The likelier comes first: argmax takes the first of equals.
    cuts = [informed, bold, careful, central]
    likeness = np.array([[_overlap(a, b) for b in cuts] for a in cuts])
    best = int(np.argmax(likeness.sum(axis=1)))
    return cuts[best], float((likeness[best].sum() - 1) / (len(cuts) - 1))


def _overlap(a: Mask, b: Mask) -> float:
    return float((a & b).sum() / max(1, (a | b).sum()))


def _cut_by_odds(
    rgb: NDArray[np.uint8],
    regions: Superpixels,
    odds: NDArray[np.float64],
    sure: Mask,
    low: float,
    high: float,
    rounds: int,
) -> Mask:
    likely = smooth_odds(regions, odds)
    labels = np.where(cut_regions(regions, odds), cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[likely < low] = cv2.GC_BGD
    labels[likely > high] = cv2.GC_FGD
    labels[:2] = cv2.GC_BGD
    labels[sure] = cv2.GC_FGD
    found = morph(cut_afresh(rgb, labels, rounds), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return fill_holes(_likely_pieces(found, likely), largest=0.01)


def _likely_pieces(mask: Mask, likely: NDArray[np.float32]) -> Mask:
    """The piece with most odds, and others that are not small and likely in themselves."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return mask
    weight = np.bincount(labels.ravel(), weights=likely.ravel(), minlength=count)
    weight[0] = 0
    keep = (weight > 0.05 * weight.max()) & (weight > 0.35 * np.maximum(stats[:, cv2.CC_STAT_AREA], 1))
    keep[0] = False
    keep[int(np.argmax(weight))] = True
    return np.asarray(keep[labels], np.bool_)


def _cut_from_middle(rgb: NDArray[np.uint8], colours: BorderColour, sure: Mask, rounds: int) -> Mask:
    """What is unlike the border's colours, or stands in the middle."""
    height, width = rgb.shape[:2]
    y, x = np.mgrid[:height, :width]
    central = np.exp(-(((x - width / 2) / (0.33 * width)) ** 2))
    labels = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    labels[(colours.distance > BUSY_THRESHOLD) & (central > 0.4)] = cv2.GC_PR_FGD
    labels[(central > 0.75) & (y > 0.25 * height)] = cv2.GC_PR_FGD
    labels[(colours.distance < 0.35 * BUSY_THRESHOLD) & colours.border] = cv2.GC_BGD
    rim_is_background(labels)
    labels[sure] = cv2.GC_FGD
    figure = morph(cut_afresh(rgb, labels, rounds), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return fill_holes(central_component(figure), largest=0.004)


def rim_is_background(labels: NDArray[np.uint8]) -> None:
    """Mark the top and the sides' upper part in a map of GrabCut labels; the figure may stand on the rest."""
    labels[:3] = cv2.GC_BGD
    sides = int(labels.shape[0] * 0.8)
    labels[:sides, :3] = cv2.GC_BGD
    labels[:sides, -3:] = cv2.GC_BGD
