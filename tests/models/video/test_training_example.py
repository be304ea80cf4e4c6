"""What a clip becomes each time that it is shown."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from data_contracts.errors import ContractError
from models.video.degradation import DegradationConfig
from models.video.encoding import ImageEncoder, video_array
from models.video.patch_codec import PatchCodec
from models.video.small_model import SmallModelConfig, small_model
from models.video.training_batch import encode_batch
from models.video.training_example import Example, ExampleConfig, TrainingClip, draw_example
from tests.models.video.toy_clips import toy_clip

STILL = DegradationConfig(probability=0)


@pytest.fixture(scope="module")
def clip() -> TrainingClip:
    video, told = toy_clip(0, 1, 0)
    references = np.stack([toy_clip(0, motion, 0)[0][0] for motion in range(3)])
    return TrainingClip(video, told.coarse, told.mask, told.face, told.hands, told.body, references)


def drawn(clip: TrainingClip, step: int, seed: int, **changes: object) -> Example:
    config = ExampleConfig(**({"degradation": STILL} | changes))  # type: ignore[arg-type]
    return draw_example(clip, config, step, 1000, np.random.default_rng(seed))


def test_the_seed_decides_what_is_drawn(clip: TrainingClip) -> None:
    first, again, other = (drawn(clip, 0, seed, degradation=DegradationConfig()) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.conditions.coarse, again.conditions.coarse)
    assert first.timestep == again.timestep != other.timestep
    assert (first.conditions.coarse != other.conditions.coarse).any()


def test_conditions_are_dropped_independently_and_as_often_as_told(clip: TrainingClip) -> None:
    found = [drawn(clip, 99_999, seed, dropout=0.2) for seed in range(1500)]
    pose = np.array([example.without_pose for example in found])
    character = np.array([example.without_character for example in found])
    assert pose.mean() == pytest.approx(0.2, abs=0.03)
    assert character.mean() == pytest.approx(0.2, abs=0.03)
    assert (pose & character).mean() == pytest.approx(0.04, abs=0.02)


def test_timesteps_and_references_are_drawn_evenly(clip: TrainingClip) -> None:
    found = [drawn(clip, 99_999, seed) for seed in range(600)]
    steps = np.array([example.timestep for example in found])
    assert steps.min() < 20
    assert steps.max() > 980
    assert steps.mean() == pytest.approx(500, abs=40)
    told = [
        next(
            i for i, picture in enumerate(clip.references) if (picture == example.conditions.character).all()
        )
        for example in found
    ]
    assert np.bincount(told, minlength=3).min() > 150


def test_boxes_are_black_early_and_the_rest_is_the_background(clip: TrainingClip) -> None:
    inside = clip.mask > 0
    early = drawn(clip, 0, 1, black_boxes_until=10, no_black_boxes_from=20).conditions.coarse
    assert (early[inside] == 0).all()
    np.testing.assert_array_equal(early[~inside], clip.background[~inside])
    late = drawn(clip, 20, 1, black_boxes_until=10, no_black_boxes_from=20).conditions.coarse
    np.testing.assert_array_equal(late, clip.background)


def test_a_batch_holds_each_example_as_it_was_drawn(clip: TrainingClip) -> None:
    codec = PatchCodec()
    encoder = tiny_encoder()
    examples = [drawn(clip, 99_999, seed, dropout=0.5) for seed in range(6)]
    batch = encode_batch(examples, codec, encoder, mask_emphasis=3)
    assert batch.latents.shape == batch.noise.shape == (6, 4, 16, 8, 8)
    assert batch.timesteps.tolist() == [example.timestep for example in examples]
    assert batch.weights.min() == 1
    assert batch.weights.max() == 4
    assert abs(batch.noise.std().item() - 1) < 0.05
    assert (batch.noise[0] - batch.noise[1]).abs().mean() > 0.5
    for example, pose, phi, tokens in zip(
        examples,
        batch.conditions.pose,
        batch.conditions.character,
        batch.conditions.image_tokens,
        strict=True,
    ):
        assert example.without_pose == bool((pose == 0).all())
        assert example.without_character == bool((phi == 0).all()) == bool((tokens == 0).all())
    assert {example.without_pose for example in examples} == {True, False}
    shown = next(i for i, example in enumerate(examples) if not example.without_pose)
    # Channels of γ in the paper's order: face, hands, body; the toy has a body only.
    body = codec.decode(batch.conditions.pose[shown : shown + 1, :, 32:], 4)
    error = video_array(body).astype(float) - clip.body
    assert np.abs(error).mean() < 0.5 * clip.body.mean()
    nothing = video_array(codec.decode(batch.conditions.pose[shown : shown + 1, :, :16], 4))
    assert nothing.max() <= 1


def test_a_clip_alone_is_encoded_as_in_a_batch(clip: TrainingClip) -> None:
    def examples() -> list[Example]:
        return [drawn(clip, 99_999, seed) for seed in range(2)]

    encoder = tiny_encoder()
    both = encode_batch(examples(), PatchCodec(), encoder, 1)
    alone = encode_batch(examples()[1:], PatchCodec(), encoder, 1)
    assert torch.equal(both.latents[1:], alone.latents)
    assert torch.equal(both.noise[1:], alone.noise)
    assert torch.equal(both.conditions.background[1:], alone.conditions.background)


def tiny_encoder() -> ImageEncoder:
    return small_model(SmallModelConfig(heads=2, layers=1, side_px=32)).image_encoder


def test_a_clip_without_a_reference_is_refused(clip: TrainingClip) -> None:
    with pytest.raises(ContractError, match=r"at least one reference; got \(4, 32, 32, 3\) and 0"):
        TrainingClip(
            clip.video, clip.background, clip.mask, clip.face, clip.hands, clip.body, clip.references[:0]
        )
