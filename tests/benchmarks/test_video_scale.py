"""The count of the paper's model, against weights known from the model's own test and small cases."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from tests.benchmarks.video_scale import (
    CLIP_TOKENS,
    LAYERS,
    LOW_RANK,
    _attention_that_keeps_no_scores,
    _of_clip,
    count,
)

LATENT = (2, 4, 6)


@pytest.fixture(scope="module")
def clip() -> dict[str, float]:
    return _of_clip(LATENT)


@pytest.mark.slow
def test_weights_are_those_of_the_whole_model(clip: dict[str, float]) -> None:
    text_projection = (4096 + 1) * 3072
    assert clip["weights"] == 5_570_479_680 - text_projection + 4_919_298


@pytest.mark.slow
def test_tokens_are_patches_of_all_latent_frames_and_those_of_the_picture(clip: dict[str, float]) -> None:
    assert clip["tokens"] == CLIP_TOKENS[0] + 2 * 2 * 3


def test_work_is_two_for_each_weight_and_token_and_the_attention() -> None:
    one, two = count(1, LATENT), count(2, LATENT)
    of_a_block = two.multiply_adds - one.multiply_adds
    tokens, weights = CLIP_TOKENS[0] + 12, two.weights - one.weights
    modulation = 2 * 6 * 3072 * 512  # of the time's embedding, once a clip and not once a token
    assert of_a_block == pytest.approx(tokens * (weights - modulation) + modulation, rel=0.002)


@pytest.mark.slow
def test_activations_grow_with_tokens_and_no_scores_are_kept() -> None:
    short, long = ((count(2, (f, 8, 8)).kept_bytes - count(1, (f, 8, 8)).kept_bytes) for f in (4, 20))
    few, many = (CLIP_TOKENS[0] + f * 16 for f in (4, 20))
    assert long / short == pytest.approx(many / few, rel=0.05)


def test_attention_is_put_back() -> None:
    usual = functional.scaled_dot_product_attention
    with _attention_that_keeps_no_scores():
        assert functional.scaled_dot_product_attention is not usual
    assert functional.scaled_dot_product_attention is usual
    q = torch.ones(1, 2, 3, 4)
    torch.testing.assert_close(functional.scaled_dot_product_attention(q, q, q), q)


def test_checkpointing_keeps_each_blocks_input_and_one_block(clip: dict[str, float]) -> None:
    inputs = LAYERS * clip["tokens"] * 3072 * 2 / 1e9
    assert clip["activations_checkpointed_gb"] == pytest.approx(
        inputs + clip["block_activations_gb"], abs=0.06
    )


def test_low_ranks_train_two_thin_matrices_a_layer_and_all_that_is_new(clip: dict[str, float]) -> None:
    attention, feed_forward = 4 * 2 * 3072, 2 * (3072 + 4 * 3072)
    base_project_in = 2 * 16 * 4 * 3072 + 3072  # trained with the new one, which it is a part of
    new = 4_919_298 - 2 * 513  # without the gates, which are no part of the transformer
    wanted = LAYERS * LOW_RANK * (attention + feed_forward) + base_project_in + new + 2 * 513
    assert clip["low_rank_trained"] == wanted
    assert clip["low_rank_states_gb"] == pytest.approx(
        (2 * clip["weights"] + 20 * clip["low_rank_trained"]) / 1e9, abs=0.06
    )
    assert clip["low_rank_block_activations_gb"] <= clip["block_activations_gb"]
