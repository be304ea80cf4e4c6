"""Region consistency: how alike a region's features stay over a clip, as VBench takes it.

For every frame after the first, the mean of its cosines (negative ones count as 0) with the frame before
and with the first frame; for the subject also with the reference picture. A frame in which the region is
gone counts as unlike.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

SMALLEST_SHARE = 0.001
"""Share of the frame's pixels under which a region counts as gone."""


class RegionFeatures(Protocol):
    """What a feature backend offers."""

    def describe(self, frames: NDArray[np.uint8], regions: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Unit descriptors [T, D] of a region bool [T, H, W] (never empty) of frames uint8 [T, H, W, 3]."""
        ...


def visible(regions: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool [T]: in which frames the region bool [T, H, W] is large enough to be described."""
    shares: NDArray[np.bool_] = regions.mean(axis=(1, 2)) >= SMALLEST_SHARE
    return shares


def region_distance(
    features: RegionFeatures,
    frames: NDArray[np.uint8],
    regions: NDArray[np.bool_],
    anchor: NDArray[np.float32] | None = None,
) -> float | None:
    """How unlike itself a region becomes over a clip, 0 (the same) to 1.

    Args:
        features: the feature backend.
        frames: uint8 [T, H, W, 3].
        regions: bool [T, H, W].
        anchor: a descriptor [D] from outside the clip that every frame is compared with as well.

    Returns:
        None where the region is visible in no frame.
    """
    seen = visible(regions)
    if not seen.any():
        return None
    described = features.describe(frames[seen], regions[seen])
    return 1.0 - float(np.mean(_likenesses(described, seen, anchor)))


def _likenesses(
    described: NDArray[np.float32], seen: NDArray[np.bool_], anchor: NDArray[np.float32] | None
) -> list[float]:
    first, previous = described[0], described[0]
    rows = iter(described)
    likenesses = []
    for index, is_seen in enumerate(seen):
        if not is_seen:
            likenesses.append(0.0)
            continue
        row = next(rows)
        others = [] if index == 0 else [previous, first]
        others += [] if anchor is None else [anchor]
        if others:
            likenesses.append(float(np.mean([max(0.0, float(row @ other)) for other in others])))
        previous = row
    return likenesses or [1.0]
