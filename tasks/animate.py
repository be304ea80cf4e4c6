"""Animate: the reference's figure does what the retargeted skeleton does, before the background."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from data_contracts.animation import Animation, Drawn, write_animation
from data_contracts.casting import Casting
from data_contracts.coarse_video import CoarseVideo
from data_contracts.conditions import Conditions
from data_contracts.errors import BackendUnavailable, ContractError
from data_contracts.image import flatten, read_image
from data_contracts.matte import Matte
from data_contracts.media import Media
from data_contracts.placement import PlacedFigure, read_placement
from data_contracts.pose import PoseTrack
from data_contracts.pose_formats import read_poses
from data_contracts.pose_sequence import FACE, PoseSequence
from data_contracts.prompt import Prompt
from data_contracts.rig import INDEX, Rig, read_skeleton
from data_contracts.video import iterate_lossless, read_lossless
from models.hub import kept
from models.motion.people import most_prominent, person_at
from models.puppet import PuppetConfig
from models.puppet.compose import compose
from models.puppet.face_motion import FaceConfig, face_motion
from models.puppet.placement import Placement
from models.puppet.puppet import Puppet
from models.puppet.retarget import FigureMotion
from models.video.character_picture import character_picture
from models.video.gated_animation import GatedAnimation, GatedConfig
from models.video.video_conditions import VideoConditions
from models.wan_animate.animation import WanAnimateConfig, WanAnimation
from models.wan_animate.conditions import WanConditions
from models.wan_animate.face_video import face_boxes, face_video
from tasks.stage import StageConfig, stage

Figure = tuple[NDArray[np.uint8], NDArray[np.float32]]
"""Colours uint8 [H, W, 3] and alpha float32 [H, W]."""

AnimationConfig = Annotated[PuppetConfig | GatedConfig | WanAnimateConfig, Field(discriminator="kind")]


class AnimateConfig(StageConfig):
    """Settings of the stage. ``backend.compose.background: false`` gives the puppet alone on white."""

    backend: AnimationConfig = Field(default_factory=PuppetConfig)

    @property
    def sees_the_driver(self) -> bool:
        """Whether the driving clip itself is looked at, and not only the motion taken from it."""
        return isinstance(self.backend, WanAnimateConfig) and self.backend.expression == "driver"

    @property
    def reads_prompts(self) -> bool:
        """Whether a job's prompt is told to the backend."""
        return isinstance(self.backend, WanAnimateConfig) and self.backend.job_prompts


@stage(version=2, timeout_s=7200)
def animate(
    media: Media,
    matte: Matte,
    rig: Rig,
    conditions: Conditions,
    coarse: CoarseVideo,
    config: AnimateConfig,
    out_dir: Path,
    seed: int = 0,
    driving: Media | None = None,
    pose: PoseTrack | None = None,
    casting: Casting | None = None,
    prompt: Prompt | None = None,
) -> Animation:
    """Draw the moving figure over the coarse background.

    The figure's alpha is the puppet's own; of a figure that a network drew, the mask within which it did.

    Args:
        media: the reference.
        matte: of the reference.
        rig: of the reference.
        conditions: what steers the figure.
        coarse: the background.
        config: settings.
        out_dir: for the files.
        seed: decides a network's noise.
        driving: the driver's clip, `pose` its people and `casting` who of them counts: read only where
            `AnimateConfig.sees_the_driver`. None: the driver's face is not known.
        pose: of the driving clip.
        casting: which person counts, if not the most prominent one.
        prompt: what the job says of its video; read only where `AnimateConfig.reads_prompts`.

    Raises:
        InputError: the placement was mended into something unusable.
        ContractError: conditions and background do not fit.
        BackendUnavailable: the backend lacks something.
    """
    if reason := config.backend.missing():
        raise BackendUnavailable(f"animation {config.backend.kind} cannot run here", hint=reason)
    figure, background = _figure(media, matte), _background(conditions, coarse)
    match config.backend:
        case PuppetConfig() as backend:
            drawn = _puppet(figure, rig, conditions, coarse, background, backend)
            on_white = not backend.compose.background
        case GatedConfig() as backend:
            drawn = _gated(figure, conditions, background, backend, seed)
            on_white = backend.on_white
        case WanAnimateConfig() as backend:
            seen = config.sees_the_driver
            face = _face(driving, pose, casting, conditions.num_frames, backend) if seen else None
            words = prompt.text if prompt is not None and config.reads_prompts else None
            drawn = _wan(figure, conditions, background, face, words, backend, seed)
            on_white = backend.on_white
    return write_animation(out_dir, drawn, conditions.fps, config.backend.kind, on_white)


