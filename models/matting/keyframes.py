"""Matte of a clip from masks of some of its frames: carried along the optical flow from both sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import ContractError
from models.matting import edge
from models.matting.keyframe_stretch import fill_stretch
from models.matting.matte import FrameMatte

LONGEST = 240
"""Frames that are held at once where masks allow it."""

Frame = NDArray[np.uint8]
GivenMasks = Mapping[int, NDArray[np.uint8]]


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
    """
    cv2.setRNGSeed(seed)
    given = iter(frames)
    for t, small in enumerate(_carried(config, frames, masks)):
        frame = next(given)
        if t in masks:
            yield FrameMatte(masks[t].astype(np.float32) / np.float32(255), 1.0)
            continue
        size = frame.shape[1::-1]
        enlarged = np.asarray(cv2.resize(small.alpha, size, interpolation=cv2.INTER_LINEAR), np.float32)
        yield FrameMatte(edge.soften(frame, enlarged), small.confidence)


def _carried(config: KeyframeMatting, frames: Iterable[Frame], masks: GivenMasks) -> Iterator[FrameMatte]:
    """Mattes at work size, stretch by stretch so that no more lies in memory."""
    ends = _stretches(sorted(masks))
    stretch: list[Frame] = []
    keys: dict[int, NDArray[np.float32]] = {}
    start = count = 0
    for t, frame in enumerate(frames):
        count += 1
        small = _shrunk(frame, config.work_side)
        stretch.append(small)
        if t in masks:
            keys[t - start] = _key(masks[t], frame, small, t)
        if t in ends:
            yield from fill_stretch(np.stack(stretch), keys)[:-1]
            start, stretch, keys = t, [small], {0: keys[t - start]}
    if not masks or max(masks) >= count:
        raise ContractError(
            "no masks for the clip's frames",
            where="matte from keyframes",
            expected=f"numbers from 0 to {count - 1}",
            got=sorted(masks)[:5],
        )
    yield from fill_stretch(np.stack(stretch), keys)


def _stretches(keys: list[int]) -> set[int]:
    """Keyframes where one stretch ends and the next begins."""
    ends, start = [0], 0
    for key, following in pairwise(keys):
        if following - start > LONGEST and key > start:
            ends.append(key)
            start = key
    return set(ends[1:])


def _shrunk(frame: Frame, side: int) -> Frame:
    height, width = frame.shape[:2]
    scale = min(1.0, side / max(height, width))
    size = (max(16, round(width * scale)), max(16, round(height * scale)))
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)


def _key(mask: NDArray[np.uint8], frame: Frame, small: Frame, t: int) -> NDArray[np.float32]:
    if mask.shape != frame.shape[:2] or mask.dtype != np.uint8:
        raise ContractError(
            "a mask is none for its clip",
            where=f"matte from keyframes, frame {t}",
            expected=f"uint8 {list(frame.shape[:2])}",
            got=f"{mask.dtype} {list(mask.shape)}",
        )
    shrunk = cv2.resize(mask, small.shape[1::-1], interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk / np.float32(255), np.float32)
