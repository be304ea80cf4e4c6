"""The page in a browser: joints are dragged, the mask is painted, and the puppet and the files follow."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from data_contracts.image import read_image
from data_contracts.rig import read_skeleton
from flows.rig_editor.server import EditorServer
from tests.flows.report.test_page import BROWSER_FLAGS
from tests.flows.rig_editor.drawn_subject import served, session_of

pytestmark = pytest.mark.slow

SHOWN_MS = 60_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.skip("no Chromium here: install `chromium` to see the editor tested in a browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=BROWSER_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EditorServer]:
    with served(session_of(tmp_path)) as server:
        yield server


class Desk:
    """The page as a person uses it."""

    def __init__(self, page: Any, out: Path) -> None:
        self.page, self.out = page, out
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    def open(self, url: str) -> None:
        self.page.goto(url)
        self.page.locator("#puppet[data-shown]").wait_for(timeout=SHOWN_MS)

    def place(self, joint: str) -> tuple[float, float]:
        box = self.page.locator(f"[data-joint={joint}]").bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def drag(self, start: tuple[float, float], by: tuple[float, float]) -> None:
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down()
        mouse.move(start[0] + by[0], start[1] + by[1], steps=4)
        mouse.up()

    def scale(self) -> float:
        """Pixels of the window a pixel of the picture, from two joints whose places the labels say."""
        (_, high), (_, low) = self.place("head"), self.place("left_foot")
        return (low - high) / (self.joint("left_foot")[1] - self.joint("head")[1])

    def joint(self, name: str) -> tuple[float, float]:
        self.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        label = self.page.locator(f"[data-joint={name}]").get_attribute("aria-label")
        x, y = label.partition(", ")[2].split(", ")
        return float(x), float(y)

    def settled(self) -> str:
        """Waits until the preview is of what is shown, and gives a digest of its frame."""
        self.page.locator("figure.puppet:not(.stale)").wait_for(timeout=SHOWN_MS)
        self.page.wait_for_timeout(100)
        return self.frame()

    def frame(self) -> str:
        url = self.page.evaluate("document.getElementById('puppet').toDataURL()")
        return hashlib.sha256(url.encode()).hexdigest()

    def save(self, outcome: str = "Saved", keys: str = "") -> dict[str, Any]:
        """Saves with the button, or by keys, and gives what rig.json then holds."""
        times = int(self.page.locator("#saved").get_attribute("data-times") or 0) + 1
        if keys:
            self.page.keyboard.press(keys)
        else:
            self.page.locator("#save").click()
        self.page.locator(f"#saved[data-times='{times}']").wait_for(timeout=SHOWN_MS)
        assert self.page.locator("#outcome").inner_text() == outcome
        saved: dict[str, Any] = json.loads((self.out / "rig.json").read_text()) if outcome == "Saved" else {}
        return saved


@pytest.fixture
def desk(browser: Any, server: EditorServer) -> Iterator[Desk]:
    page = browser.new_page(viewport={"width": 1300, "height": 860})
    desk = Desk(page, server.session.out)
    desk.open(server.url)
    page.locator("#play").click()
    yield desk
    assert desk.complaints == []
    page.close()


def test_a_dragged_joint_is_saved_where_it_was_dropped_and_moves_the_puppet(desk: Desk) -> None:
    before, start, others = desk.settled(), desk.joint("left_hand"), desk.joint("left_elbow")
    desk.drag(desk.place("left_hand"), (40, -60))
    assert desk.settled() != before
    saved = desk.save()["joints"]
    by = np.array([40, -60]) / desk.scale()
    np.testing.assert_allclose(saved["left_hand"], np.array(start) + by, atol=1.5)
    np.testing.assert_allclose(saved["left_elbow"], others, atol=0.6)


def test_with_shift_what_hangs_on_a_joint_comes_along(desk: Desk) -> None:
    elbow, hand, head = (desk.joint(name) for name in ("right_elbow", "right_hand", "head"))
    desk.page.keyboard.down("Shift")
    desk.drag(desk.place("right_elbow"), (-30, 20))
    desk.page.keyboard.up("Shift")
    moved = np.subtract(desk.joint("right_elbow"), elbow)
    assert moved[0] < -10 and moved[1] > 5
    np.testing.assert_allclose(np.subtract(desk.joint("right_hand"), hand), moved, atol=1.1)
    assert desk.joint("head") == head


def test_joints_are_moved_with_the_keyboard_alone(desk: Desk) -> None:
    x, y = desk.joint("right_knee")
    page = desk.page
    page.locator("[data-joint=right_knee]").focus()
    for key in ("ArrowRight", "ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert desk.joint("right_knee") == (x + 2, y + 10)
    page.keyboard.press("Control+z")
    assert desk.joint("right_knee") == (x, y), "presses in a row are one step back"
    page.keyboard.press("Control+Shift+z")
    assert desk.joint("right_knee") == (x + 2, y + 10)
    assert desk.save(keys="Control+s")["joints"]["right_knee"][0] == pytest.approx(x + 2, abs=0.6)


def test_paint_and_erase_change_the_saved_mask_and_the_puppet(desk: Desk) -> None:
    page, before = desk.page, desk.settled()
    desk.save()
    first = read_image(desk.out / "mask.png")[..., 0].astype(int)
    (hx, hy), scale = desk.place("head"), desk.scale()
    chest, head = desk.joint("chest"), desk.joint("head")
    page.locator("[data-tool=paint]").click()
    page.locator("#brush").fill("12")
    desk.drag((hx - 90, hy), (60, 0))
    page.keyboard.press("e")
    desk.drag(desk.place("chest"), (0, 40))
    assert desk.settled() != before
    desk.save()
    second = read_image(desk.out / "mask.png")[..., 0].astype(int)
    painted, erased = second - first > 128, first - second > 128
    assert painted[round(head[1]), round(head[0] - 60 / scale)]
    assert erased[round(chest[1] + 10), round(chest[0])]
    assert np.pi * 12**2 < erased.sum() < 2 * 12 * (40 / scale + 24) + 40
    assert painted[:, round(head[0]) :].sum() == 0 and (second != first).mean() < 0.05
    for _ in range(2):
        page.locator("#undo").click()
    desk.settled()
    desk.save()
    np.testing.assert_array_equal(read_image(desk.out / "mask.png")[..., 0], first)


def test_the_mask_is_painted_with_the_keyboard_alone(desk: Desk) -> None:
    page = desk.page
    desk.save()
    first = read_image(desk.out / "mask.png")[..., 0].astype(int)
    page.keyboard.press("e")
    for key in ("]", "[", "ArrowUp", "ArrowRight", " "):
        page.keyboard.press(key)
    desk.settled()
    desk.save()
    second = read_image(desk.out / "mask.png")[..., 0].astype(int)
    brush = int(page.locator("#brush").input_value())
    assert ((first - second) > 128).sum() == pytest.approx(np.pi * brush**2, rel=0.1), "one dab is one disc"


def test_a_figure_may_be_said_to_be_an_animal(desk: Desk) -> None:
    page = desk.page
    assert page.locator("#forelimbs").is_hidden()
    page.locator("[data-choice=body]").select_option("quadruped")
    assert page.locator("#forelimbs").is_visible()
    desk.settled()
    desk.save()
    assert read_skeleton(desk.out / "rig.json").body == "quadruped"
    page.locator("#undo").click()
    assert page.locator("[data-choice=body]").input_value() == "human"


def test_reset_and_undo_lead_back_and_forth(desk: Desk) -> None:
    page, first, frame = desk.page, desk.joint("head"), desk.settled()
    assert page.locator("#undo").is_disabled() and page.locator("#reset").is_disabled()
    desk.drag(desk.place("head"), (25, -10))
    page.locator("[data-switch=legs]").uncheck()
    moved = desk.joint("head")
    page.locator("#reset").click()
    assert desk.joint("head") == first and page.locator("[data-switch=legs]").is_checked()
    assert desk.settled() == frame
    page.locator("#undo").click()
    assert desk.joint("head") == moved and not page.locator("[data-switch=legs]").is_checked()
    for _ in range(2):
        page.locator("#undo").click()
    assert desk.joint("head") == first
    page.locator("#redo").click()
    assert desk.joint("head") == moved
    assert not desk.save()["cropped"]


def test_joints_are_found_again_on_demand(desk: Desk) -> None:
    desk.drag(desk.place("left_foot"), (120, -200))
    away = desk.joint("left_foot")
    desk.page.locator("#find").click()
    desk.page.locator("#find[aria-busy=false]").wait_for(timeout=SHOWN_MS)
    assert np.linalg.norm(np.subtract(desk.joint("left_foot"), away)) > 60
    desk.page.locator("#undo").click()
    assert desk.joint("left_foot") == away


def test_what_cannot_be_saved_is_said_and_can_be_mended(desk: Desk) -> None:
    desk.out.write_text("in the way")
    desk.save("Not saved")
    assert "the folder cannot be written" in desk.page.locator("#reason").inner_text()
    assert not desk.page.locator("#next").is_visible()
    desk.out.unlink()
    desk.save()
    assert "bunraku run" in desk.page.locator("#next").inner_text()
    desk.complaints = [said for said in desk.complaints if "422" not in said]


def test_zoom_keeps_what_is_under_the_pointer_and_drags_go_by_the_pictures_pixels(desk: Desk) -> None:
    at, scale = desk.place("left_knee"), desk.scale()
    desk.page.mouse.move(*at)
    desk.page.mouse.wheel(0, -200)
    desk.page.wait_for_timeout(200)
    assert desk.scale() > 1.3 * scale
    np.testing.assert_allclose(desk.place("left_knee"), at, atol=1.5)
    x, _ = desk.joint("left_knee")
    desk.drag(at, (30, 0))
    assert desk.joint("left_knee")[0] - x == pytest.approx(30 / desk.scale(), abs=1.1)
    desk.page.keyboard.press("0")
    desk.page.wait_for_timeout(200)
    assert desk.scale() == pytest.approx(scale, rel=0.02)


@pytest.mark.parametrize("width", [1300, 700])
def test_nothing_runs_out_of_the_window_and_everything_has_a_name(desk: Desk, width: int) -> None:
    page = desk.page
    page.set_viewport_size({"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    nameless = page.evaluate(
        "[...document.querySelectorAll('button, input, select')]"
        ".filter(e => !(e.ariaLabel || e.textContent.trim() || e.closest('label'))).map(e => e.outerHTML)"
    )
    assert nameless == []


def test_the_page_says_that_the_editor_has_ended(desk: Desk) -> None:
    desk.page.route("**/save", lambda route: route.abort("connectionrefused"))
    desk.save("Not saved")
    assert "The editor has ended" in desk.page.locator("#reason").inner_text()
    desk.complaints = []
