"""Scores: measurable proxies of the six filter dimensions (D8), each from 1 to 5."""

from __future__ import annotations

from typing import Literal, get_args

from pydantic import Field

from data_contracts.record import Record

Dimension = Literal[
    "proxy_imaging_quality",
    "proxy_aesthetic_quality",
    "proxy_temporal_consistency",
    "proxy_motion_smoothness",
    "proxy_background_consistency",
    "proxy_subject_consistency",
]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


class Scores(Record):
    """Scores of one synthesised video. docs/scores.md gives the formulas."""

    proxy_imaging_quality: float = Field(ge=1, le=5)
    proxy_aesthetic_quality: float = Field(ge=1, le=5)
    proxy_temporal_consistency: float = Field(ge=1, le=5)
    proxy_motion_smoothness: float = Field(ge=1, le=5)
    proxy_background_consistency: float = Field(ge=1, le=5)
    proxy_subject_consistency: float = Field(ge=1, le=5)
    mean: float = Field(ge=1, le=5)
    motion_amount: float = Field(ge=0)
    """Mean speed of the fastest 5 % of pixels, in picture diagonals a second."""
    driver_motion_amount: float = Field(ge=0)
    """The same of the source clip."""
    features: str
    """The feature backend that the consistency proxies used."""

    def dimensions(self) -> dict[Dimension, float]:
        """The six scores by name."""
        return {name: float(getattr(self, name)) for name in DIMENSIONS}
