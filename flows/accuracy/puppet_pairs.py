"""Pairs of the puppet world whose right animation is known: what the animate role measures on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.pose_sequence import BODY, PoseSequence
from data_contracts.rig import INDEX, Skeleton
from data_contracts.take import Take
from flows.accuracy.posed_clips import kind_of
from flows.accuracy.role import PUPPET_WORLD, Case, Sources
from flows.accuracy.true_rigs import true_joints_m, true_joints_px, true_skeleton
from flows.world.read import (
    Still,
    read_alpha,
    read_camera_path,
    read_clean,
    read_figure_truths,
    read_frames,
    read_geometry,
    read_pairs,
    read_still,
    read_takes,
    read_true_poses,
)
from models.puppet.anchor import Anchor
from models.puppet.driver import DriverMotion
from models.puppet.placement import Placement, place_figure

Floats = NDArray[np.float64]
RigSource = Literal["true", "own"]
PoseSource = Literal["2D", "3D"]

_FACING = 0.35
"""Cosine of the shoulders' line to the picture plane over which a figure faces the camera."""
_FACING_SHARE = 0.9
"""Of the frames in which a figure must face the camera to count as one that a frontal picture can show."""


@dataclass(frozen=True)
class PuppetPair:
    """What drives, what it should come out as, and how much the pipeline is told."""

    driving: Take
    truth: Take
    rig: RigSource
    poses: PoseSource


class LoadedPair(NamedTuple):
    """A pair's inputs and truth."""

    still: Still
    skeleton: Skeleton
    """The true rig of the still."""
    driver: DriverMotion
    frames: NDArray[np.uint8]
    """[T, H, W, 3] of the truth take."""
    clean: NDArray[np.uint8]
    """[T, H, W, 3]: the same place without the figure."""
    alpha: NDArray[np.float32]
    """[T, H, W]."""
    joints_px: Floats
    """[T, 16, 2]: where the joints truly are in the truth take's pictures."""
    joints_depth: Floats
    """[T, 16]: depth of the true joints from the camera, in heights of the figure."""
    height_px: Floats
    """[T]: how tall the standing figure would be seen at its distance."""
    clean_depth_m: NDArray[np.float32]
    """[T, H, W]."""
    world_from_camera: Floats
    """[T, 4, 4], with the first camera at the origin."""
    intrinsics_px: Floats
    """[T, 4]."""
    foot_m: Floats
    """[3]: the ground under the figure in frame 0, in the first camera's axes."""


def puppet_pairs(sources: Sources) -> list[Case]:
    """True pairs of one human whom the picture leaves whole, by whether a frontal picture can show them.

    In the quick table only one pair a shot is drawn with a rig of its own.
    """
    return list(_cases(sources))


def _cases(sources: Sources) -> Iterator[Case]:
    takes = {take.name: take for take in read_takes(sources.world)}
    ways: tuple[tuple[RigSource, PoseSource], ...] = (("true", "2D"), ("true", "3D"), ("own", "2D"))
    seen, shots = set(), set()
    for pair in read_pairs(sources.world):
        driving, truth = takes.get(pair.driving_take), takes.get(pair.truth_take)
        both = pair.driving_take, pair.truth_take
        if both in seen or driving is None or truth is None or kind_of(truth) != "one figure":
            continue
        seen.add(both)
        few = sources.quick and truth.shot in shots
        shots.add(truth.shot)
        facing = "facing" if faces_camera(truth) else "turning away"
        for rig, poses in ways[:-1] if few else ways:
            dataset = f"{PUPPET_WORLD}, {facing}, {rig} rig, {poses} poses"
            yield Case(dataset, pair.job_id, PuppetPair(driving, truth, rig, poses))


def faces_camera(take: Take) -> bool:
    """Whether the figure shows its front in nearly all frames, by the truth."""
    poses = read_true_poses(take)
    assert poses is not None and poses.xyz_camera is not None, "a human's take has its poses in 3D"
    across = poses.xyz_camera[:, 0, 5] - poses.xyz_camera[:, 0, 6]
    cosine = across[:, 0] / np.maximum(np.linalg.norm(across[:, [0, 2]], axis=1), 1e-6)
    return float((cosine > _FACING).mean()) >= _FACING_SHARE


