"""Synthesize pairs: put a result and its driver side by side as a training triplet (D7)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from shutil import copyfile
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from data_contracts.animation import Animation, RefinedVideo
from data_contracts.conditions import Conditions
from data_contracts.errors import ContractError, InputError
from data_contracts.image import read_image, write_png
from data_contracts.lossless_video import iterate_lossless, write_lossless
from data_contracts.matte import Matte
from data_contracts.media import Media
from data_contracts.pair import Pair, Segment
from data_contracts.record import FileRef
from data_contracts.video import write_mp4
from tasks.stage import StageConfig, stage

Signal = Literal["rgb", "skeleton"]


class SynthesizePairsConfig(StageConfig):
    """Settings of pair synthesis."""

    segment_frames: int = Field(121, ge=3, le=4096)
    """Longest pair, in frames: 121 as in DreamActor-M2."""
    signal: Literal["auto", "rgb", "skeleton"] = "auto"
    """What stands for the driver. auto: its own frames where it was filmed, a drawn skeleton elsewhere."""
    crf: int = Field(16, ge=0, le=40)
    """x264's quality of the source, and of a video cut out of a longer result; 16 cannot be told from the
    original. A pair that is the whole result hands out the result's own file."""


def num_segments(num_frames: int, segment_frames: int) -> int:
    """How many segments a clip gives; a rest under a quarter of one is dropped, unless it is all."""
    whole, rest = divmod(num_frames, segment_frames)
    return max(1, whole + (rest >= max(3, segment_frames // 4)))


@stage(version=3, timeout_s=600)
def synthesize_pairs(
    reference: Media,
    driving: Media,
    conditions: Conditions,
    animation: Animation,
    video: RefinedVideo,
    matte: Matte | None,
    segment: Segment,
    config: SynthesizePairsConfig,
    seed: int,
    out_dir: Path,
) -> Pair:
    """Cut one segment out of a job's result and its driver, in step: same frames, size and rate.

    The driver is fitted into the result's frame with black bars; frames are matched by time. Sides are made
    even, as H.264 asks. The reference's ``matte``, where given, becomes the alpha of the character's picture,
    so that scoring can compare the figure with it.

    Raises:
        InputError: the clip has no such segment, or the driver has no frames of its own to show.
        ContractError: the result and the figure's alpha differ in size or length.
    """
    start, stop = _bounds(video.num_frames, segment.index, config.segment_frames)
    signal = _signal(driving, config)
    size = (video.width_px, video.height_px)
    _check_alpha(animation, video)
    source = [
        _fit(frame, size) for frame in _driver_frames(driving, conditions, signal, video.fps, start, stop)
    ]
    stop = start + len(source)  # a driver may end before its figure has come to rest
    if len(source) < 3:
        raise InputError(
            "the segment is too short for a pair",
            where=driving.name,
            expected=f"at least 3 frames from {start / video.fps:.2f} s on",
            got=len(source),
            hint="Take a longer driver, more num_frames, or an earlier segment.",
        )
    whole, alpha = len(source) == video.num_frames, animation.path(animation.alpha)
    if whole:
        copyfile(video.path(video.video), out_dir / "synthesized.mp4")
    else:
        frames = islice(iterate_lossless(video.path(video.lossless)), start, stop)
        write_mp4(out_dir / "synthesized.mp4", frames, video.fps, config.crf)
    width, height = write_mp4(out_dir / "source.mp4", source, video.fps, config.crf)
    if whole and (width, height) == size:
        copyfile(alpha, out_dir / "figure.mkv")
    else:
        shown = islice(iterate_lossless(alpha), start, stop)
        write_lossless(out_dir / "figure.mkv", map(_even, shown), video.fps)
    write_png(out_dir / "reference.png", source[0])
    write_png(out_dir / "character.png", _character(reference, matte))
    return Pair(
        synthesized=FileRef.of(out_dir / "synthesized.mp4", out_dir),
        source=FileRef.of(out_dir / "source.mp4", out_dir),
        reference=FileRef.of(out_dir / "reference.png", out_dir),
        figure=FileRef.of(out_dir / "figure.mkv", out_dir),
        character=FileRef.of(out_dir / "character.png", out_dir),
        signal=signal,
        segment=segment.index,
        start_frame=start,
        source_name=driving.name,
        source_sha256=driving.content.sha256,
        character_name=reference.name,
        character_sha256=reference.content.sha256,
        seed=seed,
        num_frames=len(source),
        fps=video.fps,
        width_px=width,
        height_px=height,
        limbs=conditions.limbs,
    )


def _character(reference: Media, matte: Matte | None) -> NDArray[np.uint8]:
    picture = read_image(reference.path(reference.content))
    if matte is None:
        return picture
    alpha = read_image(matte.path(matte.alpha))[..., :1]
    if alpha.shape[:2] != picture.shape[:2]:
        raise ContractError(
            "the matte does not fit the reference",
            where=reference.name,
            expected=list(picture.shape[:2]),
            got=list(alpha.shape[:2]),
        )
    return np.concatenate([picture[..., :3], alpha], axis=-1)


def _bounds(num_frames: int, index: int, segment_frames: int) -> tuple[int, int]:
    segments = num_segments(num_frames, segment_frames)
    if index >= segments:
        raise InputError(
            "the clip has no such segment",
            expected=f"0 to {segments - 1} for {num_frames} frames in segments of {segment_frames}",
            got=index,
        )
    start = index * segment_frames
    return start, min(num_frames, start + segment_frames)


def _signal(driving: Media, config: SynthesizePairsConfig) -> Signal:
    own: Signal = "rgb" if driving.kind == "clip" else "skeleton"
    if config.signal == "rgb" and own != "rgb":
        raise InputError(
            "the driver has no filmed frames to pair with",
            where=driving.name,
            expected="a filmed clip for signal 'rgb'",
            got=f"a {driving.kind}",
            hint="Set signal to 'auto' or 'skeleton'.",
        )
    return own if config.signal == "auto" else config.signal


def _check_alpha(animation: Animation, video: RefinedVideo) -> None:
    alpha = (animation.num_frames, animation.width_px, animation.height_px)
    result = (video.num_frames, video.width_px, video.height_px)
    if alpha != result:
        raise ContractError(
            "the figure's alpha does not fit the result",
            expected=f"{result[0]} frames of {result[1]}x{result[2]}",
            got=f"{alpha[0]} frames of {alpha[1]}x{alpha[2]}",
        )


def _driver_frames(
    driving: Media, conditions: Conditions, signal: Signal, fps: float, start: int, stop: int
) -> Iterator[NDArray[np.uint8]]:
    """The frames of V_src at the times of the result's frames ``start`` to ``stop``, as far as there are."""
    drawn = driving.kind == "motion" or (signal == "skeleton" and driving.kind == "clip")
    if drawn:
        path, own_fps = conditions.path(conditions.body), conditions.fps
    else:
        path, own_fps = driving.path(driving.content), driving.fps or fps
    wanted = [round(index / fps * own_fps) for index in range(start, stop)]
    place = 0
    for index, frame in enumerate(iterate_lossless(path)):
        while place < len(wanted) and wanted[place] == index:
            yield frame
            place += 1
        if place == len(wanted):
            return


def _fit(frame: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """A frame scaled into (width, height) with its aspect kept, black around it, sides made even."""
    width, height = size
    scale = min(width / frame.shape[1], height / frame.shape[0])
    inner = (max(1, round(frame.shape[1] * scale)), max(1, round(frame.shape[0] * scale)))
    if inner != (frame.shape[1], frame.shape[0]):
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        frame = cv2.resize(frame, inner, interpolation=way).astype(np.uint8)
    canvas = np.zeros((height, width, 3), np.uint8)
    top, left = (height - inner[1]) // 2, (width - inner[0]) // 2
    canvas[top : top + inner[1], left : left + inner[0]] = frame
    return _even(canvas)


def _even(frame: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A frame whose sides are even, by repeating the last row or column."""
    height, width = frame.shape[:2]
    if height % 2 == 0 and width % 2 == 0:
        return frame
    pad = [(0, height % 2), (0, width % 2)] + [(0, 0)] * (frame.ndim - 2)
    return np.ascontiguousarray(np.pad(frame, pad, mode="edge"))
