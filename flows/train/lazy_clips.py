"""Clips that are read, or drawn, when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import overload

from flows.train.framing import ClipSize
from models.video.training_example import TrainingClip

KEPT_BYTES = 1_000_000_000
"""What the clips of one sequence may take in memory."""
BYTES_A_PIXEL = 16
"""Five videos in colour and a mask."""


class LazyClips(Sequence[TrainingClip]):
    """A sequence of clips of which the last used ones stay in memory."""

    def __init__(self, count: int, read: Callable[[int], TrainingClip], size: ClipSize) -> None:
        """`read` gives a clip of that size by its number."""
        self._count = count
        self.size = size
        kept = max(1, KEPT_BYTES // (size.height_px * size.width_px * size.frames * BYTES_A_PIXEL))
        self._read = lru_cache(maxsize=kept)(read)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> TrainingClip: ...

    @overload
    def __getitem__(self, index: slice) -> list[TrainingClip]: ...

    def __getitem__(self, index: int | slice) -> TrainingClip | list[TrainingClip]:
        if isinstance(index, slice):
            return [self._read(number) for number in range(*index.indices(len(self)))]
        return self._read(range(len(self))[index])
