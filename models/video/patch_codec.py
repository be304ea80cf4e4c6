"""A fixed, exactly invertible video transform for models small enough to train on a laptop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.video.codec import check_video

if TYPE_CHECKING:
    import torch

SPREAD = 0.5
"""About the standard deviation of pictures in -1..1; latents are divided by it."""


class PatchCodec:
    """Each `side` × `side` block of pixels of a frame becomes one latent pixel of its cosine coefficients.

    The transform is orthonormal, so that errors in latents are errors in pixels, and no frame knows of
    another. Channels stand in order of frequency, three colours each, so that coarse comes first.
    """

    def __init__(self, side: int = 4) -> None:
        self.side = self.pixels_per_latent = side
        self.latent_channels = 3 * side * side

    def latent_frames(self, frames: int) -> int:
        return frames

    def encode(self, video: torch.Tensor) -> torch.Tensor:
        check_video(video, self.side)
        B, T, _, H, W = video.shape
        n = self.side
        blocks = video.reshape(B, T, 3, H // n, n, W // n, n).permute(0, 1, 3, 5, 4, 6, 2)
        coefficients = self._basis(video).matmul(blocks.reshape(B, T, H // n, W // n, n * n, 3))
        return coefficients.flatten(4).permute(0, 1, 4, 2, 3) / SPREAD

    encode_image_slot = encode

    def decode(self, latents: torch.Tensor, frames: int) -> torch.Tensor:
        B, _, _, h, w = latents.shape
        n = self.side
        coefficients = (latents[:, :frames] * SPREAD).permute(0, 1, 3, 4, 2).reshape(B, frames, h, w, -1, 3)
        blocks = self._basis(latents).T.matmul(coefficients).reshape(B, frames, h, w, n, n, 3)
        return blocks.permute(0, 1, 6, 2, 4, 3, 5).reshape(B, frames, 3, h * n, w * n)

    def _basis(self, like: torch.Tensor) -> torch.Tensor:
        """The orthonormal two-dimensional cosine basis, [side², side²], lowest frequencies first."""
        import torch

        n = self.side
        at = torch.arange(n, dtype=torch.float64)
        waves = torch.cos(torch.pi / n * (at[None] + 0.5) * at[:, None]) * (2 / n) ** 0.5
        waves[0] /= 2**0.5
        both = torch.einsum("iy,jx->ijyx", waves, waves).reshape(n * n, n * n)
        order = (at[:, None] + at[None]).flatten().argsort(stable=True)
        return both[order].to(like)
