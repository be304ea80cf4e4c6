"""Arrays to latents and back (DreamDance, character art, 3.3: all conditions go through the 3D VAE)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.video.codec import VideoCodec
from models.video.latent_conditions import LatentConditions
from models.video.video_conditions import VideoConditions

if TYPE_CHECKING:
    import torch


def encode_conditions(
    conditions: VideoConditions, codec: VideoCodec, image_encoder: ImageEncoder
) -> LatentConditions:
    """β, γ, φ and the image tokens of one clip, as a batch of one."""
    import torch

    with torch.no_grad():
        coarse = codec.encode_image_slot(video_tensor(conditions.coarse))
        mask = np.repeat(conditions.mask[..., None], 3, axis=-1)
        streams = [
            codec.encode(video_tensor(part))
            for part in (mask, conditions.face, conditions.hands, conditions.body)
        ]
        return LatentConditions(
            background=torch.cat([coarse, streams[0]], dim=2),
            pose=torch.cat(streams[1:], dim=2),
            character=codec.encode(video_tensor(conditions.character[None]))[:, 0],
            image_tokens=image_encoder.tokens(conditions.character)[None],
        )


class ImageEncoder:
    """CLIP's image encoder: its hidden states take the place of the text's."""

    def __init__(self, network: Any, processor: Any, device: torch.device | str | None = None) -> None:
        self.network = network
        self.device = network.device if device is None else device
        self.processor = processor
        self.token_channels = int(network.config.hidden_size)

    def tokens(self, rgb: NDArray[np.uint8]) -> torch.Tensor:
        """Hidden states of the last layer for a picture uint8 [H, W, 3]: float32 [N, D]."""
        import torch

        pixels = self.processor(images=rgb, return_tensors="pt")["pixel_values"]
        with torch.no_grad():
            seen = self.network(pixels.to(self.device, self.network.dtype))
        tokens: torch.Tensor = seen.last_hidden_state[0].float().cpu()
        return tokens


def video_tensor(video: NDArray[np.uint8]) -> torch.Tensor:
    """uint8 [T, H, W, 3] to float32 [1, T, 3, H, W] in -1..1."""
    import torch

    return torch.from_numpy(np.ascontiguousarray(video)).permute(0, 3, 1, 2)[None] / 127.5 - 1


def video_array(video: torch.Tensor) -> NDArray[np.uint8]:
    """float [1, T, 3, H, W] in -1..1 (clipped) to uint8 [T, H, W, 3]."""
    levels = ((video[0].float().clamp(-1, 1) + 1) * 127.5).round()
    return levels.permute(0, 2, 3, 1).cpu().numpy().astype(np.uint8)
