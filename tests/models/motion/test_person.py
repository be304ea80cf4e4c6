from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from data_contracts.bvh import BvhMotion, parse_bvh, read_bvh
from data_contracts.errors import InputError
from models.motion.forward_kinematics import forward_kinematics, rest_positions
from models.motion.humanoid import REQUIRED_JOINTS, map_humanoid
from models.motion.person import person_joints, up_direction
from models.motion.poses import bvh_poses
from models.motion.wholebody import wholebody_motion
from tests.models.motion.test_bvh_motion import HUMANOIDS


def nameless(motion: BvhMotion, seed: int | None = None) -> BvhMotion:
    """The same skeleton as bone_000, bone_001, ...; with a seed, brothers in another order."""
    order = list(range(len(motion.parents)))
    if seed is not None:
        rng = np.random.default_rng(seed)
        waiting, order = [0], []
        while waiting:
            joint = waiting.pop()
            order.append(joint)
            children = [k for k, parent in enumerate(motion.parents) if parent == joint]
            waiting += [children[k] for k in rng.permutation(len(children))]
    place = {joint: k for k, joint in enumerate(order)}
    first = np.cumsum([0, *map(len, motion.channels)])
    columns = [c for joint in order for c in range(first[joint], first[joint + 1])]
    return BvhMotion(
        tuple(f"bone_{k:03d}" for k in range(len(order))),
        tuple(-1 if motion.parents[joint] < 0 else place[motion.parents[joint]] for joint in order),
        motion.offsets[order],
        tuple(motion.channels[joint] for joint in order),
        motion.values[:, columns],
        motion.frame_time_s,
    )


