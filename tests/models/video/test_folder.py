"""Loading CogVideoX's folder, saving and loading the gated one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from data_contracts.errors import ConfigError
from models.video.codec import VaeCodec
from models.video.folder import GatedParts, gate_folder, load_gated, save_gated
from models.video.patch_codec import PatchCodec
from tests.models.video.stock_positions import stock_rotary
from tests.models.video.test_gated_transformer import ROUNDING, SPARKED
from tests.models.video.tiny_base import CHANNELS, TOKENS, filled, tiny_clip, tiny_transformer
from tests.models.video.tiny_folder import TOKEN_WIDTH, save_base, save_clip


@pytest.fixture(scope="module", params=["1.0", "1.5"])
def parts(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> GatedParts:
    where = tmp_path_factory.mktemp("base")
    base = save_base(where / "cogvideox", request.param)
    return gate_folder(str(base), str(save_clip(where / "clip", whole=request.param == "1.5")))


@pytest.mark.slow
def test_a_folder_of_the_image_to_video_model_becomes_a_gated_one(parts: GatedParts) -> None:
    """Every weight of the shards is where it was: the answer is the base's."""
    version = "1.0" if parts.network.config.patch_size_t is None else "1.5"
    base = tiny_transformer(version)
    noisy, conditions, at = tiny_clip()
    with torch.no_grad():
        found = parts.network(noisy, conditions, at)
        wanted = base(
            hidden_states=torch.cat([noisy, conditions.background[:, :, :CHANNELS]], dim=2),
            encoder_hidden_states=torch.zeros(2, TOKENS, base.config.text_embed_dim),
            timestep=at,
            ofs=None if version == "1.0" else torch.tensor([2.0]),
            image_rotary_emb=stock_rotary(base, *noisy.shape[1:2], *noisy.shape[3:]),
            return_dict=False,
        )[0]
    torch.testing.assert_close(found, wanted, rtol=0, atol=SPARKED)
    assert type(parts.scheduler).__name__ == "CogVideoXDDIMScheduler"
    assert parts.scheduler.config.prediction_type == "v_prediction"
    assert parts.scheduler.config.rescale_betas_zero_snr
    assert parts.image_encoder.token_channels == TOKEN_WIDTH
    assert isinstance(parts.codec, VaeCodec)
    assert parts.codec.vae.config.invert_scale_latents == (version == "1.5")


def test_a_gated_folder_comes_back_exactly(parts: GatedParts, tmp_path: Path) -> None:
    filled(parts.network)
    save_gated(parts, tmp_path / "gated", max_shard_size="60KB")
    assert len(list((tmp_path / "gated/transformer").glob("*.safetensors"))) > 1
    again = load_gated(tmp_path / "gated")
    noisy, conditions, at = tiny_clip()
    with torch.no_grad():  # the same weights at other addresses: CPU kernels round by alignment
        found, wanted = again.network(noisy, conditions, at), parts.network(noisy, conditions, at)
        torch.testing.assert_close(found, wanted, rtol=0, atol=ROUNDING)
    for ours, theirs in zip(again.network.parameters(), parts.network.parameters(), strict=True):
        assert torch.equal(ours, theirs)
    for name, setting in parts.network.config.items():
        assert name == "_name_or_path" or again.network.config[name] == setting, name
    rgb = (torch.rand(40, 30, 3) * 255).to(torch.uint8).numpy()
    assert torch.equal(again.image_encoder.tokens(rgb), parts.image_encoder.tokens(rgb))
    video = torch.rand(1, 8, 3, 16, 16) * 2 - 1
    with torch.no_grad():
        assert torch.equal(again.codec.encode(video), parts.codec.encode(video))


@pytest.mark.slow
def test_half_precision_is_kept_and_asked_for(parts: GatedParts, tmp_path: Path) -> None:
    save_gated(parts, tmp_path / "gated")
    half = load_gated(tmp_path / "gated", torch.bfloat16)
    assert {part.dtype for part in half.network.parameters()} == {torch.bfloat16}
    noisy, conditions, at = tiny_clip()
    with torch.no_grad():
        found = half.network(noisy.bfloat16(), conditions.to(torch.bfloat16), at)
        wanted = parts.network(noisy, conditions, at)
    assert found.dtype == torch.bfloat16
    assert (found - wanted).abs().mean() < 0.05 * wanted.abs().mean()


def test_a_small_model_s_codec_is_kept(parts: GatedParts, tmp_path: Path) -> None:
    small = GatedParts(
        parts.network, PatchCodec(2, bright=3, coloured=1), parts.scheduler, parts.image_encoder
    )
    save_gated(small, tmp_path / "small")
    again = load_gated(tmp_path / "small").codec
    assert isinstance(again, PatchCodec)
    assert (again.side, again.bright, again.coloured) == (2, 3, 1)


def test_a_folder_that_was_not_wholly_written_is_refused(parts: GatedParts, tmp_path: Path) -> None:
    save_gated(parts, tmp_path / "gated")
    (tmp_path / "gated" / "model_index.json").unlink()
    with pytest.raises(ConfigError, match=r"no model_index.json.*wholly downloaded"):
        load_gated(tmp_path / "gated")


def test_another_model_s_folder_is_refused(parts: GatedParts, tmp_path: Path) -> None:
    save_gated(parts, tmp_path / "gated")
    (tmp_path / "gated" / "model_index.json").write_text(json.dumps({"_class_name": "Else"}))
    with pytest.raises(ConfigError, match="expected GatedVideoInpainting; got Else"):
        load_gated(tmp_path / "gated")
    with pytest.raises(ConfigError, match=r"no model_index.json, transformer, vae, scheduler"):
        gate_folder(str(tmp_path), str(tmp_path))
    with pytest.raises(ConfigError, match=r"got no such folder here.* a hub repository with its revision"):
        gate_folder("zai-org/CogVideoX-5b-I2V", str(tmp_path))
