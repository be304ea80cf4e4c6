"""From CogVideoX image-to-video to the gated model: new project-ins, gates, and image in place of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from data_contracts.errors import ConfigError
from models.video.gated_transformer import GatedTransformer, projection_blocks
from models.video.gates import new_gates
from models.video.latent_conditions import STREAMS
from models.video.positions import read_table_at_any_size

if TYPE_CHECKING:
    import torch

OF_BASE = STREAMS[:2]
"""Streams that the image-to-video model knows: the noisy latents and, in the image's place, the video."""
SPARK = 1e-6
"""Spread of the new weights behind a gate. At zero the gate would get no gradient at the first step; at
this size the output moves by some 3e-5 of its spread, a hundredth of what bfloat16 can tell apart."""


def gate_base(transformer: Any, token_channels: int, seed: int = 0) -> GatedTransformer:
    """Give a CogVideoX image-to-video transformer the conditions of eq. 6, in place.

    At the start the model is the base model: for any conditions it gives what the base gives for the
    coarse video in the place of its image latents, and for text states of zero, as many as there are
    image tokens. Without pose and character that is an identity; with them the two differ by what `SPARK`
    does. Every new weight has a gradient at once.

    Args:
        transformer: a CogVideoXTransformer3DModel of 2C input and C output channels. It is changed.
        token_channels: width of the image encoder's hidden states.
        seed: decides the new weights behind the gates.

    Raises:
        ConfigError: not an image-to-video transformer.
    """
    channels = transformer.config.out_channels
    if transformer.config.in_channels != len(OF_BASE) * channels:
        raise ConfigError(
            "not an image-to-video transformer",
            where="transformer/config.json",
            expected=f"in_channels {len(OF_BASE) * channels} for out_channels {channels}",
            got=transformer.config.in_channels,
            hint="Start from CogVideoX-5B-I2V or CogVideoX1.5-5B-I2V.",
        )
    embed = transformer.patch_embed
    embed.proj = _widened(embed.proj, len(STREAMS) * channels, seed)
    embed.text_proj = _blank_for_tokens(embed.text_proj, token_channels)
    transformer.register_to_config(in_channels=len(STREAMS) * channels, text_embed_dim=token_channels)
    return assembled(transformer, new_gates().to(embed.proj.weight))


def assembled(transformer: Any, gates: torch.nn.Module) -> GatedTransformer:
    """The gated model from a transformer that has the new project-ins already.

    Raises:
        ConfigError: a transformer of other input channels.
    """
    config = transformer.config
    if config.in_channels != len(STREAMS) * config.out_channels:
        raise ConfigError(
            "not a gated transformer",
            where="transformer/config.json",
            expected=f"in_channels {len(STREAMS) * config.out_channels} for {', '.join(STREAMS)}",
            got=config.in_channels,
            hint="Make one from a CogVideoX image-to-video folder first.",
        )
    read_table_at_any_size(transformer.patch_embed)
    return GatedTransformer(transformer, gates, config)


def new_parameter_count(gated: GatedTransformer) -> int:
    """How many weights the base model does not have: project-ins, image tokens' projection, gates."""
    blocks = projection_blocks(gated.transformer)
    project_ins = sum(blocks[name].numel() for name in STREAMS if name not in OF_BASE)
    of_tokens = sum(part.numel() for part in gated.transformer.patch_embed.text_proj.parameters())
    return int(project_ins + of_tokens + sum(part.numel() for part in gated.gates.parameters()))


def _widened(projection: Any, in_channels: int, seed: int) -> Any:
    """The projection (a convolution, in version 1.5 a Linear layer) with blocks for all streams."""
    import torch

    old = projection.weight
    if isinstance(projection, torch.nn.Conv2d):
        wide: Any = torch.nn.Conv2d(
            in_channels,
            projection.out_channels,
            projection.kernel_size,  # type: ignore[arg-type]
            projection.stride,  # type: ignore[arg-type]
            bias=projection.bias is not None,
        )
    else:
        a_channel = old.shape[1] * len(STREAMS) // (len(OF_BASE) * in_channels)
        wide = torch.nn.Linear(in_channels * a_channel, old.shape[0], bias=projection.bias is not None)
    wide = wide.to(old)
    share = old[0].numel()  # columns of the base's streams; both layouts have channels outermost
    noise = torch.randn(wide.weight.flatten(1).shape, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        columns = wide.weight.view(old.shape[0], -1)
        columns.copy_(SPARK * noise)
        # The mask's block stands behind no gate: zero has a gradient there.
        columns[:, : share // len(OF_BASE) * 3] = 0
        columns[:, :share] = old.flatten(1)
        if projection.bias is not None:
            wide.bias.copy_(projection.bias)
    return wide


def _blank_for_tokens(projection: Any, token_channels: int) -> Any:
    """A projection that answers every token as the old one answers a text state of zero."""
    import torch

    blank = torch.nn.Linear(token_channels, projection.out_features).to(projection.weight)
    with torch.no_grad():
        blank.weight.zero_()
        blank.bias.copy_(projection.bias)
    return blank
