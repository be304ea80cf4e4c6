"""Matte of a picture without weights: its alpha channel, strokes on paper, or GrabCut from border colours."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import NoFigureError
from data_contracts.image import flatten
from models.matting import edge, line_art
from models.matting.border_colour import BorderColour, read_border
from models.matting.components import Mask, central_component, morph
from models.matting.enclosed import close_foreign_holes
from models.matting.face_odds import odds_by_faces, sure_heads
from models.matting.figure_colour import decontaminate
from models.matting.figure_odds import figure_odds
from models.matting.heads import find_faces, heads_kept
from models.matting.matte import StillMatte, check_picture
from models.matting.outgrowths import with_outgrowths
from models.matting.painted import cut_from_scene
from models.matting.plain import cut_from_plain
from models.matting.region_relations import relate
from models.matting.superpixels import part
from models.matting.trust import trust


class ClassicalMatting(BaseModel):
    """GrabCut seeded from the border's colours, or the picture's own alpha channel."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 11

    kind: Literal["classical"] = "classical"
    work_side: int = Field(400, ge=64, le=2048)
    """Long side in pixels at which the figure is cut out; its edge is refined at full size."""
    transparent_share: float = Field(0.02, gt=0, lt=1)
    """From this share of transparent pixels on, an alpha channel is taken to be the matte."""
    line_art: Literal["auto", "always", "never"] = "auto"
    """Whether the picture is a pen drawing on paper, whose inside looks like its outside."""
    grabcut_rounds: int = Field(6, ge=1, le=20)
    """Of the cut from a plain backdrop."""
    scene_rounds: int = Field(3, ge=1, le=20)
    """Of each of the four cuts from a scene, whose guesses are nearer: with six, mean IoU of 21 pictures is
    0.0005 lower."""
    least_confidence: float = Field(0.15, ge=0, le=1)
    """Below this a figure is refused: a wrong matte spoils every later stage in silence. Confidence is the
    probability that the cut is right, to an IoU of 0.85 or more."""

    def missing(self) -> str | None:
        """What is missing for this backend to run here: nothing."""
        return None

    def weights(self) -> list[Path]:
        """No weights."""
        return []


TRUSTED = 0.5
"""Trust from which on a cut from a plain backdrop is taken as it is: it is more likely right than not."""

REFUSED_HINT = (
    "Give the picture with an alpha channel, give its job a `mask` (`bunraku rig edit` paints one), "
    "or use the rembg backend."
)


class StillCut(NamedTuple):
    """A figure at work size, and what its trust is told from."""

    figure: Mask
    method: str
    odds: NDArray[np.float64]
    """[H, W]: share to which each pixel is likely figure."""
    agreement: float | None
    """With other cuts; None where there was one way only."""
    heads: float
    """0..1: how far it holds the heads that are seen; they are looked for in scenes."""


def matte_still(
    config: ClassicalMatting,
    image: NDArray[np.uint8],
    seed: int = 0,
    standard: NDArray[np.uint8] | None = None,
) -> StillMatte:
    """Matte one picture.

    Args:
        config: thresholds and choices.
        image: uint8 ``[H, W, 3]`` or, with straight alpha, ``[H, W, 4]``.
        seed: for k-means and GrabCut's colour models.
        standard: uint8 ``[h, w, 3]``, the same picture at standard size; None: ``image`` is.

    Raises:
        InputError: not a usable picture.
        NoFigureError: nothing stands out from the background, or it cannot be told what does.
    """
    check_picture(image)
    cv2.setRNGSeed(seed)
    rgb = np.ascontiguousarray(image[..., :3])
    if image.shape[2] == 4 and float((image[..., 3] < 128).mean()) > config.transparent_share:
        alpha = _own_alpha(image[..., 3])
        return _finish(flatten(image), alpha, "alpha", 0.99)
    small = _at_work_size(rgb if standard is None else standard, config.work_side)
    colours = read_border(small)
    if config.line_art != "never":
        ink = line_art.strokes(small)
        figure = line_art.enclosed_figure(ink)
        if config.line_art == "always" or line_art.is_line_art(colours, ink, figure):
            alpha = _at_full_size(rgb, figure)
            return _finish(rgb, alpha, "line_art", edge.edge_support(small, figure.astype(np.float32)))
    cut, sure = _most_trusted(small, colours, config)
    if sure < config.least_confidence:
        raise NoFigureError(
            "no figure could be told from what is around it",
            where=f"matte by {cut.method}",
            expected=f"a confidence of {config.least_confidence:g} or more",
            got=f"{sure:.3f}",
            hint=REFUSED_HINT,
        )
    return _finish(rgb, _at_full_size(rgb, cut.figure), cut.method, sure)


