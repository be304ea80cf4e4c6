"""A driver's motion on a reference's body: directions and timing from the one, lengths from the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.rig import BLOBS, INDEX, JOINTS, Skeleton
from models.puppet.animal_motion import animal_pose, resting_depth
from models.puppet.driver import BodyMotion, DriverConfig, DriverMotion, body_motion
from models.puppet.face_motion import FaceMotion
from models.puppet.facing import LEG_SHARE, TORSO_SHARE, figure_height, frontal
from models.puppet.ground import FEET, contacts, floor_under, hold_foot, lowest_end, stance_path, upside_down
from models.puppet.rocking import rocked, slid
from models.puppet.stance import own_stance
from models.puppet.stature import seen_height
from models.puppet.steady_direction import steady_direction
from models.puppet.swinging import swung_limbs
from models.puppet.touching_hands import touching_hands
from models.puppet.wholebody import carried_keypoints

Floats = NDArray[np.float64]

SIDES = ("right", "left")
_ARM = ("elbow", "hand")
_LIMBS = [INDEX[f"{side}_{name}"] for side in SIDES for name in ("elbow", "hand", "knee", "foot")]
_JUMP_SLACK = 0.06
"""Feet this little above the floor (figure heights) are noise and not a jump."""
_UNEVEN_STANCE, _UNEVEN_STRAIGHT = 0.03, 0.15
"""A foot that the still shows so little higher than the other (figure heights) stands there, farther away;
on a straight leg, which is not lifted, more."""
_STRAIGHT = 0.97
"""From hip to foot over thigh and shin."""
_LIFTED_SHOULDER = 0.055
"""How far a shoulder rises as its arm is raised from the side to straight up, in figure heights."""
_CUT_DAMPING = np.array([0.3, 0.15])
"""How far a figure that the picture cuts follows the driver's root, x and y."""


class RetargetConfig(BaseModel):
    """How a driver's motion is laid onto the reference's skeleton."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    driver: DriverConfig = DriverConfig()
    max_turn_deg: float = Field(50.0, gt=0, le=89)
    """Turns of the body end here: a picture of the front has no back."""
    foreshortening_floor: float = Field(0.5, gt=0, le=1)
    """Bones that point to the viewer are drawn no shorter than this share of their length."""
    root_motion: float = Field(1.0, ge=0, le=2)
    """Share of the driver's walking that the figure does; 0 moves on the spot."""
    lock_feet: bool = True
    """Keep standing feet where they are."""


@dataclass(frozen=True)
class FigureMotion:
    """A reference's joints over time, in pixels of its still.

    ``joints_xy_px`` [T, 16, 2]; ``depth`` [T, 16] away from the viewer, in figure heights; ``contacts``
    [T, 2] right and left foot; ``weight`` [T, 16] what is known of each joint; ``keypoints_xy_px``
    [T, 133, 2] and ``keypoint_confidence`` [T, 133], COCO-WholeBody; ``ground_y_px`` the line the figure
    stands on; ``height_px`` the figure's standing height; ``face`` what its face does, if anything.
    """

    joints_xy_px: Floats
    depth: Floats
    contacts: NDArray[np.bool_]
    weight: Floats
    keypoints_xy_px: Floats
    keypoint_confidence: Floats
    ground_y_px: float
    height_px: float
    fps: float
    face: FaceMotion | None = None