def shortened(motion: BvhMotion, most: int = 120) -> BvhMotion:
    return replace(motion, values=motion.values[:: max(1, motion.n_frames // most)])


def on_its_back(motion: BvhMotion) -> BvhMotion:
    """The same motion in a file whose z points up: y becomes z, and z becomes -y."""
    axis = {"X": ("X", 1.0), "Y": ("Z", 1.0), "Z": ("Y", -1.0)}
    signs = np.array([axis[name[0]][1] for names in motion.channels for name in names])
    channels = tuple(tuple(axis[name[0]][0] + name[1:] for name in names) for names in motion.channels)
    offsets = motion.offsets[:, [0, 2, 1]] * [1, -1, 1]
    return replace(motion, offsets=offsets, channels=channels, values=motion.values * signs)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [None, 1, 2])
@pytest.mark.parametrize("name", HUMANOIDS)
def test_joints_without_names_are_those_that_the_names_tell(
    assets: Path, name: str, seed: int | None
) -> None:
    motion = shortened(read_bvh(assets / "bvh" / f"{name}.bvh"))
    by_name = map_humanoid(motion.joint_names, motion.parents)
    where = forward_kinematics(motion).positions
    bare = nameless(motion, seed)
    positions = forward_kinematics(bare).positions
    joints = person_joints(bare, positions, rest_positions(bare), name)
    height = np.ptp(where[0, :, 1])
    for joint in REQUIRED_JOINTS:
        apart = np.linalg.norm(where[:, by_name[joint]] - positions[:, joints[joint]], axis=-1).max()
        # One file has a second neck joint a sixteenth of the height above the first.
        assert apart < (0.07 * height if joint == "neck" else 1e-6), joint


def test_sides_in_names_are_believed_where_the_rest_is_foreign(assets: Path) -> None:
    motion = shortened(read_bvh(assets / "bvh" / "dab.bvh"))
    joints = wholebody_motion(motion)
    other = {"Left": "Right", "Right": "Left"}
    for exchanged in (False, True):
        names = []
        for number, name in enumerate(motion.joint_names):
            side = next((side for side in other if name.startswith(side)), "")
            names.append(f"{other[side] if exchanged and side else side}Knochen{number}")
        foreign = wholebody_motion(replace(motion, joint_names=tuple(names)))
        wrist = foreign.xyz[:, 10 if exchanged else 9]
        np.testing.assert_allclose(wrist, joints.xyz[:, 9], atol=1e-9)


@pytest.mark.parametrize("scale", [0.01, 2.54, 100.0])
def test_units_and_upright_axes_do_not_matter(assets: Path, scale: float) -> None:
    motion = shortened(read_bvh(assets / "bvh" / "jesse_dance.bvh"))
    moved = np.array([name.endswith("position") for names in motion.channels for name in names])
    other = replace(
        motion, offsets=motion.offsets * scale, values=motion.values * np.where(moved, scale, 1.0)
    )
    for changed in (other, on_its_back(other)):
        seen, again = (bvh_poses(each, 200, 300) for each in (motion, changed))
        np.testing.assert_allclose(again.keypoints_xy_px, seen.keypoints_xy_px, atol=2e-3)


@pytest.mark.parametrize(("frame_time_s", "frames"), [(0.0083, 24), (1.0, 2991)])
def test_odd_rates_become_the_wanted_one(assets: Path, frame_time_s: float, frames: int) -> None:
    motion = replace(
        shortened(read_bvh(assets / "bvh" / "jumping_jacks.bvh"), 125), frame_time_s=frame_time_s
    )
    poses = bvh_poses(motion, 128, 128, fps=24, where="odd")
    expected = int((motion.n_frames - 1) * frame_time_s * 24 + 1e-6) + 1
    assert poses.n_frames == expected
    assert abs(expected - frames) <= 24


def test_a_tumbling_figure_is_upright_as_its_zero_pose(assets: Path) -> None:
    motion = read_bvh(assets / "bvh" / "mocapbank_crlf_tabs.bvh")
    joints = map_humanoid(motion.joint_names, motion.parents)
    rest = rest_positions(motion)
    turns = np.linspace(0, 2 * np.pi, 30, endpoint=False) + 1.0
    across = np.array([[[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]] for a in turns])
    tumbling = np.einsum("tij,kj->tki", across, rest)
    assert np.argmax(np.abs(up_direction(tumbling, rest, joints))) == 1
    # One that only walks is believed, whatever its zero pose is.
    assert np.argmax(np.abs(up_direction(tumbling[:1], rest[:, [0, 2, 1]], joints))) == np.argmax(
        np.abs(tumbling[0, joints["head"]] - tumbling[0, joints["left_ankle"]])
    )


def animal() -> str:
    """Four legs of two bones and a foot, a head and a tail."""

    def leg(name: str, x: float, z: float) -> str:
        return (
            f"JOINT {name}1\n{{\nOFFSET {x} 0 {z}\nCHANNELS 0\nJOINT {name}2\n{{\nOFFSET 0 -4 1\nCHANNELS 0\n"
            f"JOINT {name}3\n{{\nOFFSET 0 -4 -1\nCHANNELS 0\nEnd Site\n{{\nOFFSET 0 0 1\n}}\n}}\n}}\n}}\n"
        )

    head = "JOINT n\n{\nOFFSET 0 2 2\nCHANNELS 0\nEnd Site\n{\nOFFSET 0 0 2\n}\n}\n"
    chest = f"JOINT c\n{{\nOFFSET 0 0 10\nCHANNELS 0\n{leg('a', 1, 0)}{leg('b', -1, 0)}{head}}}\n"
    hips = f"OFFSET 0 8 0\nCHANNELS 3 Xposition Yposition Zposition\n{leg('d', 1, 0)}{leg('e', -1, 0)}"
    return f"HIERARCHY\nROOT h\n{{\n{hips}{chest}}}\nMOTION\nFrames: 1\nFrame Time: 0.04\n0 8 0\n"


def test_four_legs_are_no_person() -> None:
    with pytest.raises(InputError, match=r"not a humanoid"):
        wholebody_motion(parse_bvh(animal()), "dog.bvh")
    # The same bones with the trunk upright are one.
    upright = animal().replace("OFFSET 0 0 10\n", "OFFSET 0 10 0\n")
    assert wholebody_motion(parse_bvh(upright), "person.bvh").confidence[5] == 1
