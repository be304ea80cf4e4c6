"""Matte of a picture without weights: its alpha channel, strokes on paper, or GrabCut from border colours."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import NoFigureError
from models.matting import edge, line_art
from models.matting.backdrop import Backdrop, trim_floor
from models.matting.border_colour import BorderColour, read_border
from models.matting.colour_model import cut_afresh
from models.matting.components import Mask, central_component, fill_holes, morph
from models.matting.matte import StillMatte, check_picture
from models.matting.outgrowths import with_outgrowths
from models.matting.painted import cut_from_scene, rim_is_background


class ClassicalMatting(BaseModel):
    """GrabCut seeded from the border's colours, or the picture's own alpha channel."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 4

    kind: Literal["classical"] = "classical"
    work_side: int = Field(400, ge=64, le=2048)
    """Long side in pixels at which the figure is cut out; its edge is refined at full size."""
    transparent_share: float = Field(0.02, gt=0, lt=1)
    """From this share of transparent pixels on, an alpha channel is taken to be the matte."""
    line_art: Literal["auto", "always", "never"] = "auto"
    """Whether the picture is a pen drawing on paper, whose inside looks like its outside."""
    grabcut_rounds: int = Field(6, ge=1, le=20)
    least_confidence: float = Field(0.4, ge=0, le=1)
    """Below this a figure in a scene is refused: a wrong matte spoils every later stage in silence."""

    def missing(self) -> str | None:
        """What is missing for this backend to run here: nothing."""
        return None

    def weights(self) -> list[Path]:
        """No weights."""
        return []


PLAIN_THRESHOLD = 9.0
"""Weighted CIELAB distance from which on a pixel on a plain background may be figure."""

MOST_AT_SIDES = 0.15
"""Share of the sides from which on a figure on a plain backdrop is the lower part of a scene."""

RIM_SHARE = 0.05
"""Of the width: nearer to the sides a cut recedes before the rim's sure background, and tells scenes late."""


def matte_still(config: ClassicalMatting, image: NDArray[np.uint8], seed: int = 0) -> StillMatte:
    """Matte one picture.

    Args:
        config: thresholds and choices.
        image: uint8 ``[H, W, 3]`` or, with straight alpha, ``[H, W, 4]``.
        seed: for k-means and GrabCut's colour models.

    Raises:
        InputError: not a usable picture.
        NoFigureError: nothing stands out from the background, or it cannot be told what does.
    """
    check_picture(image)
    cv2.setRNGSeed(seed)
    rgb = np.ascontiguousarray(image[..., :3])
    if image.shape[2] == 4 and float((image[..., 3] < 128).mean()) > config.transparent_share:
        alpha = _own_alpha(image[..., 3])
        return _finish(rgb, alpha, "alpha", confidence=0.99)
    scale = config.work_side / max(rgb.shape[:2])
    size = (max(8, round(rgb.shape[1] * scale)), max(8, round(rgb.shape[0] * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    colours = read_border(small)
    if config.line_art != "never":
        ink = line_art.strokes(small)
        figure = line_art.enclosed_figure(ink)
        if config.line_art == "always" or line_art.is_line_art(colours, ink, figure):
            return _finish(rgb, _enlarge(rgb, figure), "line_art")
    if colours.plain:
        figure = _cut_from_plain(small, colours, config.grabcut_rounds)
        if _at_sides(figure) < MOST_AT_SIDES:
            return _finish(rgb, _enlarge(rgb, figure), "plain_border")
    figure, agreement = cut_from_scene(small, colours, config.grabcut_rounds)
    matte = _finish(rgb, _enlarge(rgb, with_outgrowths(small, figure)), "grabcut", trust=agreement)
    sure = 0.95 * matte.confidence**2
    if sure < config.least_confidence:
        raise NoFigureError(
            "no figure could be told from the scene around it: cuts from different guesses disagree",
            where="matte by grabcut",
            expected=f"a confidence of {config.least_confidence:g} or more",
            got=f"{sure:.2f}",
            hint="Give the picture with an alpha channel, or use the rembg backend.",
        )
    return replace(matte, confidence=sure)


def _own_alpha(channel: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The alpha channel without specks that do not touch the figure."""
    alpha = channel.astype(np.float32) / 255
    figure = central_component(alpha > 0.05, companions=0.02)
    return np.asarray(alpha * morph(figure, cv2.MORPH_DILATE, np.ones((3, 3), np.uint8)), np.float32)


def _enlarge(rgb: NDArray[np.uint8], figure: Mask) -> NDArray[np.float32]:
    coverage = cv2.resize(figure.astype(np.float32), rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    return edge.soften(rgb, coverage)


def _finish(
    rgb: NDArray[np.uint8],
    alpha: NDArray[np.float32],
    method: str,
    *,
    trust: float = 1.0,
    confidence: float | None = None,
) -> StillMatte:
    area = float((alpha > 0.5).mean())
    if not 0.004 < area < 0.98:
        raise NoFigureError(
            "no figure stands out from the background",
            where=f"matte by {method}",
            expected="a figure on 0.4 to 98 % of the picture",
            got=f"{100 * area:.1f} %",
            hint="Give the picture with an alpha channel, or use the rembg backend.",
        )
    sure = trust * edge.edge_support(rgb, alpha) if confidence is None else confidence
    return StillMatte(alpha, edge.decontaminate(rgb, alpha), sure, method)


def _at_sides(figure: Mask) -> float:
    """Share of the left and the right side that a figure takes, inside of the rim that is background."""
    inset = round(RIM_SHARE * figure.shape[1])
    return float(figure[:, [inset, -1 - inset]].mean())


def _cut_from_plain(rgb: NDArray[np.uint8], colours: BorderColour, rounds: int) -> Mask:
    threshold = PLAIN_THRESHOLD
    labels = np.full(rgb.shape[:2], cv2.GC_PR_BGD, np.uint8)
    labels[colours.distance > threshold] = cv2.GC_PR_FGD
    labels[colours.distance < 0.35 * threshold] = cv2.GC_BGD
    rim_is_background(labels)
    backdrop = Backdrop(rgb, colours)
    reached = backdrop.from_border(threshold)
    if 0.1 < reached.mean() < 0.92:
        labels = _labels_from_flood(reached, colours, threshold)
    figure = cut_afresh(rgb, labels, rounds)
    figure &= ~backdrop.pockets(figure, threshold)
    figure = morph(figure, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return trim_floor(colours.shadow, fill_holes(central_component(figure, companions=0.02), largest=0.004))


def _labels_from_flood(reached: Mask, colours: BorderColour, threshold: float) -> NDArray[np.uint8]:
    """GrabCut labels: what the backdrop did not reach is figure, surely so away from its rim."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats((~reached).astype(np.uint8))
    large = stats[:, cv2.CC_STAT_AREA] > 0.02 * reached.size
    large[0] = False
    big = large[pieces] if count > 1 else ~reached
    core = morph(big, cv2.MORPH_ERODE, np.ones((5, 5), np.uint8))
    sure_background = morph(reached, cv2.MORPH_ERODE, np.ones((3, 3), np.uint8))
    labels = np.where(sure_background, cv2.GC_BGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[big & (colours.distance > 0.5 * threshold)] = cv2.GC_PR_FGD
    labels[core] = cv2.GC_PR_FGD
    labels[core & ~morph(reached, cv2.MORPH_DILATE, np.ones((9, 9), np.uint8))] = cv2.GC_FGD
    return labels