def retarget(skeleton: Skeleton, driver: DriverMotion, config: RetargetConfig) -> FigureMotion:
    """Move a reference's skeleton as the driver moves.

    Bone directions in the picture come from the driver, bone lengths from the reference (times the driver's
    foreshortening); legs stand as far apart as the reference's. Standing feet drive the root. Joints that
    were not seen stay at rest.

    A skeleton whose limbs are not trusted moves as a whole; if it is half a person, its trunk and head move.
    The arms and legs of the driver move an animal's forelegs and hind legs (`models.puppet.animal_motion`),
    and swing the wings and limbs of other creatures (`models.puppet.swinging`).

    Raises:
        EstimationError: the driver was hardly seen.
    """
    body = body_motion(driver, config.driver)
    local, path = frontal(body, config.max_turn_deg)
    rest = skeleton.joints_xy_px
    legs = skeleton.legs and not skeleton.cropped
    height = standing_height(skeleton)
    believed = body.weight.copy()
    if not skeleton.limbs:
        believed[:, _LIMBS] = 0
    animal = skeleton.animal and skeleton.limbs
    if animal:
        joints = animal_pose(skeleton, local, believed, body.fps, body.has_depth)
    else:
        joints = _pose(rest, own_stance(rest, local), believed, config.foreshortening_floor, body.fps)
        if not skeleton.still_arms:
            joints = touching_hands(rest, local, joints, believed)
        _hold(joints, rest, [INDEX[f"{side}_{end}"] for side in skeleton.still_arms for end in _ARM])
    if skeleton.body == "creature" and skeleton.limbs:
        joints = swung_limbs(skeleton, local, joints, believed)
    turned = upside_down(local)
    lowest = lowest_end(local, body.weight, turned) + path[:, 1]
    floor = floor_under(lowest, body.fps)
    over_floor = floor[:, None] - (local[:, FEET, 1] + path[:, 1:2])
    standing = contacts(_steps(body, local, path), over_floor, body.fps)
    standing &= body.weight[:, FEET] > 0.5
    ground_y = float(rest[FEET, 1].max())
    lift = _lift(floor - lowest, body, height)
    if skeleton.in_one_piece:
        walk = config.root_motion * height * path[:, 0]
        joints = slid(rest, walk) if skeleton.cropped else rocked(rest, joints, lift, walk)
    else:
        above = lowest_end(joints, body.weight, turned) + lift
        root = _root(rest, joints, path, above, over_floor, standing, body, height, legs, config)
        if skeleton.cropped:
            # The picture's border cut the figure: risen, it would end in mid-air.
            root[:, 1] = np.maximum(root[:, 1], rest[INDEX["root"], 1])
        joints += root[:, None]
    if legs and skeleton.limbs and config.lock_feet:
        for k, side in enumerate(SIDES):
            chain = (INDEX[f"{side}_hip"], INDEX[f"{side}_knee"], INDEX[f"{side}_foot"])
            stands_at = max(float(rest[FEET[k], 1]), ground_y - _uneven(rest, chain) * height)
            hold_foot(joints, standing[:, k], chain, stands_at, max(2, round(0.1 * body.fps)))
    if not legs and not skeleton.in_one_piece:
        for side in SIDES:
            below = [INDEX[f"{side}_{name}"] for name in ("hip", "knee", "foot")]
            sway = joints[:, below] if skeleton.body == "skirt" else 0
            still = joints[:, :1] + (rest[below] - rest[:1])
            joints[:, below] = 0.5 * sway + 0.5 * still if skeleton.body == "skirt" else still
    keypoints, confidence = carried_keypoints(body, joints, rest, height, legs)
    # Limbs that rest keep the order in which the picture shows them.
    depth = local[..., 2] if skeleton.limbs else np.zeros_like(local[..., 2])
    depth = resting_depth(skeleton, len(local)) if animal else depth
    return FigureMotion(joints, depth, standing, believed, keypoints, confidence, ground_y, height, body.fps)


def standing_height(skeleton: Skeleton) -> float:
    """Standing height in pixels: from legs where they are seen, else from the torso; a blob's as it is."""
    rest = skeleton.joints_xy_px
    if skeleton.body in BLOBS:
        return seen_height(rest, float(rest[:, 1].max()))
    if skeleton.legs and not skeleton.cropped:
        legs = [
            float(np.linalg.norm(rest[INDEX[f"{side}_{a}"]] - rest[INDEX[f"{side}_{b}"]]))
            for side in SIDES
            for a, b in (("hip", "knee"), ("knee", "foot"))
        ]
        return max(sum(legs) / 2 / LEG_SHARE, 1.0)
    torso = float(np.linalg.norm(rest[INDEX["chest"]] - rest[INDEX["root"]]))
    return max(torso / TORSO_SHARE, 1.0)


