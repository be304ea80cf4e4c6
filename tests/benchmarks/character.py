"""How the character on stage looks: every reference doing every motion, measured and refusals named.

References are our own drawings, and those in `refs/` of a folder of real inputs where it is there (see
`flows.accuracy.run.assets_of`); motions are captures in its `bvh/` and a filmed clip, without it acts of the
puppet world. All goes the way of a job at its usual size with its default settings; the scene is one colour.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from data_contracts.errors import BunrakuError
from data_contracts.image import write_png
from flows.accuracy.run import AccuracyRequest, assets_of
from models.puppet.driver import DriverMotion
from models.puppet.retarget import standing_height
from tests.benchmarks.character_cast import Motion, motions, references
from tests.benchmarks.character_drawing import (
    Character,
    Drawn,
    cut_out_as_it_is,
    draw,
    drawn_from,
    find_joints,
    matte_of,
)
from tests.benchmarks.character_measures import (
    OPAQUE,
    feet,
    halo,
    identity,
    joint_error,
    reappearing,
    seams,
    slides,
    stands,
    stretched,
)
from tests.benchmarks.character_page import print_rows, write_tables
from tests.benchmarks.character_sheets import sheet

Picture = NDArray[np.uint8]

FOOT_REACH = 0.06
"""Radius of the foot that is followed, of the standing height."""
_FOUND = (
    "matte",
    "matte_confidence",
    "rig_confidence",
    "body",
    "limbs_move",
    "still_arms",
    "legs_move",
    "joint_error_still_pct",
    "matte_s",
    "rig_s",
)
_MEASURES = (
    "identity_pct",
    "seen_pct",
    "seams_pct",
    "stretched_pct",
    "slide_px",
    "slide_worst_px",
    "slide_pct",
    "joint_error_pct",
    "halo",
    "halo_cut_out",
    "frames_per_s",
)
EVERY = 4
"""Outlines, edges and surfaces are looked at in every so many frames, colours and feet in all."""


class Case(NamedTuple):
    """One reference with all motions; it travels to a process of its own."""

    name: str
    assets: Path | None
    motions: tuple[Motion, ...]
    sheets: Path | None
    quick: bool = False


def measure_reference(case: Case) -> dict[str, Any]:
    """A row of what is found in the reference, and below it a row a motion."""
    reference = next(each for each in references(case.assets) if each.name == case.name)
    row: dict[str, Any] = {"reference": case.name, "own": reference.own, "refused": None, "motions": {}}
    begun, stage = time.process_time(), "segment"
    try:
        picture = reference.read()
        matte = matte_of(picture)
        row |= {"matte": matte.method, "matte_confidence": round(matte.confidence, 2)}
        row["matte_s"] = round(time.process_time() - begun, 2)
        begun, stage = time.process_time(), "rig"
        character = find_joints(picture, matte)
    except BunrakuError as error:
        return row | {"refused": {"stage": stage, "error": type(error).__name__, "what": error.what}}
    skeleton = character.skeleton
    row |= {
        "rig_s": round(time.process_time() - begun, 2),
        "rig_confidence": round(float(skeleton.confidence.mean()), 2),
        "body": skeleton.body,
        "cut": bool(skeleton.cropped),
        "legs_move": bool(skeleton.legs and skeleton.limbs and not skeleton.cropped),
        "limbs_move": bool(skeleton.limbs),
        "still_arms": len(skeleton.still_arms),
    }
    if not case.quick:
        row["joint_error_still_pct"] = round(100 * still_error(character), 2)
    shown = {}
    for motion in case.motions:
        try:
            drawn = draw(character, motion.driver)
        except BunrakuError as error:
            row["motions"][motion.name] = {"refused": {"stage": "draw_conditions", "what": error.what}}
            continue
        row["motions"][motion.name] = measure_pair(character, drawn, motion.driver, case.quick)
        shown[motion.name] = drawn
    if case.sheets is not None:
        write_png(case.sheets / f"{case.name}.png", sheet(character, shown))
    return row


def still_error(character: Character) -> float:
    """The joints of the reference's own outline beside those that its rig has: its yardstick."""
    alpha = np.rint(255 * character.matte.alpha).astype(np.uint8)[None]
    joints = character.skeleton.joints_xy_px[None]
    return joint_error(alpha, character.picture[None], joints, standing_height(character.skeleton))


