"""Writes the report's page."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from flows.report.content import content_of
from flows.report.gallery import EmbeddedClips, cards_of
from flows.report.graph import BOX_HEIGHT, BOX_WIDTH, graph_of
from flows.report.preview import Previews
from flows.report.wording import counted, duration
from flows.run_folder import RunFolder, write_whole

_TEMPLATES = Path(__file__).parent


def write_report(folder: RunFolder) -> Path:
    """Write one self-contained ``report.html`` into a run's folder.

    Works for a run that failed, stopped half way or is still at work: the page says what is missing.

    Returns:
        The page's path.
    """
    content = content_of(folder)
    previews, clips = Previews(folder.path), EmbeddedClips(folder.path)
    cards = cards_of(content.jobs, previews, clips)
    page = (
        _templates()
        .get_template("page.html")
        .render(
            run=content,
            graph=graph_of(content.stages, content.edges),
            box_width=BOX_WIDTH,
            box_height=BOX_HEIGHT,
            cards=cards,
            clips=clips,
            troubles=list(previews.troubles),
            style=_inline("style.css"),
            script=_inline("player.js") + _inline("page.js"),
        )
    )
    path = folder.path / "report.html"
    write_whole(path, page)
    return path


def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(duration=duration, counted=counted)
    return environment


def _inline(name: str) -> Markup:
    """A file of this package as it is; ours, so nothing of it is escaped."""
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))
