"""Segment: the matte of the figure in a picture, or in every frame of a clip."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from data_contracts.errors import InputError, NoFigureError
from data_contracts.given_file import GivenFile
from data_contracts.image import read_image, write_png
from data_contracts.keyframe_masks import read_keyframe_masks
from data_contracts.lossless_video import iterate_lossless, write_lossless
from data_contracts.mask import read_mask
from data_contracts.matte import Matte
from data_contracts.media import Media
from data_contracts.record import FileRef
from models.matting import (
    ClassicalMatting,
    ClipMatting,
    ClipMattingConfig,
    KeyedMatting,
    KeyedMattingConfig,
    KeyframeMatting,
    MotionMatting,
    StillMatte,
    StillMattingConfig,
    load_clip,
    load_keyed,
    load_still,
)
from models.matting.figure_colour import decontaminate
from tasks.stage import StageConfig, stage


class SegmentConfig(StageConfig):
    """Settings of segment."""

    still: StillMattingConfig = Field(default_factory=ClassicalMatting)
    """Backend for pictures."""
    clip: ClipMattingConfig = Field(default_factory=MotionMatting)
    """Backend for clips."""
    keyed: KeyedMattingConfig = Field(default_factory=KeyframeMatting)
    """Backend for clips with masks of some frames by hand."""
    window_frames: int = Field(240, ge=16, le=2000)
    """Longest stretch of a clip that is held in memory and matted as one; longer ones are cut evenly."""


@stage(version=3, timeout_s=1800)
def segment(
    media: Media, config: SegmentConfig, out_dir: Path, seed: int = 0, mask: GivenFile | None = None
) -> Matte:
    """Find the figure.

    A picture's own alpha channel is believed where it has one, and a mask by hand before it. A clip's `mask`
    is a folder or video of masks of some or all of its frames (`data_contracts.keyframe_masks`), which are
    kept and carried to the others. A stretch of a long clip without a figure gets an empty matte and no
    confidence; a clip without one anywhere is an error.

    Raises:
        InputError: the media has no pixels of a figure (a motion, a drawn skeleton), or the mask is none
            for it.
        NoFigureError: nothing stands out, or nothing moves on its own.
        BackendUnavailable: the backend cannot run here.
    """
    try:
        if media.kind == "still":
            return _still(media, mask.unchanged() if mask else None, config, out_dir, seed)
        if media.kind == "clip":
            if mask is not None:
                return _keyed_clip(media, mask.unchanged(), config, out_dir, seed)
            return _clip(media, config, out_dir, seed)
    except NoFigureError as error:
        raise error.at(media.name) from error
    raise InputError(
        "there is no figure to cut out",
        where=media.name,
        expected="a still or a clip",
        got=f"a {media.kind}",
        hint="Skeleton clips and motions go to track_pose without a matte.",
    )


def _still(media: Media, mask: Path | None, config: SegmentConfig, out_dir: Path, seed: int) -> Matte:
    picture = read_image(media.path(media.content))
    if mask:
        matte = given_matte(picture, mask)
    else:
        standard = read_image(media.path(media.standard)) if media.standard else None
        matte = load_still(config.still)(picture, seed, standard)
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


def _keyed_clip(media: Media, mask: Path, config: SegmentConfig, out_dir: Path, seed: int) -> Matte:
    assert media.fps is not None and media.width_px is not None and media.height_px is not None
    masks = read_keyframe_masks(mask, media.width_px, media.height_px, media.num_frames, media.fps)
    planes = _KeyedPlanes(media, load_keyed(config.keyed), masks, seed)
    path = write_lossless(out_dir / "alpha.mkv", planes, media.fps)
    return _of_planes(planes, path, f"{config.keyed.kind}, {len(masks)} given", out_dir)


def _clip(media: Media, config: SegmentConfig, out_dir: Path, seed: int) -> Matte:
    assert media.fps is not None, "ingest gives every clip a rate"
    windows = _Windows(media, load_clip(config.clip), config.window_frames, seed)
    path = write_lossless(out_dir / "alpha.mkv", windows, media.fps)
    if not windows.methods:
        assert windows.refusal is not None
        raise windows.refusal
    return _of_planes(windows, path, ", ".join(sorted(set(windows.methods))), out_dir)


def _of_planes(planes: _Planes, path: Path, method: str, out_dir: Path) -> Matte:
    return Matte(
        kind="clip",
        alpha=FileRef.of(path, out_dir),
        width_px=planes.width_px,
        height_px=planes.height_px,
        num_frames=len(planes.confidence),
        method=method,
        coverage=float(np.mean(planes.coverage)),
        confidence=float(np.mean(planes.confidence)),
    )


class _Planes:
    """Alpha frames (uint8 ``[H, W]``) of a clip, made while they are iterated, and what is known of them."""

    def __init__(self, media: Media, seed: int) -> None:
        self._media, self._seed = media, seed
        self.coverage: list[float] = []
        self.confidence: list[float] = []
        self.width_px = self.height_px = 0

    def _grey(self, alpha: NDArray[np.float32], confidence: float) -> NDArray[np.uint8]:
        self.height_px, self.width_px = alpha.shape
        self.coverage.append(float(alpha.mean()))
        self.confidence.append(float(confidence))
        return np.rint(alpha * 255).astype(np.uint8)


class _KeyedPlanes(_Planes):
    """Alpha frames of a clip from the masks of some of its frames."""

    def __init__(
        self, media: Media, matting: KeyedMatting, masks: Mapping[int, NDArray[np.uint8]], seed: int
    ) -> None:
        super().__init__(media, seed)
        self._matting, self._masks = matting, masks

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        for matte in self._matting(_Reread(self._media), self._masks, self._seed):
            yield self._grey(matte.alpha, matte.confidence)


class _Reread:
    """A clip's frames, from the first again with each iteration."""

    def __init__(self, media: Media) -> None:
        self._media = media

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        return iterate_lossless(self._media.path(self._media.content))


class _Windows(_Planes):
    """Alpha frames of a clip, matted stretch by stretch."""

    def __init__(self, media: Media, matting: ClipMatting, longest: int, seed: int) -> None:
        super().__init__(media, seed)
        self._matting = matting
        count = max(1, -(-media.num_frames // longest))
        bounds = np.linspace(0, media.num_frames, count + 1).astype(int)
        self._lengths = [int(n) for n in np.diff(bounds)]
        self.methods: list[str] = []
        self.refusal: NoFigureError | None = None

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        frames = iterate_lossless(self._media.path(self._media.content))
        for length in self._lengths:
            alpha, confidence = self._matte(np.stack(list(islice(frames, length))))
            for plane, sure in zip(alpha, confidence, strict=True):
                yield self._grey(plane, sure)

    def _matte(self, stretch: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        try:
            matte = self._matting(stretch, self._seed)
        except NoFigureError as error:
            self.refusal = error
            return np.zeros(stretch.shape[:3], np.float32), np.zeros(len(stretch), np.float32)
        self.methods.append(matte.method)
        return matte.alpha, matte.confidence
