"""How well backgrounds are completed behind a figure that is cut out by its true matte."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flows.accuracy.holed_pictures import Hole, hole_cases, read_hole
from flows.accuracy.role import Case, Measure, Role, Sources, Values
from models.inpainting import load
from models.inpainting.best_copies import best_copies
from models.inpainting.diffusers import DiffusersInpaintingConfig
from models.inpainting.hole import grow_hole
from models.inpainting.opencv import OpenCvInpaintingConfig
from models.inpainting.patchmatch import PatchMatchConfig
from models.measures.pictures import gradient_distance, masked_psnr, masked_ssim

PSNR = Measure(
    "PSNR dB",
    "higher",
    "Of the filled pixels alone. What really stood there cannot be known, so even good fills have 15 to 25.",
)
SSIM = Measure("SSIM", "higher", "Mean of the windows round the filled pixels: structure that is continued.")
GMSD = Measure(
    "GMSD",
    "lower",
    "Gradient magnitude similarity deviation (Xue et al. 2014) of the hole and its surroundings: a "
    "perceptual distance without weights, which sees blur, ghosts and seams; 0.05 is good, 0.2 bad.",
)
TEXTURE = Measure(
    "lost texture",
    "lower",
    "How far the strength of the filled pixels' gradients is from the true one, as |log2| of their ratio: "
    "1 is half or twice as much. Smooth fills have a good PSNR and lose here.",
)

_SURROUNDINGS = 0.02
"""How far round the hole GMSD looks, as a share of the longer side."""
_LEAST_GRADIENT = 0.5
"""Levels a pixel that are added to both strengths, or plain walls would divide by nothing."""


def measure(case: Case, backend: Any, folder: Path) -> Values:
    """Fill one hole as the stage does."""
    known = read_hole(case.content)
    return _values(load(backend).fill(np.ascontiguousarray(known.rgb), known.hole), known)


def baseline(case: Case) -> Values:
    """The mean colour of all that is known of the picture."""
    known = read_hole(case.content)
    filled = known.rgb.copy()
    filled[known.hole] = np.rint(known.rgb[~known.hole].mean(axis=0)).astype(np.uint8)
    return _values(filled, known)


def oracle(case: Case) -> Values:
    """Each pixel from the known patch that is most like the true one: the best that copying could do."""
    known = read_hole(case.content)
    return _values(best_copies(known.clean, known.hole), known)


def _values(filled: NDArray[np.uint8], known: Hole) -> dict[str, float]:
    rim = round(_SURROUNDINGS * max(known.hole.shape))
    # Outside of the hole the picture has the figure's shadow, which is not the fill's fault.
    pasted = np.where(known.hole[..., None], filled, known.clean).astype(np.uint8)
    ours, theirs = (_gradient(picture, known.hole) for picture in (pasted, known.clean))
    return {
        PSNR.name: masked_psnr(pasted, known.clean, known.hole),
        SSIM.name: masked_ssim(pasted, known.clean, known.hole),
        GMSD.name: gradient_distance(pasted, known.clean, grow_hole(known.hole, rim)),
        TEXTURE.name: abs(float(np.log2((ours + _LEAST_GRADIENT) / (theirs + _LEAST_GRADIENT)))),
    }


def _gradient(picture: NDArray[np.uint8], mask: NDArray[np.bool_]) -> float:
    """Mean strength of the grey gradient in levels a pixel."""
    down, across = np.gradient(picture.mean(axis=2))
    return float(np.hypot(down, across)[mask].mean())


def cases(sources: Sources) -> Sequence[Case]:
    """Stills and frames of the puppet world, and art composed over backgrounds."""
    return list(hole_cases(sources))


ROLE = Role(
    name="complete_background",
    measures=(PSNR, SSIM, GMSD, TEXTURE),
    backends=(PatchMatchConfig(), OpenCvInpaintingConfig(), DiffusersInpaintingConfig()),
    cases=cases,
    measure=measure,
    baseline=baseline,
    oracle=oracle,
)
