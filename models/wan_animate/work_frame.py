"""The frame that the network works in: the result's, larger or smaller, filled up to whole tokens."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Video = NDArray[np.uint8]

PATCH_PX = 16
"""Side of the picture's squares that are one token: eight pixels a latent, two latents a token."""


@dataclass(frozen=True)
class WorkFrame:
    """Sizes in pixels: of the result, of its picture in the work frame, and of the whole work frame."""

    width: int
    height: int
    drawn_width: int
    drawn_height: int

    @classmethod
    def of(cls, width: int, height: int, longer_side_px: int | None) -> WorkFrame:
        """Of a result, of which the network makes the longer side as long as given."""
        scale = 1.0 if longer_side_px is None else longer_side_px / max(width, height)
        return cls(width, height, max(1, round(width * scale)), max(1, round(height * scale)))

    @property
    def padded_width(self) -> int:
        """A multiple of a token's side."""
        return self.drawn_width + -self.drawn_width % PATCH_PX

    @property
    def padded_height(self) -> int:
        """A multiple of a token's side."""
        return self.drawn_height + -self.drawn_height % PATCH_PX

    @property
    def scale(self) -> NDArray[np.float32]:
        """Work pixels a pixel of the result, across and down."""
        return np.array([self.drawn_width / self.width, self.drawn_height / self.height], np.float32)

    def enter(self, video: Video) -> Video:
        """Pictures [T, H, W, ...] of the result's size, brought into the frame; their rims are repeated."""
        pad = ((0, 0), (0, self.padded_height - self.drawn_height), (0, self.padded_width - self.drawn_width))
        sized = _resized(video, self.drawn_width, self.drawn_height)
        return np.pad(sized, (*pad, *[(0, 0)] * (video.ndim - 3)), mode="edge")

    def leave(self, video: Video) -> Video:
        """Pictures [T, H, W, ...] of the frame, brought back to the result's size."""
        return _resized(video[:, : self.drawn_height, : self.drawn_width], self.width, self.height)


def _resized(video: Video, width: int, height: int) -> Video:
    if video.shape[1:3] == (height, width):
        return video
    how = cv2.INTER_AREA if width < video.shape[2] else cv2.INTER_CUBIC
    made = [
        cv2.resize(np.ascontiguousarray(picture), (width, height), interpolation=how) for picture in video
    ]
    return np.asarray(np.stack(made), np.uint8)
