"""Videos to latents and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from data_contracts.errors import ContractError
from models.video.codec import VaeCodec, whole_frames
from models.video.encoding import video_array, video_tensor
from models.video.patch_codec import SPREAD, PatchCodec
from tests.models.video.tiny_folder import tiny_vae

EXACT = 1e-5
"""An orthonormal transform of 48 float32 values of size one, there and back."""


@pytest.fixture(scope="module")
def vae() -> Any:
    return tiny_vae()


def test_lengths_that_the_vae_takes() -> None:
    assert [whole_frames(n) for n in (1, 2, 8, 9, 10, 16, 48, 49, 50)] == [1, 8, 8, 9, 16, 16, 48, 49, 56]


@pytest.mark.slow
@pytest.mark.parametrize(("frames", "latent"), [(1, 1), (5, 2), (8, 2), (9, 3), (16, 4)])
def test_videos_of_any_length_come_back(vae: Any, frames: int, latent: int) -> None:
    codec = VaeCodec(vae)
    with torch.no_grad():
        found = codec.encode(torch.rand(1, frames, 3, 16, 24) * 2 - 1)
        assert found.shape == (1, latent, 4, 2, 3)
        assert codec.decode(found, frames).shape == (1, frames, 3, 16, 24)


def test_scales_are_the_vae_s_own(vae: Any) -> None:
    video = torch.rand(1, 1, 3, 16, 16) * 2 - 1
    with torch.no_grad():
        mean = vae.encode(video.transpose(1, 2)).latent_dist.mode().transpose(1, 2)
        codec = VaeCodec(vae)
        torch.testing.assert_close(codec.encode(video), 0.7 * mean)
        torch.testing.assert_close(codec.encode_image_slot(video), 0.7 * mean)
        torch.testing.assert_close(
            codec.decode(0.7 * mean, 1), vae.decode(mean.transpose(1, 2)).sample.transpose(1, 2)
        )
        inverted = VaeCodec(tiny_vae(invert_scale_latents=True))
        torch.testing.assert_close(inverted.encode(video), 0.7 * mean)
        torch.testing.assert_close(inverted.encode_image_slot(video), mean / 0.7)


WHOLE = PatchCodec(4, bright=16, coloured=16)
"""Keeps all waves, and with them everything."""


def test_with_all_waves_patches_come_back() -> None:
    video = torch.rand(2, 3, 3, 8, 12) * 2 - 1
    latents = WHOLE.encode(video)
    assert latents.shape == (2, 3, 48, 2, 3)
    torch.testing.assert_close(WHOLE.decode(latents, 3), video, rtol=0, atol=EXACT)
    torch.testing.assert_close(latents.square().sum() * SPREAD**2, video.square().sum(), rtol=EXACT, atol=0)


def test_fewer_waves_keep_what_they_can() -> None:
    codec = PatchCodec(4)
    video = torch.rand(1, 2, 3, 8, 12) * 2 - 1
    latents = codec.encode(video)
    assert latents.shape == (1, 2, 16, 2, 3)
    kept = codec.decode(latents, 2)
    torch.testing.assert_close(codec.encode(kept), latents, rtol=0, atol=EXACT)
    assert abs(((video - kept) * kept).mean()) < EXACT  # the nearest that those waves can give
    slope = torch.linspace(-1, 1, 12).expand(1, 1, 3, 8, 12)
    assert (codec.decode(codec.encode(slope), 1) - slope).abs().max() < 0.03


def test_the_first_channel_is_the_mean_brightness() -> None:
    video = torch.rand(1, 1, 3, 8, 8) * 2 - 1
    found = PatchCodec(4).encode(video)[0, 0, 0] * SPREAD / 4 / 3**0.5
    wanted = torch.nn.functional.avg_pool2d(video[0, 0].mean(0, keepdim=True), 4)[0]
    torch.testing.assert_close(found, wanted, rtol=0, atol=EXACT)


def test_pictures_of_bytes_come_back() -> None:
    video = np.random.default_rng(0).integers(0, 256, (3, 8, 8, 3), np.uint8)
    assert video_tensor(video).abs().max() <= 1
    np.testing.assert_array_equal(video_array(video_tensor(video)), video)


@pytest.mark.parametrize("shape", [(1, 3, 3, 8, 10), (1, 3, 1, 8, 8), (3, 3, 8, 8), (1, 0, 3, 8, 8)])
def test_videos_that_cannot_be_encoded_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ContractError, match="H and W multiples of 4"):
        PatchCodec(4).encode(torch.zeros(shape))
