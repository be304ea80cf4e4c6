"""Making a world: plan, film what is not there yet, and write the manifest and the job table."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from data_contracts.bvh import BvhMotion, read_bvh
from data_contracts.errors import BunrakuError, ConfigError
from data_contracts.job import name_of
from data_contracts.manifest import Manifest, Row, write_manifest
from data_contracts.take import Take
from flows.world.crew import Filmed, film_all, find_take, sweep
from flows.world.folder import WorldFolder
from flows.world.jobs import write_jobs
from flows.world.take_order import TakeOrder
from models.world.cameras.move import CAMERA_MOVES
from models.world.figures.draw import draw_body
from models.world.motions.perform import ACTS, perform_bvh
from models.world.places.build import PLACE_KINDS
from models.world.planning import Production, Repertoire, plan_shots
from models.world.shot import ShotPlan

BYTES_PER_PIXEL = 12.0
"""Room on the disk that a pixel of a frame may need with all of its truth; what is measured is about 8."""
MEMORY_BYTES_PER_PIXEL = 20.0
"""While it is filmed: pictures, masks, depth and normals, and the frame in work."""
MOST_MEMORY_BYTES = 8 * 1024**3
_LIMIT_S_PER_MEGAPIXEL = 120.0
_LEAST_LIMIT_S = 1800.0


@dataclass(frozen=True)
class WorldSummary:
    """What came of a world."""

    shots: int
    takes: int
    kept: int
    failed: int
    jobs: int
    seconds: float
    filming_seconds: float
    """Summed over takes and workers, kept ones included."""
    frames: int
    bytes: int
    """Of all takes' files."""

    @property
    def exit_code(self) -> int:
        """0: all takes are there. 2: some could not be filmed."""
        return 2 if self.failed else 0


def repertoire() -> Repertoire:
    """All that the puppet world can draw."""
    return Repertoire({kind: tuple(acts) for kind, acts in ACTS.items()}, tuple(CAMERA_MOVES), PLACE_KINDS)


def make_world(
    count: int,
    out: Path,
    production: Production,
    *,
    bvh: Path | None = None,
    workers: int = 1,
    console: Console,
    plain: bool = False,
) -> WorldSummary:
    """Make a world of `count` shots, or go on with it where it stopped.

    Raises:
        ConfigError: the folder, the count, the size or the motion files cannot be used.
    """
    started = time.perf_counter()
    motions = read_motions(bvh, console) if bvh else {}
    production = production.model_copy(update={"bvh": tuple(sorted(motions))})
    plans = plan_shots(count, production, repertoire())
    _check_room(plans, out)
    folder = WorldFolder(out)
    with folder.opened(count, production):
        sweep(folder.takes)
        outcomes = _film(plans, folder, motions, workers, console, plain=plain)
        write_manifest(
            Manifest[Take](stage="takes", rows=[_row(one) for one in outcomes]), Take, folder.takes_manifest
        )
        takes = [one.take for one in outcomes if one.take]
        jobs = write_jobs(folder, plans, takes, motions)
    return WorldSummary(
        shots=len(plans),
        takes=len(takes),
        kept=sum(one.kept for one in outcomes),
        failed=len(outcomes) - len(takes),
        jobs=jobs,
        seconds=time.perf_counter() - started,
        filming_seconds=sum(take.seconds for take in takes),
        frames=sum(take.num_frames for take in takes),
        bytes=sum(one.bytes for one in outcomes),
    )


def read_motions(folder: Path, console: Console) -> Mapping[str, BvhMotion]:
    """All motion files of a folder that a human of the world can perform, by name.

    Raises:
        ConfigError: there is no such folder, or no such file in it.
    """
    paths = sorted(folder.glob("*.bvh")) if folder.is_dir() else []
    if not paths:
        raise ConfigError("there are no motion files", where=folder, expected="*.bvh", hint="Check --bvh")
    skeleton = draw_body("human", 0).skeleton
    motions: dict[str, BvhMotion] = {}
    for path in paths:
        try:
            motion = read_bvh(path)
            perform_bvh(motion, skeleton, 2, 24.0)
            motions[name_of(path.name)] = motion
        except BunrakuError as error:
            told = f"  {path.name} is left out: {error}"
            console.print(told, style="yellow", soft_wrap=True, markup=False)
    if not motions:
        raise ConfigError("no motion file can be performed", where=folder, hint="The reasons stand above")
    return motions


