"""Examples, encoded and stacked: what `training_loss` takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from data_contracts.errors import ContractError
from models.video.codec import VideoCodec
from models.video.encoding import ImageEncoder, Keep, encode_conditions, encode_video, keep_nothing
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
    examples: list[Example],
    codec: VideoCodec,
    image_encoder: ImageEncoder,
    mask_emphasis: float,
    keep: Keep = keep_nothing,
) -> TrainingBatch:
    """Encode each example by itself, so that what it becomes does not depend on its neighbours.

    Args:
        examples: of one size and length.
        codec, image_encoder: the model's.
        mask_emphasis: λ of `mask_weights`.
        keep: where encodings may be kept; that of a background is, unless it was roughened.

    Raises:
        ContractError: clips of several sizes or lengths.
    """
    import torch

    shapes = {example.video.shape for example in examples}
    if len(shapes) != 1:
        raise ContractError(
            "clips that do not fit into one batch",
            where="examples",
            expected="one size and length",
            got=", ".join(map(str, sorted(shapes))),
            hint="Put clips of other sizes and lengths into buckets of their own.",
        )
    together = torch.cat([encode_video(example.video, codec, keep) for example in examples])
    encoded = [
        encode_conditions(
            example.conditions, codec, image_encoder, keep, keep if example.coarse_is_clean else keep_nothing
        )
        for example in examples
    ]
    masks = np.stack([example.conditions.mask for example in examples])
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
