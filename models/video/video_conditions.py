"""What steers the gated model, as plain arrays (DreamDance, character art, figure 2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ContractError

Video = NDArray[np.uint8]


@dataclass(frozen=True)
class VideoConditions:
    """One clip of T frames of H × W pixels, before any encoding."""

    coarse: Video
    """uint8 [T, H, W, 3]: the coarse background video."""
    mask: Video
    """uint8 [T, H, W]: 255 where the figure may appear."""
    face: Video
    """uint8 [T, H, W, 3]: the driving face drawn on black, as are `hands` and `body`."""
    hands: Video
    body: Video
    character: Video
    """uint8 [H, W, 3]: the reference."""

    def __post_init__(self) -> None:
        frames, height, width = self.coarse.shape[:3] if self.coarse.ndim == 4 else (0, 0, 0)
        clip = (frames, height, width, 3)
        wanted = {
            "coarse": clip,
            "mask": clip[:3],
            "face": clip,
            "hands": clip,
            "body": clip,
            "character": clip[1:],
        }
        for name, shape in wanted.items():
            found: Video = getattr(self, name)
            if frames == 0 or found.dtype != np.uint8 or found.shape != shape:
                told = shape if frames else "[T, H, W, 3]"
                raise ContractError(
                    "a condition of another shape or type",
                    where=name,
                    expected=f"uint8 {told}",
                    got=f"{found.dtype} {found.shape}",
                    hint="All conditions of a clip have one size and length; the reference has one frame.",
                )

    @property
    def frames(self) -> int:
        """T."""
        return len(self.coarse)
