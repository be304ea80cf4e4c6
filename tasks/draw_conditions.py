"""Draw conditions: lay the motion on the reference's body, place it, draw what steers the animation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from pydantic import Field

from data_contracts.background import Background
from data_contracts.camera import CameraTrack
from data_contracts.camera_formats import read_camera
from data_contracts.casting import Casting
from data_contracts.coarse_video import CoarseVideo
from data_contracts.conditions import Conditions
from data_contracts.depth import Depth
from data_contracts.errors import InputError
from data_contracts.placement import PlacedFigure, write_placement
from data_contracts.pose import PoseTrack
from data_contracts.pose_formats import read_poses, write_poses
from data_contracts.pose_sequence import PoseSequence
from data_contracts.record import FileRef
from data_contracts.rig import Rig, Skeleton, read_skeleton
from data_contracts.side_swaps import parse_side_swaps
from data_contracts.video import write_lossless
from models.motion.people import most_prominent, person_at
from models.motion.sides import sides_swapped
from models.pose_drawing import PARTS, draw_pose
from models.puppet.anchor import Anchor, PlacementConfig, anchor_figure
from models.puppet.driver import DriverMotion, body_motion
from models.puppet.inpainting_mask import inpainting_mask
from models.puppet.placement import (
    Placement,
    aside,
    cut_below,
    follow_camera,
    kept_in_frame,
    on_canvas,
)
from models.puppet.pose_augment import scaled_bones
from models.puppet.replacement import placed_on_driver
from models.puppet.retarget import FigureMotion, RetargetConfig, retarget
from models.puppet.steadied import Sway, sway
from tasks.stage import StageConfig, stage

_RATES_OFF = 0.01
"""Frame rates of one picture may differ by this share: 29.97 and 30 drift by a frame in a minute."""
_FRAMES_OFF = 2
"""Camera and motion may differ by this many frames (rounding of rates); the shorter one counts."""
_UNKNOWN_DEPTH = 1.0
"""Of a driver in its own clip, in the path's unit: what is taken off is put back, so any will do."""
_TRACKED = ("static", "rotation", "full")
"""Kinds of cameras that were tracked in the driving clip; others are somebody else's."""


class DrawConditionsConfig(StageConfig):
    """Settings of the stage."""

    retarget: RetargetConfig = RetargetConfig()
    placement: PlacementConfig = PlacementConfig()
    bone_scale_spread: float = Field(0.0, ge=0, lt=0.9)
    """Pose augmentation: bones of a group are longer or shorter by up to this share, by the job's seed."""
    mask_margin: float = Field(0.35, ge=0, le=3)
    """Widening of the inpainting mask, as a share of the torso's half-width."""
    drawn_confidence: float = Field(0.25, ge=0, le=1)
    """Keypoints below it are not drawn."""


@stage(version=16, timeout_s=600)
def draw_conditions(
    pose: PoseTrack,
    rig: Rig,
    coarse: CoarseVideo,
    depth: Depth | None,
    config: DrawConditionsConfig,
    out_dir: Path,
    seed: int,
    background: Background | None = None,
    camera: CameraTrack | None = None,
    casting: Casting | None = None,
    lead: Rig | None = None,
) -> Conditions:
    """Retarget a motion to a reference and place it in the scene.

    Args:
        pose: the driver's motion.
        rig: the reference's skeleton.
        coarse: the rendered background: its camera path and size.
        depth: of the scene's picture: the ground that the figure stands on. None: the background is the
            driving clip itself, and the figure stands where the driver does.
        config: settings.
        out_dir: for the files.
        seed: for augmentation.
        background: of the scene; one without a filled hole is another picture than the reference. Without
            it the sizes of depth and rig tell.
        camera: the job's. One that was tracked in the driving clip moved the driver through its pictures
            too, which is taken off the motion.
        casting: which person counts, if not the most prominent one, and where the figure stands.
        lead: rig of the character in whose picture this one appears, beside it.

    Raises:
        InputError: motion and camera differ in length or rate; there is no such person, or no such frame.
        EstimationError: the driver was hardly seen.
    """
    skeleton = read_skeleton(rig.path(rig.rig))
    if config.bone_scale_spread > 0:
        skeleton = scaled_bones(skeleton, config.bone_scale_spread, np.random.default_rng(seed))
    casting = casting or Casting()
    frames = _frames(pose, coarse, lead is not None)
    driver = driver_of(read_poses(pose.path(pose.poses)), frames, casting)
    if depth is None:
        motion, placement = _in_the_drivers_place(skeleton, driver, camera, coarse, config)
        placement = aside(placement, casting.shift * coarse.width_px)
    else:
        anchor = _anchor(skeleton, rig, depth, background, casting.shift, lead, config.placement)
        path = read_camera(coarse.path(coarse.track))
        canvas = (coarse.width_px, coarse.height_px)
        placement = follow_camera(anchor, path, frames, canvas, skeleton.cropped)
        swayed = _sway(driver, camera, coarse, float(placement.depth_m[0]))
        motion = retarget(skeleton, _without(driver, swayed), config.retarget)
        motion = kept_in_frame(motion, placement, coarse.width_px, config.placement, skeleton.body)
    keypoints = on_canvas(motion.keypoints_xy_px, placement)
    trust = motion.keypoint_confidence
    sequence = PoseSequence(
        np.where(trust[..., None] > 0, keypoints, 0)[:, None].astype(np.float32),
        trust[:, None].astype(np.float32),
        pose.fps,
        coarse.width_px,
        coarse.height_px,
    )
    write_poses(sequence, out_dir / "poses.json")
    write_placement(out_dir / "placement.json", _placed(motion, placement))
    for part in PARTS:
        drawn = (
            draw_pose(
                sequence.keypoints_xy_px[t],
                sequence.confidence[t],
                coarse.width_px,
                coarse.height_px,
                parts=(part,),
                threshold=config.drawn_confidence,
            )
            for t in range(frames)
        )
        write_lossless(out_dir / f"{part}.mkv", drawn, pose.fps)
    mask = inpainting_mask(
        on_canvas(motion.joints_xy_px, placement),
        skeleton.joints_xy_px,
        placement.scale,
        (coarse.height_px, coarse.width_px),
        config.mask_margin,
        skeleton.legs,
        skeleton.body,
    )
    write_lossless(out_dir / "mask.mkv", mask, pose.fps)

    def ref(name: str) -> FileRef:
        return FileRef.of(out_dir / name, out_dir)

    return Conditions(
        poses=ref("poses.json"),
        placement=ref("placement.json"),
        body=ref("body.mkv"),
        hands=ref("hands.mkv"),
        face=ref("face.mkv"),
        mask=ref("mask.mkv"),
        num_frames=frames,
        fps=pose.fps,
        width_px=coarse.width_px,
        height_px=coarse.height_px,
        mean_confidence=float(np.clip(driver.confidence[:, :17].mean(), 0, 1)),
        limbs=skeleton.limbs,
    )


