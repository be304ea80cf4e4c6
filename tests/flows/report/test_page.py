"""The page itself: what is in it, and how it behaves in a browser."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from data_contracts.animation import RefinedVideo
from flows.report import gallery, write_report
from tests.flows.report.example_run import ExampleRun, example_run

pytestmark = pytest.mark.slow

BROWSER_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> ExampleRun:
    run = example_run(tmp_path_factory.mktemp("example"))
    run.write()
    return run


@pytest.fixture(scope="module")
def report(run: ExampleRun) -> Path:
    return write_report(run.folder)


class Links(HTMLParser):
    """Collects what a page refers to, and the ids it has."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.links += [str(given[name]) for name in ("href", "src", "data-link") if name in given]
        self.ids += [str(given["id"])] if "id" in given else []


def links_of(report: Path) -> Links:
    links = Links()
    links.feed(report.read_text(encoding="utf-8"))
    return links


def test_the_page_refers_to_nothing_outside_its_folder(report: Path) -> None:
    links = links_of(report)
    assert len(links.ids) == len(set(links.ids))
    for link in links.links:
        if link.startswith("#"):
            assert link[1:] in links.ids
        elif not link.startswith("data:"):
            assert (report.parent / Path(link.replace("%C3%97", "×"))).is_file(), link
    assert any(link.endswith(".mp4") for link in links.links), "the full videos"


def test_text_of_users_is_text(report: Path) -> None:
    page = report.read_text(encoding="utf-8")
    assert "a park &lt;b&gt;in&lt;/b&gt; spring" in page
    assert "<b>in</b>" not in page


def test_a_shared_clip_is_carried_once(report: Path) -> None:
    page = report.read_text(encoding="utf-8")
    names = [part.split('"')[0] for part in page.split("data-clip-name=")[1:] for part in [part[1:]]]
    driving = next(name for name in names if "-content-" in name)
    assert names.count(driving) == 2, "two jobs have the same driver"
    assert page.count(f'data-clip="{driving}"') == 1


def test_each_jobs_camera_is_drawn(report: Path) -> None:
    drawings = [link for link in links_of(report).links if link.startswith("data:image/svg+xml;base64,")]
    drawn = base64.b64decode(drawings[0].partition(",")[2]).decode()
    assert "Camera path of" in drawn
    assert "scene depths" in drawn
    assert "Camera, as seen from its first frame: a preset" in report.read_text(encoding="utf-8")


def test_a_second_report_makes_no_preview_again(run: ExampleRun, report: Path) -> None:
    def stamps() -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in (report.parent / "report_media").iterdir()}

    before = stamps()
    page = report.read_bytes()
    write_report(run.folder)
    assert stamps() == before
    assert report.read_bytes() == page


def test_beyond_the_budget_clips_are_linked_and_the_page_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = example_run(tmp_path)
    run.write()
    monkeypatch.setattr(gallery, "MAX_EMBEDDED_BYTES", 10_000)
    report = write_report(run.folder)
    page = report.read_text(encoding="utf-8")
    assert "did not fit in this page" in page
    linked = [link for link in links_of(report).links if link.startswith("report_media/")]
    assert linked
    assert all((tmp_path / link).is_file() for link in linked)


def test_a_job_beyond_the_first_ones_plays_its_video_from_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = example_run(tmp_path)
    run.write()
    monkeypatch.setattr(gallery, "MAX_EMBEDDED_JOBS", 1)
    monkeypatch.setattr(gallery, "MAX_CARDS", 2)
    report = write_report(run.folder)
    played = [link for link in links_of(report).links if link.endswith(".mp4")]
    assert played.count("videos/fox%C3%97walk.mp4") == 2, "the link to it, and the player"
    assert any(link.startswith("store/synthesize_pairs/") for link in played)
    previews = {path.name[:24] for path in (tmp_path / "report_media").iterdir()}
    walk = run.folder.read("refine", RefinedVideo)
    assert walk is not None
    assert walk["fox×walk"].key[:24] not in previews
    assert walk["fox×waltz"].key[:24] in previews
    assert "The first 2 of 4 jobs are shown" in report.read_text(encoding="utf-8")