def _film(
    plans: list[ShotPlan],
    folder: WorldFolder,
    motions: Mapping[str, BvhMotion],
    workers: int,
    console: Console,
    *,
    plain: bool,
) -> list[Filmed]:
    """Outcomes of all takes in the plans' order."""
    orders = [(order, order.key()) for plan in plans for order in _orders(plan, folder, motions)]
    done = {
        order.name: Filmed(order, key, take, kept=True)
        for order, key in orders
        if (take := find_take(order, key))
    }
    missing = [(order, key) for order, key in orders if order.name not in done]
    if done:
        console.print(f"  {len(done)} of {len(orders)} takes are there already")
    for outcome in _told(film_all(missing, workers, _limit_s(plans[0])), len(missing), console, plain=plain):
        done[outcome.order.name] = outcome
    return [done[order.name] for order, _ in orders]


def _orders(plan: ShotPlan, folder: WorldFolder, motions: Mapping[str, BvhMotion]) -> Iterator[TakeOrder]:
    needed = {role.bvh: motions[role.bvh] for role in plan.cast if role.bvh}
    for performers in plan.performers:
        yield TakeOrder(plan, performers, needed, folder.takes)


def _told(outcomes: Iterator[Filmed], count: int, console: Console, *, plain: bool) -> Iterator[Filmed]:
    """The same outcomes, with a bar in a terminal or a line for each."""
    if not count:
        return
    columns = (
        TextColumn("  filming"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("left"), TimeRemainingColumn(), TextColumn("{task.description}"),
    )  # fmt: skip
    with Progress(*columns, console=console, disable=plain or not console.is_terminal) as bar:
        task = bar.add_task("", total=count)
        for number, outcome in enumerate(outcomes, 1):
            bar.update(task, advance=1, description=outcome.order.name)
            if outcome.take is None:
                bar.console.print(
                    f"  {outcome.order.name} failed: {outcome.error_message}",
                    style="red",
                    soft_wrap=True,
                    markup=False,  # what an error says may look like markup
                )
            elif bar.disable:
                took = f"{outcome.take.seconds:.1f} s, {outcome.bytes / 1e6:.1f} MB"
                console.print(f"  {number}/{count} {outcome.order.name}  {took}", highlight=False)
            yield outcome


def _row(outcome: Filmed) -> Row[Take]:
    return Row[Take](
        item=outcome.order.name,
        key=outcome.key,
        parents=[],
        status="ok" if outcome.take else "quarantined",
        cached=outcome.kept,
        error_class=outcome.error_class,
        error_message=outcome.error_message,
        attempt=1,
        seconds=outcome.take.seconds if outcome.take else 0.0,
        device="cpu",
        record=outcome.take,
    )


def _pixels(plan: ShotPlan) -> float:
    return float(plan.width_px) * plan.height_px * plan.num_frames


def _limit_s(plan: ShotPlan) -> float:
    return max(_LEAST_LIMIT_S, _LIMIT_S_PER_MEGAPIXEL * _pixels(plan) / 1e6)


def _check_room(plans: list[ShotPlan], out: Path) -> None:
    memory = MEMORY_BYTES_PER_PIXEL * max(_pixels(plan) for plan in plans)
    if memory > MOST_MEMORY_BYTES:
        raise ConfigError(
            "the clips are too long or too large to be filmed in memory",
            expected=f"at most {MOST_MEMORY_BYTES / 2**30:.0f} GiB a take",
            got=f"about {memory / 2**30:.1f} GiB",
            hint="Give a smaller --size or --num-frames",
        )
    there = next(parent for parent in (out.absolute(), *out.absolute().parents) if parent.is_dir())
    needed = sum(BYTES_PER_PIXEL * _pixels(plan) * len(plan.performers) for plan in plans)
    used = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) if out.is_dir() else 0
    free = shutil.disk_usage(there).free
    if needed - used > free:
        raise ConfigError(
            "there is too little room on the disk",
            where=there,
            expected=f"about {(needed - used) / 1e6:,.0f} MB",
            got=f"{free / 1e6:,.0f} MB",
            hint="Give another --out, or a smaller --count, --size or --num-frames",
        )