def _at_work_size(rgb: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    scale = side / max(rgb.shape[:2])
    size = (max(8, round(rgb.shape[1] * scale)), max(8, round(rgb.shape[0] * scale)))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(rgb, size, interpolation=interpolation), np.uint8)


def _most_trusted(
    rgb: NDArray[np.uint8], colours: BorderColour, config: ClassicalMatting
) -> tuple[StillCut, float]:
    """The cut from a plain backdrop where it can be trusted; else that or a scene's, whichever is more so."""
    judged: list[tuple[StillCut, float]] = []
    for cut in still_cuts(rgb, colours, config):
        sure = trust(rgb, cut.figure, cut.odds, cut.agreement) * cut.heads
        if cut.method == "plain_border" and sure >= TRUSTED:
            return cut, sure
        judged.append((cut, sure))
    return max(judged, key=lambda found: found[1])


def still_cuts(rgb: NDArray[np.uint8], colours: BorderColour, config: ClassicalMatting) -> Iterator[StillCut]:
    """All ways to cut a picture of work size: from a plain backdrop, if it has one, then from a scene."""
    regions = part(rgb)
    relations = relate(regions)
    odds = figure_odds(relations)
    if colours.plain:
        figure = cut_from_plain(rgb, colours, config.grabcut_rounds)
        _check_area(float(figure.mean()), "plain_border")
        yield StillCut(figure, "plain_border", odds[regions.labels], None, 1.0)
    faces = find_faces(rgb)
    odds = odds_by_faces(regions, odds, faces)
    sure = sure_heads(faces, rgb.shape)
    figure, agreement = cut_from_scene(rgb, colours, relations, odds, sure, config.scene_rounds)
    figure = close_foreign_holes(rgb, with_outgrowths(rgb, figure))
    yield StillCut(figure, "grabcut", odds[regions.labels], agreement, heads_kept(faces, figure))


def _own_alpha(channel: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The alpha channel without specks that do not touch the figure."""
    alpha = channel.astype(np.float32) / 255
    figure = central_component(alpha > 0.05, companions=0.02)
    return np.asarray(alpha * morph(figure, cv2.MORPH_DILATE, np.ones((3, 3), np.uint8)), np.float32)


def _at_full_size(rgb: NDArray[np.uint8], figure: Mask) -> NDArray[np.float32]:
    smaller = rgb.shape[0] < figure.shape[0]
    interpolation = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return edge.soften(
        rgb, cv2.resize(figure.astype(np.float32), rgb.shape[1::-1], interpolation=interpolation)
    )


def _finish(rgb: NDArray[np.uint8], alpha: NDArray[np.float32], method: str, confidence: float) -> StillMatte:
    _check_area(float((alpha > 0.5).mean()), method)
    return StillMatte(alpha, decontaminate(rgb, alpha), confidence, method)


def _check_area(area: float, method: str) -> None:
    if not 0.004 < area < 0.98:
        raise NoFigureError(
            "no figure stands out from the background",
            where=f"matte by {method}",
            expected="a figure on 0.4 to 98 % of the picture",
            got=f"{100 * area:.1f} %",
            hint=REFUSED_HINT,
        )
