"""Framing: how a picture of any shape fills the frames of a training clip."""

from __future__ import annotations

import re
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ConfigError

Video = NDArray[np.uint8]

MULTIPLE_PX = 16
"""8 pixels a latent of CogVideoX's VAE, 2 latents a patch."""


class ClipSize(NamedTuple):
    """Size and length of the clips of a bucket."""

    height_px: int
    width_px: int
    frames: int


def parse_size(text: str) -> ClipSize:
    """`HEIGHTxWIDTHxFRAMES`, as '768x512x48'.

    Raises:
        ConfigError: not three such numbers.
    """
    found = re.fullmatch(r"(\d+)x(\d+)x(\d+)", text.strip())
    size = ClipSize(*map(int, found.groups())) if found else ClipSize(0, 0, 0)
    if min(size) < 1 or size.height_px % MULTIPLE_PX or size.width_px % MULTIPLE_PX:
        raise ConfigError(
            "not the size of a bucket",
            where="--bucket",
            expected=f"HEIGHTxWIDTHxFRAMES, height and width multiples of {MULTIPLE_PX}: 768x512x48",
            got=text,
        )
    return size


class Framing(NamedTuple):
    """The middle of a picture with the frame's shape, as large as it can be, brought to the frame's size."""

    size: ClipSize
    left: int
    top: int
    cut_width: int
    cut_height: int

    @property
    def scale(self) -> float:
        """Frame pixels a picture pixel (across; down it differs by rounding only)."""
        return self.size.width_px / self.cut_width

    def cut(self, video: Video) -> Video:
        """Frames uint8 [T, H, W] or [T, H, W, 3] of such pictures, framed."""
        middle = video[:, self.top : self.top + self.cut_height, self.left : self.left + self.cut_width]
        way = cv2.INTER_AREA if self.scale < 1 else cv2.INTER_LINEAR
        size = self.size.width_px, self.size.height_px
        return np.stack([cv2.resize(frame, size, interpolation=way) for frame in middle])

    def points(self, xy_px: NDArray[np.floating]) -> NDArray[np.float64]:
        """Points [..., 2] of such pictures where they lie in the frame."""
        scale = np.array([self.scale, self.size.height_px / self.cut_height])
        return np.asarray((xy_px - np.array([self.left, self.top])) * scale, np.float64)


def framing_of(width_px: int, height_px: int, size: ClipSize) -> Framing:
    """How pictures of a size are framed."""
    share = min(width_px / size.width_px, height_px / size.height_px)
    width, height = max(1, round(size.width_px * share)), max(1, round(size.height_px * share))
    return Framing(size, (width_px - width) // 2, (height_px - height) // 2, width, height)
