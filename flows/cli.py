"""The command line: `bunraku run | plan | status | failures | rerun | report | doctor | world | train | ...`.

Exit codes: 0 all ok, 1 usage or configuration error, 2 failed items, 3 disk full, 130 interrupted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from data_contracts.errors import BunrakuError, ConfigError, StorageFull
from flows.full_disk import says_full, storage_full
from flows.rig_editor.command import rig
from flows.train.command import train
from flows.world.command import world

EXIT_USAGE, EXIT_FULL = 1, 3

app = typer.Typer(
    name="bunraku",
    help="Batch character-image animation and synthetic dataset production.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Out = Annotated[Path, typer.Option("--out", help="Folder of the run.", file_okay=False)]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Jobs = Annotated[Path | None, typer.Option(help="Job table: .csv, .jsonl or .parquet.")]
References = Annotated[Path | None, typer.Option(help="Folder of pictures, with --drivings.")]
Drivings = Annotated[Path | None, typer.Option(help="Folder of driving inputs, with --references.")]
Root = Annotated[Path | None, typer.Option(help="Where relative paths in the table start, and stay below.")]
Decisions = Annotated[Path | None, typer.Option(help="Verdicts on pairs: .csv, .jsonl or .parquet.")]
StorePath = Annotated[
    Path | None, typer.Option("--store", help="Artifact store to share; default OUT/store.")
]
Remote = Annotated[str, typer.Option(help="fsspec URL of a store behind the local one (s3://...).")]
Size = Annotated[int | None, typer.Option(help="Long side of all results in pixels, with --references.")]
Fps = Annotated[float | None, typer.Option(help="Frame rate of all results, with --references.")]
Frames = Annotated[int | None, typer.Option("--num-frames", help="Most frames, with --references.")]
Camera = Annotated[str | None, typer.Option(help="Camera of all jobs, with --references.")]
Seed = Annotated[int | None, typer.Option(help="Seed of all jobs, with --references.")]
Workers = Annotated[int | None, typer.Option(min=1, max=256, help="Worker processes; default: one a core.")]
Verify = Annotated[bool, typer.Option("--verify", help="Check the digests of stored files before use.")]
Local = Annotated[bool, typer.Option("--local", help="Without Prefect: shards in threads of this process.")]


def _request(**options: Any) -> Any:
    from data_contracts.job import PRESET_PREFIX
    from flows.run import RunRequest

    fields = ("size", "fps", "num_frames", "camera", "seed")
    defaults = {name: options.pop(name) for name in fields if options.get(name) is not None}
    given = {name: value for name, value in options.items() if value is not None and name not in fields}
    if defaults and options.get("jobs"):
        raise ConfigError(
            f"--{', --'.join(name.replace('_', '-') for name in defaults)} cannot go with --jobs",
            hint="In a job table each row says it",
        )
    camera = defaults.get("camera", "extracted")
    if camera != "extracted" and not camera.startswith(PRESET_PREFIX):
        defaults["camera"] = str(Path(camera).absolute())
    for name in ("jobs", "references", "drivings", "root", "decisions", "out", "store"):
        if name in given:
            given[name] = given[name].absolute()
    return RunRequest(**given, defaults=defaults)


def _carry_out(request: Any, console: Console, *, local: bool) -> int:
    from flows.run import check_request, execute

    console.print(check_request(request), style="dim")
    if local:
        from flows.scheduler import Threads

        summary = execute(request, Threads(request.workers), console)
    else:
        from flows.prefect_settings import quiet_prefect

        console.print("Prefect starts, which takes a while; --local leaves it out.", style="dim")
        quiet_prefect()
        from flows.deployment import run_with_prefect

        summary = run_with_prefect(request)
    console.print(
        f"\nJobs with a video: {summary.videos} of {summary.jobs}; pairs accepted: {summary.accepted_pairs}; "
        f"items failed: {summary.failed_items}."
    )
    for place in ("videos", "dataset", "manifests", "report.html"):
        if (summary.out / place).exists():
            console.print(f"  {place.split('.')[0].capitalize():<10} {summary.out / place}", soft_wrap=True)
    if summary.failed_items:
        console.print(f"  What failed, and why: bunraku failures --out {summary.out}", soft_wrap=True)
    return summary.exit_code


@app.command()
def run(
    profile: Annotated[str, typer.Argument(help="'embedded', 'hub', or a YAML file.")],
    out: Out,
    jobs: Jobs = None,
    references: References = None,
    drivings: Drivings = None,
    root: Root = None,
    decisions: Decisions = None,
    size: Size = None,
    fps: Fps = None,
    num_frames: Frames = None,
    camera: Camera = None,
    seed: Seed = None,
    store: StorePath = None,
    remote: Remote = "",
    workers: Workers = None,
    verify: Verify = False,
    local: Local = False,
) -> int:
    """Animate every job's character and make a dataset of the accepted pairs; resumes where it stopped."""
    options = {**locals()}
    del options["local"]
    return _carry_out(_request(**options), Console(), local=local)