def _pose(rest: Floats, local: Floats, weight: Floats, floor: float, fps: float) -> Floats:
    """Joints [T, 16, 2] about the root."""
    out = np.zeros((len(local), len(JOINTS), 2))

    def at(name: str) -> int:
        return INDEX[name]

    spine = local[:, at("neck")] - local[:, at("root")]
    lean = np.arctan2(spine[:, 0], -spine[:, 1]) * weight[:, at("root")]
    true = np.median(np.linalg.norm(spine, axis=1))
    short = np.clip(np.linalg.norm(spine[:, :2], axis=1) / max(float(true), 1e-6), 0.8, 1.05)
    short = 1 + weight[:, at("root")] * (short - 1)
    out[:, at("neck")] = _rotated(rest[at("neck")] - rest[at("root")], lean) * short[:, None]
    out[:, at("chest")] = _rotated(rest[at("chest")] - rest[at("root")], lean) * short[:, None]
    skull = local[:, at("head")] - local[:, at("neck")]
    nod = np.arctan2(skull[:, 0], -skull[:, 1])
    # The reference's own carriage of the head counts as upright; half of the body's lean reaches the head.
    tilt = 0.5 * lean + 0.5 * nod * weight[:, at("head")]
    out[:, at("head")] = out[:, at("neck")] + _rotated(rest[at("head")] - rest[at("neck")], tilt)
    for side in SIDES:
        for kind, base, follow in (("shoulder", "chest", 1.0), ("hip", "root", 0.3)):
            name = f"{side}_{kind}"
            offset = _rotated(rest[at(name)] - rest[at(base)], follow * lean)
            offset[:, 0] *= _narrowing(local, kind)
            if kind == "shoulder":
                shrug = local[:, at(name), 1] - local[:, at("chest"), 1]
                trunk = float(np.linalg.norm(rest[at("neck")] - rest[at("root")])) / 0.3
                offset[:, 1] += 0.5 * (shrug - np.median(shrug)) * trunk * weight[:, at(name)]
                elbow = at(f"{side}_elbow")
                arm = local[:, elbow] - local[:, at(name)]
                lowered = _raise(rest[elbow] - rest[at(name)]) - _raise(arm)
                offset[:, 1] += trunk * np.maximum(lowered, 0) * weight[:, elbow]
            out[:, at(name)] = out[:, at(base)] + offset
        for chain in (("shoulder", "elbow", "hand"), ("hip", "knee", "foot")):
            for a, b in pairwise(chain):
                p, q = at(f"{side}_{a}"), at(f"{side}_{b}")
                believed = np.minimum(weight[:, p], weight[:, q])
                bone = local[:, q] - local[:, p]
                out[:, q] = out[:, p] + _bone(rest[q] - rest[p], bone, believed, floor, fps)
    return out


def _hold(joints: Floats, rest: Floats, held: Sequence[int]) -> None:
    """Put some of the joints [T, 16, 2] about the root where the trunk takes them along."""
    root, neck = rest[INDEX["root"]], rest[INDEX["neck"]]
    upright = float(np.arctan2(neck[1] - root[1], neck[0] - root[0]))
    spine = joints[:, INDEX["neck"]] - joints[:, INDEX["root"]]
    lean = np.arctan2(spine[:, 1], spine[:, 0]) - upright
    for joint in held:
        joints[:, joint] = joints[:, INDEX["root"]] + _rotated(rest[joint] - root, lean)


def _rotated(vector: Floats, angle: Floats) -> Floats:
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([c * vector[0] - s * vector[1], s * vector[0] + c * vector[1]], axis=-1)


