"""Superpixels: small regions of one colour, and how they lie to each other and to the picture's rim."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.segmentation import slic

Floats = NDArray[np.float64]

COUNT = 450
"""Regions that a picture is parted into: enough for a hand at 400 px, few enough for all-pairs paths."""
COMPACTNESS = 8.0


@dataclass(frozen=True)
class Superpixels:
    """A partition of a picture into N regions.

    Attributes:
        labels: int ``[H, W]``, 0..N-1.
        lab: float ``[N, 3]``, mean colour in CIELAB (L 0..100).
        xy: float ``[N, 2]``, centroid as a share of width and height.
        area: float ``[N]``, share of the picture.
        texture: float ``[N]``, mean gradient of lightness inside.
        rim: float ``[N]``, pixels on the top and on the sides' upper 85 %: the lower rim may hold the figure.
        pairs: int ``[E, 2]``, neighbours.
        seam: float ``[E]``, pixels of outline that two neighbours share.
        step: float ``[E]``, mean colour step across that outline, CIELAB units.
    """

    labels: NDArray[np.int64]
    lab: Floats
    xy: Floats
    area: Floats
    texture: Floats
    rim: Floats
    pairs: NDArray[np.int64]
    seam: Floats
    step: Floats

    def mean(self, values: NDArray[np.float32] | Floats) -> Floats:
        """Mean of ``values`` ``[H, W]`` over each region."""
        total = np.bincount(self.labels.ravel(), weights=values.ravel(), minlength=len(self.area))
        return np.asarray(total / np.maximum(self.area * self.labels.size, 1), np.float64)


def part(rgb: NDArray[np.uint8]) -> Superpixels:
    """Part ``rgb`` (uint8 ``[H, W, 3]``, about 400 px on the long side) by SLIC (Achanta et al. 2012)."""
    height, width = rgb.shape[:2]
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    found = slic(rgb, n_segments=COUNT, compactness=COMPACTNESS, sigma=0.7, start_label=0)
    labels = np.unique(found, return_inverse=True)[1].reshape(height, width).astype(np.int64)
    flat = labels.ravel()
    size = np.bincount(flat).astype(np.float64)

    def mean(values: NDArray[np.float32]) -> Floats:
        return np.asarray(np.bincount(flat, weights=values.ravel()) / size, np.float64)

    light = lab[..., 0]
    gradient = cv2.magnitude(cv2.Sobel(light, cv2.CV_32F, 1, 0) / 8, cv2.Sobel(light, cv2.CV_32F, 0, 1) / 8)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    pairs, seam, step = _neighbours(labels, np.asarray(lab, np.float32))
    upper = int(0.85 * height)
    edge = np.concatenate([labels[0], labels[:upper, 0], labels[:upper, -1]])
    return Superpixels(
        labels=labels,
        lab=np.stack([mean(lab[..., k]) for k in range(3)], 1),
        xy=np.stack([mean((x + 0.5) / width), mean((y + 0.5) / height)], 1),
        area=size / labels.size,
        texture=mean(np.asarray(gradient, np.float32)),
        rim=np.bincount(edge, minlength=len(size)).astype(np.float64),
        pairs=pairs,
        seam=seam,
        step=step,
    )


def _neighbours(
    labels: NDArray[np.int64], lab: NDArray[np.float32]
) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Neighbouring regions, the length of their common outline, and the colour step across it.

    The step is taken over four pixels, so that a drawn outline between two regions counts with its ink.
    """
    keys, steps = [], []
    count = int(labels.max()) + 1
    for axis in (0, 1):
        length = labels.shape[axis]
        first, second = (np.take(labels, np.arange(k, length - 1 + k), axis) for k in (0, 1))
        colours = [
            np.take(lab, np.clip(np.arange(k, length - 1 + k), 0, length - 1), axis) for k in (-1, 0, 1, 2)
        ]
        stack = np.stack(colours)
        spread = np.linalg.norm(stack.max(0) - stack.min(0), axis=-1)
        cut = first != second
        low, high = np.minimum(first[cut], second[cut]), np.maximum(first[cut], second[cut])
        keys.append(low * count + high)
        steps.append(spread[cut])
    key, value = np.concatenate(keys), np.concatenate(steps)
    found, index = np.unique(key, return_inverse=True)
    seam = np.bincount(index).astype(np.float64)
    step = np.bincount(index, weights=value) / seam
    return np.stack([found // count, found % count], 1), seam, np.asarray(step, np.float64)
