"""Equation 6: what the model computes, what it is at the start, and that all of it learns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch.nn import functional

from data_contracts.errors import ConfigError, ContractError
from models.video.gate_base import SPARK, gate_base, new_parameter_count
from models.video.gated_transformer import GatedTransformer, projection_blocks
from models.video.gates import OPEN, gate_values, new_gates
from models.video.latent_conditions import STREAMS, LatentConditions
from tests.models.video.tiny_base import (
    CHANNELS,
    FRAMES,
    HEIGHT,
    TOKEN_CHANNELS,
    TOKENS,
    WIDTH,
    filled,
    tiny_clip,
    tiny_transformer,
)

ROUNDING = 1e-5
"""Sums of a few hundred float32 products of size one, in another order."""
SPARKED = 100 * SPARK
"""What weights of SPARK may change: fan-in about 100 of size-one latents, through two tiny blocks."""
VERSIONS = ("1.0", "1.5")


def gated(version: str) -> GatedTransformer:
    return gate_base(tiny_transformer(version), TOKEN_CHANNELS)


def base_output(version: str, noisy: torch.Tensor, conditions: LatentConditions, at: torch.Tensor) -> Any:
    """The base model's answer: coarse video as image latents, text states of zero."""
    from tests.models.video.stock_positions import stock_rotary

    base = tiny_transformer(version)
    coarse = conditions.background[:, :, :CHANNELS]
    with torch.no_grad():
        return base(
            hidden_states=torch.cat([noisy, coarse], dim=2),
            encoder_hidden_states=torch.zeros(len(noisy), TOKENS, base.config.text_embed_dim),
            timestep=at,
            ofs=None if version == "1.0" else torch.tensor([2.0]),
            image_rotary_emb=stock_rotary(base, FRAMES, HEIGHT, WIDTH),
            return_dict=False,
        )[0]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_new_model_without_pose_and_character_is_the_base(version: str) -> None:
    noisy, conditions, at = tiny_clip()
    bare = replace(
        conditions,
        pose=torch.zeros_like(conditions.pose),
        character=torch.zeros_like(conditions.character),
    )
    with torch.no_grad():
        found = gated(version)(noisy, bare, at)
    wanted = base_output(version, noisy, conditions, at)
    assert wanted.std() > 0.1
    torch.testing.assert_close(found, wanted, rtol=0, atol=ROUNDING)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_new_model_is_the_base_for_any_conditions(version: str) -> None:
    noisy, conditions, at = tiny_clip()
    with torch.no_grad():
        found = gated(version)(noisy, conditions, at)
    torch.testing.assert_close(found, base_output(version, noisy, conditions, at), rtol=0, atol=SPARKED)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_new_weight_has_a_gradient_at_the_first_step(version: str) -> None:
    noisy, conditions, at = tiny_clip()
    model = gated(version)
    model(noisy, conditions, at).square().mean().backward()
    gradient = model.transformer.patch_embed.proj.weight.grad.flatten(1)
    for name, block in zip(STREAMS, gradient.chunk(len(STREAMS), dim=1), strict=True):
        assert (block != 0).all(), name
    assert (model.transformer.patch_embed.text_proj.weight.grad != 0).all()
    for part in model.gates.parameters():
        assert part.grad is not None
        assert (part.grad != 0).float().mean() > 0.9  # a sine of the step may be zero


def test_the_projection_is_equation_6() -> None:
    """Three convolutions, two gates, and a sum, written out."""
    noisy, conditions, at = tiny_clip()
    model = filled(gated("1.0"))
    seen: list[torch.Tensor] = []
    model.transformer.patch_embed.proj.register_forward_hook(lambda *call: seen.append(call[2]))
    with torch.no_grad():
        model(noisy, conditions, at)
        kernels = {
            name: block.reshape(-1, CHANNELS, 2, 2)
            for name, block in projection_blocks(model.transformer).items()
        }
        f_b = torch.cat([kernels[name] for name in ("noisy", "coarse", "mask")], dim=1)
        f_p = torch.cat([kernels[name] for name in ("face", "hands", "body")], dim=1)
        f_c = kernels["character"]
        bias = model.transformer.patch_embed.proj.bias
        gates = gate_values(model.gates, at)
        for clip in range(2):
            for frame in range(FRAMES):
                x = torch.cat([noisy[clip, frame], conditions.background[clip, frame]])
                wanted = functional.conv2d(x, f_b, bias, stride=2)
                wanted = wanted + gates[clip, 0] * functional.conv2d(
                    conditions.pose[clip, frame], f_p, stride=2
                )
                wanted = wanted + gates[clip, 1] * functional.conv2d(
                    conditions.character[clip], f_c, stride=2
                )
                found = seen[0].unflatten(0, (2, FRAMES))[clip, frame]
                torch.testing.assert_close(found, wanted, rtol=0, atol=ROUNDING)
    assert gates.std() > 0.01


