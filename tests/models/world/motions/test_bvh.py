"""BVH motions on the world's bodies: directions kept, lengths their own, feet on the floor."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from data_contracts.bvh import BvhMotion, parse_bvh, read_bvh
from data_contracts.errors import InputError
from models.motion.forward_kinematics import forward_kinematics
from models.motion.humanoid import map_humanoid
from models.world.figures.draw import draw_body
from models.world.motions.legs import leg_length_m
from models.world.motions.perform import perform_bvh

BODIES = [draw_body("human", seed).skeleton for seed in range(2)]

# Name, parent, offset in inches, and a channel order that is not the usual one.
_JOINTS = (
    ("Hips", "", (0, 36, 0)), ("Spine", "Hips", (0, 6, 0)), ("Neck", "Spine", (0, 14, 0)),
    ("Head", "Neck", (0, 4, 0.5)), ("Head_end", "Head", (0, 8, 0)),
    ("LeftShoulder", "Spine", (2, 12, 0)), ("LeftArm", "LeftShoulder", (5, 0, 0)),
    ("LeftForeArm", "LeftArm", (11, 0, 0)), ("LeftHand", "LeftForeArm", (10, 0, 0)),
    ("RightShoulder", "Spine", (-2, 12, 0)), ("RightArm", "RightShoulder", (-5, 0, 0)),
    ("RightForeArm", "RightArm", (-11, 0, 0)), ("RightHand", "RightForeArm", (-10, 0, 0)),
    ("LeftUpLeg", "Hips", (4, 0, 0)), ("LeftLeg", "LeftUpLeg", (0, -17, 0)),
    ("LeftFoot", "LeftLeg", (0, -16, 0)), ("LeftToeBase", "LeftFoot", (0, -2.5, 5)),
    ("RightUpLeg", "Hips", (-4, 0, 0)), ("RightLeg", "RightUpLeg", (0, -17, 0)),
    ("RightFoot", "RightLeg", (0, -16, 0)), ("RightToeBase", "RightFoot", (0, -2.5, 5)),
)  # fmt: skip
_BONES = (
    ("left_shoulder", "left_elbow", "LeftArm", "LeftForeArm"),
    ("left_elbow", "left_wrist", "LeftForeArm", "LeftHand"),
    ("right_shoulder", "right_elbow", "RightArm", "RightForeArm"),
    ("right_elbow", "right_wrist", "RightForeArm", "RightHand"),
    ("left_hip", "left_knee", "LeftUpLeg", "LeftLeg"),
    ("left_knee", "left_ankle", "LeftLeg", "LeftFoot"),
    ("right_hip", "right_knee", "RightUpLeg", "RightLeg"),
    ("right_knee", "right_ankle", "RightLeg", "RightFoot"),
)


def dance(num_frames: int = 61, yaw_deg: float = 70.0) -> BvhMotion:
    """One arm rises, the other bends, a knee lifts; the whole figure faces aside and stands far off."""
    names = [name for name, _, _ in _JOINTS]
    order = ("Yrotation", "Xrotation", "Zrotation")
    channels = tuple(
        ("Xposition", "Yposition", "Zposition", *order)
        if name == "Hips"
        else order
        if not name.endswith("_end")
        else ()
        for name in names
    )
    t = np.linspace(0, 1, num_frames)
    zero = np.zeros(num_frames)
    rotations = {
        "Hips": (yaw_deg + 10 * np.sin(6 * t), zero, zero),
        "Spine": (15 * np.sin(6 * t), zero, zero),
        "LeftArm": (zero, zero, -70 + 120 * t),
        "LeftForeArm": (-60 * t, zero, zero),
        "RightArm": (zero, zero, 70 + zero),
        "RightForeArm": (80 * t, zero, zero),
        "LeftUpLeg": (zero, -60 * np.sin(np.pi * t), zero),
        "LeftLeg": (zero, 80 * np.sin(np.pi * t), zero),
    }
    columns = []
    for name, names_of in zip(names, channels, strict=True):
        if name == "Hips":
            columns += [zero + 300, zero + 36, zero - 120]
        if names_of:
            columns += list(rotations.get(name, (zero, zero, zero)))
    parents = tuple(names.index(parent) if parent else -1 for _, parent, _ in _JOINTS)
    offsets = np.array([offset for _, _, offset in _JOINTS], np.float64)
    return BvhMotion(tuple(names), parents, offsets, channels, np.stack(columns, axis=1), 1 / 30)


def directions(positions: np.ndarray, pairs: list[tuple[int, int]]) -> np.ndarray:
    bones = np.stack([positions[:, b] - positions[:, a] for a, b in pairs], axis=1)
    return bones / np.linalg.norm(bones, axis=-1, keepdims=True)


@pytest.mark.parametrize("skeleton", BODIES)
def test_bone_directions_are_kept_up_to_one_turn(skeleton: object) -> None:
    motion = dance()
    poses = perform_bvh(motion, skeleton, 61, 30.0)  # type: ignore[arg-type]
    joint = map_humanoid(motion.joint_names, motion.parents)
    theirs = directions(forward_kinematics(motion).positions, [(joint[a], joint[b]) for a, b, _, _ in _BONES])
    index = skeleton.index  # type: ignore[attr-defined]
    ours = directions(poses.positions, [(index(a), index(b)) for _, _, a, b in _BONES])
    # The stage turn is about y: heights agree, and so do all angles between bones.
    assert np.allclose(ours[..., 1], theirs[..., 1], atol=1e-6)
    ours_inner, theirs_inner = (np.einsum("tai,tbi->tab", d, d) for d in (ours, theirs))
    assert np.allclose(ours_inner, theirs_inner, atol=1e-6)


@pytest.mark.parametrize("skeleton", BODIES)
def test_figure_stands_on_the_stage_and_faces_ahead(skeleton: object) -> None:
    poses = perform_bvh(dance(), skeleton, 61, 30.0)  # type: ignore[arg-type]
    ahead = poses.rotations[:, 0, :, 2].mean(axis=0)
    assert np.arctan2(ahead[0], ahead[2]) == pytest.approx(0, abs=1e-9)
    root = poses.positions[:, 0, [0, 2]]
    assert root.min(axis=0) + root.max(axis=0) == pytest.approx(0, abs=1e-9)
    foot = poses.positions[:, skeleton.index("RightFoot")]  # type: ignore[attr-defined]
    rest = skeleton.rest_m()[skeleton.index("RightFoot"), 1]  # type: ignore[attr-defined]
    # The right leg stands straight all the time; shins of bodies are not quite vertical at rest.
    assert np.abs(foot[:, 1] - rest).max() < 4e-3
    bones = poses.positions[:, 1:] - poses.positions[:, list(skeleton.parents[1:])]  # type: ignore[attr-defined]
    assert np.allclose(np.linalg.norm(bones, axis=-1), np.linalg.norm(skeleton.offsets_m[1:], axis=-1))  # type: ignore[attr-defined]


def test_time_is_resampled_and_short_files_go_to_and_fro() -> None:
    skeleton, motion = BODIES[0], dance()

    def bends(num_frames: int, fps: float) -> np.ndarray:
        # Against the hips: the mean heading, which is taken out, is that of the frames.
        rotations = perform_bvh(motion, skeleton, num_frames, fps).rotations
        return np.swapaxes(rotations[:, :1], -1, -2) @ rotations

    slow, fast = bends(61, 30.0), bends(31, 15.0)
    assert np.allclose(slow[::2], fast, atol=1e-6)
    long = bends(121, 30.0)
    assert np.allclose(long, long[::-1], atol=1e-6)


@pytest.mark.parametrize(
    "name",
    [
        "dab",
        "jesse_dance",
        "jumping",
        "jumping_jacks",
        "mocapbank_crlf_tabs",
        "rest_single_frame",
        "xia_neutral_walk",
    ],
)
def test_files_of_many_makers_stand_on_the_floor(assets: Path, name: str) -> None:
    skeleton = BODIES[0]
    poses = perform_bvh(read_bvh(assets / "bvh" / f"{name}.bvh"), skeleton, 48, 24.0)
    assert np.isfinite(poses.positions).all()
    rest = skeleton.rest_m()
    balls = [skeleton.index(f"{side}ToeBase") for side in ("Left", "Right")]
    lowest = (poses.positions[:, balls, 1] - rest[balls, 1]).min()
    assert -1e-6 < lowest < 0.12
    head = poses.positions[:, skeleton.index("Head"), 1]
    assert head.min() > 0.15 * rest[skeleton.index("Head"), 1]
    bones = poses.positions[:, 1:] - poses.positions[:, list(skeleton.parents[1:])]
    assert np.allclose(np.linalg.norm(bones, axis=-1), np.linalg.norm(skeleton.offsets_m[1:], axis=-1))


@pytest.mark.slow
def test_a_skeleton_whose_names_say_nothing_is_performed_alike() -> None:
    motion = dance()
    foreign = dataclasses.replace(motion, joint_names=tuple(f"bone_{k}" for k in range(len(motion.parents))))
    skeleton = draw_body("human", 3).skeleton
    named, nameless = (perform_bvh(found, skeleton, 12, 12.0) for found in (motion, foreign))
    np.testing.assert_allclose(nameless.rotations, named.rotations, atol=1e-6)


def test_what_is_no_humanoid_is_refused(assets: Path) -> None:
    with pytest.raises(InputError, match="not a humanoid"):
        perform_bvh(read_bvh(assets / "bvh" / "chain_4joints.bvh"), BODIES[0], 8, 24.0)


def test_animals_perform_no_bvh_and_time_must_pass() -> None:
    with pytest.raises(InputError, match="BVH motions are for humans"):
        perform_bvh(dance(), draw_body("quadruped", 0).skeleton, 8, 24.0)
    with pytest.raises(InputError, match="takes time"):
        perform_bvh(dance(), BODIES[0], 0, 24.0)
    chain = parse_bvh(
        "HIERARCHY\nROOT a\n{\nOFFSET 0 0 0\nCHANNELS 1 Xrotation\n}\nMOTION\nFrames: 1\nFrame Time: 0.1\n0"
    )
    with pytest.raises(InputError, match="not a humanoid"):
        perform_bvh(chain, BODIES[0], 8, 24.0)


def test_who_walks_away_is_kept_on_the_stage() -> None:
    motion = dance()
    values = motion.values.copy()
    values[:, 2] += np.linspace(0, 200, 61)  # six leg lengths
    poses = perform_bvh(dataclasses.replace(motion, values=values), BODIES[0], 90, 30.0)
    root = poses.positions[:, 0]
    assert np.linalg.norm(root[:, [0, 2]], axis=1).max() < 1.1 * leg_length_m(BODIES[0])
    assert np.ptp(root[:, [0, 2]], axis=0).max() > leg_length_m(BODIES[0])
    # It turns back softly: no frame's step differs much from the one before.
    steps = np.diff(root[:, [0, 2]], axis=0)
    assert np.linalg.norm(np.diff(steps, axis=0), axis=1).max() < 0.5 * np.linalg.norm(steps, axis=1).max()
