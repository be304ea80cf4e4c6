"""Arrays to latents and back (DreamDance, character art, 3.3: all conditions go through the 3D VAE)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from models.video.codec import VideoCodec
from models.video.latent_conditions import LatentConditions
from models.video.video_conditions import VideoConditions
from models.video.weights_digest import weights_digest

if TYPE_CHECKING:
    import torch

CLIP, IMAGE_SLOT, TOKENS = "clip", "image slot", "tokens"
"""What an encoding is: a clip's latents, the same in the image's scale, a picture's tokens."""


class Keep(Protocol):
    """Gives the encoding of pixels: by `encode`, or one that it kept of the same pixels."""

    def __call__(
        self, kind: str, pixels: NDArray[np.uint8], encode: Callable[[], torch.Tensor]
    ) -> torch.Tensor: ...


def keep_nothing(kind: str, pixels: NDArray[np.uint8], encode: Callable[[], torch.Tensor]) -> torch.Tensor:
    """Encode anew each time."""
    return encode()


def encode_video(video: NDArray[np.uint8], codec: VideoCodec, keep: Keep = keep_nothing) -> torch.Tensor:
    """Latents float32 [1, t, C, h, w] of a video uint8 [T, H, W, 3]."""
    import torch

    with torch.no_grad():
        return keep(CLIP, video, lambda: codec.encode(video_tensor(video)))


def encode_conditions(
    conditions: VideoConditions,
    codec: VideoCodec,
    image_encoder: ImageEncoder,
    keep: Keep = keep_nothing,
    keep_coarse: Keep = keep_nothing,
) -> LatentConditions:
    """β, γ, φ and the image tokens of one clip, as a batch of one.

    Args:
        conditions: of the clip.
        codec: for all but the tokens.
        image_encoder: for the tokens.
        keep: where encodings may be kept.
        keep_coarse: the same for the coarse video, which training roughens anew each time.
    """
    import torch

    coarse, character = conditions.coarse, conditions.character
    mask = np.repeat(conditions.mask[..., None], 3, axis=-1)
    with torch.no_grad():
        slot = keep_coarse(IMAGE_SLOT, coarse, lambda: codec.encode_image_slot(video_tensor(coarse)))
        tokens = keep(TOKENS, character, lambda: image_encoder.tokens(character))
    return LatentConditions(
        background=torch.cat([slot, encode_video(mask, codec, keep)], dim=2),
        pose=torch.cat(
            [
                encode_video(part, codec, keep)
                for part in (conditions.face, conditions.hands, conditions.body)
            ],
            dim=2,
        ),
        character=encode_video(character[None], codec, keep)[:, 0],
        image_tokens=tokens[None],
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

    def identity(self) -> dict[str, Any]:
        """All that decides the tokens of a picture."""
        config = self.network.config.to_dict()
        return {
            "weights": weights_digest(self.network),
            "config": {name: value for name, value in config.items() if not name.startswith("_")},
            "processor": self.processor.to_dict(),
            "device": str(self.device).split(":")[0],
        }


def video_tensor(video: NDArray[np.uint8]) -> torch.Tensor:
    """uint8 [T, H, W, 3] to float32 [1, T, 3, H, W] in -1..1."""
    import torch

    return torch.from_numpy(np.ascontiguousarray(video)).permute(0, 3, 1, 2)[None] / 127.5 - 1


def video_array(video: torch.Tensor) -> NDArray[np.uint8]:
    """float [1, T, 3, H, W] in -1..1 (clipped) to uint8 [T, H, W, 3]."""
    levels = ((video[0].float().clamp(-1, 1) + 1) * 127.5).round()
    return levels.permute(0, 2, 3, 1).cpu().numpy().astype(np.uint8)
