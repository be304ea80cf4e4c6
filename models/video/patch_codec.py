"""A fixed video transform for models small enough to train on a laptop."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from models.video.codec import check_video

if TYPE_CHECKING:
    import torch

SPREAD = 0.8
"""About the standard deviation of coefficients of pictures in -1..1; latents are divided by it."""


class PatchCodec:
    """Each `side` × `side` block of pixels of a frame becomes one latent pixel of its cosine coefficients.

    As in JPEG the coarse waves are kept, more of them of brightness than of either colour difference:
    by default 16 channels of 4 × 4 pixels, as CogVideoX's VAE has of 8 × 8. The transform is orthonormal,
    so that errors in latents are errors in pixels, and no frame knows of another. A network as wide as a
    token can pass the token's noise on, which predicting v asks of it; one narrower cannot.
    """

    def __init__(self, side: int = 4, bright: int = 10, coloured: int = 3) -> None:
        self.side = self.pixels_per_latent = side
        self.bright, self.coloured = bright, coloured
        self.latent_channels = bright + 2 * coloured

    def settings(self) -> dict[str, int]:
        """What makes this codec again."""
        return {"side": self.side, "bright": self.bright, "coloured": self.coloured}

    def identity(self) -> dict[str, Any]:
        return {"class": type(self).__name__, **self.settings()}

    def encode(self, video: torch.Tensor) -> torch.Tensor:
        check_video(video, self.side)
        B, T, _, H, W = video.shape
        n = self.side
        blocks = video.reshape(B, T, 3, H // n, n, W // n, n).permute(0, 1, 2, 4, 6, 3, 5)
        flat = blocks.reshape(B, T, 3 * n * n, H // n, W // n)
        return self._waves.to(video).matmul(flat.flatten(3)).reshape(B, T, -1, H // n, W // n) / SPREAD

    encode_image_slot = encode

    def decode(self, latents: torch.Tensor, frames: int) -> torch.Tensor:
        B, _, _, h, w = latents.shape
        n = self.side
        flat = self._waves.to(latents).T.matmul(latents[:, :frames].flatten(3) * SPREAD)
        blocks = flat.reshape(B, frames, 3, n, n, h, w).permute(0, 1, 2, 5, 3, 6, 4)
        return blocks.reshape(B, frames, 3, h * n, w * n)

    @cached_property
    def _waves(self) -> torch.Tensor:
        """Orthonormal rows float64 [C, 3 · side²]: what each channel is the coefficient of."""
        import torch

        n = self.side
        at = torch.arange(n, dtype=torch.float64)
        lines = torch.cos(torch.pi / n * (at[None] + 0.5) * at[:, None]) * (2 / n) ** 0.5
        lines[0] /= 2**0.5
        squares = torch.einsum("iy,jx->ijyx", lines, lines).reshape(n * n, n * n)
        squares = squares[(at[:, None] + at[None]).flatten().argsort(stable=True)]
        colours = torch.tensor([[1, 1, 1], [1, -1, 0], [1, 1, -2]], dtype=torch.float64)
        colours = colours / colours.norm(dim=1, keepdim=True)
        kept = zip(colours, (self.bright, self.coloured, self.coloured), strict=True)
        rows = [torch.einsum("c,ip->icp", colour, squares[:count]).flatten(1) for colour, count in kept]
        return torch.cat(rows)
