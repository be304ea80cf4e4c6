"""Response curves: from a measured quantity to a quality in 0..1, and on to the 1–5 scale.

All proxies use the same curve, the Hill function, because it is strictly monotone, has no thresholds that
a small change could jump over, and has two constants with a plain meaning: `half`, the value at which
half of the quality is lost, and `slope`, how sudden the loss is.
"""

from __future__ import annotations

import math

LOWEST_SCORE = 1.0
HIGHEST_SCORE = 5.0


def falling(value: float, half: float, slope: float) -> float:
    """Quality 1 at value 0, 0.5 at `half`, towards 0 beyond. `value` is never negative."""
    _check(value, half, slope)
    return 1.0 / (1.0 + math.pow(value / half, slope))


def rising(value: float, half: float, slope: float) -> float:
    """Quality 0 at value 0, 0.5 at `half`, towards 1 beyond. `value` is never negative."""
    return 1.0 - falling(value, half, slope)


def to_score(quality: float) -> float:
    """A quality in 0..1 on the 1–5 scale of the filter (requirement D8)."""
    if not (math.isfinite(quality) and 0.0 <= quality <= 1.0):
        raise ValueError(f"a quality must lie in 0..1, got {quality}")
    return LOWEST_SCORE + (HIGHEST_SCORE - LOWEST_SCORE) * quality


def _check(value: float, half: float, slope: float) -> None:
    if not (math.isfinite(value) and value >= 0.0):
        raise ValueError(f"a measured quantity must be finite and not negative, got {value}")
    if half <= 0.0 or slope <= 0.0:
        raise ValueError(f"half and slope must be positive, got {half} and {slope}")
