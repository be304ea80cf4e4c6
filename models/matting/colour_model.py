"""One pair of colour models, figure and background, for a whole clip."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.components import disc

COMPONENTS = 5
"""Gaussians in each of GrabCut's mixtures; its model is 65 floats: weights, means, covariances."""


@dataclass(frozen=True)
class ColourModel:
    """GrabCut's two mixtures, float64 ``[1, 65]`` each."""

    background: NDArray[np.float64]
    figure: NDArray[np.float64]

    def log_ratio(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """log p(colour | figure) - log p(colour | background), float32 ``[H, W]``.

        Read from a table over colours in steps of 8: a clip has millions of pixels, the table 32,768.
        """
        table = getattr(self, "_table", None)
        if table is None:
            level = np.arange(32) * 8 + 4
            grid = np.stack(np.meshgrid(level, level, level, indexing="ij"), -1).reshape(-1, 3)
            table = _log_density(self.figure, grid) - _log_density(self.background, grid)
            table = table.reshape(32, 32, 32).astype(np.float32)
            object.__setattr__(self, "_table", table)
        index = rgb >> 3
        return np.asarray(table[index[..., 0], index[..., 1], index[..., 2]], np.float32)


def _log_density(model: NDArray[np.float64], colours: NDArray[np.int64]) -> NDArray[np.float64]:
    values = model.ravel()
    density = np.full(len(colours), 1e-12)
    for k in range(COMPONENTS):
        weight = values[k]
        if weight < 1e-4:
            continue
        mean = values[5 + 3 * k : 8 + 3 * k]
        # A mixture fitted to flat colour has no spread; camera noise has.
        covariance = values[20 + 9 * k : 29 + 9 * k].reshape(3, 3) + 8 * np.eye(3)
        offset = colours - mean
        power = np.einsum("ni,ij,nj->n", offset, np.linalg.inv(covariance), offset)
        density += weight * np.exp(-0.5 * power) / np.sqrt(np.linalg.det(covariance))
    return np.asarray(np.log(density), np.float64)


def learn_colours(frames: NDArray[np.uint8], labels: NDArray[np.uint8]) -> ColourModel:
    """Fit both mixtures by one GrabCut over a mosaic of frames.

    Args:
        frames: uint8 ``[K, H, W, 3]``, well chosen frames.
        labels: uint8 ``[K, H, W]``, GrabCut labels; must hold both classes.
    """
    mosaic = np.ascontiguousarray(frames.reshape(-1, *frames.shape[2:]))
    mask = np.ascontiguousarray(labels.reshape(-1, labels.shape[2]))
    background, figure = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(mosaic, mask, None, background, figure, 5, cv2.GC_INIT_WITH_MASK)
    return ColourModel(background, figure)


def cut(rgb: NDArray[np.uint8], labels: NDArray[np.uint8], colours: ColourModel) -> NDArray[np.bool_]:
    """One GrabCut round of a frame with the clip's mixtures kept as they are."""
    figure = (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)
    if not figure.any() or figure.all():
        return np.asarray(figure, np.bool_)
    mask = labels.copy()
    cv2.grabCut(
        rgb, mask, None, colours.background.copy(), colours.figure.copy(), 1, cv2.GC_EVAL_FREEZE_MODEL
    )
    return np.asarray((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD), np.bool_)


def cut_along(rgb: NDArray[np.uint8], labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Move the outline of a labelled figure by a few pixels at most, by this frame's own colours."""
    figure = (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)
    near = cv2.dilate(figure.astype(np.uint8), disc(max(figure.shape) / 120)) > 0
    mask = np.where(near, labels, cv2.GC_BGD).astype(np.uint8)
    return cut_afresh(rgb, mask, 2)


def cut_afresh(rgb: NDArray[np.uint8], labels: NDArray[np.uint8], rounds: int) -> NDArray[np.bool_]:
    """GrabCut from a label map, colours learned on the way; with one class only, the map is the answer."""
    figure = (labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)
    if not figure.any() or figure.all():
        return np.asarray(figure, np.bool_)
    mask = labels.copy()
    cv2.grabCut(rgb, mask, None, np.zeros((1, 65)), np.zeros((1, 65)), rounds, cv2.GC_INIT_WITH_MASK)
    return np.asarray((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD), np.bool_)
