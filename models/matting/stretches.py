"""Stretches of a clip between masks by hand, so that no more than one of them lies in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ContractError, InputError

Frame = NDArray[np.uint8]
GivenMasks = Mapping[int, NDArray[np.uint8]]

LONGEST = 240
"""Frames that are held at once where masks allow it."""
MOST_APART = 480
"""Frames without a mask that are held at once: after so many, what is carried says nothing any more."""


@dataclass(frozen=True)
class Stretch:
    """Some frames of a clip, with at least one mask among them.

    Attributes:
        frames: uint8 ``[T, H, W, 3]``.
        masks: uint8 ``[H, W]`` by frame of the stretch.
        is_last: whether the clip ends with it; else the next one begins with its last frame.
    """

    frames: NDArray[np.uint8]
    masks: dict[int, NDArray[np.uint8]]
    is_last: bool


def cut_stretches(frames: Iterable[Frame], masks: GivenMasks) -> Iterator[Stretch]:
    """Cut a clip at frames that have masks.

    Args:
        frames: uint8 ``[H, W, 3]`` each, in order.
        masks: uint8 ``[H, W]`` by number, as large as the frames.

    Raises:
        ContractError: no masks, or of other frames or another size than the clip's.
        InputError: too many frames on end without a mask.
    """
    ends = _ends(sorted(masks))
    held: list[Frame] = []
    keys: dict[int, NDArray[np.uint8]] = {}
    start = latest = t = 0
    for t, frame in enumerate(frames):
        held.append(frame)
        if t in masks:
            check_mask(masks[t], frame, t)
            keys[t - start] = masks[t]
            latest = t
        if t - latest > MOST_APART:
            raise _too_far(latest, masks)
        if t in ends:
            yield Stretch(np.stack(held), keys, is_last=False)
            start, held, keys = t, [frame], {0: masks[t]}
    if not masks or max(masks) > t or not held:
        raise ContractError(
            "no masks for the clip's frames",
            where="matte from keyframes",
            expected=f"numbers from 0 to {t}",
            got=sorted(masks)[:5],
        )
    yield Stretch(np.stack(held), keys, is_last=True)


def _ends(keys: list[int]) -> set[int]:
    """Keyframes where one stretch ends and the next begins."""
    ends, start = set(), 0
    for key, following in pairwise(keys):
        if following - start > LONGEST and key > start:
            ends.add(key)
            start = key
    return ends


def _too_far(latest: int, masks: GivenMasks) -> InputError:
    following = min((t for t in masks if t > latest), default=None)
    until = "the clip's end" if following is None else f"frame {following}"
    return InputError(
        "too many frames on end have no mask",
        where="matte from keyframes",
        expected=f"a mask in every {MOST_APART} frames at least",
        got=f"none between frame {latest} and {until}",
        hint=f"Paint one for a frame such as {latest + MOST_APART // 2}; the more the better.",
    )


def check_mask(mask: NDArray[np.uint8], frame: Frame, t: int) -> None:
    """Refuse a mask that is not as large as the frame that it is for (ContractError)."""
    if mask.shape != frame.shape[:2] or mask.dtype != np.uint8:
        raise ContractError(
            "a mask is none for its clip",
            where=f"matte from keyframes, frame {t}",
            expected=f"uint8 {list(frame.shape[:2])}",
            got=f"{mask.dtype} {list(mask.shape)}",
        )
