"""How likely the cut of a picture is right, from what tells good cuts from bad ones.

A strong outline alone says little: a shadow's is strong, and so is that of a shirt without its head.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.matting import edge
from models.matting.components import Mask
from models.matting.likeness import Palette, likeness

Floats = NDArray[np.float64]

CONSTANT = -21.9
FACTORS = np.array([2.60, 0.71, 3.30, 4.59, 14.8, -1.51])
"""Logistic regression (ridge 0.01) of IoU ≥ 0.85 with the truth on `cut_cues`, over 194 cuts of 157 pictures:
figures of a puppet world and others in generated places, before photographs, and before plain, graded and
shadowed grounds. Left out by turns, a bad cut comes below a good one in 87 % of pairs (75 % before)."""


def trust(rgb: NDArray[np.uint8], figure: Mask, odds: NDArray[np.float64], agreement: float | None) -> float:
    """Probability that a cut has an IoU of 0.85 or more with the truth.

    Args:
        rgb: uint8 ``[H, W, 3]``, about 400 px on the long side.
        figure: bool ``[H, W]``, the cut.
        odds: ``[H, W]``, share to which each pixel is likely figure, by its region.
        agreement: mean IoU with other cuts, or None where there was one way only.
    """
    if not figure.any():
        return 0.0
    return float(1 / (1 + np.exp(-(CONSTANT + cut_cues(rgb, figure, odds, agreement) @ FACTORS))))


def cut_cues(rgb: NDArray[np.uint8], figure: Mask, odds: Floats, agreement: float | None) -> Floats:
    """The cues ``[6]`` that `trust` weighs, of a figure that is not empty."""
    likely = odds > 0.5
    palette = Palette(rgb)
    return np.array(
        [
            1.0 if agreement is None else agreement,
            float(agreement is None),
            # The IoU that is to be expected if the odds are right.
            odds[figure].sum() / (figure.sum() + odds[~figure].sum()),
            (figure & likely).sum() / (figure | likely).sum(),
            edge.edge_support(rgb, figure.astype(np.float32)),
            likeness(palette.of(figure), palette.of(~figure)),
        ]
    )
