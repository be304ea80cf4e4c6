"""Matte of a clip from masks of some of its frames: carried along the optical flow from both sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from models.matting import edge
from models.matting.keyframe_stretch import fill_stretch
from models.matting.matte import FrameMatte
from models.matting.stretches import Frame, GivenMasks, check_mask, cut_stretches


class KeyframeMatting(BaseModel):
    """Masks by hand, carried to the frames between them."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 1

    kind: Literal["keyframes"] = "keyframes"
    work_side: int = Field(384, ge=96, le=1080)
    """Long side in pixels at which masks are carried; the edge is refined at full size."""

    def missing(self) -> str | None:
        """What is missing for this backend to run here: nothing."""
        return None

    def weights(self) -> list[Path]:
        """No weights."""
        return []


def matte_from_keyframes(
    config: KeyframeMatting, frames: Iterable[Frame], masks: GivenMasks, seed: int = 0
) -> Iterator[FrameMatte]:
    """Matte all frames of a clip from the masks of some.

    Given masks are kept as they are. The camera may move, and there may be others beside the figure: only
    what the masks show is followed. A black mask says that the figure is not there.

    Args:
        config: settings.
        frames: uint8 ``[H, W, 3]`` each; iterated twice, so an array or something that can be read again.
        masks: by frame number, uint8 ``[H, W]`` of 0..255.
        seed: for the colour mixtures.

    Yields:
        The matte of each frame, in order.

    Raises:
        ContractError: no masks, or of other frames or another size than the clip's.
        InputError: too many frames on end without a mask.
    """
    cv2.setRNGSeed(seed)
    given = iter(frames)
    for t, small in enumerate(_carried(config.work_side, frames, masks)):
        frame = next(given)
        if t in masks:
            yield FrameMatte(masks[t].astype(np.float32) / np.float32(255), 1.0)
            continue
        size = frame.shape[1::-1]
        enlarged = np.asarray(cv2.resize(small.alpha, size, interpolation=cv2.INTER_LINEAR), np.float32)
        yield FrameMatte(edge.soften(frame, enlarged), small.confidence)


def _carried(side: int, frames: Iterable[Frame], masks: GivenMasks) -> Iterator[FrameMatte]:
    """Mattes at work size."""
    small = {t: _shrunk(mask, side) for t, mask in masks.items()}
    for stretch in cut_stretches(_shrunk_frames(side, frames, masks), small):
        keys = {t: np.asarray(mask / np.float32(255), np.float32) for t, mask in stretch.masks.items()}
        mattes = fill_stretch(stretch.frames, keys)
        yield from mattes if stretch.is_last else mattes[:-1]


def _shrunk_frames(side: int, frames: Iterable[Frame], masks: GivenMasks) -> Iterator[Frame]:
    for t, frame in enumerate(frames):
        if t in masks:
            check_mask(masks[t], frame, t)
        yield _shrunk(frame, side)


def _shrunk(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    height, width = picture.shape[:2]
    scale = min(1.0, side / max(height, width))
    size = (max(16, round(width * scale)), max(16, round(height * scale)))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
