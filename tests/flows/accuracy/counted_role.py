"""A role that writes down which cases were measured, and waits at some of them until it is let go on."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flows.accuracy.role import Case, Measure, Role, Sources, Values
from models.matting import ClassicalMatting

SCORE = Measure("score", "higher", "How good it is: 1 is perfect.")
CASES, FREE = 5, 3
"""How many cases there are, and how many of them do not wait."""


def cases(sources: Sources) -> Sequence[Case]:
    return [Case("puppet world", f"case {number}", (number, sources.world.parent)) for number in range(CASES)]


def measure(case: Case, backend: Any, folder: Path) -> Values:
    number, place = case.content
    while number >= FREE and not (place / "go").exists():
        time.sleep(0.05)
    with (place / "measured.log").open("a") as log:
        log.write(f"{case.name}\n")
    return {SCORE.name: number / CASES}


def baseline(case: Case) -> Values:
    """Nothing."""
    return {SCORE.name: 0.0}


ROLE = Role("counted", (SCORE,), (ClassicalMatting(),), cases, measure, baseline)
