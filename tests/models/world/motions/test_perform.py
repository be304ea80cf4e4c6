"""Acts of humans: feet stand still on every body, the motion is the same on every body, nothing jumps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from data_contracts.errors import InputError
from models.motion.forward_kinematics import JointPoses
from models.world.figures.draw import draw_body
from models.world.figures.skeleton import FIGURE_KINDS, Skeleton
from models.world.motions.legs import HEEL_BEHIND, leg_length_m
from models.world.motions.perform import ACTS, hold, move, perform

BODIES = [draw_body("human", seed).skeleton for seed in range(5)]
HUMAN_ACTS = sorted(ACTS["human"])
FRAMES, FPS = 60, 24.0

CONTACT_M = 3e-4
"""A ball of the foot this near to its height at rest stands: a swing has moved it by less than 1 mm then."""

FASTEST_M_S = 9.5
"""Hands of a jumper of 1.7 m that throws up the arms; walkers and dancers stay far below it."""


def sole(skeleton: Skeleton, poses: JointPoses, side: str) -> Iterator[np.ndarray]:
    """Heights over the floor [T] of heel, ball and toes of a foot whose sole is flat at rest."""
    rest = skeleton.rest_m()
    foot, ball, tip = (skeleton.index(f"{side}{name}") for name in ("Foot", "ToeBase", "ToeBase_end"))
    heel = np.array([0.0, -rest[foot, 1], -HEEL_BEHIND * skeleton.offsets_m[ball, 2]])
    yield (poses.positions[:, foot] + poses.rotations[:, foot] @ heel)[:, 1]
    for joint in (ball, tip):
        yield poses.positions[:, joint, 1] - rest[joint, 1]


def upper_directions(skeleton: Skeleton, poses: JointPoses) -> np.ndarray:
    """Unit vectors [T, 4, 3] along both upper arms and forearms."""
    pairs = [
        (f"{s}{a}", f"{s}{b}")
        for s in ("Left", "Right")
        for a, b in (("Arm", "ForeArm"), ("ForeArm", "Hand"))
    ]
    bones = np.stack(
        [poses.positions[:, skeleton.index(b)] - poses.positions[:, skeleton.index(a)] for a, b in pairs], 1
    )
    return bones / np.linalg.norm(bones, axis=-1, keepdims=True)


@pytest.mark.slow
@pytest.mark.parametrize("act", HUMAN_ACTS)
def test_feet_stand_still_and_never_below_the_floor(act: str) -> None:
    stood = 0
    for seed, skeleton in enumerate(BODIES):
        poses = perform("human", act, skeleton, FRAMES, FPS, seed)
        for side in ("Left", "Right"):
            heel, ball, toes = sole(skeleton, poses, side)
            assert min(heel.min(), ball.min(), toes.min()) > -1e-3
            joint = skeleton.index(f"{side}ToeBase")
            down = np.abs(ball) < CONTACT_M
            both = down[1:] & down[:-1]
            stood += int(both.sum())
            if both.any():
                steps = np.linalg.norm(np.diff(poses.positions[:, joint], axis=0), axis=1)
                assert steps[both].max() < 1e-3
    assert stood > 100  # and they do stand for a good part of the time


@pytest.mark.slow
@pytest.mark.parametrize("act", HUMAN_ACTS)
def test_bones_keep_their_lengths_and_nothing_jumps(act: str) -> None:
    for seed, skeleton in enumerate(BODIES[:3]):
        poses = perform("human", act, skeleton, FRAMES, FPS, seed)
        bones = poses.positions[:, 1:] - poses.positions[:, list(skeleton.parents[1:])]
        wanted = np.linalg.norm(skeleton.offsets_m[1:], axis=-1)
        assert np.allclose(np.linalg.norm(bones, axis=-1), wanted, atol=1e-9)
        assert np.allclose(poses.rotations @ np.swapaxes(poses.rotations, -1, -2), np.eye(3), atol=1e-9)
        per_m = 1.7 / np.ptp(skeleton.rest_m()[:, 1])
        speed = np.linalg.norm(np.diff(poses.positions, axis=0), axis=-1) * FPS * per_m
        assert speed.max() < FASTEST_M_S
        assert np.ptp(poses.positions[:, 1:], axis=0).max() > 0.005  # and something does move
        assert np.linalg.norm(poses.positions[:, 0, [0, 2]], axis=1).max() * per_m < 0.8


@pytest.mark.parametrize("act", sorted(set(HUMAN_ACTS) - {"bow", "clap", "crouch", "idle", "tai_chi"}))
def test_same_seed_is_the_same_motion_on_another_body(act: str) -> None:
    """Acts whose hands do not reach for a place have equal arms; the rest share timing, see below."""
    one, other = (upper_directions(s, perform("human", act, s, FRAMES, FPS, 4)) for s in BODIES[:2])
    # Bodies' own bones at rest differ by a degree or two from a straight T.
    rests = [upper_directions(s, JointPoses(s.rest_m()[None], np.zeros((1, 1, 3, 3))))[0] for s in BODIES[:2]]
    apart = np.degrees(np.arccos(np.clip(np.sum(rests[0] * rests[1], axis=-1), -1, 1))).max()
    angle = np.degrees(np.arccos(np.clip(np.sum(one * other, axis=-1), -1, 1)))
    assert angle.max() < apart + 0.1


@pytest.mark.parametrize("act", HUMAN_ACTS)
def test_root_moves_alike_in_leg_lengths(act: str) -> None:
    ways = []
    for skeleton in BODIES[:2]:
        poses = perform("human", act, skeleton, FRAMES, FPS, 7)
        ways.append((poses.positions[:, 0] - poses.positions[0, 0]) / leg_length_m(skeleton))
    # Hips give way to what legs can reach, which depends a little on how wide the hips are.
    assert np.abs(ways[0] - ways[1]).max() < 0.03


@pytest.mark.parametrize("act", HUMAN_ACTS)
def test_performances_repeat_to_the_byte_and_seeds_differ(act: str) -> None:
    first, again, other = (perform("human", act, BODIES[0], 24, FPS, seed) for seed in (3, 3, 4))
    assert first.positions.tobytes() == again.positions.tobytes()
    assert first.rotations.tobytes() == again.rotations.tobytes()
    assert not np.allclose(first.positions, other.positions, atol=1e-3)


@pytest.mark.slow
def test_knees_bend_ahead_and_elbows_do_not_bend_back() -> None:
    for seed, skeleton in enumerate(BODIES):
        for act in HUMAN_ACTS:
            poses = perform("human", act, skeleton, 36, 12.0, seed)
            for side in ("Left", "Right"):
                hip, knee, foot = (
                    poses.positions[:, skeleton.index(f"{side}{n}")] for n in ("UpLeg", "Leg", "Foot")
                )
                bulge = knee - 0.5 * (hip + foot)
                thigh = poses.rotations[:, skeleton.index(f"{side}UpLeg")]
                assert np.sum(bulge * thigh[:, :, 2], axis=1).min() > -1e-3
                # The forearm bends to the front of the upper arm, as it does at rest.
                arm, forearm = (poses.rotations[:, skeleton.index(f"{side}{n}")] for n in ("Arm", "ForeArm"))
                along = forearm[:, :, 0] * (1 if side == "Left" else -1)
                assert np.sum(along * arm[:, :, 2], axis=1).min() > -0.1


def test_flight_is_a_parabola() -> None:
    skeleton = BODIES[0]
    poses = perform("human", "jump", skeleton, 240, 120.0, 2)
    ball = (
        poses.positions[:, skeleton.index("LeftToeBase"), 1]
        - skeleton.rest_m()[skeleton.index("LeftToeBase"), 1]
    )
    assert ball.max() > 0.05
    hips = poses.positions[:, 0, 1]
    top = int(np.argmax(hips))
    fall = np.diff(hips[top - 6 : top + 7], 2) * 120.0**2
    # Free fall, scaled to the body's legs as speeds are: g of a leg of 0.82 m.
    assert fall == pytest.approx(-9.81 * leg_length_m(skeleton) / 0.82, rel=0.1)


def test_a_walk_travels_and_a_turn_goes_round() -> None:
    skeleton = BODIES[1]
    way = perform("human", "walk", skeleton, 96, FPS, 5).positions[:, 0]
    assert np.linalg.norm(np.diff(way, axis=0), axis=1).sum() > 1.5 * leg_length_m(skeleton)
    ahead = perform("human", "turn_round", skeleton, 96, FPS, 5).rotations[:, 0, :, 2]
    turned = np.unwrap(np.arctan2(ahead[:, 0], ahead[:, 2]))
    assert abs(turned[-1] - turned[0]) == pytest.approx(2 * np.pi, abs=0.25)


@pytest.mark.slow
@pytest.mark.parametrize("kind", FIGURE_KINDS)
def test_holds_are_one_still_frame_each_another(kind: str) -> None:
    skeleton = draw_body(kind, 1).skeleton  # type: ignore[arg-type]
    poses = [hold(kind, skeleton, seed) for seed in range(4)]  # type: ignore[arg-type]
    assert all(pose.positions.shape == (1, len(skeleton.names), 3) for pose in poses)
    assert min(pose.positions[..., 1].min() for pose in poses) > -0.02
    assert not np.allclose(poses[0].positions, poses[1].positions, atol=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("kind", FIGURE_KINDS)
def test_every_kind_knows_acts(kind: str) -> None:
    skeleton = draw_body(kind, 0).skeleton  # type: ignore[arg-type]
    for act in ACTS[kind]:  # type: ignore[index]
        poses = perform(kind, act, skeleton, 8, 12.0, 0)  # type: ignore[arg-type]
        assert poses.positions.shape == (8, len(skeleton.names), 3)
        assert np.isfinite(poses.positions).all()


def test_moved_performances_are_turned_and_shifted() -> None:
    poses = hold("human", BODIES[0], 0)
    placed = move(poses, np.array([1.0, 0.0, -2.0]), 90.0)
    # A quarter turn to the left takes what is ahead (+z) to the figure's left (+x).
    x, y, z = poses.positions[0].T
    assert np.allclose(placed.positions[0], np.stack([z + 1, y, -x - 2], axis=-1))
    assert np.allclose(
        placed.rotations[0, 0, :, 2],
        [poses.rotations[0, 0, 2, 2], poses.rotations[0, 0, 1, 2], -poses.rotations[0, 0, 0, 2]],
    )


def test_unknown_acts_and_wrong_skeletons_are_refused() -> None:
    with pytest.raises(InputError, match=r"no such act.*walk"):
        perform("human", "fly", BODIES[0], 8, 24.0, 0)
    with pytest.raises(InputError, match=r"another kind.*quadruped"):
        perform("quadruped", "walk", BODIES[0], 8, 24.0, 0)
    with pytest.raises(InputError, match="takes time"):
        perform("human", "walk", BODIES[0], 0, 24.0, 0)
