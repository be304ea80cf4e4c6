"""The colours of a ground: few, each spread over it and changing smoothly, and what is none of them."""

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

TOLD_APART = 3.2
"""What differs from a ground's colour by so many of its deviations is no part of it."""
LEAST_DEVIATION, MOST_DEVIATION = (4.0, 2.5, 2.5), (12.0, 7.0, 7.0)
"""Of L, a and b: finer ones are noise, and coarser ones are no one colour."""
LEAST_SHARE = 0.06
"""Of the expected ground that one of its colours covers."""
FIRST_SPREAD, LEAST_SPREAD = 0.5, 0.7
"""In how many columns a colour is seen: what covers fewer is a thing; things hide the first colour."""

DARKEST, TINT, COLDER = 0.14, 0.12, 0.35
"""A shadow leaves so much of the light at least, and its hue but for what the blue sky adds."""

_CLUSTERS, _MOST_COLOURS, _COLUMNS, _STEPS = 8, 4, 16, 6
"""Clusters to start from, colours at most, columns in which they are counted, rounds in which one grows."""
_SAMPLED_PX = 256
"""Long side at which colours are learned."""
_GAMMA = 2.2
"""About sRGB's: shadows are told in linear light."""

Lab = NDArray[np.float32]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]


class GroundColour(NamedTuple):
    """One colour of the ground, in CIELAB."""

    coefficients: Floats
    """[4, 3]: of 1, x, y and y squared, from -0.5 to 0.5 across the picture."""
    deviation: Floats
    """[3]: of what is left, from the median."""
    rows_px: tuple[float, float]
    """Between which it is seen."""


def lab_of(rgb: NDArray[np.float32], sigma_px: float) -> Lab:
    """CIELAB [H, W, 3] of a blurred picture, float32 in 0..1."""
    return np.asarray(cv2.cvtColor(cv2.GaussianBlur(rgb, (0, 0), sigma_px), cv2.COLOR_RGB2LAB), np.float32)


def find_ground_colours(lab: Lab, expected: Mask) -> tuple[list[GroundColour], float]:
    """Up to four colours, the one that is seen most first, and which share of the expected ground they are.

    Args:
        lab: [H, W, 3].
        expected: bool [H, W], where ground is expected, with things on it.
    """
    height, width = expected.shape
    step = max(1, round(max(height, width) / _SAMPLED_PX))
    zone = expected[::step, ::step]
    sample = _Sample(lab[::step, ::step][zone], _terms(height, width)[::step, ::step][zone], zone)
    if len(sample.lab) < 200:
        return [], 0.0
    cv2.setRNGSeed(0)  # of its own generator
    _, clusters, _ = cv2.kmeans(sample.lab, _CLUSTERS, np.empty(0), (3, 20, 0.5), 2, cv2.KMEANS_PP_CENTERS)
    label, left = clusters[:, 0], np.ones(len(sample.lab), np.bool_)
    found: list[GroundColour] = []
    for _ in range(_MOST_COLOURS):
        members = [left & (label == k) for k in range(_CLUSTERS)]
        most = int(np.argmax([cluster.mean() * sample.spread(cluster) ** 2 for cluster in members]))
        if members[most].mean() < 0.5 * LEAST_SHARE:
            break
        # The first colour may be several clusters: light changes over the ground.
        coefficients, deviation = sample.fitted(members[most], left)
        like = left & sample.within(coefficients, TOLD_APART * deviation)
        label = np.where(members[most], -1, label)
        if like.mean() < LEAST_SHARE or sample.spread(like) < (LEAST_SPREAD if found else FIRST_SPREAD):
            continue
        low, high = np.percentile(sample.rows[like] * step, [1, 99])
        found.append(GroundColour(coefficients, deviation, (float(low), float(high))))
        left &= ~like
    return found, float(1 - left.mean())


