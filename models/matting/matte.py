"""What a matting backend gives back: how much of each pixel is the figure, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError


@dataclass(frozen=True)
class StillMatte:
    """The matte of one picture.

    Attributes:
        alpha: float32 ``[H, W]``, 0 background, 1 figure.
        foreground_rgb: uint8 ``[H, W, 3]``, the figure's own colour, continued past its edge so that
            no rim of the old background shows when it is composited or filtered.
        confidence: 0..1, how far the outline is supported by the picture.
        method: which way it was found, for the manifest.
    """

    alpha: NDArray[np.float32]
    foreground_rgb: NDArray[np.uint8]
    confidence: float
    method: str


@dataclass(frozen=True)
class ClipMatte:
    """The matte of a clip.

    Attributes:
        alpha: float32 ``[T, H, W]``.
        confidence: float32 ``[T]``, 0..1 for each frame.
        method: which way it was found, for the manifest.
    """

    alpha: NDArray[np.float32]
    confidence: NDArray[np.float32]
    method: str


@dataclass(frozen=True)
class FrameMatte:
    """The matte of one frame of a clip.

    Attributes:
        alpha: float32 ``[H, W]``.
        confidence: 0..1.
    """

    alpha: NDArray[np.float32]
    confidence: float


class StillMatting(Protocol):
    """A backend that mattes pictures."""

    def __call__(
        self, image: NDArray[np.uint8], seed: int = 0, standard: NDArray[np.uint8] | None = None
    ) -> StillMatte:
        """Matte ``image`` (``[H, W, 3]`` or ``[H, W, 4]``). Raises NoFigureError where nothing stands out.

        ``standard`` is the same picture at the size at which its figure is to be looked for, uint8
        ``[h, w, 3]``; None: ``image`` is.
        """
        ...


class ClipMatting(Protocol):
    """A backend that mattes clips."""

    def __call__(self, frames: NDArray[np.uint8], seed: int = 0) -> ClipMatte:
        """Matte ``frames`` (``[T, H, W, 3]``). Raises NoFigureError where no figure is found."""
        ...


class KeyedMatting(Protocol):
    """A backend that mattes clips of which a person gave the masks of some frames."""

    def __call__(
        self, frames: Iterable[NDArray[np.uint8]], masks: Mapping[int, NDArray[np.uint8]], seed: int = 0
    ) -> Iterator[FrameMatte]:
        """Matte ``frames`` (``[H, W, 3]`` each, iterated twice) from ``masks`` (``[H, W]``, by number)."""
        ...


def check_picture(image: NDArray[np.uint8]) -> None:
    """Refuse what no matting backend can work on."""
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] not in (3, 4):
        raise InputError(
            "not a colour picture",
            where="matting input",
            expected="uint8 [H, W, 3] or [H, W, 4]",
            got=f"{image.dtype} {list(image.shape)}",
        )
    if min(image.shape[:2]) < 16:
        raise InputError(
            "the picture is too small to find a figure in it",
            where="matting input",
            expected="at least 16 pixels on each side",
            got=f"{image.shape[1]} x {image.shape[0]} pixels",
            hint="Give a larger picture, or one with an alpha channel at a usable size.",
        )


def check_clip(frames: NDArray[np.uint8]) -> None:
    """Refuse what no clip matting backend can work on."""
    if frames.dtype != np.uint8 or frames.ndim != 4 or frames.shape[3] != 3 or not len(frames):
        raise InputError(
            "not a clip",
            where="matting input",
            expected="uint8 [T, H, W, 3] with at least one frame",
            got=f"{frames.dtype} {list(frames.shape)}",
        )
    check_picture(frames[0])
