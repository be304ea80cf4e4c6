"""Stills: pictures in drawn styles, repeated as clips (A14)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flows.train.framing import ClipSize, framing_of
from flows.train.lazy_clips import LazyClips
from flows.train.pose_videos import no_pose, pose_videos
from models.video.art_style import ArtStyle, draw_style, restyle
from models.video.character_picture import character_picture
from models.video.training_example import TrainingClip

Picture = NDArray[np.uint8]


class Posed(NamedTuple):
    """A person's keypoints in a picture."""

    keypoints_xy_px: NDArray[np.float32]
    """[133, 2]."""
    confidence: NDArray[np.float32]
    """[133]."""


class Cutout(NamedTuple):
    """A figure in a picture."""

    rgb: Picture
    """[H, W, 3]."""
    alpha: NDArray[np.float32]
    """[H, W], 0..1."""


ReadStill = Callable[[], "Still"]


class Still(NamedTuple):
    """A picture of a character, and what is known of it."""

    figure: Cutout
    clean: Picture
    """[H, W, 3]: the same without the figure."""
    mask: Picture
    """[H, W]: 255 where the figure may be."""
    pose: Posed | None
    others: list[Cutout]
    """Other pictures of the same character in the same style."""


class Stills(LazyClips):
    """Each picture as it is, and in several drawn styles; a clip shows one and the same picture throughout.

    A picture and its references share a style. A character of whom there is no other picture is shown its
    own mirror image as its reference.
    """

    def __init__(self, pictures: Sequence[ReadStill], size: ClipSize, styles: int = 8) -> None:
        """Take pictures.

        Args:
            pictures: each read when it is asked for.
            size: of the clips.
            styles: of each picture, its own included; the others are decided by their number and its own.
        """
        self.pictures = pictures
        super().__init__(len(pictures) * styles, self._clip, size)

    def _clip(self, number: int) -> TrainingClip:
        style, picture = divmod(number, len(self.pictures))
        still = self.pictures[picture]()
        if style:
            still = _restyled(still, draw_style(np.random.default_rng((style, picture))))
        return still_clip(still, self.size)


def still_clip(still: Still, size: ClipSize) -> TrainingClip:
    """A picture repeated over a clip's frames."""
    height, width = still.mask.shape
    framing = framing_of(width, height, size)
    if still.pose is None:
        drawn = no_pose(framing, 1)
    else:
        drawn = pose_videos(
            still.pose.keypoints_xy_px[None, None], still.pose.confidence[None, None], framing
        )
    mirrored = Cutout(still.figure.rgb[:, ::-1], still.figure.alpha[:, ::-1])

    def repeated(frames: Picture) -> Picture:
        return np.repeat(frames, size.frames, axis=0)

    return TrainingClip(
        video=repeated(framing.cut(still.figure.rgb[None])),
        background=repeated(framing.cut(still.clean[None])),
        mask=repeated(framing.cut(still.mask[None])),
        face=repeated(drawn.face),
        hands=repeated(drawn.hands),
        body=repeated(drawn.body),
        references=np.stack(
            [
                character_picture(other.rgb, other.alpha, size.height_px, size.width_px)
                for other in still.others or [mirrored]
            ]
        ),
        pose_known=still.pose is not None,
    )


def _restyled(still: Still, style: ArtStyle) -> Still:
    return still._replace(
        figure=still.figure._replace(rgb=restyle(still.figure.rgb, style)),
        clean=restyle(still.clean, style),
        others=[other._replace(rgb=restyle(other.rgb, style)) for other in still.others],
    )
