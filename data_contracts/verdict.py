"""Verdict: whether a pair is kept, and why not."""

from __future__ import annotations

from typing import Literal

from data_contracts.record import Record


class Verdict(Record):
    """The outcome of filter or review for one pair. A rejected pair's row has the status 'filtered'."""

    by: Literal["filter", "review"]
    accepted: bool
    reason: str
    """Never empty: what decided it."""
    mean_score: float | None = None

    @property
    def rejection(self) -> str:
        return "" if self.accepted else self.reason