def driver_of(poses: PoseSequence, frames: int, casting: Casting) -> DriverMotion:
    """The first ``frames`` of the person that is meant.

    Raises:
        InputError: there is no such person, or no such frame.
    """
    for part, ranges in parse_side_swaps(casting.swap_sides, poses.n_frames) if casting.swap_sides else ():
        poses = sides_swapped(poses, ranges, part)
    person = most_prominent(poses) if casting.person is None else person_at(poses, casting.person)
    return DriverMotion.of(poses, person, frames)


def _sway(driver: DriverMotion, camera: CameraTrack | None, coarse: CoarseVideo, depth: float) -> Sway | None:
    """What the camera did to the driver: the path is in the scene's unit, the lens is that of the clip."""
    if camera is None or camera.kind not in _TRACKED or driver.depth is not None:
        return None
    path, tracked = read_camera(coarse.path(coarse.track)), read_camera(camera.path(camera.track))
    if tracked.intrinsics_px is None or min(path.n_frames, tracked.n_frames) < len(driver.xy):
        return None
    return sway(driver, path.world_from_camera, tracked.intrinsics_px, depth)


def _without(driver: DriverMotion, swayed: Sway | None) -> DriverMotion:
    return driver if swayed is None else replace(driver, xy=swayed.taken_off(driver.xy))


def _in_the_drivers_place(
    skeleton: Skeleton,
    driver: DriverMotion,
    camera: CameraTrack | None,
    coarse: CoarseVideo,
    config: DrawConditionsConfig,
) -> tuple[FigureMotion, Placement]:
    """The figure does what the driver does, where it does it: in the clip's own pixels.

    The path's unit is the depth of the clip's background; the driver's own is not known, and need not be.
    """
    swayed = _sway(driver, camera, coarse, _UNKNOWN_DEPTH)
    steady = _without(driver, swayed)
    motion = retarget(skeleton, steady, config.retarget)
    body = body_motion(steady, config.retarget.driver)
    placement = placed_on_driver(skeleton, motion, body, (coarse.width_px, coarse.height_px))
    if swayed is not None:
        scale, offset = swayed.put_back(placement.scale, placement.offset)
        placement = replace(placement, scale=scale, offset=offset)
    if skeleton.cropped:
        placement = cut_below(placement, skeleton.height_px, coarse.height_px)
    return motion, placement


def _frames(pose: PoseTrack, coarse: CoarseVideo, joins: bool) -> int:
    """How many frames there are to draw; of one who joins another, what is longer than the other is left."""
    spare = pose.num_frames - coarse.num_frames
    if spare < -_FRAMES_OFF or (spare > _FRAMES_OFF and not joins):
        raise InputError(
            "the motion and the camera path differ in length",
            expected=f"{pose.num_frames} frames, as the motion",
            got=f"{coarse.num_frames} frames of background",
            hint="Give a camera path of the motion's length, or set num_frames",
        )
    if coarse.num_frames > 1 and abs(pose.fps - coarse.fps) > _RATES_OFF * coarse.fps:
        raise InputError(
            "the motion and the picture that it joins differ in frame rate",
            expected=f"{coarse.fps:g} frames a second, as the picture",
            got=f"{pose.fps:g}",
            hint="Set fps in the row of the job that is joined",
        )
    return min(pose.num_frames, coarse.num_frames)


def _anchor(
    skeleton: Skeleton,
    rig: Rig,
    depth: Depth,
    background: Background | None,
    shift: float,
    lead: Rig | None,
    config: PlacementConfig,
) -> Anchor:
    owner = lead or rig
    if background is not None:
        own_scene = background.hole_share > 0
    else:
        own_scene = (depth.width_px, depth.height_px) == (owner.width_px, owner.height_px)
    depth_m = np.load(depth.path(depth.depth), allow_pickle=False)
    beside = read_skeleton(lead.path(lead.rig)) if lead is not None else None
    return anchor_figure(skeleton, depth_m, depth.focal_px, own_scene, config, shift, beside)


def _placed(motion: FigureMotion, placement: Placement) -> PlacedFigure:
    return PlacedFigure(
        motion.joints_xy_px,
        motion.depth,
        motion.contacts,
        placement.scale,
        placement.offset,
        placement.depth_m,
        motion.ground_y_px,
        motion.height_px,
        motion.fps,
    )