class _Sample:
    """Pixels of the expected ground: colours [N, 3], terms [N, 4] and where they are."""

    def __init__(self, lab: Lab, terms: Floats, zone: Mask) -> None:
        self.lab, self._terms = np.ascontiguousarray(lab), terms
        self.rows, columns = np.nonzero(zone)
        self._column = columns * _COLUMNS // zone.shape[1]
        self._seen = np.bincount(self._column, minlength=_COLUMNS)

    def spread(self, members: Mask) -> float:
        """Share of the columns in which members are seen."""
        counts = np.bincount(self._column[members], minlength=_COLUMNS)
        whole = self._seen > 0.2 * self._seen.max()
        return float((counts[whole] > 0.05 * self._seen[whole]).mean())

    def within(self, coefficients: Floats, reach: Floats) -> Mask:
        """Which pixels differ from a colour by less than `reach` [3]."""
        rest = (self.lab - self._terms @ coefficients) / reach
        return np.asarray((rest**2).sum(1) < 1)

    def fitted(self, members: Mask, left: Mask) -> tuple[Floats, Floats]:
        """Coefficients and deviation of the colour that grows from the members over what is `left`."""
        coefficients, deviation = np.zeros((4, 3)), np.array([8.0, 5.0, 5.0])
        coefficients[0] = np.median(self.lab[members], axis=0)
        for step in range(_STEPS):
            like = left & self.within(coefficients, 3 * deviation)
            if like.sum() < 50:
                break
            terms = self._terms[like] if step >= 2 else self._terms[like][:, :1]
            ridge = 1e-4 * len(terms) * np.diag([0.0] + [1.0] * (terms.shape[1] - 1))
            coefficients = np.zeros((4, 3))
            coefficients[: terms.shape[1]] = np.linalg.solve(
                terms.T @ terms + ridge, terms.T @ self.lab[like]
            )
            rest = np.abs(self.lab[like] - self._terms[like] @ coefficients)
            deviation = np.clip(1.15 * 1.4826 * np.median(rest, axis=0), LEAST_DEVIATION, MOST_DEVIATION)
        return coefficients, deviation


def unlike_ground(rgb: NDArray[np.float32], lab: Lab, colours: list[GroundColour]) -> Mask:
    """Which pixels [H, W] are neither a colour of the ground nor a shadow on one.

    Args:
        rgb: float32 [H, W, 3] in 0..1.
        lab: of the blurred picture.
        colours: of the ground. One that reaches the lower border goes on to the horizon, others are
            looked for where they were found.
    """
    height, width = lab.shape[:2]
    terms, y = _terms(height, width), np.arange(height)[:, None]
    like = np.zeros((height, width), np.bool_)
    light = np.maximum(cv2.GaussianBlur(rgb, (0, 0), 1.0), 1e-3) ** _GAMMA
    for coefficients, deviation, (low, high) in colours:
        ground = (terms @ coefficients).astype(np.float32)
        there = np.ones((height, 1), np.bool_)
        if high < 0.93 * height:
            there = (y >= low - 0.03 * height) & (y <= high + 0.03 * height)
        near = (((lab - ground) / deviation) ** 2).sum(-1) <= TOLD_APART**2
        like |= there & (near | _shadow(light, ground))
    return ~like


def _shadow(light: NDArray[np.float32], ground: Lab) -> Mask:
    """Where linear light [H, W, 3] is that of the ground's colour, darker."""
    share = light / np.maximum(cv2.cvtColor(ground, cv2.COLOR_LAB2RGB), 1e-3) ** _GAMMA
    mean = share.mean(-1)
    red, green, blue = np.moveaxis(share / mean[..., None] - 1, -1, 0)
    same = (np.abs(green) < TINT) & (red < TINT) & (red > -COLDER) & (blue > -TINT) & (blue < COLDER)
    return np.asarray(same & (mean > DARKEST) & (mean < 1.02))


def _terms(height: int, width: int) -> Floats:
    """[H, W, 4]: 1, x, y and y squared."""
    y, x = np.mgrid[0:height, 0:width]
    x, y = x / width - 0.5, y / height - 0.5
    return np.stack([np.ones_like(x), x, y, y * y], axis=-1)
