"""Sampling: DDIM by formula, guidance, long clips, and what the seed decides."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch

from models.video.gate_base import gate_base
from models.video.gated_transformer import GatedTransformer
from models.video.guidance import guidance_branches
from models.video.latent_conditions import LatentConditions
from models.video.sampling import SamplingConfig, sample_latents
from models.video.windows import noise_of_frames
from tests.models.video.tiny_base import (
    CHANNELS,
    TOKEN_CHANNELS,
    filled,
    tiny_clip,
    tiny_transformer,
)

ROUNDING = 1e-4
"""A few steps of a tiny network in float32 with sums in another order."""


@pytest.fixture(scope="module", params=["1.0", "1.5"])
def model(request: pytest.FixtureRequest) -> GatedTransformer:
    return filled(gate_base(tiny_transformer(request.param), TOKEN_CHANNELS))


def ddim() -> Any:
    from diffusers import CogVideoXDDIMScheduler

    return CogVideoXDDIMScheduler(
        prediction_type="v_prediction", rescale_betas_zero_snr=True, timestep_spacing="trailing",
        clip_sample=False, snr_shift_scale=1.0,
    )  # fmt: skip


def one_clip(frames: int) -> LatentConditions:
    return tiny_clip(frames, 4, 6, batch=1)[1]


PLAIN = SamplingConfig(steps=3, pose_guidance=1, character_guidance=1, window_latent_frames=40)


def test_without_guidance_it_is_ddim_by_its_formula(model: GatedTransformer) -> None:
    """Song et al. 2021, eq. 12, with x0 and the noise from v (Salimans and Ho 2022)."""
    conditions = one_clip(4)
    scheduler = ddim()
    found = sample_latents(model, scheduler, conditions, PLAIN, seed=2)
    x = noise_of_frames(2, 4, (CHANNELS, 4, 6))
    alphas = scheduler.alphas_cumprod
    steps = [999, 666, 332]
    fresh = ddim()
    fresh.set_timesteps(3)
    assert fresh.timesteps.tolist() == steps
    with torch.no_grad():
        for t in steps:
            v = model(x, conditions, torch.tensor([t]))
            a, s = alphas[t].sqrt(), (1 - alphas[t]).sqrt()
            x0, noise = a * x - s * v, s * x + a * v
            before = alphas[t - 333] if t >= 333 else torch.tensor(1.0)
            x = (before.sqrt() * x0 + (1 - before).sqrt() * noise).float()
    torch.testing.assert_close(found, x, rtol=0, atol=ROUNDING)
    assert found.std() > 0.1


def test_guidance_is_a_weighted_sum_that_leaves_each_condition_out_once() -> None:
    assert guidance_branches(1, 1) == [(False, False, 1)]
    assert guidance_branches(3, 1) == [(False, False, 3), (True, False, -2)]
    assert guidance_branches(3, 2) == [(False, False, 4), (True, False, -2), (False, True, -1)]


def test_guided_answers_are_those_of_the_three_branches(model: GatedTransformer) -> None:
    conditions = one_clip(4)
    config = PLAIN.model_copy(update={"steps": 1, "pose_guidance": 3.0, "character_guidance": 1.5})
    found = sample_latents(model, ddim(), conditions, config, seed=2)
    x, t = noise_of_frames(2, 4, (CHANNELS, 4, 6)), torch.tensor([999])
    with torch.no_grad():
        whole = model(x, conditions, t)
        poseless = model(x, conditions.dropping(pose=True), t)
        nobody = model(x, conditions.dropping(character=True), t)
    v = whole + 2 * (whole - poseless) + 0.5 * (whole - nobody)
    torch.testing.assert_close(found, -v, rtol=0, atol=ROUNDING)  # at pure noise x0 = -v
    assert (whole - poseless).abs().mean() > 0.01
    assert (whole - nobody).abs().mean() > 0.01


LONG = PLAIN.model_copy(update={"window_latent_frames": 4, "overlap_latent_frames": 2})


@pytest.mark.parametrize("at_once", [2, 5])
def test_how_many_windows_run_at_once_changes_nothing(model: GatedTransformer, at_once: int) -> None:
    conditions = one_clip(9)
    config = LONG.model_copy(update={"pose_guidance": 2.0})
    one = sample_latents(model, ddim(), conditions, config, seed=1)
    many = sample_latents(
        model, ddim(), conditions, config.model_copy(update={"windows_at_once": at_once}), seed=1
    )
    assert one.shape[1] == 9  # odd: version 1.5 pads it by a frame
    torch.testing.assert_close(many, one, rtol=0, atol=ROUNDING)


def test_the_seed_decides(model: GatedTransformer) -> None:
    conditions = one_clip(4)
    first = sample_latents(model, ddim(), conditions, PLAIN, seed=1)
    assert torch.equal(first, sample_latents(model, ddim(), conditions, PLAIN, seed=1))
    assert (first - sample_latents(model, ddim(), conditions, PLAIN, seed=2)).abs().mean() > 0.01


def test_the_ends_of_a_long_clip_do_not_know_of_each_other(model: GatedTransformer) -> None:
    """One step: frames of the first window alone are those of that window's clip alone; so are the last."""
    conditions = one_clip(12)
    config = LONG.model_copy(update={"steps": 1})
    whole = sample_latents(model, ddim(), conditions, config, seed=1)
    start = sample_latents(model, ddim(), conditions.of_frames(0, 4), config, seed=1)
    torch.testing.assert_close(whole[:, :2], start[:, :2], rtol=0, atol=ROUNDING)
    far = conditions.pose.clone()
    far[:, 8:] = -far[:, 8:]
    changed = sample_latents(model, ddim(), replace(conditions, pose=far), config, seed=1)
    torch.testing.assert_close(changed[:, :6], whole[:, :6], rtol=0, atol=ROUNDING)
    assert (changed[:, 10:] - whole[:, 10:]).abs().mean() > 1e-3


def test_progress_is_told(model: GatedTransformer) -> None:
    told: list[tuple[int, int]] = []
    sample_latents(
        model, ddim(), one_clip(2), PLAIN, 0, on_step=lambda done, steps: told.append((done, steps))
    )
    assert told == [(1, 3), (2, 3), (3, 3)]
