"""Progress of the trials in the terminal: a bar where there is one to draw on, else lines now and then."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from flows.accuracy.trials import Outcome, Trial

_SAY_EVERY_S = 5.0


class TrialProgress:
    """Tells how many trials are done, and every crash at once."""

    def __init__(self, trials: Sequence[Trial], console: Console) -> None:
        self._console = console
        self._total, self._done, self._said = len(trials), 0, time.monotonic()
        columns = TextColumn("{task.description:<18}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        self._bar = Progress(*columns, console=console, disable=not console.is_terminal, transient=True)
        self._task = self._bar.add_task("trials", total=self._total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def advance(self, outcome: Outcome) -> None:
        """One trial is done."""
        self._done += 1
        trial = outcome.trial
        self._bar.update(self._task, advance=1, description=trial.role)
        if outcome.crash:
            where = escape(f"{trial.role} {trial.backend_name}, {trial.case.dataset}, {trial.case.name}")
            last = escape(outcome.crash.splitlines()[-1])
            self._console.print(f"  [red]crash[/] {where}: {last}", soft_wrap=True)
        if not self._console.is_terminal and time.monotonic() - self._said > _SAY_EVERY_S:
            self._said = time.monotonic()
            self._console.print(f"  {trial.role:<20} {self._done}/{self._total} trials …", style="dim")
