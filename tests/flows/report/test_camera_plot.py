"""The drawing of a camera's path: one scale, the right way up, and words for its unit."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from data_contracts.camera_path import CameraPath
from flows.report.camera_plot import camera_plot
from models.camera.presets import PRESETS, look_at, preset_path

SVG = "{http://www.w3.org/2000/svg}"


def drawn(poses: np.ndarray, unit: str = "scene depths", **lens: object) -> ElementTree.Element:
    path = CameraPath.of(poses, time_s=np.arange(len(poses)) / 24, **lens)  # type: ignore[arg-type]
    return ElementTree.fromstring(camera_plot(path, unit))


def lines(svg: ElementTree.Element) -> list[np.ndarray]:
    """The path in both panels [T, 2]."""
    found = svg.findall(f"{SVG}polyline")
    return [np.array([p.split(",") for p in line.attrib["points"].split()], float) for line in found]


def words(svg: ElementTree.Element) -> str:
    return " ".join(text.text or "" for text in svg.findall(f"{SVG}text"))


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_is_drawn_inside_of_its_frame(name: str) -> None:
    svg = drawn(preset_path(name, 24))
    left, top, width, height = (float(v) for v in svg.attrib["viewBox"].split())
    for circle in svg.findall(f"{SVG}circle"):
        assert left < float(circle.attrib["cx"]) < width
        assert top < float(circle.attrib["cy"]) < height
    for line in lines(svg):
        assert (line > 0).all()
        assert (line < [width, height]).all()
    assert ("does not travel" in words(svg)) == (name in ("static", "pan", "roll", "zoom"))


def test_axes_are_equal_and_the_right_way_round() -> None:
    poses = np.tile(np.eye(4), (3, 1, 1))
    poses[:, :3, 3] = [[0, 0, 0], [0.3, 0, 0], [0.3, -0.1, 0.2]]  # right, then up and ahead
    above, side = lines(drawn(poses))
    right, ahead = above[1] - above[0], above[2] - above[1]
    assert right[0] > 0
    assert right[1] == pytest.approx(0, abs=0.11)
    assert ahead[1] < 0  # ahead is upwards on the page
    assert -ahead[1] == pytest.approx(right[0] * 2 / 3, abs=0.3)
    forward = side[2] - side[1]
    assert forward[0] == pytest.approx(-ahead[1], abs=0.3)
    assert forward[1] == pytest.approx(-forward[0] / 2, abs=0.3)  # up is up


def test_where_the_world_lies_does_not_matter() -> None:
    poses = preset_path("crane", 9)
    moved = look_at((3, 1, -2), (0, 5, 0), (0, 0, 1)) @ poses
    for before, after in zip(lines(drawn(poses)), lines(drawn(moved)), strict=True):
        np.testing.assert_allclose(before, after, atol=0.11)


def test_the_bar_says_a_round_length_in_the_paths_unit() -> None:
    poses = preset_path("dolly_in", 9, {"distance": 0.3})
    svg = drawn(poses, "m")
    assert "0.1 m" in words(svg)
    bar = next(path for path in svg.findall(f"{SVG}path") if path.attrib["class"] == "bar")
    found = re.search(r"H([0-9.]+)m", bar.attrib["d"])
    assert found
    travelled = lines(svg)[0]
    assert float(found[1]) / abs(travelled[-1, 1] - travelled[0, 1]) == pytest.approx(0.1 / 0.3, abs=0.01)
    assert "0.3 m across" in (svg.findtext(f"{SVG}title") or "")


def test_a_long_lens_is_drawn_narrow() -> None:
    def breadth(focal_px: float) -> float:
        lens = np.tile([focal_px, focal_px, 50.0, 50.0], (2, 1))
        svg = drawn(preset_path("static", 2), intrinsics_px=lens, width_px=100, height_px=100)
        camera = next(path for path in svg.findall(f"{SVG}path") if path.attrib["class"] == "camera")
        xy = np.array(re.findall(r"([0-9.]+) ([0-9.]+)", camera.attrib["d"]), float)
        return float(np.ptp(xy[:, 0]))

    assert breadth(200) == pytest.approx(breadth(50) / 4, abs=0.2)
