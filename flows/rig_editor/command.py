"""The verb `bunraku rig edit`: opens a picture, or a run's job, in the editor until it is stopped."""

from __future__ import annotations

import os
import threading
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data_contracts.errors import ConfigError
from flows.stopping import terminated_as_interrupted

if TYPE_CHECKING:
    from rich.console import Console

    from flows.rig_editor.session import Session

rig = typer.Typer(
    name="rig", help="Joints and mask of a character by hand: `bunraku rig edit`.", no_args_is_help=True
)


@rig.callback()
def _group() -> None:
    """Joints and mask of a character by hand."""


@rig.command()
def edit(
    subject: Annotated[Path, typer.Argument(help="A picture; or with --job the folder of a run.")],
    job: Annotated[str | None, typer.Option(help="Which of the run's jobs to open.")] = None,
    rig: Annotated[Path | None, typer.Option("--rig", help="Joints to start from: rig.json.")] = None,
    mask: Annotated[Path | None, typer.Option("--mask", help="Mask to start from: PNG.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to save; default PICTURE-rig beside it.")
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
    no_open: Annotated[bool, typer.Option("--no-open", help="Print the address only.")] = False,
) -> int:
    """Drag joints, paint the mask and see the puppet move; saves what a job takes as `rig` and `mask`."""
    from rich.console import Console

    console = Console()
    with console.status("Looking at the figure ..."):
        session = open_session(subject, job, rig, mask, out)
    for note in session.subject.notes:
        console.print(f"  {note}", style="yellow", soft_wrap=True, markup=False)
    with terminated_as_interrupted():
        serve(session, console, port=port, browse=not no_open)
    return 0


def open_session(
    subject: Path,
    job: str | None = None,
    rig: Path | None = None,
    mask: Path | None = None,
    out: Path | None = None,
) -> Session:
    """What the options ask for.

    What was saved into ``out`` before is gone on with, unless a rig or mask is named.

    Raises:
        InputError: a file cannot be used.
        ConfigError: there is nothing to open, or no place to save.
    """
    from flows.rig_editor.run_job import open_job
    from flows.rig_editor.session import Session
    from flows.rig_editor.subject import open_picture

    if not subject.exists():
        raise ConfigError("there is no such picture or run", where=subject)
    if subject.is_dir() != (job is not None):
        raise ConfigError(
            "a run needs --job, and a picture takes none",
            where=subject,
            hint="bunraku rig edit PICTURE, or bunraku rig edit RUN --job NAME",
        )
    name = job or subject.stem
    place = (out or (subject / "rigs" / name if job else subject.with_name(f"{name}-rig"))).absolute()
    _require_place(place)
    rig = rig or _kept(place / "rig.json")
    mask = mask or _kept(place / "mask.png")
    if job is not None:
        opened, hint = open_job(subject.absolute(), job, rig, mask)
        return Session(opened, place, hint)
    return Session(open_picture(subject, rig, mask), place)


def serve(
    session: Session,
    console: Console,
    *,
    port: int = 0,
    browse: bool = False,
    stop: threading.Event | None = None,
) -> None:
    """Serve the page until Ctrl-C, or until ``stop`` is set.

    Raises:
        ConfigError: the port is taken.
    """
    from flows.rig_editor.server import EditorServer

    stop = stop or threading.Event()
    with EditorServer(session, port) as server:
        listening = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        listening.start()
        try:
            console.print(f"  Edit      {server.url}", soft_wrap=True, markup=False)
            console.print(f"  Saves to  {session.out}", soft_wrap=True, markup=False)
            console.print("  Ctrl-C ends it.", style="dim")
            if browse:
                webbrowser.open(server.url)
            while not stop.wait(0.2):
                pass
        except KeyboardInterrupt:
            console.print()
        finally:
            server.shutdown()
            listening.join()
    for path in session.saved:
        console.print(f"  Saved     {path}", soft_wrap=True, markup=False)
    if not session.saved:
        console.print("  Nothing was saved.")


def _kept(path: Path) -> Path | None:
    return path if path.is_file() else None


def _require_place(folder: Path) -> None:
    """Refuse a folder that nothing can be saved to, before any work is done on the figure."""
    there = folder
    while not there.exists():
        there = there.parent
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        raise ConfigError(
            "nothing can be saved there",
            where=folder,
            got=f"{there} is {'not writable' if there.is_dir() else 'a file'}",
            hint="Give another folder with --out",
        )
