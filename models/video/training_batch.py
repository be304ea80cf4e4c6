"""Examples, encoded and stacked: what `training_loss` takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.video.codec import VideoCodec
from models.video.encoding import ImageEncoder, encode_conditions, video_tensor
from models.video.latent_conditions import LatentConditions
from models.video.training_example import Example
from models.video.training_loss import mask_weights

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class TrainingBatch:
    """B clips; shapes as in `training_loss`."""

    latents: torch.Tensor
    conditions: LatentConditions
    weights: torch.Tensor
    noise: torch.Tensor
    timesteps: torch.Tensor

    def to(self, device: torch.device) -> TrainingBatch:
        """The same on another device."""
        return TrainingBatch(
            self.latents.to(device),
            self.conditions.to(device),
            self.weights.to(device),
            self.noise.to(device),
            self.timesteps.to(device),
        )


def encode_batch(
    examples: list[Example], codec: VideoCodec, image_encoder: ImageEncoder, mask_emphasis: float
) -> TrainingBatch:
    """Encode each example by itself, so that what it becomes does not depend on its neighbours."""
    import torch

    with torch.no_grad():
        latents = [codec.encode(video_tensor(example.video)) for example in examples]
    encoded = [encode_conditions(example.conditions, codec, image_encoder) for example in examples]
    masks = np.stack([example.conditions.mask for example in examples])
    together = torch.cat(latents)
    return TrainingBatch(
        together,
        encoded[0]
        .batched_with(*encoded[1:])
        .dropping(
            pose=torch.tensor([example.without_pose for example in examples]),
            character=torch.tensor([example.without_character for example in examples]),
        ),
        mask_weights(torch.from_numpy(masks) / 255, together.shape, mask_emphasis),
        torch.from_numpy(
            np.stack([example.rng.standard_normal(together.shape[1:], np.float32) for example in examples])
        ),
        torch.tensor([example.timestep for example in examples]),
    )