def _raise(arm: Floats) -> Floats:
    """How far an upper arm, a vector [..., 2 or 3], lifts its shoulder, in figure heights.

    Shoulder blades follow an arm that is raised beyond the horizontal; a picture that shows one raised shows
    the shoulder lifted, and with the arm it comes down.
    """
    hanging = arm[..., 1] / np.maximum(np.linalg.norm(arm, axis=-1), 1e-9)
    return np.asarray(_LIFTED_SHOULDER * np.clip(-hanging, 0, 1))


def _narrowing(local: Floats, kind: str) -> Floats:
    """How much narrower the shoulders or hips look than they are [T], because the body turned."""
    across = local[:, INDEX[f"left_{kind}"]] - local[:, INDEX[f"right_{kind}"]]
    full = float(np.percentile(np.linalg.norm(across, axis=1), 50))
    return np.asarray(np.clip(np.abs(across[:, 0]) / max(full, 1e-6), 0.75, 1.0))


def _bone(rest: Floats, driver: Floats, believed: Floats, floor: float, fps: float) -> Floats:
    """A bone over time [T, 2]: the driver's direction [T, 3], the reference's length."""
    flat = np.linalg.norm(driver[:, :2], axis=1)
    # Without depth the longest projection seen is the bone's length.
    whole = np.linalg.norm(driver, axis=1)
    if not np.any(driver[:, 2]):
        whole = np.maximum(whole, np.percentile(whole, 90))
    short = np.clip(flat / np.maximum(whole, 1e-6), floor, 1)
    length = float(np.linalg.norm(rest))
    own = rest / max(length, 1e-6)
    direction = steady_direction(driver[:, :2], flat / np.maximum(whole, 1e-6), fps)
    mixed = believed[:, None] * direction + (1 - believed[:, None]) * own
    mixed /= np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-6)
    return np.asarray(mixed * (length * (1 + believed * (short - 1)))[:, None])


def _uneven(rest: Floats, chain: tuple[int, int, int]) -> float:
    """How much higher in the still than the other foot one may stand, in figure heights."""
    hip, knee, foot = rest[list(chain)]
    bones = np.linalg.norm(knee - hip) + np.linalg.norm(foot - knee)
    return _UNEVEN_STRAIGHT if np.linalg.norm(foot - hip) > _STRAIGHT * bones else _UNEVEN_STANCE


def _steps(body: BodyMotion, local: Floats, path: Floats) -> Floats:
    """Where both feet are [T, 2, 2 or 3], in figure heights; with depth also towards the viewer."""
    if body.has_depth:
        return np.asarray(body.xyz[:, FEET] / figure_height(body)[:, None, None])
    return np.asarray(local[:, FEET, :2] + path[:, None])


def _lift(over_floor: Floats, body: BodyMotion, height: float) -> Floats:
    """How far the figure is off the floor [T], in pixels of the still."""
    seen = body.weight[:, FEET].min(1)
    return np.asarray(np.maximum(0, over_floor - _JUMP_SLACK) * seen * height)


def _root(
    rest: Floats,
    joints: Floats,
    path: Floats,
    above: Floats,
    over_floor: Floats,
    standing: NDArray[np.bool_],
    body: BodyMotion,
    height: float,
    legs: bool,
    config: RetargetConfig,
) -> Floats:
    """The root's position over time [T, 2]; ``above`` [T]: how high over the ground it is."""
    believed = body.weight[:, INDEX["root"]].mean()
    if not legs:
        return np.asarray(rest[INDEX["root"]] + path * believed * height * _CUT_DAMPING * config.root_motion)
    # A figure at rest stands on its lower foot, and both reach the ground line of the still.
    ground = rest[FEET, 1].max()
    y = ground - above
    free = np.diff(path[:, 0] * height, prepend=path[:1, 0] * height)
    locked = standing if config.lock_feet else np.zeros_like(standing)
    x = stance_path(joints[:, FEET, 0], locked, -over_floor, free)
    return np.stack([rest[INDEX["root"], 0] + config.root_motion * x, y], axis=1)
