"""README and docs say what is in the code: files, commands, stages, columns, backends, requirements."""

from __future__ import annotations

import re
import shlex
import typing
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import typer
import yaml

from configs.profile import profile_from, profile_names
from data_contracts.job import Job
from flows.cli import app
from flows.doctor import backends
from flows.pipeline import STAGES
from models.camera.presets import PRESETS, preset_path
from tasks.stage import StageInput

ROOT = Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))

PAPERS = {"A": 18, "B": 11, "C": 10, "D": 12}
"""How many requirements each paper has."""

FLOORS = [ROOT / name for name in ("flows", "configs", "tasks", "models", "data_contracts")]
_FOLDERS = ("flows", "configs", "tasks", "models", "data_contracts", "tests", "docs")


@pytest.fixture(params=PAGES, ids=lambda path: path.name)
def page(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def blocks(text: str, language: str) -> list[str]:
    """The contents of a page's code blocks of one language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def prose(text: str) -> str:
    """A page without its code blocks."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def table(text: str, *header: str) -> list[list[str]]:
    """The rows of the page's one table whose header begins with these cells."""
    lines = text.splitlines()
    starts = [n for n, line in enumerate(lines) if cells(line)[: len(header)] == list(header)]
    assert len(starts) == 1, f"{len(starts)} tables begin with {header}"
    rows = []
    for line in lines[starts[0] + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(cells(line))
    return rows


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def code(cell: str) -> list[str]:
    """What stands in a cell as code."""
    return re.findall(r"`([^`]+)`", cell)


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_link_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", prose(page.read_text(encoding="utf-8")))
    assert links or page != README
    for link in links:
        if link.startswith(("http://", "https://")):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), f"{page.name} links to {link}"
        assert target.is_relative_to(ROOT)
        if anchor:
            assert anchor in anchors(target), f"{page.name}: {link}"


def test_every_named_file_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = re.findall(rf"(?<![\w./<])((?:{'|'.join(_FOLDERS)})/[\w./]*[\w/])", text)
    for name in named:
        if not any(mark in text[text.find(name) + len(name) :][:1] for mark in "<*"):
            assert (ROOT / name).exists(), f"{page.name} names {name}"


def commands() -> Iterator[tuple[str, list[str]]]:
    for path in PAGES:
        for block in blocks(path.read_text(encoding="utf-8"), "bash"):
            for line in block.replace("\\\n", " ").splitlines():
                words = shlex.split(line, comments=True)
                if words and Path(words[0]).name == "bunraku":
                    yield path.name, words[1:]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "words"),
    list(commands()),
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_every_command_is_one_that_the_command_line_takes(name: str, words: list[str]) -> None:
    group = typing.cast(click.Group, typer.main.get_command(app))
    with click.Context(group) as context:
        verb = group.get_command(context, words[0])
        assert verb is not None, f"there is no verb {words[0]}"
        verb.make_context(words[0], words[1:], resilient_parsing=False)


def test_the_pages_show_every_verb() -> None:
    verbs = set(typing.cast(click.Group, typer.main.get_command(app)).commands)
    rows = table(README.read_text(encoding="utf-8"), "verb")
    assert {code(row[0])[0].removeprefix("bunraku ") for row in rows} == verbs
    assert len(list(commands())) > 10
    known = re.findall(r"`bunraku (\w+)", "".join(path.read_text(encoding="utf-8") for path in PAGES))
    assert set(known) <= verbs


def _input_name(entries: list[StageInput]) -> str:
    name = entries[0].record_type.__name__
    return name + ("…" if entries[0].several else "?" if all(entry.optional for entry in entries) else "")


def test_the_stage_table_is_the_pipeline() -> None:
    rows = table(README.read_text(encoding="utf-8"), "stage", "reads")
    assert [code(row[0])[0] for row in rows] == [stage.name for stage in STAGES]
    for row, stage in zip(rows, STAGES, strict=True):
        by_type: dict[str, list[StageInput]] = {}
        for entry in stage.inputs:
            by_type.setdefault(entry.record_type.__name__, []).append(entry)
        assert code(row[1]) == [_input_name(entries) for entries in by_type.values()], stage.name
        assert code(row[2]) == [stage.record_type.__name__], stage.name


def _takes_a_gpu(backend: typing.Any) -> bool:
    return backend.kind == "gsplat" or getattr(backend, "device", "cpu") != "cpu"


def test_the_stage_table_names_the_profiles_backends() -> None:
    rows = {code(row[0])[0]: row for row in table(README.read_text(encoding="utf-8"), "stage", "reads")}
    for column, name in ((4, "embedded"), (5, "hub")):
        path = ROOT / "configs" / f"{name}.yaml"
        profile = profile_from(yaml.safe_load(path.read_text(encoding="utf-8")), path)
        for stage in STAGES:
            settings = getattr(profile, stage.name)
            values = [getattr(settings, field) for field in type(settings).model_fields]
            backends = [value for value in values if hasattr(value, "kind")]
            kinds = dict.fromkeys(backend.kind for backend in backends)
            if name == "hub":
                takes = any(map(_takes_a_gpu, backends))
                assert rows[stage.name][3] == ("hub" if takes else "no"), stage.name
            shown = rows[stage.name][column]
            if shown == "the same":
                shown = rows[stage.name][column - 1]
            assert code(shown) == list(kinds), f"{name}: {stage.name}"


