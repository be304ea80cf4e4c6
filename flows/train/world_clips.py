"""Training clips from a puppet world, whose backgrounds and poses are exactly known (A13, A14)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import overload

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ConfigError
from data_contracts.pose_sequence import PoseSequence
from data_contracts.rig import INDEX
from data_contracts.take import Split, Take
from flows.accuracy.true_rigs import true_joints_m, true_joints_px
from flows.world.read import (
    read_camera_path,
    read_clean,
    read_figure_truths,
    read_frames,
    read_still,
    read_takes,
    read_true_poses,
)
from models.pose_drawing import PARTS, draw_pose
from models.puppet.inpainting_mask import inpainting_mask
from models.video.character_picture import character_picture
from models.video.training_example import TrainingClip
from tasks.draw_conditions import DrawConditionsConfig

Video = NDArray[np.uint8]

_MARGIN = DrawConditionsConfig().mask_margin
_REST_PX = 200.0
"""Pixels a metre of the body at rest that tells the mask how thick limbs are."""


class WorldClips(Sequence[TrainingClip]):
    """Windows of the takes that show people, centre-cropped to squares (A16) and read when asked for.

    References are the stills of the same identity, cut out on white as a job's reference is: another
    pose, before another place.
    """

    def __init__(
        self, world: Path, split: Split, side_px: int, frames: int, stride: int = 1, kept: int = 512
    ) -> None:
        """Find the takes.

        Args:
            world: folder of `bunraku world`.
            split: which identities, motions and cameras.
            side_px: side of the squares.
            frames: of each clip.
            stride: every so many frames of a take are used.
            kept: clips held in memory once they were read.

        Raises:
            ConfigError: no world there, or no take long enough.
        """
        self.side_px, self.frames, self.stride = side_px, frames, stride
        takes = [take for take in read_takes(world) if take.split == split and take.poses is not None]
        self._stills: dict[str, list[Take]] = {}
        for take in takes:
            self._stills.setdefault(take.identity, []).append(take)
        span = (frames - 1) * stride + 1
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
        self._read = lru_cache(maxsize=kept)(self._clip)

    def __len__(self) -> int:
        return len(self.windows)

    @overload
    def __getitem__(self, index: int) -> TrainingClip: ...

    @overload
    def __getitem__(self, index: slice) -> list[TrainingClip]: ...

    def __getitem__(self, index: int | slice) -> TrainingClip | list[TrainingClip]:
        if isinstance(index, slice):
            return [self._read(number) for number in range(*index.indices(len(self)))]
        return self._read(range(len(self))[index])

    def _clip(self, number: int) -> TrainingClip:
        take, first = self.windows[number]
        chosen = slice(first, first + (self.frames - 1) * self.stride + 1, self.stride)
        poses = read_true_poses(take)
        if poses is None:
            raise ConfigError("a take without poses", where=take.shot)
        body, hands, face = pose_streams(poses, chosen, self.side_px)
        stills = [read_still(each) for each in self._stills[take.identity]]
        return TrainingClip(
            video=squares(read_frames(take)[chosen], self.side_px),
            background=squares(read_clean(take)[chosen], self.side_px),
            mask=figure_mask(take, chosen, self.side_px),
            face=face,
            hands=hands,
            body=body,
            references=np.stack(
                [character_picture(still.rgb, still.alpha, self.side_px, self.side_px) for still in stills]
            ),
        )


def squares(video: Video, side_px: int) -> Video:
    """The middle square of every frame, [T, side, side, 3]."""
    height, width = video.shape[1:3]
    short = min(height, width)
    top, left = (height - short) // 2, (width - short) // 2
    middle = video[:, top : top + short, left : left + short]
    way = cv2.INTER_AREA if short > side_px else cv2.INTER_LINEAR
    return np.stack([cv2.resize(frame, (side_px, side_px), interpolation=way) for frame in middle])


def pose_streams(poses: PoseSequence, frames: slice, side_px: int) -> tuple[Video, Video, Video]:
    """Body, hands and face of all people drawn on black, each [T, side, side, 3], framed as `squares`."""
    points, trust = _in_square(poses, side_px)
    body, hands, face = (  # in PARTS' order
        np.stack(
            [
                draw_pose(xy, seen, side_px, side_px, parts=(part,))
                for xy, seen in zip(points[frames], trust[frames], strict=True)
            ]
        )
        for part in PARTS
    )
    return body, hands, face


def figure_mask(take: Take, frames: slice, side_px: int) -> Video:
    """Where people may be, uint8 [T, side, side], from their poses alone: `draw_conditions`' own mask."""
    path = read_camera_path(take)
    if path.intrinsics_px is None or path.width_px is None or path.height_px is None:
        raise ConfigError("the camera of a take has no lens", where=take.shot)
    short = min(path.height_px, path.width_px)
    corner = np.array([(path.width_px - short) // 2, (path.height_px - short) // 2])
    masks = np.zeros((len(range(path.n_frames)[frames]), side_px, side_px), np.uint8)
    for figure in read_figure_truths(take):
        metres = true_joints_m(figure)
        away = np.einsum(
            "ti,ti->t",
            metres[:, INDEX["root"]] - path.world_from_camera[:, :3, 3],
            path.world_from_camera[:, :3, 2],
        )
        size = path.intrinsics_px[:, 0] / np.maximum(away, 1e-3) / _REST_PX * (side_px / short)
        seen = (true_joints_px(figure) - corner) * (side_px / short)
        joints = np.nan_to_num(seen, nan=-4.0 * side_px)  # what is behind the camera lies far outside
        shape = (side_px, side_px)
        masks |= inpainting_mask(
            joints[frames], _REST_PX * metres[0], size[frames], shape, _MARGIN, legs=True
        )
    return masks


def _in_square(poses: PoseSequence, side_px: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    short = min(poses.height_px, poses.width_px)
    corner = np.array([(poses.width_px - short) // 2, (poses.height_px - short) // 2])
    points = (poses.keypoints_xy_px - corner) * (side_px / short)
    return points.astype(np.float32), poses.confidence
