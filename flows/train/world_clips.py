"""Training clips from a puppet world, whose backgrounds and poses are exactly known (A13, A14)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ConfigError
from data_contracts.rig import INDEX
from data_contracts.take import Split, Take
from flows.accuracy.true_rigs import true_joints_m, true_joints_px
from flows.train.framing import ClipSize, Framing, framing_of
from flows.train.lazy_clips import LazyClips
from flows.train.pose_videos import pose_videos
from flows.world.read import (
    read_camera_path,
    read_clean,
    read_figure_truths,
    read_frames,
    read_still,
    read_takes,
    read_true_poses,
)
from models.puppet.inpainting_mask import inpainting_mask
from models.video.character_picture import character_picture
from models.video.training_example import TrainingClip
from tasks.draw_conditions import DrawConditionsConfig

Video = NDArray[np.uint8]

MARGIN = DrawConditionsConfig().mask_margin
_REST_PX = 200.0
"""Pixels a metre of the body at rest that tells the mask how thick limbs are."""


class WorldClips(LazyClips):
    """Windows of the takes that show people, framed to one size (A16: squares) and read when asked for.

    References are the stills of the same identity, cut out on white as a job's reference is: another
    pose, before another place.
    """

    def __init__(self, world: Path, split: Split, size: ClipSize, stride: int = 1) -> None:
        """Find the takes.

        Args:
            world: folder of `bunraku world`.
            split: which identities, motions and cameras.
            size: of the clips.
            stride: every so many frames of a take are used.

        Raises:
            ConfigError: no world there, or no take long enough.
        """
        self.stride = stride
        takes = [take for take in read_takes(world) if take.split == split and take.poses is not None]
        self._stills: dict[str, list[Take]] = {}
        for take in takes:
            self._stills.setdefault(take.identity, []).append(take)
        span = (size.frames - 1) * stride + 1
        self.windows = [
            (take, first) for take in takes for first in range(0, take.num_frames - span + 1, span)
        ]
        if not self.windows:
            raise ConfigError(
                "no take to train on",
                where=world,
                expected=f"takes of people of the split {split} with at least {span} frames",
                got=f"{len(takes)} takes of people, at most "
                f"{max((take.num_frames for take in takes), default=0)} frames",
                hint="Make a larger world, ask for fewer frames, or another split.",
            )
        super().__init__(len(self.windows), self._clip, size)

    def _clip(self, number: int) -> TrainingClip:
        take, first = self.windows[number]
        chosen = slice(first, first + (self.size.frames - 1) * self.stride + 1, self.stride)
        poses = read_true_poses(take)
        if poses is None:
            raise ConfigError("a take without poses", where=take.shot)
        framing = framing_of(take.width_px, take.height_px, self.size)
        drawn = pose_videos(poses.keypoints_xy_px[chosen], poses.confidence[chosen], framing)
        stills = [read_still(each) for each in self._stills[take.identity]]
        return TrainingClip(
            video=framing.cut(read_frames(take)[chosen]),
            background=framing.cut(read_clean(take)[chosen]),
            mask=figure_mask(take, chosen, framing),
            face=drawn.face,
            hands=drawn.hands,
            body=drawn.body,
            references=np.stack(
                [
                    character_picture(still.rgb, still.alpha, self.size.height_px, self.size.width_px)
                    for still in stills
                ]
            ),
        )


def figure_mask(take: Take, frames: slice, framing: Framing) -> Video:
    """Where people may be, uint8 [T, H, W], from their poses alone: `draw_conditions`' own mask."""
    path = read_camera_path(take)
    if path.intrinsics_px is None:
        raise ConfigError("the camera of a take has no lens", where=take.shot)
    shape = framing.size.height_px, framing.size.width_px
    masks = np.zeros((len(range(path.n_frames)[frames]), *shape), np.uint8)
    for figure in read_figure_truths(take):
        metres = true_joints_m(figure)
        away = np.einsum(
            "ti,ti->t",
            metres[:, INDEX["root"]] - path.world_from_camera[:, :3, 3],
            path.world_from_camera[:, :3, 2],
        )
        scale = path.intrinsics_px[:, 0] / np.maximum(away, 1e-3) / _REST_PX * framing.scale
        # What is behind the camera lies far outside.
        joints = np.nan_to_num(framing.points(true_joints_px(figure)), nan=-4.0 * max(shape))
        masks |= inpainting_mask(
            joints[frames], _REST_PX * metres[0], scale[frames], shape, MARGIN, legs=True
        )
    return masks
