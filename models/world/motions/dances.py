"""Dances on the spot or nearly so: swaying, step-touch, twist, robot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from models.world.figures.skeleton import Floats
from models.world.motions.angles import arm_angles, hands, trunk_bends
from models.world.motions.arms import REST_ARM
from models.world.motions.posture import FIST, OPEN, RELAXED, Posture, mirrored, standing
from models.world.motions.stepping import Step, stepped
from models.world.motions.timing import between, eased, mixed, seconds, wave


def sway_dance(num_frames: int, fps: float, seed: int) -> Posture:
    """Hips sway over standing feet; the arms rise in turn at the sides, forearms and hands after them."""
    rng = np.random.default_rng(seed)
    time_s = _begun(num_frames, fps, rng)
    beat_s, high, low = between(rng, 1.3, 2.0), between(rng, 20, 65), between(rng, -62, -30)
    start = eased(time_s / 0.8)
    sway, late, later = (start * wave(time_s, beat_s, lag * beat_s) for lag in (0.0, 0.07, 0.15))
    posture = standing(num_frames)
    hips = posture.hips.copy()
    hips[:, 0] = 0.075 * sway
    hips[:, 1] = 0.965 - 0.015 * start * np.cos(4 * np.pi * time_s / beat_s)
    ankles = posture.ankles.copy()
    ankles[..., 0] = [0.06, -0.06]
    heel = start[:, None] * np.stack([np.clip(-sway, 0, 1) ** 2, np.clip(sway, 0, 1) ** 2], axis=-1) * 16
    trunk = trunk_bends(
        num_frames,
        Hips=(5.0 * sway, 0.0, 8.0 * late),
        Spine=(-6.0 * sway, 2.0, -4.0 * late),
        Chest=(-5.0 * late, 0.0, -5.0 * later),
        Neck=(2.0 * later, 0.0, 0.0),
        Head=(5.0 * later, -2.0, 6.0 * late),
    )
    rises = (0.5 + 0.5 * late, 0.5 - 0.5 * late)
    bent = (0.5 + 0.5 * later, 0.5 - 0.5 * later)
    across, roll = between(rng, 5, 35), between(rng, 0, 60)
    arms = arm_angles(
        num_frames,
        lift=_each(rises, lambda rise: mixed(-74, mixed(low, high, rise), start)),
        across=across * start,
        roll=_each(rises, lambda rise: roll * start * rise),
        elbow=_each(bent, lambda rise: 18 + 30 * start * rise),
        wrist=_each(bent, lambda rise: 6 - 26 * start * (rise - 0.5)),
        spread=4.0,
    )
    danced = replace(posture, hips=hips, ankles=ankles, heel_deg=heel, bends_deg=trunk, arms_deg=arms,
                     fingers_deg=hands(num_frames, RELAXED if rng.uniform() < 0.5 else OPEN))  # fmt: skip
    return mirrored(danced) if rng.uniform() < 0.5 else danced


def step_touch(num_frames: int, fps: float, seed: int) -> Posture:
    """A step to the side, the other foot closes and touches; and back. Arms swing across and snap out."""
    rng = np.random.default_rng(seed)
    time_s = _begun(num_frames, fps, rng)
    beat_s, wide = between(rng, 0.44, 0.6), between(rng, 0.3, 0.5)
    steps, at = [], wide / 2
    for number in range(int(np.ceil(time_s[-1] / beat_s)) + 1):
        begin_s, turn = number * beat_s, number % 4
        side = 1.0 if turn < 2 else -1.0
        leading = (0 if side > 0 else 1) if turn % 2 == 0 else (1 if side > 0 else 0)
        apart = 0.02 if turn % 2 else 0.0
        place = side * (at - apart)
        steps.append(Step(leading, begin_s, begin_s + 0.72 * beat_s, place, 0.0, 0.0, 0.06, 14.0))
    feet = stepped(time_s, np.array([[-at, 0.0], [-at, 0.0]]), (0.0, 0.0), steps)
    start = eased(time_s / 0.6)
    # From one side to the other in two beats, held a moment at each.
    round_s = 4 * beat_s
    travel = -np.cos(2 * np.pi * (time_s - 0.2 * beat_s) / round_s)
    travel = mixed(
        -1.0, np.clip(1.18 * travel, -1.4, 1.4) / (1 + 0.18 * travel**2), eased(time_s / (1.2 * beat_s))
    )
    bounce = np.sin(np.pi * time_s / beat_s) ** 2 * start
    posture = standing(num_frames)
    hips = posture.hips.copy()
    hips[:, 0], hips[:, 1] = at * travel, 0.97 - 0.035 * bounce
    swing, late, later = (start * wave(time_s, round_s, lag * beat_s) for lag in (0.1, 0.28, 0.45))
    trunk = trunk_bends(
        num_frames,
        Hips=(-3 * swing, 0.0, 8 * swing),
        Spine=(2 * swing, 4 * bounce, 4 * late),
        Chest=(3 * late, 2 * bounce, 8 * late),
        Head=(-4 * later, 4 * bounce - 2, -12 * late),
    )
    style = int(rng.integers(0, 2))
    if style == 0:  # arms swing together across the body
        arms = arm_angles(
            num_frames,
            lift=(-62 + 26 * late, -62 - 26 * late),
            across=(20 * start, 20 * start),
            elbow=(44 - 16 * later, 44 + 16 * later),
            wrist=(6 + 10 * later, 6 - 10 * later),
            roll=(14 * late, -14 * late),
        )
    else:  # forearms pump up and down before the body
        pump, less = (start * wave(time_s, 2 * beat_s, lag * beat_s) for lag in (0.0, 0.16))
        arms = arm_angles(
            num_frames,
            lift=(-58 + 8 * pump, -58 - 8 * pump),
            across=20 * start,
            swing=(10 + 14 * pump, 10 - 14 * pump),
            elbow=(74 + 26 * less, 74 - 26 * less),
        )
    danced = replace(
        posture, hips=hips, ankles=feet.ankles, heel_deg=np.maximum(feet.heel_deg, 0), bends_deg=trunk,
        arms_deg=_from_rest(arms, start), fingers_deg=hands(num_frames, RELAXED if style == 0 else FIST),
    )  # fmt: skip
    return mirrored(danced) if rng.uniform() < 0.5 else danced


def twist(num_frames: int, fps: float, seed: int) -> Posture:
    """On the balls of both feet the hips turn left and right, the chest against them, knees bent."""
    rng = np.random.default_rng(seed)
    time_s = _begun(num_frames, fps, rng)
    beat_s, amount = between(rng, 0.62, 0.9), between(rng, 24, 36)
    slow_s, depth = between(rng, 3.0, 4.5), between(rng, 0.06, 0.16)
    start = eased(time_s / 0.7)
    turned, late, later = (start * wave(time_s, beat_s, lag) for lag in (0.0, 0.05, 0.1))
    sinking = start * (0.5 - 0.5 * np.cos(2 * np.pi * time_s / slow_s))
    posture = standing(num_frames)
    hips = posture.hips.copy()
    hips[:, 1] = 0.95 - 0.04 * start - depth * sinking
    hips[:, 0] = 0.03 * start * wave(time_s, slow_s)
    ankles = posture.ankles.copy()
    ankles[..., 0] = [0.03, -0.03]
    trunk = trunk_bends(
        num_frames,
        Hips=(0.0, 4 + 8 * sinking, amount * turned),
        Spine=(0.0, 4 * sinking, -0.5 * amount * turned),
        Chest=(4 * wave(time_s, slow_s), 0.0, -0.8 * amount * late),
        Head=(0.0, -6 * sinking, 0.3 * amount * late),
    )
    arms = arm_angles(
        num_frames,
        lift=-52 + 6 * sinking,
        across=26.0,
        swing=(8 - 16 * late, 8 + 16 * late),
        elbow=(76 - 10 * later, 76 + 10 * later),
        wrist=0.0,
    )
    heels = np.repeat((4 + 10 * start)[:, None], 2, axis=1)
    return replace(
        posture, hips=hips, ankles=ankles, pivot_deg=np.repeat((0.9 * amount * turned)[:, None], 2, axis=1),
        heel_deg=heels, bends_deg=trunk, arms_deg=_from_rest(arms, start),
        fingers_deg=hands(num_frames, FIST if rng.uniform() < 0.5 else RELAXED),
    )  # fmt: skip


def robot_dance(num_frames: int, fps: float, seed: int) -> Posture:
    """Quick moves from pose to pose with stops between: square elbows, flat hands, a turning trunk."""
    rng = np.random.default_rng(seed)
    time_s = seconds(num_frames, fps)
    beat_s, move_s = between(rng, 0.6, 0.85), between(rng, 0.34, 0.46)
    count = int(np.ceil((num_frames / fps) / beat_s)) + 2
    keys: dict[str, Floats] = {}
    choices = {
        "lift": (-70.0, -50.0, -5.0, 0.0, 2.0), "across": (0.0, 20.0, 60.0, 80.0),
        "roll": (-88.0, 0.0, 88.0), "elbow": (10.0, 88.0, 90.0), "wrist": (-20.0, 0.0, 40.0),
    }  # fmt: skip
    for name, values in choices.items():
        keys[name] = rng.choice(np.array(values), (count, 2))
    # A hanging arm is not rolled: the forearm would go through the trunk.
    keys["roll"] = np.where(keys["lift"] < -20, 0.0, keys["roll"])
    keys["across"] = np.where(keys["lift"] < -20, np.minimum(keys["across"], 20.0), keys["across"])
    for name, rest in (("lift", -72.0), ("across", 0.0), ("roll", 0.0), ("elbow", 20.0), ("wrist", 0.0)):
        keys[name][0] = rest
    arms = {name: _stops(time_s, values, beat_s, move_s) for name, values in keys.items()}
    turns = rng.choice(np.array([-28.0, -12.0, 0.0, 12.0, 28.0]), (count, 2))
    leans = rng.choice(np.array([-9.0, 0.0, 9.0]), (count, 1))
    turns[0], leans[0] = 0, 0
    turned, leant = _stops(time_s, turns, beat_s, move_s), _stops(time_s, leans, beat_s, move_s)[:, 0]
    trunk = trunk_bends(
        num_frames,
        Hips=(0.3 * leant, 0.0, 0.25 * turned[:, 0]),
        Spine=(0.3 * leant, 2.0, 0.25 * turned[:, 0]),
        Chest=(0.4 * leant, 0.0, 0.5 * turned[:, 0]),
        Head=(0.0, 0.0, turned[:, 1]),
    )
    posture = standing(num_frames)
    hips = posture.hips.copy()
    hips[:, 0] = -0.005 * leant
    hips[:, 1] = 0.955
    ankles = posture.ankles.copy()
    ankles[..., 0] = [0.05, -0.05]
    shape = (0.0, 0.0, 0.0, 0.0, 0.0)
    return replace(posture, hips=hips, ankles=ankles, bends_deg=trunk, arms_deg=arms,
                   fingers_deg=hands(num_frames, shape))  # fmt: skip


def _begun(num_frames: int, fps: float, rng: np.random.Generator) -> Floats:
    """Times of the frames: from rest, or from the middle of the dance."""
    return seconds(num_frames, fps) + (0.0 if rng.uniform() < 0.5 else between(rng, 1.0, 4.0))


def _each(sides: tuple[Floats, Floats], angle: Callable[[Floats], Floats]) -> tuple[Floats, Floats]:
    """The angles of both arms, left first."""
    return angle(sides[0]), angle(sides[1])


def _from_rest(arms: dict[str, Floats], start: Floats) -> dict[str, Floats]:
    """Arms that come out of their rest as the dance starts."""
    return {name: mixed(REST_ARM[name], angles, start[:, None]) for name, angles in arms.items()}


def _stops(time_s: Floats, keys: Floats, beat_s: float, move_s: float) -> Floats:
    """Tracks [T, C] that go from key to key [K, C] in `move_s`, one a beat, and stop there."""
    now = time_s / beat_s
    number = np.minimum(now.astype(int), len(keys) - 2)
    share = eased((now - number - (1 - move_s / beat_s)) / (move_s / beat_s))
    return mixed(keys[number], keys[number + 1], share[:, None])
