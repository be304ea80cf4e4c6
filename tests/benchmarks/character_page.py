"""What the character's benchmark found, as tables: on the screen, and in docs/character.md."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

FOUND = {
    "matte": "matte",
    "matte_confidence": "sure",
    "body": "body",
    "rig_confidence": "sure",
    "moves": "moves",
    "joint_error_still_pct": "joints, still %",
    "matte_s": "matte s",
    "rig_s": "rig s",
}
MEASURES = {
    "identity_pct": "identity %",
    "seen_pct": "seen %",
    "seams_pct": "seams %",
    "stretched_pct": "rubber %",
    "slide_pct": "sliding %",
    "slide_px": "sliding px",
    "slide_worst_px": "worst px",
    "joint_error_pct": "joints %",
    "halo": "rim",
    "halo_cut_out": "rim, cut-out",
    "frames_per_s": "frames/s",
}
_DIGITS = {"frames_per_s": 0, "halo": 0, "halo_cut_out": 0, "matte_confidence": 2, "rig_confidence": 2}


def print_rows(told: dict[str, Any], console: Console) -> None:
    """Two tables: what was found in the references, and how the pairs came out."""
    if not told["real_inputs"]:
        console.print("No real inputs here: only our own drawings, moved by acts of the puppet world.")
    for name, why in told["drivers_refused"].items():
        console.print(f"The driver {name} was refused: {why}")
    found = Table("reference", *FOUND.values(), "refused", title="What was found in the references")
    pairs = Table("reference", "motion", *MEASURES.values(), "refused", title="How the figures came out")
    for row in told["references"]:
        found.add_row(row["reference"], *_cells(row | {"moves": moves(row)}, FOUND), _why(row))
        for motion, values in row["motions"].items():
            pairs.add_row(row["reference"], motion, *_cells(values, MEASURES))
    console.print(found, pairs)


def write_tables(told: dict[str, Any], page: Path) -> None:
    """Put the tables between the page's markers, `<!-- table:NAME -->` and `<!-- /table:NAME -->`.

    Raises:
        ValueError: a marker is not there.
    """
    text = page.read_text(encoding="utf-8")
    for name, lines in {"references": _by_reference(told), "motions": _by_motion(told)}.items():
        opening, closing = f"<!-- table:{name} -->", f"<!-- /table:{name} -->"
        before, rest = text.split(opening)
        _, after = rest.split(closing)
        text = "\n".join([before + opening, *lines, closing]) + after
    page.write_text(text, encoding="utf-8")


def moves(row: dict[str, Any]) -> str:
    """Which parts of a reference move, in words."""
    if "limbs_move" not in row:
        return ""
    if not row["limbs_move"]:
        return "as a whole"
    if row["legs_move"] and not row["still_arms"]:
        return "all"
    arms = ("arms", "one arm", "")[row["still_arms"]]
    return ", ".join(part for part in (arms, "legs" if row["legs_move"] else "", "trunk", "head") if part)


def _by_reference(told: dict[str, Any]) -> Iterable[str]:
    """A line a reference, its figures the means over motions."""
    shown = [name for name in MEASURES if name not in ("slide_px", "slide_worst_px")]
    yield _line(["reference", "matte", "rig", "moves", *(MEASURES[name] for name in shown)])
    yield _line(["---"] * 4 + ["--:"] * len(shown))
    for row in told["references"]:
        matte = f"{row.get('matte', '')} {_written('matte_confidence', row.get('matte_confidence'))}"
        rig = f"{row.get('body', '')} {_written('rig_confidence', row.get('rig_confidence'))}"
        means = [_written(name, _mean(row["motions"].values(), name)) for name in shown]
        told_moves = f"*{_why(row)}*" if row["refused"] else moves(row)
        yield _line([row["reference"], matte.strip(), rig.strip(), told_moves, *means])


def _by_motion(told: dict[str, Any]) -> Iterable[str]:
    """A line a motion, its figures the means over the references whose limbs move."""
    yield _line(["motion", "figures", *MEASURES.values()])
    yield _line(["---", *["--:"] * (len(MEASURES) + 1)])
    moving = [row["motions"] for row in told["references"] if row.get("limbs_move")]
    for motion in dict.fromkeys(name for rows in moving for name in rows):
        values = [rows[motion] for rows in moving if motion in rows]
        means = [_written(name, _mean(values, name)) for name in MEASURES]
        yield _line([motion, str(len(values)), *means])


def _mean(rows: Iterable[dict[str, Any]], name: str) -> float | None:
    known = [row[name] for row in rows if row.get(name) is not None]
    return float(np.mean(known)) if known else None


def _cells(values: dict[str, Any], names: Iterable[str]) -> list[str]:
    return [_written(name, values.get(name)) for name in names]


def _written(name: str, value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.{_DIGITS.get(name, 1)}f}" if isinstance(value, float) else str(value)


def _why(row: dict[str, Any]) -> str:
    refused = row.get("refused")
    return f"{refused['stage']}: {refused['what']}" if refused else ""


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
