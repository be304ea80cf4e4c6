"""What turns videos into latents and back: CogVideoX's 3D VAE, or a fixed transform for small models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from data_contracts.errors import ContractError
from models.video.weights_digest import weights_digest

if TYPE_CHECKING:
    import torch


class VideoCodec(Protocol):
    """Videos are float [B, T, 3, H, W] in -1..1, latents [B, t, C, h, w] of about unit variance."""

    latent_channels: int
    pixels_per_latent: int
    """Pixels a latent pixel, along height and width."""

    def encode(self, video: torch.Tensor) -> torch.Tensor:
        """Latents of any number of frames; a last latent frame may hold repetitions of the last one."""

    def encode_image_slot(self, video: torch.Tensor) -> torch.Tensor:
        """The same in the scale at which the base model had its image."""

    def decode(self, latents: torch.Tensor, frames: int) -> torch.Tensor:
        """The first `frames` frames, not clipped."""

    def identity(self) -> dict[str, Any]:
        """All that decides the latents of a video."""


class VaeCodec:
    """AutoencoderKLCogVideoX: 8 × 8 pixels and 4 frames a latent, 16 channels. 48 frames are 12 latent
    ones; in 49 the first one stands alone.

    Means are taken, no samples, so that a video has one encoding. Videos and latents may lie elsewhere
    than the VAE: they are brought to `device` (by default the VAE's own) and back.
    """

    def __init__(self, vae: Any, device: torch.device | str | None = None) -> None:
        self.vae = vae
        self.device = vae.device if device is None else device
        self.latent_channels = int(vae.config.latent_channels)
        self.pixels_per_latent = 2 ** (len(vae.config.block_out_channels) - 1)

    def encode(self, video: torch.Tensor) -> torch.Tensor:
        return self._mean(video) * float(self.vae.config.scaling_factor)

    def encode_image_slot(self, video: torch.Tensor) -> torch.Tensor:
        scale = float(self.vae.config.scaling_factor)
        # CogVideoX 1.5 was trained with its image latents divided where others are multiplied.
        return self._mean(video) * (1 / scale if self.vae.config.invert_scale_latents else scale)

    def decode(self, latents: torch.Tensor, frames: int) -> torch.Tensor:
        channels_first = latents.transpose(1, 2) / self.vae.config.scaling_factor
        decoded: torch.Tensor = self.vae.decode(channels_first.to(self.device, self.vae.dtype)).sample
        return decoded.transpose(1, 2)[:, :frames].to(latents)

    def identity(self) -> dict[str, Any]:
        vae = self.vae
        return {
            "weights": weights_digest(vae),
            "config": {name: value for name, value in vae.config.items() if not name.startswith("_")},
            "tiles": [vae.use_tiling, vae.tile_sample_min_height, vae.tile_sample_min_width],
            "device": str(self.device).split(":")[0],
        }

    def _mean(self, video: torch.Tensor) -> torch.Tensor:
        check_video(video, self.pixels_per_latent)
        padded = with_last_repeated(video, whole_frames(video.shape[1])).transpose(1, 2)
        mean: torch.Tensor = self.vae.encode(padded.to(self.device, self.vae.dtype)).latent_dist.mode()
        return mean.transpose(1, 2).to(video)


def whole_frames(frames: int) -> int:
    """The next number of frames that CogVideoX's VAE takes and gives back whole: 1, 8k or 8k + 1."""
    if frames % 8 <= 1:
        return frames
    return frames + 8 - frames % 8


def with_last_repeated(video: torch.Tensor, frames: int) -> torch.Tensor:
    """The video with its last frame repeated up to a number of frames."""
    import torch

    missing = frames - video.shape[1]
    return torch.cat([video, video[:, -1:].expand(-1, missing, -1, -1, -1)], dim=1) if missing > 0 else video


def check_video(video: torch.Tensor, pixels_per_latent: int) -> None:
    """Raise a ContractError for what is not a batch of videos of whole latent pixels."""
    fits = video.ndim == 5 and video.shape[1] > 0 and video.shape[2] == 3
    if not fits or video.shape[3] % pixels_per_latent or video.shape[4] % pixels_per_latent:
        raise ContractError(
            "a video that cannot be encoded",
            where="video",
            expected=f"[B, T, 3, H, W] with H and W multiples of {pixels_per_latent}",
            got=list(video.shape),
            hint="Resize or pad it first.",
        )
