"""The character's benchmark measures what it says, on figures whose answer is known."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from data_contracts.rig import INDEX
from models.matting.matte import StillMatte
from models.puppet.driver import COCO_OF_JOINT, DriverMotion
from tests.benchmarks import character
from tests.benchmarks.character_cast import Motion, Reference, motions, references
from tests.benchmarks.character_drawing import Character, cut_out_as_it_is, draw, drawn_from
from tests.benchmarks.character_measures import (
    feet,
    halo,
    identity,
    mismatch,
    reappearing,
    seams,
    slides,
    stands,
    stretched,
)
from tests.benchmarks.character_page import print_rows, write_tables
from tests.tasks.character_scene import figure, skeleton

SIDE = 64


def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)


def places(count: int = 1, along: float = 1.0, shift: float = 0.0) -> np.ndarray:
    """Each pixel of the canvas shows its own place, shifted and stretched along x."""
    ys, xs = np.mgrid[:SIDE, :SIDE] + 0.5
    return np.stack([np.dstack([(xs - shift) / along, ys])] * count).astype(np.float32)


def test_an_exact_copy_is_identical_and_a_negative_is_not() -> None:
    rgb, seen = picture(), np.ones((1, SIDE, SIDE), bool)
    assert identity(rgb[None], seen, places(), rgb) == 1
    grey = np.full((SIDE, SIDE, 3), 60, np.uint8)
    assert identity(255 - grey[None], seen, places(), grey) == 0
    half = grey.copy()
    half[:, : SIDE // 2] = 200
    assert identity(half[None], seen, places(), grey) == 0.5
    nowhere = places()
    nowhere[:, :, : SIDE // 2] = np.nan
    assert identity(grey[None], seen, nowhere, grey) == 0.5


def test_what_is_not_shown_does_not_reappear() -> None:
    alpha = np.zeros((SIDE, SIDE), np.float32)
    alpha[10:50, 10:50] = 1
    assert reappearing(places(2), alpha) == 1
    hidden = places(2)
    hidden[:, 30:] = np.nan
    assert reappearing(hidden, alpha) == 0.5


@pytest.mark.parametrize(("along", "share"), [(1.0, 0.0), (1.3, 0.0), (2.0, 1.0), (0.5, 1.0)])
def test_rubber_is_what_is_drawn_too_long_or_too_short(along: float, share: float) -> None:
    assert stretched(places(along=along), np.ones(1)) == share
    assert stretched(places(along=along), np.full(1, along)) == pytest.approx(share)


def test_turned_surfaces_are_not_stretched() -> None:
    c, s = np.cos(0.7), np.sin(0.7)
    turned = places() @ np.array([[c, -s], [s, c]], np.float32)
    assert stretched(turned.astype(np.float32), np.ones(1)) == 0


def test_a_slit_through_the_figure_is_a_seam() -> None:
    alpha = np.zeros((1, SIDE, SIDE), np.uint8)
    alpha[0, 4:60, 4:60] = 255
    whole = (alpha[0] / 255).astype(np.float32)
    assert seams(alpha, places(), whole) == 0
    slit = alpha.copy()
    slit[0, 32, 4:60] = 200
    assert seams(slit, places(), whole) == pytest.approx(1 / 46)


def test_the_ground_between_arm_and_body_is_no_seam() -> None:
    alpha = np.zeros((1, SIDE, SIDE), np.uint8)
    alpha[0, 4:60, 4:60] = 255
    alpha[0, 4:50, 31:33] = 0
    source = places()
    source[alpha < 128] = np.nan
    assert seams(alpha, source, (alpha[0] / 255).astype(np.float32)) == 0
    assert seams(alpha, source, np.ones((SIDE, SIDE), np.float32)) > 0


def test_a_figure_shifted_by_three_pixels_slides_three_pixels() -> None:
    rest = np.full((16, 2), 10.0)
    rest[INDEX["right_foot"]], rest[INDEX["left_foot"]] = (20.0, 40.0), (44.0, 40.0)
    source = np.concatenate([places(4), places(4, shift=3)])
    found = feet(source, rest, 5, np.ones(8))
    np.testing.assert_allclose(found[0], rest[[INDEX["right_foot"], INDEX["left_foot"]]], atol=1e-4)
    standing = np.ones((8, 2), bool)
    np.testing.assert_allclose(slides(found, standing), [3, 3], atol=1e-4)
    standing[4] = False  # a step between: each foot stands where it is put
    np.testing.assert_allclose(slides(found, standing), 0, atol=1e-4)
    assert slides(found, np.zeros((8, 2), bool)) == []


def test_a_foot_stands_while_it_is_slow() -> None:
    frames, fps = 24, 24.0
    xy = np.tile(np.linspace(0, 1, 133)[None, :, None], (frames, 1, 2))
    left = COCO_OF_JOINT["left_foot"]
    xy[12:, left, 0] += np.arange(12) * 0.05  # 1.2 heights a second
    standing = stands(DriverMotion(xy, np.ones((frames, 133)), fps))
    assert standing[:, 0].all()
    assert standing[:11, 1].all() and not standing[13:, 1].any()


def test_joints_are_compared_whichever_side_is_called_left() -> None:
    rng = np.random.default_rng(1)
    joints = rng.uniform(0, 100, (3, 16, 2))
    named, exchanged = np.zeros((3, 133, 2)), np.zeros((3, 133, 2))
    for name, k in COCO_OF_JOINT.items():
        side, kind = name.split("_")
        named[:, k] = joints[:, INDEX[name]]
        exchanged[:, k] = joints[:, INDEX[f"{'left' if side == 'right' else 'right'}_{kind}"]]
    assert mismatch(named, joints) == 0
    assert mismatch(exchanged, joints) == 0
    assert mismatch(named + [3, 4], joints) <= 5


def test_a_rim_of_another_colour_is_a_halo() -> None:
    alpha = np.zeros((SIDE, SIDE), np.uint8)
    alpha[10:50, 10:50] = 255
    plain = np.where(alpha[..., None] > 0, np.uint8(90), np.uint8(255)).repeat(3, axis=2)
    assert halo(plain, alpha) == 0
    rimmed = plain.copy()
    rimmed[10:50, 10:50][[0, 1, -2, -1]] = 130
    rimmed[10:50, 10:50][:, [0, 1, -2, -1]] = 130
    assert halo(rimmed, alpha) == 40


def doll() -> Character:
    rgb, alpha = figure()
    return Character(rgb, StillMatte(alpha, rgb, 1.0, "drawn"), skeleton())


def waving(frames: int = 8) -> DriverMotion:
    """A person at rest whose right forearm goes up."""
    joints = skeleton().joints_xy_px
    xy, confidence = np.zeros((frames, 133, 2)), np.zeros((frames, 133))
    for name, k in COCO_OF_JOINT.items():
        xy[:, k], confidence[:, k] = joints[INDEX[name]], 1
    for k, dx in ((0, 0), (3, 8), (4, -8)):
        xy[:, k], confidence[:, k] = joints[INDEX["head"]] + [dx, 0], 1
    hand = COCO_OF_JOINT["right_hand"]
    xy[:, hand, 1] -= np.linspace(0, 28, frames)
    return DriverMotion(xy, confidence, 12.0)


@pytest.mark.slow
def test_a_doll_that_waves_keeps_its_colours_and_its_feet() -> None:
    known = doll()
    drawn = draw(known, waving())
    small, alpha, ratio = drawn_from(known, drawn)
    assert identity(drawn.frames, drawn.alpha == 255, drawn.source_xy_px * ratio, small) > 0.97
    assert reappearing(drawn.source_xy_px * ratio, alpha) > 0.9
    # Where nothing moved, a pixel shows just the place that placement puts there.
    chest = (known.skeleton.joint("chest") + [0, 12]) * drawn.placement.scale[0] + drawn.placement.offset[0]
    x, y = np.floor(chest).astype(int)
    shown = drawn.source_xy_px[0, y, x] * drawn.placement.scale[0] + drawn.placement.offset[0]
    np.testing.assert_allclose(shown, [x + 0.5, y + 0.5], atol=1.0)
    composite, cover = cut_out_as_it_is(known, drawn)
    assert abs(halo(composite, cover) - halo(drawn.frames[0], drawn.alpha[0])) < 15
    row = character.measure_pair(known, drawn, waving())
    assert row["slide_worst_px"] < 1 and row["joint_error_pct"] < 25 and row["frames_per_s"] > 1


@pytest.mark.slow
def test_refusals_are_told_and_the_rest_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = Reference("nobody", True, lambda: np.full((64, 64, 3), 200, np.uint8))
    monkeypatch.setattr(character, "references", lambda assets: [empty])
    row = character.measure_reference(character.Case("nobody", None, (), tmp_path))
    assert row["refused"]["stage"] == "segment" and "figure" in row["refused"]["what"]
    unseen = DriverMotion(np.zeros((4, 133, 2)), np.zeros((4, 133)), 12.0)
    rgb, alpha = figure()
    painted = Reference("doll", True, lambda: np.dstack([rgb, np.rint(255 * alpha).astype(np.uint8)]))
    monkeypatch.setattr(character, "references", lambda assets: [painted])
    case = character.Case("doll", None, (Motion("unseen", unseen), Motion("wave", waving())), tmp_path)
    row = character.measure_reference(case)
    assert row["refused"] is None and row["matte_confidence"] > 0.9
    assert row["motions"]["unseen"]["refused"]["stage"] == "draw_conditions"
    assert 90 < row["motions"]["wave"]["identity_pct"] <= 100
    assert (tmp_path / "doll.png").is_file()
    told = {"real_inputs": False, "drivers_refused": {"clip": "too dark"}, "references": [row]}
    text = StringIO()
    print_rows(json.loads(json.dumps(told)), Console(file=text, width=220))
    assert "doll" in text.getvalue() and "too dark" in text.getvalue()
    page = tmp_path / "page.md"
    marked = "<!-- table:{0} -->\nold\n<!-- /table:{0} -->\nprose\n"
    page.write_text("title\n" + marked.format("references") + marked.format("motions"))
    write_tables(told, page)
    written = page.read_text()
    assert "old" not in written and written.startswith("title\n") and written.count("\nprose\n") == 2
    assert "| doll | alpha 0.99 |" in written and "| wave | 1 |" in written


@pytest.mark.slow
def test_without_real_inputs_our_own_characters_do_our_own_acts() -> None:
    names = [reference.name for reference in references(None)]
    assert {"own_girl", "own_robot", "own_person"} <= set(names)
    found, refused = motions(None)
    assert len(found) >= 4 and not refused
    assert all(len(motion.driver.xy) == 48 for motion in found)
