"""A role whose backends end in every way that a backend can end."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from data_contracts.errors import EstimationError
from flows.accuracy.role import Case, Measure, Role, Sources, Target, Values
from models.matting import ClassicalMatting

SCORE = Measure("score", "higher", "How good it is: 1 is perfect.", target=0.8)
ERROR_PX = Measure("error", "lower", "How far it is off, in px; 0 is perfect.")


class Behaviour(BaseModel):
    """A backend that does as its kind says."""

    model_config = ConfigDict(frozen=True)

    kind: Literal["good", "owns", "breaks", "nan", "hangs", "dies", "absent", "elsewhere"]

    def missing(self) -> str | None:
        return "weights <b>that</b> nobody has" if self.kind == "absent" else None


def cases(sources: Sources) -> Sequence[Case]:
    return [
        *(Case("puppet world, easy", f"easy {n}", n) for n in range(4)),
        *(Case("real | hard", f"hard {n}", n) for n in range(2)),
    ]


def measure(case: Case, backend: Any, folder: Path) -> Values:
    kind = "good" if isinstance(backend, ClassicalMatting) else backend.kind
    assert folder.is_dir() and not list(folder.iterdir()), "an empty folder of its own"
    (folder / "work.txt").write_text("x")
    if kind == "elsewhere" and case.dataset.startswith("real"):
        return {}
    if kind == "owns" and case.content % 2:
        raise EstimationError("cannot be told", where=case.name)
    if kind == "breaks":
        raise ZeroDivisionError("nobody foresaw <this>")
    if kind == "nan":
        return {"score": float("nan")}
    if kind == "hangs" and case.content == 0:
        time.sleep(60)
    if kind == "dies" and case.content == 0:
        os._exit(3)
    return {"score": 1 - case.content / 10, "error": 10.0 * case.content}


def baseline(case: Case) -> Values:
    """Always a tenth."""
    return {"score": 0.1 + case.content / 100, "error": 500.0}


def oracle(case: Case) -> Values:
    return {"score": 1.0}


ROLE = Role(
    name="example",
    measures=(SCORE, ERROR_PX),
    # A backend of the embedded profile, and some that are not.
    backends=(
        ClassicalMatting(),
        Behaviour(kind="owns"),
        Behaviour(kind="elsewhere"),
        Behaviour(kind="absent"),
    ),
    cases=cases,
    measure=measure,
    baseline=baseline,
    oracle=oracle,
    targets=(Target("error", "real", 3.0),),
)
