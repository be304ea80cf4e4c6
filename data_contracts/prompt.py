"""Prompt: what a job says in words of its video."""

from __future__ import annotations

from pydantic import Field

from data_contracts.record import Record


class Prompt(Record):
    """Text for a network that reads some."""

    text: str = Field(min_length=1)
