"""The loss: v by definition, weights by the mask, conditions dropped as often as told."""

from __future__ import annotations

import pytest
import torch

from data_contracts.errors import ContractError
from models.video.gate_base import gate_base
from models.video.training_loss import MOST_WEIGHT, mask_weights, training_loss
from tests.models.video.test_sampling import ddim
from tests.models.video.tiny_base import CHANNELS, TOKEN_CHANNELS, filled, tiny_clip, tiny_transformer

ROUNDING = 1e-5
"""Means of a few thousand float32 squares of size one."""


def test_it_is_the_error_of_the_predicted_clip_over_the_noise_s_share() -> None:
    """x₀'s mean squared error over 1 - ᾱ, where that is not zero, as CogVideoX's training code has it."""
    latents, conditions, at = tiny_clip()
    model, scheduler = filled(gate_base(tiny_transformer(), TOKEN_CHANNELS)), ddim()
    noise = torch.randn(latents.shape, generator=torch.Generator().manual_seed(1))
    even = torch.ones(*latents.shape[:2], 1, *latents.shape[3:])
    with torch.no_grad():
        found = training_loss(model, scheduler, latents, conditions, even, noise, at)
        kept = scheduler.alphas_cumprod[at].float().reshape(-1, 1, 1, 1, 1)
        noisy = kept.sqrt() * latents + (1 - kept).sqrt() * noise
        predicted = kept.sqrt() * noisy - (1 - kept).sqrt() * model(noisy, conditions, at)
        wanted = ((predicted - latents).square() / (1 - kept)).mean()
        torch.testing.assert_close(found, wanted, rtol=100 * ROUNDING, atol=0)
        tripled = training_loss(model, scheduler, latents, conditions, 3 * even, noise, at)
    torch.testing.assert_close(tripled, found, rtol=ROUNDING, atol=0)


def test_a_model_that_predicts_the_clip_has_v_s_error_up_to_a_bound() -> None:
    latents, conditions, at = tiny_clip()
    model = filled(gate_base(tiny_transformer(), TOKEN_CHANNELS))
    scheduler = ddim()
    scheduler.register_to_config(prediction_type="sample")
    noise = torch.randn(latents.shape, generator=torch.Generator().manual_seed(1))
    even = torch.ones(*latents.shape[:2], 1, *latents.shape[3:])
    for step in (0, 400, 999):
        with torch.no_grad():
            times = torch.full_like(at, step)
            found = training_loss(model, scheduler, latents, conditions, even, noise, times)
            error = model(scheduler.add_noise(latents, noise, times), conditions, times) - latents
        weight = min(1 / (1 - float(scheduler.alphas_cumprod[step])), MOST_WEIGHT)
        assert (weight == MOST_WEIGHT) == (step == 0)
        torch.testing.assert_close(found, weight * error.square().mean(), rtol=ROUNDING, atol=0)


def test_weighted_places_count_more() -> None:
    latents, conditions, at = tiny_clip()
    model, scheduler = filled(gate_base(tiny_transformer(), TOKEN_CHANNELS)), ddim()
    weights = torch.zeros(*latents.shape[:2], 1, *latents.shape[3:])
    weights[..., 3:5, 2:6] = 1
    noise = torch.zeros_like(latents)
    with torch.no_grad():
        found = training_loss(model, scheduler, latents, conditions, weights, noise, at)
        noisy = scheduler.add_noise(latents, noise, at)
        error = model(noisy, conditions, at) - scheduler.get_velocity(latents, noise, at)
    torch.testing.assert_close(found, error[..., 3:5, 2:6].square().mean(), rtol=10 * ROUNDING, atol=0)


@pytest.mark.parametrize(("frames", "steps"), [(8, 2), (9, 3), (5, 2), (3, 3)])
def test_masks_weigh_the_latents_that_they_cover(frames: int, steps: int) -> None:
    masks = torch.zeros(1, frames, 16, 24)
    masks[0, -1, :8, 12:] = 1
    masks[0, -1, 8:, :4] = 1
    found = mask_weights(masks, torch.Size((1, steps, CHANNELS, 2, 3)), emphasis=4)
    assert found.shape == (1, steps, 1, 2, 3)
    wanted = torch.tensor([[1.0, 3.0, 5.0], [3.0, 1.0, 1.0]])
    torch.testing.assert_close(found[0, -1, 0], wanted, rtol=0, atol=ROUNDING)
    torch.testing.assert_close(found[0, 0], torch.ones(1, 2, 3), rtol=0, atol=0)


def test_weights_of_another_shape_are_refused() -> None:
    latents, conditions, at = tiny_clip()
    model = gate_base(tiny_transformer(), TOKEN_CHANNELS)
    with pytest.raises(ContractError, match=r"weights: .*expected \[2, 4, 1, 8, 12\]; got \[2, 4, 8, 12\]"):
        training_loss(model, ddim(), latents, conditions, latents[:, :, 0], latents, at)