@app.command()
def plan(
    profile: Annotated[str, typer.Argument(help="'embedded', 'hub', or a YAML file.")],
    out: Out,
    jobs: Jobs = None,
    references: References = None,
    drivings: Drivings = None,
    root: Root = None,
    decisions: Decisions = None,
    size: Size = None,
    fps: Fps = None,
    num_frames: Frames = None,
    camera: Camera = None,
    seed: Seed = None,
    store: StorePath = None,
    remote: Remote = "",
    why: Annotated[bool, typer.Option("--why", help="One line an item, with the reason.")] = False,
    json: Json = False,
) -> int:
    """Say what a run would make and why, and what is in the store already. Makes nothing."""
    options = {**locals()}
    as_json, with_reasons = options.pop("json"), options.pop("why")
    from flows.views import show_plan

    show_plan(_request(**options), with_reasons=with_reasons, as_json=as_json)
    return 0


@app.command()
def status(out: Out, json: Json = False) -> int:
    """How far the run in a folder is: a line a stage."""
    from flows.views import show_status

    return show_status(out.absolute(), as_json=json)


@app.command()
def failures(out: Out, json: Json = False) -> int:
    """The failed items of a run, with their reasons."""
    from flows.views import show_failures

    return show_failures(out.absolute(), as_json=json)


@app.command()
def rerun(
    out: Out,
    failed: Annotated[bool, typer.Option("--failed", help="Try quarantined items again.")] = False,
    from_stage: Annotated[
        str | None, typer.Option("--from", help="Make this stage anew, and what follows from it.")
    ] = None,
    items: Annotated[
        list[str] | None, typer.Option("--items", help="Only these items ('fox', 'fox×*'); repeatable.")
    ] = None,
    workers: Workers = None,
    local: Local = False,
) -> int:
    """Run a folder's jobs again: put failed items back, or make stored ones anew."""
    from flows.rerun import prepare_rerun

    request = prepare_rerun(out.absolute(), failed=failed, from_stage=from_stage, items=items or [])
    if workers:
        request = request.model_copy(update={"workers": workers})
    return _carry_out(request, Console(), local=local)


@app.command()
def report(out: Out) -> int:
    """Write the run's report.html again."""
    from flows.report import write_report
    from flows.views import folder_of_run

    print(write_report(folder_of_run(out.absolute())))  # noqa: T201
    return 0


@app.command()
def doctor(json: Json = False) -> int:
    """Which backends are usable here, and what is missing for the others."""
    from flows.doctor import show_doctor

    return show_doctor(as_json=json)


@app.command()
def accuracy(
    quick: Annotated[bool, typer.Option("--quick", help="Fewer cases: minutes, not an hour.")] = False,
    role: Annotated[list[str] | None, typer.Option("--role", help="Only this role; repeatable.")] = None,
    out: Annotated[Path, typer.Option("--out", help="Folder of the results.", file_okay=False)] = Path(
        "runs/accuracy"
    ),
    assets: Annotated[
        Path | None, typer.Option(help="Real inputs with ground truth; default $BUNRAKU_ASSETS.")
    ] = None,
    workers: Workers = None,
    docs: Annotated[
        Path | None, typer.Option(help="Page to write the tables into, such as docs/accuracy.md.")
    ] = None,
    gate: Annotated[
        bool, typer.Option("--gate", help="Exit with 2 where a number is worse than approved.")
    ] = False,
    approve: Annotated[
        bool, typer.Option("--approve", help="Approve the present numbers of the quick table.")
    ] = False,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Do all trials again, those too that a run into --out has done.")
    ] = False,
    json: Json = False,
) -> int:
    """Hold every usable backend against exact truth: one table with intervals, baselines and oracles."""
    from flows.accuracy.command import Files, show_accuracy
    from flows.accuracy.run import AccuracyRequest

    request = AccuracyRequest(out.absolute(), tuple(role or ()), quick, assets, workers, fresh)
    return show_accuracy(request, Files(docs, gate, approve, json))


@app.command()
def profiles() -> int:
    """The profiles that Bunraku brings."""
    from configs.profile import profile_names

    for name in profile_names():
        print(name)  # noqa: T201
    return 0


app.command()(world)
app.command()(train)
app.add_typer(rig)


def main() -> None:
    """Entry point of the `bunraku` command."""
    sys.exit(invoke(sys.argv[1:]))


def invoke(arguments: list[str]) -> int:
    """Carry out one command line and return its exit code."""
    command: Callable[..., Any] = typer.main.get_command(app)
    try:
        code = command(args=arguments, prog_name="bunraku", standalone_mode=False)
    except typer.Exit as end:
        return end.exit_code
    except typer.TyperException as error:
        if error.format_message():  # none where the help was all that was lacking
            _complain("Usage", f"{error.format_message()} Try: bunraku --help")
        return EXIT_USAGE
    except typer.Abort:
        return 130
    except BunrakuError as error:
        return _refused(error)
    except OSError as error:
        if says_full(error):
            return _refused(storage_full(Path(error.filename or Path.cwd()), error.strerror))
        if error.filename is None:
            raise
        return _refused(ConfigError(str(error.strerror), where=error.filename, hint="Check its permissions"))
    return int(code or 0)


def _refused(error: BunrakuError) -> int:
    _complain(type(error).__name__, str(error))
    return EXIT_FULL if isinstance(error, StorageFull) else EXIT_USAGE


def _complain(kind: str, message: str) -> None:
    Console(stderr=True).print(Text(kind, "red"), Text(message), soft_wrap=True)


if __name__ == "__main__":  # launchers such as torchrun start modules
    main()
