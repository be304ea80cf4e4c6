"""Segment: the matte of the figure in a picture, or in every frame of a clip."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from data_contracts.errors import InputError, NoFigureError
from data_contracts.given_file import GivenFile
from data_contracts.image import read_image, write_png
from data_contracts.lossless_video import iterate_lossless, write_lossless
from data_contracts.mask import read_mask
from data_contracts.matte import Matte
from data_contracts.media import Media
from data_contracts.record import FileRef
from models.matting import (
    ClassicalMatting,
    ClipMatting,
    ClipMattingConfig,
    MotionMatting,
    StillMatte,
    StillMattingConfig,
    load_clip,
    load_still,
)
from models.matting.edge import decontaminate
from tasks.stage import StageConfig, stage


class SegmentConfig(StageConfig):
    """Settings of segment."""

    still: StillMattingConfig = Field(default_factory=ClassicalMatting)
    """Backend for pictures."""
    clip: ClipMattingConfig = Field(default_factory=MotionMatting)
    """Backend for clips."""
    window_frames: int = Field(240, ge=16, le=2000)
    """Longest stretch of a clip that is held in memory and matted as one; longer ones are cut evenly."""


@stage(version=1, timeout_s=1800)
def segment(
    media: Media, config: SegmentConfig, out_dir: Path, seed: int = 0, mask: GivenFile | None = None
) -> Matte:
    """Find the figure.

    A picture's own alpha channel is believed where it has one, and a mask by hand before it. A stretch of a
    long clip without a figure gets an empty matte and no confidence; a clip without one anywhere is an error.

    Raises:
        InputError: the media has no pixels of a figure (a motion, a drawn skeleton), or the mask is none
            for it.
        NoFigureError: nothing stands out, or nothing moves on its own.
        BackendUnavailable: the backend cannot run here.
    """
    try:
        if media.kind == "still":
            return _still(media, mask.unchanged() if mask else None, config, out_dir, seed)
        if media.kind == "clip" and mask is None:
            return _clip(media, config, out_dir, seed)
    except NoFigureError as error:
        raise error.at(media.name) from error
    raise InputError(
        "there is no figure to cut out",
        where=media.name,
        expected="a still" if mask else "a still or a clip",
        got=f"a {media.kind}",
        hint="Skeleton clips and motions go to track_pose without a matte.",
    )


def _still(media: Media, mask: Path | None, config: SegmentConfig, out_dir: Path, seed: int) -> Matte:
    picture = read_image(media.path(media.content))
    matte = given_matte(picture, mask) if mask else load_still(config.still)(picture, seed)
    alpha = np.rint(matte.alpha * 255).astype(np.uint8)
    alpha_path = write_png(out_dir / "alpha.png", alpha)
    cutout_path = write_png(out_dir / "cutout.png", np.dstack([matte.foreground_rgb, alpha]))
    return Matte(
        kind="still",
        alpha=FileRef.of(alpha_path, out_dir),
        cutout=FileRef.of(cutout_path, out_dir),
        width_px=alpha.shape[1],
        height_px=alpha.shape[0],
        num_frames=1,
        method=matte.method,
        coverage=float(matte.alpha.mean()),
        confidence=matte.confidence,
    )


def given_matte(picture: NDArray[np.uint8], mask: Path) -> StillMatte:
    """The matte that a person painted for a picture, uint8 [H, W, 3 or 4].

    Raises:
        InputError: the file is no mask for the picture.
    """
    rgb = np.ascontiguousarray(picture[..., :3])
    alpha = read_mask(mask, rgb.shape[1], rgb.shape[0])
    return StillMatte(alpha, decontaminate(rgb, alpha), 1.0, "given")


def _clip(media: Media, config: SegmentConfig, out_dir: Path, seed: int) -> Matte:
    assert media.fps is not None, "ingest gives every clip a rate"
    windows = _Windows(media, load_clip(config.clip), config.window_frames, seed)
    path = write_lossless(out_dir / "alpha.mkv", windows, media.fps)
    if not windows.methods:
        assert windows.refusal is not None
        raise windows.refusal
    return Matte(
        kind="clip",
        alpha=FileRef.of(path, out_dir),
        width_px=windows.width_px,
        height_px=windows.height_px,
        num_frames=len(windows.confidence),
        method=", ".join(sorted(set(windows.methods))),
        coverage=float(np.mean(windows.coverage)),
        confidence=float(np.mean(windows.confidence)),
    )


class _Windows:
    """Alpha frames (uint8 ``[H, W]``) of a clip, matted stretch by stretch while they are iterated."""

    def __init__(self, media: Media, matting: ClipMatting, longest: int, seed: int) -> None:
        self._media, self._matting, self._seed = media, matting, seed
        count = max(1, -(-media.num_frames // longest))
        bounds = np.linspace(0, media.num_frames, count + 1).astype(int)
        self._lengths = [int(n) for n in np.diff(bounds)]
        self.methods: list[str] = []
        self.refusal: NoFigureError | None = None
        self.coverage: list[float] = []
        self.confidence: list[float] = []
        self.width_px = self.height_px = 0

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        frames = iterate_lossless(self._media.path(self._media.content))
        for length in self._lengths:
            stretch = np.stack(list(islice(frames, length)))
            self.height_px, self.width_px = stretch.shape[1:3]
            alpha, confidence = self._matte(stretch)
            for plane, sure in zip(alpha, confidence, strict=True):
                self.coverage.append(float(plane.mean()))
                self.confidence.append(float(sure))
                yield np.rint(plane * 255).astype(np.uint8)

    def _matte(self, stretch: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        try:
            matte = self._matting(stretch, self._seed)
        except NoFigureError as error:
            self.refusal = error
            return np.zeros(stretch.shape[:3], np.float32), np.zeros(len(stretch), np.float32)
        self.methods.append(matte.method)
        return matte.alpha, matte.confidence