def test_the_job_table_has_the_columns_of_a_job() -> None:
    rows = {code(row[0])[0]: row[1] for row in table(README.read_text(encoding="utf-8"), "column", "default")}
    assert list(rows) == sorted(Job.model_fields, key=list(rows).index)
    assert rows.keys() == Job.model_fields.keys()
    for name, default in (("camera", "`extracted`"), ("seed", "0"), ("size", "512")):
        assert (
            rows[name] == default == default.replace(default.strip("`"), str(Job.model_fields[name].default))
        )
    assert [name for name, text in rows.items() if text == "required"] == ["reference", "driving"]


def test_the_presets_are_those_of_the_code() -> None:
    text = README.read_text(encoding="utf-8")
    shown = {}
    for row in table(text, "preset", "parameters and defaults"):
        facts = re.findall(r"`(\w+)` ([-\d.]+)", row[1])
        shown[code(row[0])[0]] = {parameter: float(value) for parameter, value in facts}
    kept = {
        name: {parameter: float(field.default) for parameter, field in preset.model_fields.items()}
        for name, preset in PRESETS.items()
    }
    assert shown == kept
    pages = "".join(path.read_text(encoding="utf-8") for path in PAGES)
    examples = re.findall(r"preset:([a-z_]+)\?(\w+)=([-\d.]+)", pages)
    assert examples
    for name, parameter, value in examples:
        preset_path(name, 3, {parameter: float(value)})


def test_every_backend_has_its_line() -> None:
    text = (ROOT / "docs" / "backends.md").read_text(encoding="utf-8")
    lines = [code(cells(line)[0])[0] for line in text.splitlines() if re.match(r"\| `\w+` \(?", line)]
    kinds = {model.model_fields["kind"].default for _, model in backends()}
    assert kinds <= set(lines)
    settings = {path for path, _ in backends()}
    headings = " ".join(re.findall(r"^### (.+)$", text, re.MULTILINE))
    named = {name for name in code(headings) if "." in name}
    assert named <= settings and {name.split(".")[0] for name in settings} <= {
        *(name.split(".")[0] for name in code(headings))
    }


def test_profiles_in_the_pages_are_valid() -> None:
    found = [
        (path.name, yaml.safe_load(block))
        for path in PAGES
        for block in blocks(path.read_text(encoding="utf-8"), "yaml")
    ]
    for path in PAGES:  # settings named in the text: `review: {default: hold}`
        for text in re.findall(r"`(\w+: \{[^`]+\})`", path.read_text(encoding="utf-8")):
            found.append((path.name, yaml.safe_load(text)))
    assert len(found) > 4
    for name, values in found:
        profile_from(values, name)


def test_every_profile_has_its_line() -> None:
    rows = table((ROOT / "docs" / "backends.md").read_text(encoding="utf-8"), "profile", "what it is")
    assert sorted(code(row[0])[0] for row in rows) == profile_names()


def test_every_requirement_stands_in_the_coverage_table_once() -> None:
    rows = table((ROOT / "docs" / "coverage.md").read_text(encoding="utf-8"), "ID", "what", "status")
    wanted = [f"{paper}{n}" for paper, count in PAPERS.items() for n in range(1, count + 1)]
    assert [row[0] for row in rows] == wanted
    for row in rows:
        assert row[2] in ("done", "partly", "not yet"), row[0]
        places = [re.findall(r"\]\(\.\./([^)]+)\)", cell) for cell in row[4:6]]
        if row[2] == "not yet":
            assert places == [[], []], row[0]
        else:
            ((file,), (test,)) = places
            assert (ROOT / file).is_file() and test.startswith("tests/") and (ROOT / test).is_file(), row[0]


def test_errors_to_look_up_are_errors_of_the_code() -> None:
    text = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    sources = "".join(path.read_text(encoding="utf-8") for floor in FLOORS for path in floor.rglob("*.py"))
    sources = re.sub(r'"\s+f?"', "", sources)  # messages that go on in the next line
    for row in table(text, "what you see"):
        for message in code(row[0]):
            for part in filter(None, (part.strip() for part in message.split("…"))):
                assert part in sources, message


def test_named_make_targets_exist() -> None:
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named: set[str] = set()
    for path in PAGES:
        text = path.read_text(encoding="utf-8")
        named |= set(re.findall(r"`make ([\w-]+)`", text))
        named |= set(re.findall(r"^make ([\w-]+)", "\n".join(blocks(text, "bash")), re.MULTILINE))
    assert {"demo", "test"} <= named <= targets


def test_the_picture_is_small_and_there() -> None:
    text = README.read_text(encoding="utf-8")
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
    assert 20_000 < (ROOT / picture).stat().st_size < 600_000
    assert text.index(picture) < text.index("## "), "it stands at the top"
