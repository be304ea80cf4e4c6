"""Keyframe masks: the figure in some frames of a clip, as a person painted it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError, NoFigureError
from data_contracts.frames import SUFFIXES, frame_paths
from data_contracts.image import read_image
from data_contracts.mask import mask_of_pixels
from data_contracts.video import iterate_clip, probe

Mask = NDArray[np.uint8]

_BLACK, _WHITE = 16, 239
"""Levels that a compressed video's black and white are told from the figure's soft edge by."""
_OVER_THE_CLIP = "Paint it over a frame of the driving clip itself, at the clip's size"
_COUNTED = "Frames count from 0, at the job's fps and within its num_frames"


def read_keyframe_masks(path: Path, width: int, height: int, num_frames: int, fps: float) -> dict[int, Mask]:
    """Read the masks that a person gave for a clip: uint8 [height, width] each, by frame number.

    They come as a folder of pictures with the frame's number in their names (``000012.png`` or
    ``walk_12.png``, from 0), as one such picture, or as a video or GIF with one mask for each frame. Frames
    are those of the clip as the job reads it. White is the figure, black is not; a black mask says that the
    figure is not there. Other sizes of the same shape are resampled.

    Args:
        path: the folder or file.
        width: of the clip, in pixels.
        height: of the clip.
        num_frames: of the clip.
        fps: of the clip; a video of masks of another length is read at this rate.

    Raises:
        InputError: not readable, in colours, of another shape than the clip, all white, for a frame that the
            clip does not have, or without a number; a video that ends before the clip.
        NoFigureError: none of the masks shows a figure.
    """
    if path.is_dir() or path.suffix.lower() in SUFFIXES:
        pictures = _of_pictures(path, num_frames)
    else:
        pictures = _of_video(path, num_frames, fps)
    masks = {
        number: np.rint(255 * mask_of_pixels(pixels, width, height, where, _OVER_THE_CLIP)).astype(np.uint8)
        for number, where, pixels in pictures
    }
    if not any((mask > 127).any() for mask in masks.values()):
        raise NoFigureError(
            "all masks are empty" if len(masks) > 1 else "the mask is empty",
            where=path,
            expected="the figure in white, in one frame at least",
        )
    return masks


_Picture = tuple[int, object, NDArray[np.uint8]]
"""Frame number, place for errors, and pixels."""


def _of_pictures(path: Path, num_frames: int) -> Iterator[_Picture]:
    seen: dict[int, Path] = {}
    for member in frame_paths(path) if path.is_dir() else [path]:
        digits = re.findall(r"\d+", member.stem)
        if not digits:
            raise InputError(
                "the mask's name does not say which frame it is for",
                where=member,
                expected="a name with the frame's number, such as 000012.png",
                hint=_COUNTED,
            )
        number = int(digits[-1])
        if number >= num_frames:
            raise InputError(
                "the mask is for a frame that the clip does not have",
                where=member,
                expected=f"a number from 0 to {num_frames - 1}",
                got=number,
                hint=_COUNTED,
            )
        if number in seen:
            raise InputError(
                f"two masks are for frame {number}",
                where=member,
                expected="one mask a frame",
                got=seen[number].name,
                hint="Take one of them away.",
            )
        seen[number] = member
        yield number, member, read_image(member, min_side_px=1)


def _of_video(path: Path, num_frames: int, fps: float) -> Iterator[_Picture]:
    """A mask for each frame: one by one where the lengths agree, else by the clip's rate."""
    frames = list(iterate_clip(path))
    if len(frames) != num_frames:
        frames = list(iterate_clip(path, fps, num_frames))
    if len(frames) < num_frames - 1:
        raise InputError(
            "the video of masks ends before the clip",
            where=path,
            expected=f"{num_frames} frames at {fps:.6g} fps",
            got=len(frames),
            hint="Give the masks of some frames as a folder of pictures with their frames' numbers.",
        )
    compressed = not probe(path).is_grey
    for number, frame in enumerate(frames):
        yield number, f"{path}, frame {number}", _stretched(frame) if compressed else frame


def _stretched(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    level = (frame.astype(np.float32) - _BLACK) * (255 / (_WHITE - _BLACK))
    return np.asarray(np.clip(np.rint(level), 0, 255), np.uint8)