def load_pair(pair: PuppetPair) -> LoadedPair:
    """Read a pair with its truth.

    Raises:
        ContractError: a file of a take is damaged.
    """
    still, figure = read_still(pair.truth), read_figure_truths(pair.truth)[0]
    path, poses = read_camera_path(pair.truth), read_true_poses(pair.driving)
    assert path.intrinsics_px is not None and poses is not None, "a human's take has a lens and poses"
    first = np.linalg.inv(path.world_from_camera[0])
    xyz = true_joints_m(figure)
    joints_px, metres = true_joints_px(figure), _standing_m(xyz)
    seen = _in_camera(path.world_from_camera, xyz)
    foot = xyz[0, INDEX["root"]].copy()
    foot[1] = xyz[0, [INDEX["right_foot"], INDEX["left_foot"]], 1].min()
    return LoadedPair(
        still,
        true_skeleton(still),
        driver_motion(poses, path.world_from_camera, pair.poses),
        read_frames(pair.truth),
        read_clean(pair.truth),
        read_alpha(pair.truth),
        joints_px,
        seen[..., 2] / metres,
        path.intrinsics_px[:, 1] * metres / seen[:, INDEX["root"], 2],
        read_geometry(pair.truth).clean_depth_m,
        first @ path.world_from_camera,
        path.intrinsics_px,
        first[:3, :3] @ foot + first[:3, 3],
    )


def driver_motion(poses: PoseSequence, world_from_camera: Floats, kind: PoseSource) -> DriverMotion:
    """The first person's true motion: as a clip's keypoints, or as a camera at rest sees a motion file."""
    confidence = poses.confidence[:, 0].astype(np.float64)
    if kind == "2D":
        return DriverMotion(poses.keypoints_xy_px[:, 0].astype(np.float64), confidence, poses.fps)
    assert poses.xyz_camera is not None, "a human's take has its poses in 3D"
    relative = np.linalg.inv(world_from_camera[0]) @ world_from_camera
    xyz = np.einsum("tij,tkj->tki", relative[:, :3, :3], poses.xyz_camera[:, 0].astype(np.float64))
    xyz += relative[:, None, :3, 3]
    confidence[:, BODY] = 1  # a motion file knows what is hidden or outside as well
    return DriverMotion(xyz[..., :2], confidence, poses.fps, xyz[..., 2])


def true_placement(loaded: LoadedPair, skeleton: Skeleton) -> Placement:
    """The still's figure on the spot, and at the size, that the truth has in its first frame."""
    feet = skeleton.joints_xy_px[[INDEX["right_foot"], INDEX["left_foot"]]]
    still_xy = np.array([skeleton.joint("root")[0], float(feet[:, 1].max())])
    true_rest = loaded.skeleton.joints_xy_px[None]
    still_m = true_joints_m(loaded.still.figure)
    # The still's camera is unknown here; it is about level, so heights in it are metres times one factor.
    head, foot = INDEX["head"], [INDEX["right_foot"], INDEX["left_foot"]]
    tall_px = float(true_rest[0, foot, 1].mean() - true_rest[0, head, 1])
    tall_m = float(still_m[0, head, 1] - still_m[0, foot, 1].mean())
    scale = float(loaded.intrinsics_px[0, 1] / loaded.foot_m[2] * tall_m / tall_px)
    anchor = Anchor(still_xy, loaded.foot_m, scale, float(loaded.intrinsics_px[0, :2].mean()))
    height, width = loaded.alpha.shape[1:]
    return place_figure(
        anchor, loaded.world_from_camera, loaded.intrinsics_px, width, height, skeleton.cropped
    )


def _standing_m(xyz: Floats) -> float:
    """Standing height by the bones of legs, trunk and head, metres (close enough to scale by)."""

    def bone(a: str, b: str) -> float:
        return float(np.linalg.norm(xyz[0, INDEX[a]] - xyz[0, INDEX[b]]))

    legs = bone("right_hip", "right_knee") + bone("right_knee", "right_foot")
    return legs + bone("root", "chest") + 2 * bone("chest", "head")


def _in_camera(world_from_camera: Floats, xyz: Floats) -> Floats:
    away = xyz - world_from_camera[:, None, :3, 3]
    return np.asarray(np.einsum("tji,tkj->tki", world_from_camera[:, :3, :3], away))
