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
        templates()
        .get_template("page.html")
        .render(
            run=content,
            graph=graph_of(content.stages, content.edges),
            box_width=BOX_WIDTH,
            box_height=BOX_HEIGHT,
            cards=cards,
            clips=clips,
            troubles=list(previews.troubles),
            style=inline(_TEMPLATES / "style.css"),
            script=inline(_TEMPLATES / "player.js") + inline(_TEMPLATES / "page.js"),
        )
    )
    path = folder.path / "report.html"
    write_whole(path, page)
    return path


def templates(folder: Path = _TEMPLATES) -> Environment:
    """The pages of a folder, and the document that they all extend.

    Everything is escaped, and a name that is not there is an error.
    """
    environment = Environment(
        loader=FileSystemLoader([folder, _TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(duration=duration, counted=counted)
    return environment


def inline(path: Path) -> Markup:
    """A style sheet or a script as it is; ours, so nothing of it is escaped."""
    return Markup(path.read_text(encoding="utf-8"))
