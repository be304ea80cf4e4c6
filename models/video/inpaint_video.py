"""A video of the character in its scene, from arrays to arrays (DreamDance, character art, figure 2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.video.encoding import encode_conditions, video_array
from models.video.folder import GatedParts
from models.video.memory import place
from models.video.memory_config import MemoryConfig
from models.video.sampling import SamplingConfig, sample_latents
from models.video.video_conditions import VideoConditions

if TYPE_CHECKING:
    import torch


class VideoInpainter:
    """Encodes the conditions, denoises, decodes; the networks are placed once."""

    def __init__(
        self, parts: GatedParts, device: torch.device | str = "cpu", memory: MemoryConfig | None = None
    ) -> None:
        self.parts = parts
        self.device = device
        self._hooks = place(parts, device, memory or MemoryConfig())

    def inpaint(
        self,
        conditions: VideoConditions,
        config: SamplingConfig,
        seed: int,
        on_step: Callable[[int, int], None] | None = None,
    ) -> NDArray[np.uint8]:
        """Animate the character.

        Args:
            conditions: one clip of T frames of H × W pixels, multiples of the codec's and the
                transformer's patches together (16 with CogVideoX).
            config: steps, guidance, windows.
            seed: decides the noise.
            on_step: told (steps done, steps in all).

        Returns:
            uint8 [T, H, W, 3].

        Raises:
            ContractError: a size that cannot be encoded.
        """
        import torch

        encoded = encode_conditions(conditions, self.parts.codec, self.parts.image_encoder)
        self._send_away()
        latents = sample_latents(
            self.parts.network, self.parts.scheduler, encoded, config, seed, self.device, on_step
        )
        self._send_away()
        with torch.no_grad():
            video = self.parts.codec.decode(latents, conditions.frames)
        self._send_away()
        return video_array(video)

    def _send_away(self) -> None:
        for hook in self._hooks:
            hook.offload()
