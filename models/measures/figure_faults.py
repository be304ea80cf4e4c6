"""Figure faults: what goes wrong with the figure of a clip while its place stays whole."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np

from models.measures.layers import Clip, Floats, Random, blotches, composed, figures_of, moved


def drift(clip: Clip, strength: float, rng: Random) -> Clip:
    """The figure turns into another one by and by: other colours and another pattern, up to wholly so.

    The pattern lies in the figure's box and goes along with it.
    """
    order = list(rng.permutation(3))
    order = [1, 2, 0] if order == [0, 1, 2] else order
    pattern = blotches(256, 256, 9, rng)
    layers = []
    for index, figure in enumerate(figures_of(clip)):
        share = strength * index / max(len(clip.frames) - 1, 1)
        alpha = clip.alpha[index]
        other = _in_box(pattern, alpha) * 35.0 * alpha[..., None] + figure[..., order]
        layers.append(np.clip(figure + share * (other - figure) * (alpha > 0)[..., None], -255.0, 255.0))
    return composed(clip, layers, list(clip.alpha))


def torn(clip: Clip, strength: float, rng: Random) -> Clip:
    """Three outer parts of the figure are torn off, doubled, and stretched, up to 25 % of its height away.

    The parts are discs round the points that lie farthest out in three seeded directions; they grow with the
    strength from 5 % of the height to 18 %.
    """
    angles = rng.uniform(0, 2 * np.pi) + np.array([0.0, 2.1, 4.2]) + rng.uniform(-0.4, 0.4, 3)
    away = angles + rng.uniform(-1.2, 1.2, 3)
    ways = rng.permutation(["tear", "double", "stretch"])
    layers, alphas = [], []
    for figure, alpha in zip(figures_of(clip), clip.alpha, strict=True):
        layer = np.dstack([figure, alpha])
        for angle, heading, way in zip(angles, away, ways, strict=True):
            layer = _displaced(layer, alpha, float(angle), float(heading), strength, str(way))
        layers.append(layer[..., :3])
        alphas.append(np.clip(layer[..., 3], 0.0, 1.0))
    return composed(clip, layers, alphas)


def _displaced(
    layer: Floats, figure: Floats, angle: float, heading: float, strength: float, way: str
) -> Floats:
    """A layer [H, W, 4] with the figure's outermost part at an angle put elsewhere."""
    ys, xs = np.nonzero(figure > 0.5)
    if len(xs) == 0:
        return layer
    size, towards = float(np.ptp(ys) + 1), np.array([np.cos(angle), np.sin(angle)])
    tip = int(np.argmax(xs * towards[0] + ys * towards[1]))
    radius = (0.05 + 0.13 * strength) * size
    centre = np.array([xs[tip], ys[tip]]) - 0.6 * radius * towards
    y, x = np.mgrid[: layer.shape[0], : layer.shape[1]].astype(np.float32)
    inside = (np.hypot(x - centre[0], y - centre[1]) < radius).astype(np.float32)[..., None]
    shift = 0.25 * size * strength * np.array([np.cos(heading), np.sin(heading)])
    part = cast(Floats, layer * inside)
    made = layer if way == "double" else cast(Floats, layer * (1.0 - inside))
    for step in range(13) if way == "stretch" else (12,):
        made = _over(moved(part, shift * step / 12), made)
    return made


def jitter(clip: Clip, strength: float, rng: Random) -> Clip:
    """The figure stands elsewhere in every frame: a standard deviation of up to 2.5 % of the long side."""
    shifts = rng.standard_normal((len(clip.frames), 2)) * 0.025 * max(clip.frames.shape[1:3]) * strength
    layers = [moved(figure, shift) for figure, shift in zip(figures_of(clip), shifts, strict=True)]
    return composed(
        clip, layers, [moved(alpha, shift) for alpha, shift in zip(clip.alpha, shifts, strict=True)]
    )


def _over(front: Floats, behind: Floats) -> Floats:
    """One premultiplied layer [H, W, 4] over another."""
    return front + behind * (1.0 - front[..., 3:])


def _in_box(pattern: Floats, alpha: Floats) -> Floats:
    """A pattern [h, w, 3] laid over the box of the figure in alpha [H, W]; zero elsewhere."""
    laid = np.zeros((*alpha.shape, 3), np.float32)
    rows, columns = np.flatnonzero((alpha > 0).any(axis=1)), np.flatnonzero((alpha > 0).any(axis=0))
    if len(rows):
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        laid[top:bottom, left:right] = cv2.resize(pattern, (int(right - left), int(bottom - top)))
    return laid
