"""The gated video inpainting model: CogVideoX's transformer behind three gated project-ins (eq. 6)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from data_contracts.errors import ContractError
from models.video.gates import gate_values
from models.video.latent_conditions import STREAMS, LatentConditions
from models.video.positions import rotary_positions

if TYPE_CHECKING:
    import torch

OFFSET = 2.0
"""What CogVideoX 1.5 image-to-video is always told as its `ofs` (diffusers' pipeline, and its training)."""


@dataclass(frozen=True)
class GatedTransformer:
    """x'_t = f_b([β, x_t]) + tanh(g_p(t))·f_p(γ) + tanh(g_c(t))·f_c(φ), then CogVideoX's MM-DiT.

    A convolution of stacked channels is the sum of convolutions of the channels, so that f_b, f_p and f_c
    are the column blocks of one projection: the transformer is diffusers' own class with more input
    channels, and the gates scale γ and φ before it. (f_p and f_c have no bias of their own.)
    """

    transformer: Any
    """CogVideoXTransformer3DModel of `len(STREAMS)` · C input channels, perhaps wrapped for training."""
    gates: torch.nn.Module
    """g_p and g_c: see `gates.py`."""
    config: Any
    """The transformer's configuration (a wrapped transformer hides it)."""

    def __call__(
        self, noisy: torch.Tensor, conditions: LatentConditions, timesteps: torch.Tensor
    ) -> torch.Tensor:
        """Predict v.

        Args:
            noisy: x_t, [B, T, C, h, w].
            conditions: β, γ, φ and the image tokens of the same clips.
            timesteps: int64 [B], 0 (clean) .. 999 (noise).

        Returns:
            [B, T, C, h, w].

        Raises:
            ContractError: shapes that do not fit each other or the transformer's patches.
        """
        import torch

        conditions.check(noisy, self.config.text_embed_dim)
        _check_patches(noisy, self.config)
        B, T, C, h, w = noisy.shape
        values = gate_values(self.gates, timesteps).to(noisy.dtype)
        pose_gate, character_gate = values.reshape(B, 2, 1, 1, 1, 1).unbind(1)
        character = (character_gate * conditions.character[:, None]).expand(B, T, C, h, w)
        streams = torch.cat([noisy, conditions.background, pose_gate * conditions.pose, character], dim=2)
        predicted: torch.Tensor = self.transformer(
            hidden_states=streams,
            encoder_hidden_states=conditions.image_tokens,
            timestep=timesteps,
            ofs=None if self.config.ofs_embed_dim is None else noisy.new_full((1,), OFFSET),
            image_rotary_emb=rotary_positions(self.config, T, h, w, noisy.device),
            return_dict=False,
        )[0]
        return predicted

    @property
    def latent_channels(self) -> int:
        """C: latent channels of one stream."""
        return int(self.config.out_channels)

    def parameters(self) -> Iterator[torch.nn.Parameter]:
        """All weights: the transformer's, then the gates'."""
        yield from self.transformer.parameters()
        yield from self.gates.parameters()


def projection_blocks(transformer: Any) -> dict[str, torch.Tensor]:
    """The projection's weight for each stream, [channels, C · patch]: f_b, f_p and f_c by name."""
    weight = transformer.patch_embed.proj.weight.flatten(1)
    return dict(zip(STREAMS, weight.chunk(len(STREAMS), dim=1), strict=True))


def _check_patches(noisy: torch.Tensor, config: Any) -> None:
    frames, channels, height, width = noisy.shape[1:]
    if channels != config.out_channels:
        raise ContractError(
            "latents of another VAE",
            where="noisy",
            expected=f"{config.out_channels} channels",
            got=channels,
            hint="Encode with the VAE that was saved with the transformer.",
        )
    side, time = config.patch_size, config.patch_size_t or 1
    if frames % time or height % side or width % side:
        raise ContractError(
            "latents that the patches do not divide",
            where="noisy",
            expected=f"frames a multiple of {time}, height and width of {side}",
            got=f"{frames} frames of {height}×{width}",
            hint=f"Choose a video whose sides are multiples of {side} latent pixels, or pad its frames.",
        )
