"""The verb `bunraku world`: options, and what is said at the end."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import ValidationError

from data_contracts.errors import ConfigError
from flows.stopping import terminated_as_interrupted

if TYPE_CHECKING:
    from rich.console import Console

    from flows.world.make import WorldSummary
    from models.world.planning import Production


def world(
    count: Annotated[int, typer.Option("--count", help="Number of shots.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of the world.")],
    seed: Annotated[int, typer.Option(help="Another seed is another world.")] = 0,
    size: Annotated[int, typer.Option(help="Long side of the clips in pixels.")] = 384,
    fps: Annotated[float, typer.Option(help="Frames a second.")] = 24.0,
    num_frames: Annotated[int, typer.Option(help="Frames of each clip.")] = 48,
    identities: Annotated[int, typer.Option(help="How many film the same shot, one after another.")] = 2,
    views: Annotated[int, typer.Option(help="Views from all round, for each take.")] = 8,
    bvh: Annotated[Path | None, typer.Option(help="Folder of motion files to perform as well.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, max=256, help="Default: one a core.")] = None,
    plain: Annotated[bool, typer.Option("--plain", help="A line a take instead of a bar.")] = False,
) -> int:
    """Generate shots of a puppet world with exact ground truth, and jobs whose right answer is known."""
    from rich.console import Console

    from flows.world.make import make_world

    console = Console()
    production = _production(
        seed=seed, size_px=size, fps=fps, num_frames=num_frames, identities=identities, views=views
    )
    try:
        with terminated_as_interrupted():
            summary = make_world(
                count,
                out.absolute(),
                production,
                bvh=bvh,
                workers=workers or os.cpu_count() or 1,
                console=console,
                plain=plain,
            )
    except KeyboardInterrupt:
        console.print("\n  Stopped. Complete takes are kept: the same command goes on.")
        raise
    except OSError as error:
        raise ConfigError(
            "a file of the world could not be read or written",
            where=error.filename or out,
            got=error.strerror or error,
            hint="Complete takes are kept: mend the cause, and the same command goes on",
        ) from error
    _tell(summary, out, console)
    return summary.exit_code


def _production(**values: Any) -> Production:
    """What all shots have in common, checked.

    Raises:
        ConfigError: a value is out of its bounds.
    """
    from models.world.planning import Production

    try:
        return Production(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise ConfigError(
            f"--{name.removesuffix('_px').replace('_', '-')} is wrong",
            expected=first["msg"].removeprefix("Input should be "),
            got=first["input"],
        ) from None


def _tell(summary: WorldSummary, out: Path, console: Console) -> None:
    made = summary.takes - summary.kept
    console.print(
        f"\n{summary.takes} takes of {summary.shots} shots ({made} new), {summary.failed} failed; "
        f"{summary.jobs} jobs with true answers; {summary.seconds:.1f} s."
    )
    if summary.takes:
        shots = summary.shots
        console.print(
            f"  {summary.filming_seconds / shots:.1f} s a shot and "
            f"{1000 * summary.filming_seconds / summary.frames:.0f} ms a frame of one worker, "
            f"{summary.bytes / 1e6 / shots:.1f} MB a shot."
        )
    if summary.failed:
        console.print("  The same command tries again what failed.")
    console.print(f"  Takes      {out / 'takes'}", soft_wrap=True)
    console.print(f"  Manifest   {out / 'manifests' / 'takes.parquet'}", soft_wrap=True)
    console.print(f"  Jobs       bunraku run embedded --jobs {out / 'jobs.csv'} --out RUN", soft_wrap=True)