def test_files_gone_from_the_store_leave_a_gap_and_no_error(tmp_path: Path) -> None:
    run = example_run(tmp_path)
    run.write()
    shutil.rmtree(tmp_path / "store" / "refine")
    assert ">not made<" in write_report(run.folder).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.skip("no Chromium here: install `chromium` to see the report tested in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=BROWSER_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any, report: Path) -> Iterator[Any]:
    page = browser.new_page(viewport={"width": 1400, "height": 1000})
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("request", lambda request: page.complaints.append(request.url) if _leaves(request.url) else None)
    page.goto(report.as_uri())
    yield page
    page.close()


def _leaves(url: str) -> bool:
    return not url.startswith(("data:", "blob:")) and not url.endswith("/report.html")


def test_clips_play_in_step_without_errors_or_requests(page: Any) -> None:
    page.locator(".player").first.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.player video').currentTime > 0.3", timeout=15_000)
    card = "[...document.querySelector('.player').querySelectorAll('video')]"
    assert page.evaluate(f"{card}.map(v => v.videoWidth)") == [96, 96]
    assert page.evaluate(f"{card}.map(v => v.poster.slice(0, 11))") == ["", "data:image/"], "for paper"
    page.wait_for_function(
        f"(() => {{ const [a, b] = {card}; return Math.abs(a.currentTime - b.currentTime) < 0.15; }})()"
    )
    assert page.complaints == []


def test_the_slider_moves_all_clips_and_the_button_stops_them(page: Any) -> None:
    player = page.locator(".player").first
    player.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.player video').currentTime > 0", timeout=15_000)
    button = player.locator(".play")
    assert button.get_attribute("aria-label") == "Pause fox×waltz"
    button.click()
    assert button.get_attribute("aria-label") == "Play fox×waltz"
    player.locator("input").fill("500")
    page.wait_for_function(
        "[...document.querySelector('.player').querySelectorAll('video')]"
        ".every(v => v.paused && !v.seeking && Math.abs(v.currentTime - 1) < 0.02)"
    )
    assert player.locator(".clock").inner_text() == "1.00 of 2.00 s"


def test_intermediate_clips_play_when_their_fold_is_opened(page: Any) -> None:
    page.locator("#gallery summary").first.click()
    page.wait_for_function(
        "[...document.querySelectorAll('.card details video')].filter(v => v.currentTime > 0).length >= 3",
        timeout=15_000,
    )
    assert page.complaints == []


def test_failures_are_filtered_by_stage(page: Any) -> None:
    rows = page.locator("#failures tbody tr:visible")
    assert rows.count() == 2
    page.locator("[data-filter=rig]").click()
    assert rows.count() == 1
    assert "no figure was found" in rows.inner_text()
    assert page.locator("[data-filter=rig]").get_attribute("aria-pressed") == "true"
    page.locator("[data-filter='']").click()
    assert rows.count() == 2


def test_a_box_leads_to_its_stage_and_opens_its_rows(page: Any) -> None:
    page.evaluate("document.querySelectorAll('.stage-section details').forEach(d => d.open = false)")
    page.locator("a.box[data-stage=rig]").click()
    assert page.locator("#stage-rig tbody tr").first.is_visible()
    page.mouse.move(1, 1)
    page.locator("a.box[data-stage=animate]").focus()
    tied = page.evaluate("[...document.querySelectorAll('.edge.tied')].map(e => e.dataset.from).sort()")
    assert tied == ["animate", "draw_conditions", "ingest", "render_background", "rig", "segment"]


@pytest.mark.parametrize("width", [1400, 420])
def test_nothing_runs_out_of_the_window(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") == width
