"""Casting: whom a character follows, and where it stands among others."""

from __future__ import annotations

from pydantic import Field

from data_contracts.record import Record


class Casting(Record):
    """What a job says about its character's part."""

    person: int | None = Field(default=None, ge=1)
    """Which person of the driver it follows, counted from the left; None: the most prominent one."""
    swap_sides: str | None = None
    """Frames of the driver whose left and right are exchanged, as `data_contracts.side_swaps` reads."""
    shift: float = Field(default=0.0, ge=-2, le=2)
    """Sideways from where it would stand, to the right, as a share of the picture's width."""