@pytest.mark.parametrize("version", VERSIONS)
def test_every_condition_matters_and_a_dropped_one_does_not(version: str) -> None:
    noisy, conditions, at = tiny_clip()
    model = filled(gated(version))
    with torch.no_grad():
        whole = model(noisy, conditions, at)
        for name, part in vars(conditions).items():
            changed = model(noisy, replace(conditions, **{name: part.flip(-1)}), at)
            assert (changed - whole).abs().mean() > 1e-3, name
        second = torch.tensor([False, True])
        dropped = model(noisy, conditions.dropping(pose=second, character=second), at)
        other = replace(
            conditions,
            pose=conditions.pose.flip(-1),
            character=conditions.character.flip(-1),
            image_tokens=conditions.image_tokens.flip(-1),
        )
        redropped = model(noisy, other.dropping(pose=True, character=True), at)
    torch.testing.assert_close(dropped[0], whole[0], rtol=0, atol=ROUNDING)
    torch.testing.assert_close(dropped[1], redropped[1], rtol=0, atol=ROUNDING)
    assert (dropped[1] - whole[1]).abs().mean() > 1e-3


def test_gates_start_open_at_every_step_and_can_learn_to_tell_steps_apart() -> None:
    gates = new_gates()
    steps = torch.arange(0, 1000, 50)
    torch.testing.assert_close(
        gate_values(gates, steps), torch.full((20, 2), torch.tanh(torch.tensor(OPEN)).item())
    )
    fit = torch.optim.Adam(gates.parameters(), 0.02)
    wanted = torch.stack([steps / 1000, 1 - steps / 1000], dim=1)
    for _ in range(300):
        fit.zero_grad()
        loss = (gate_values(gates, steps) - wanted).square().mean()
        loss.backward()  # type: ignore[no-untyped-call]
        fit.step()
    assert loss.item() < 0.01


WRONG = {
    "background": ("background", lambda part: part[:, :, 1:], "[2, 4, 8, 8, 12]"),
    "pose": ("pose", lambda part: part[:, 1:], "[2, 4, 12, 8, 12]"),
    "character": ("character", lambda part: part[..., 1:], "[2, 4, 8, 12]"),
    "image tokens": ("image_tokens", lambda part: part[..., 1:], "[2, 5, 12]"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_shapes_are_refused_by_name(case: str) -> None:
    name, change, expected = WRONG[case]
    noisy, conditions, at = tiny_clip()
    with pytest.raises(ContractError) as raised:
        gated("1.0")(noisy, replace(conditions, **{name: change(vars(conditions)[name])}), at)
    assert raised.value.where == name
    assert raised.value.expected == expected
    assert raised.value.hint


def test_latents_that_patches_do_not_divide_are_refused() -> None:
    noisy, conditions, at = tiny_clip(frames=3)
    with pytest.raises(ContractError, match=r"frames a multiple of 2.*got 3 frames of 8×12"):
        gated("1.5")(noisy, conditions, at)
    noisy, conditions, at = tiny_clip(height=7)
    with pytest.raises(ContractError, match="height and width of 2"):
        gated("1.0")(noisy, conditions, at)


def test_only_an_image_to_video_transformer_can_be_gated() -> None:
    with pytest.raises(ConfigError, match=r"in_channels 8 for out_channels 4; got 4.*5B-I2V"):
        gate_base(tiny_transformer(in_channels=4), TOKEN_CHANNELS)


FIVE_BILLION = {
    "num_attention_heads": 48, "in_channels": 32, "num_layers": 42, "use_rotary_positional_embeddings": True,
}  # fmt: skip
"""transformer/config.json of CogVideoX-5B-I2V, where it differs from diffusers' defaults."""


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS)
def test_five_billion_weights_take_48_frames_of_768_pixels(version: str) -> None:
    """On the meta device: shapes and counts, no numbers."""
    from diffusers import CogVideoXTransformer3DModel

    settings = dict(FIVE_BILLION)
    if version == "1.0":
        settings["use_learned_positional_embeddings"] = True
    else:
        settings |= {"patch_size_t": 2, "ofs_embed_dim": 512, "sample_width": 300, "sample_height": 300,
                     "sample_frames": 81}  # fmt: skip
    with torch.device("meta"):
        base = CogVideoXTransformer3DModel(**settings)
        counted = sum(part.numel() for part in base.parameters())
        # Left of the text's own projection, 4096 → 3072 with a bias.
        kept = counted - (4096 + 1) * 3072
        model = gate_base(base, token_channels=1280)
        frames, side = 12, 96  # 48 frames of 768 × 768 through a VAE of 4 × 8 × 8
        conditions = LatentConditions(
            background=torch.empty(1, frames, 32, side, side),
            pose=torch.empty(1, frames, 48, side, side),
            character=torch.empty(1, 16, side, side),
            image_tokens=torch.empty(1, 257, 1280),
        )
        with torch.no_grad():
            found = model(
                torch.empty(1, frames, 16, side, side), conditions, torch.zeros(1, dtype=torch.int64)
            )
    assert found.shape == (1, frames, 16, side, side)
    patch = 4 if version == "1.0" else 8
    new = 5 * 16 * patch * 3072 + (1280 + 1) * 3072 + 2 * 513
    # 1.5: twice the columns of the patches in and out, and the embedding of `ofs`.
    more = 32 * 4 * 3072 + 64 * 3073 + 2 * 512 * 513
    assert counted == {"1.0": 5_570_479_680, "1.5": 5_570_479_680 + more}[version]
    assert new_parameter_count(model) == new == {"1.0": 4_919_298, "1.5": 5_902_338}[version]
    assert sum(part.numel() for part in model.parameters()) == kept + new