def measure_pair(
    character: Character, drawn: Drawn, driver: DriverMotion, quick: bool = False
) -> dict[str, Any]:
    """The figures of one reference doing one motion; ``quick`` leaves out the joints, most of the time."""
    small, alpha, ratio = drawn_from(character, drawn)
    places = drawn.source_xy_px * ratio
    rest = character.skeleton.joints_xy_px
    scale = drawn.placement.scale
    reach = FOOT_REACH * drawn.height_px / float(scale.mean())
    found = feet(drawn.source_xy_px, rest, reach, scale)
    walks = character.skeleton.limbs and character.skeleton.legs and not character.skeleton.cropped
    slid = slides(found, stands(driver)) if walks else []
    row = {
        "identity_pct": 100 * identity(drawn.frames, drawn.alpha >= OPAQUE, places, small),
        "seen_pct": 100 * reappearing(places[::EVERY], alpha),
        "stretched_pct": 100 * stretched(drawn.source_xy_px[::EVERY], scale[::EVERY]),
        "seams_pct": 100 * seams(drawn.alpha[::EVERY], places[::EVERY], alpha),
        "slide_px": float(np.mean(slid)) if slid else None,
        "slide_worst_px": max(slid) if slid else None,
        "slide_pct": 100 * float(np.mean(slid)) / drawn.height_px if slid else None,
        "joint_error_pct": None if quick else 100 * _joint_error(drawn),
        "halo": _halo(drawn),
        "halo_cut_out": halo(*cut_out_as_it_is(character, drawn)),
        "frames_per_s": drawn.frames_per_s,
    }
    return {name: None if value is None else round(value, 3) for name, value in row.items()}


def _joint_error(drawn: Drawn) -> float:
    every = np.s_[::EVERY]
    return joint_error(drawn.alpha[every], drawn.frames[every], drawn.joints_xy_px[every], drawn.height_px)


def _halo(drawn: Drawn) -> float:
    pairs = zip(drawn.frames[::EVERY], drawn.alpha[::EVERY], strict=True)
    return float(np.nanmean([halo(frame, alpha) for frame, alpha in pairs]))


def measure(
    only: tuple[str, ...], quick: bool, sheets: Path | None, processes: int
) -> Iterator[dict[str, Any]]:
    """All that is known after each reference; references are looked at so many at a time."""
    assets = assets_of(AccuracyRequest(out=Path()))
    done, refused = motions(assets, filmed=not quick)
    names = [each.name for each in references(assets) if not only or any(part in each.name for part in only)]
    cases = [Case(name, assets, tuple(done), sheets, quick) for name in names]
    rows: list[dict[str, Any]] = []
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        for row in pool.imap(measure_reference, cases):
            rows.append(row)
            yield {"real_inputs": assets is not None, "drivers_refused": refused, "references": rows}


def main() -> None:
    """Print the figures and write them to the file that is named on the command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("path", type=Path)
    parser.add_argument("--only", nargs="*", default=[], help="parts of the references' names")
    parser.add_argument("--quick", action="store_true", help="without filmed driver and joints")
    parser.add_argument("--docs", type=Path, help="page whose tables are to be written")
    parser.add_argument("--processes", type=int, default=2)
    asked = parser.parse_args()
    sheets = asked.path.with_suffix("")
    sheets.mkdir(parents=True, exist_ok=True)
    told: dict[str, Any] = {}
    for told in measure(tuple(asked.only), asked.quick, sheets, asked.processes):
        asked.path.write_text(json.dumps(told, indent=1) + "\n")
    print_rows(told, Console(width=170))
    if asked.docs is not None:
        write_tables(told, asked.docs)


if __name__ == "__main__":
    main()