def _background(conditions: Conditions, coarse: CoarseVideo) -> NDArray[np.uint8]:
    background = read_lossless(coarse.path(coarse.video))[: conditions.num_frames]
    if background.shape[:3] != (conditions.num_frames, conditions.height_px, conditions.width_px):
        raise ContractError(
            "the background does not fit the conditions",
            expected=f"{conditions.num_frames} frames of {conditions.width_px}x{conditions.height_px}",
            got=f"{len(background)} frames of {coarse.width_px}x{coarse.height_px}",
        )
    return background


def _puppet(
    figure: Figure,
    rig: Rig,
    conditions: Conditions,
    coarse: CoarseVideo,
    background: NDArray[np.uint8],
    config: PuppetConfig,
) -> Iterator[Drawn]:
    rgb, alpha = figure
    skeleton = read_skeleton(rig.path(rig.rig))
    placed = read_placement(conditions.path(conditions.placement))
    frames = len(placed.scale)
    with np.load(coarse.path(coarse.depth), allow_pickle=False) as archive:
        depth_m = archive["depth_m"][:frames]
    placement = Placement(placed.scale, placed.offset_px, placed.depth_m, np.zeros((frames, 2)))
    puppet = Puppet(rgb, alpha, skeleton, float(placed.scale.max()), config.cells)
    motion = _figure_motion(placed, read_poses(conditions.path(conditions.poses)), config.face)
    return compose(puppet, motion, placement, background, depth_m, not skeleton.cropped, config.compose)


def _gated(
    figure: Figure, conditions: Conditions, background: NDArray[np.uint8], config: GatedConfig, seed: int
) -> Iterator[Drawn]:
    body, hands, face, mask = (
        read_lossless(conditions.path(getattr(conditions, name)))
        for name in ("body", "hands", "face", "mask")
    )
    character = character_picture(*figure, conditions.height_px, conditions.width_px)
    told = VideoConditions(background, mask, face, hands, body, character)
    return zip(kept(GatedAnimation, config).draw(told, seed), mask, strict=True)


def _wan(
    figure: Figure,
    conditions: Conditions,
    background: NDArray[np.uint8],
    face: NDArray[np.uint8] | None,
    prompt: str | None,
    config: WanAnimateConfig,
    seed: int,
) -> Iterator[Drawn]:
    poses = read_poses(conditions.path(conditions.poses))
    mask = read_lossless(conditions.path(conditions.mask))
    character = character_picture(*figure, conditions.height_px, conditions.width_px)
    told = WanConditions(
        background, mask, poses.keypoints_xy_px[:, 0], poses.confidence[:, 0], character, face, prompt
    )
    return kept(WanAnimation, config).draw(told, seed)


def _face(
    driving: Media | None,
    pose: PoseTrack | None,
    casting: Casting | None,
    frames: int,
    config: WanAnimateConfig,
) -> NDArray[np.uint8] | None:
    """The driver's face, cut out of its clip; None where there is no clip, or no face is known in it."""
    if driving is None or pose is None or driving.kind != "clip" or driving.num_frames < frames:
        return None
    poses = read_poses(pose.path(pose.poses))
    number = casting.person if casting is not None else None
    person = most_prominent(poses) if number is None else person_at(poses, number)
    xy, trust = poses.keypoints_xy_px[:frames, person, FACE], poses.confidence[:frames, person, FACE]
    boxes = face_boxes(xy, trust, config.drawn_confidence)
    return None if boxes is None else face_video(iterate_lossless(driving.path(driving.content)), boxes)


def _figure(media: Media, matte: Matte) -> Figure:
    """The figure's colours uint8 [H, W, 3], without the background's in its edge where known; its alpha."""
    source = matte.path(matte.cutout) if matte.cutout is not None else media.path(media.content)
    picture = read_image(source, min_side_px=1)
    rgb = np.ascontiguousarray(picture[..., :3]) if matte.cutout is not None else flatten(picture)
    alpha = read_image(matte.path(matte.alpha), min_side_px=1)[..., 0]
    if rgb.shape[:2] != alpha.shape:
        raise ContractError("the matte does not fit its picture", expected=rgb.shape[:2], got=alpha.shape)
    return rgb, (alpha / 255).astype(np.float32)


def _figure_motion(placed: PlacedFigure, poses: PoseSequence, config: FaceConfig) -> FigureMotion:
    frames, joints = len(placed.scale), placed.joints_xy_px
    points, trust = (
        track[:frames, 0].astype(np.float64) for track in (poses.keypoints_xy_px, poses.confidence)
    )
    up = joints[:, INDEX["head"]] - joints[:, INDEX["neck"]]
    return FigureMotion(
        joints,
        placed.joint_depth,
        placed.contacts,
        np.ones(placed.joint_depth.shape),
        points,
        trust,
        placed.ground_y_px,
        placed.height_px,
        placed.fps,
        face_motion(points, trust, up, placed.fps, config),
    )
