from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import InputError
from data_contracts.placement import PlacedFigure, read_placement, write_placement
from data_contracts.rig import INDEX, JOINTS, read_skeleton, write_skeleton
from tests.tasks.character_scene import skeleton


def test_rig_json_comes_back(tmp_path: Path) -> None:
    before = skeleton(cropped=True, legs=False, arms=False, limbs=False, body="half_body")
    write_skeleton(tmp_path / "rig.json", before)
    after = read_skeleton(tmp_path / "rig.json")
    np.testing.assert_allclose(after.joints_xy_px, before.joints_xy_px, atol=0.005)
    assert (after.cropped, after.legs, after.arms, after.limbs, after.body, after.width_px) == (
        True,
        False,
        False,
        False,
        "half_body",
        before.width_px,
    )


def test_char_cfg_yaml_of_animated_drawings_is_a_rig(assets: Path) -> None:
    rig = read_skeleton(assets / "refs" / "drawing_char1_cfg.yaml")
    assert (rig.width_px, rig.height_px) == (508, 602)
    np.testing.assert_array_equal(rig.joint("right_hand"), [46, 311])
    np.testing.assert_array_equal(rig.joint("head"), [231, 119])
    neck = rig.joint("neck")
    assert 119 < neck[1] < 232


def test_a_joint_that_is_missing_or_broken_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rig.json"
    write_skeleton(path, skeleton())
    document = json.loads(path.read_text())
    hand = document["joints"].pop("left_hand")
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match="left_hand"):
        read_skeleton(path)
    document["joints"]["left_hand"] = [hand[0], "far"]
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match="left_hand is not"):
        read_skeleton(path)
    path.write_text("{broken")
    with pytest.raises(InputError, match="cannot be read"):
        read_skeleton(path)
    path.write_text("[1, 2]")
    with pytest.raises(InputError, match="not a mapping"):
        read_skeleton(path)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"confidence": {"root": "high"}}, r"confidence\.root of the rig is wrong .*number; got 'high'"),
        ({"confidence": {"root": float("nan")}}, r"confidence\.root of the rig is wrong"),
        ({"confidence": [1]}, "confidence of the rig is wrong"),
        ({"parts": {"legs": "false"}}, r"parts\.legs of the rig is wrong .*boolean; got 'false'"),
        ({"parts": {"leg": False}}, r"parts\.leg of the rig is wrong"),
        ({"cropped": "no"}, "cropped of the rig is wrong"),
        ({"croped": True}, "croped of the rig is wrong .*a name among .*cropped"),
        ({"body": "dragon"}, "body of the rig is wrong .*'quadruped'.*got 'dragon'"),
        ({"width": 0}, "width of the rig is wrong"),
        ({"height": float("inf")}, "height of the rig is wrong"),
        ({"parents": {"root": "head"}}, "parents of the rig is wrong .*fixed"),
        ({"joints": None}, "joints of the rig is wrong"),
    ],
)
def test_what_a_hand_got_wrong_is_named_and_not_guessed(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    path = tmp_path / "rig.json"
    write_skeleton(path, skeleton())
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    with pytest.raises(InputError, match=message):
        read_skeleton(path)


@pytest.mark.parametrize(
    "place", ["[true, 1]", "[1]", "[1, 2, 3]", "5", '"12"', "[1e400, 0]", "[NaN, 0]", "{}"]
)
def test_a_place_that_is_none_is_told(tmp_path: Path, place: str) -> None:
    path = tmp_path / "rig.json"
    write_skeleton(path, skeleton())
    document = json.loads(path.read_text())
    document["joints"]["left_hand"] = "here"
    path.write_text("\ufeff" + json.dumps(document).replace('"here"', place))
    with pytest.raises(InputError, match=r"left_hand is not \[x, y\] .*two finite numbers"):
        read_skeleton(path)


def test_a_broken_char_cfg_is_told(tmp_path: Path) -> None:
    path = tmp_path / "char_cfg.yaml"
    path.write_text(
        "width: 9\nheight: 9\nskeleton:\n- {name: torso, loc: [a, b]}\n- {name: neck, loc: [1, 2]}\n"
    )
    with pytest.raises(InputError, match="joint chest is not"):
        read_skeleton(path)
    path.write_text("skeleton: [{name: torso, loc: [1, 2]}]\n")
    with pytest.raises(InputError, match=r"width of the rig is wrong .*required"):
        read_skeleton(path)


def test_a_joint_of_another_name_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rig.json"
    write_skeleton(path, skeleton())
    document = json.loads(path.read_text())
    document["joints"]["left_wing"] = [3, 4]
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match=r"other names.*got left_wing"):
        read_skeleton(path)


def figure() -> PlacedFigure:
    rng = np.random.default_rng(0)
    return PlacedFigure(
        rng.uniform(0, 100, (4, 16, 2)),
        rng.normal(0, 0.2, (4, 16)),
        rng.random((4, 2)) > 0.5,
        rng.uniform(0.5, 2, 4),
        rng.uniform(-50, 50, (4, 2)),
        rng.uniform(2, 5, 4),
        180.0,
        150.0,
        24.0,
    )


def test_a_placement_comes_back(tmp_path: Path) -> None:
    before = figure()
    write_placement(tmp_path / "placement.json", before)
    after = read_placement(tmp_path / "placement.json")
    np.testing.assert_allclose(after.joints_xy_px, before.joints_xy_px, atol=5e-4)
    np.testing.assert_allclose(after.scale, before.scale, atol=1e-6)
    np.testing.assert_array_equal(after.contacts, before.contacts)
    assert after.joints_xy_px.shape[1] == len(JOINTS) == len(INDEX)


def test_a_damaged_placement_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "placement.json"
    write_placement(path, figure())
    document = json.loads(path.read_text())
    del document["frames"][2]["scale"]
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match="damaged"):
        read_placement(path)
    document["frames"][2]["scale"] = -1.0
    path.write_text(json.dumps(document))
    with pytest.raises(InputError, match="scales over 0"):
        read_placement(path)
