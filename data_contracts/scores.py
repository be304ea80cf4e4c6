"""Scores: measurable proxies of the six filter dimensions (D8), each from 1 to 5."""

from __future__ import annotations

from pydantic import Field

from data_contracts.record import Record


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
    """Mean displacement of the figure's pixels, in shares of the picture's height a second."""
    features: str
    """The feature backend that the consistency proxies used."""
