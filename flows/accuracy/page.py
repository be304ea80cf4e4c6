"""Page: the accuracy table as one self-contained HTML file, in the look of the run report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.accuracy.bars import Panel, panels_of
from flows.accuracy.numbers import written
from flows.accuracy.results import Results, RoleResults
from flows.accuracy.table import CRASHES, FAILURES
from flows.report import wording
from flows.report.page import inline, templates
from flows.run_folder import write_whole

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class RoleContent:
    """One role's section."""

    name: str
    panels: list[Panel]
    failures: Panel | None
    """Only where somebody owned up to something."""
    part: RoleResults
    cost: str


def write_page(results: Results, out: Path) -> Path:
    """Write `report.html` into a folder and return its path."""
    roles = [_content(part) for part in results.roles]
    verdicts = [(part.role.name, verdict) for part in results.roles for verdict in part.verdicts]
    environment = templates(_FOLDER)
    environment.filters["written"] = written
    page = environment.get_template("accuracy.html").render(
        results=results,
        roles=roles,
        verdicts=verdicts,
        facts=_facts(results),
        lead=_lead(results),
        costs=_costs(results),
        style=inline(_FOLDER.parent / "report" / "style.css") + inline(_FOLDER / "accuracy.css"),
    )
    path = out / "report.html"
    write_whole(path, page)
    return path


def _content(part: RoleResults) -> RoleContent:
    shown = panels_of(part, part.role.measures)
    troubles = panels_of(part, (FAILURES, CRASHES))
    bad = [
        panel._replace(bars=bars)
        for panel in troubles
        if (bars := [bar for bar in panel.bars if bar.row.value > 0])
    ]
    failures = next((panel for panel in bad if panel.measure is FAILURES), None)
    done = [outcome for outcome in part.outcomes if outcome.applies]
    cost = f"{wording.counted(len(done), 'trial')}, {wording.duration(part.processor_s)} of work"
    return RoleContent(part.role.name, shown, failures, part, cost)


def _lead(results: Results) -> str:
    backends = {(row.role, row.backend) for row in results.rows}
    cases = {o.trial.case[:2] for part in results.roles for o in part.outcomes}
    verdicts = [verdict for part in results.roles for verdict in part.verdicts]
    text = (
        f"{wording.counted(len(backends), 'backend')} of {wording.counted(len(results.roles), 'role')} "
        f"on {wording.counted(len(cases), 'case')} whose truth is known."
    )
    if verdicts:
        met = sum(verdict.met for verdict in verdicts)
        text += f" The embedded profile reaches {met} of {wording.counted(len(verdicts), 'target')}."
    return text


def _facts(results: Results) -> dict[str, str]:
    facts = {
        "Cases": "quick: fewer of them" if results.quick else "all",
        "Time": results.time,
        "Puppet world": f"{wording.duration(results.world_seconds)} to make, or to find made",
        "Real inputs": "measured too"
        if results.with_assets
        else "not there: puppet world and drawn art only",
    }
    if results.crashes:
        facts["Crashes"] = str(len(results.crashes))
    return facts


def _costs(results: Results) -> list[dict[str, Any]]:
    rows = []
    for part in results.roles:
        for backend in dict.fromkeys(outcome.trial.backend_name for outcome in part.outcomes):
            mine = [o for o in part.outcomes if o.applies and o.trial.backend_name == backend]
            if mine:
                slowest = max(mine, key=lambda outcome: outcome.processor_s)
                rows.append(
                    {
                        "role": part.role.name,
                        "backend": backend,
                        "trials": len(mine),
                        "seconds": wording.duration(sum(outcome.processor_s for outcome in mine)),
                        "slowest": wording.duration(slowest.processor_s),
                        "slowest_case": f"{slowest.trial.case.dataset}, {slowest.trial.case.name}",
                    }
                )
    return rows
