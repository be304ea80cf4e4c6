"""Proof that the conditions are used: four clips learned by heart, two characters × two motions.

All four share background and noise, so that only pose and character tell them apart, and the mask is a
box. The model predicts the clip, which so small a one learns in a third of the steps. What it draws is held
against the true clip, and against what it draws when it is shown another pose or another character. The loss
is not looked at.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from flows.train.data_order import Bucket
from flows.train.loop import train
from models.video.degradation import DegradationConfig
from models.video.encoding import encode_conditions, video_array
from models.video.folder import GatedParts, load_gated
from models.video.latent_conditions import LatentConditions
from models.video.sampling import SamplingConfig, sample_latents
from models.video.training_example import ExampleConfig, TrainingClip
from models.video.video_conditions import VideoConditions
from tests.flows.train.test_loop import own_accelerator
from tests.flows.train.tiny_training import tiny_parts, tiny_settings
from tests.models.video.toy_clips import figure_mask, toy_clip

__all__ = ["own_accelerator"]

Video = NDArray[np.uint8]
CLIPS = [(0, 0), (1, 1), (0, 1), (1, 0)]
"""Character and motion."""
SAMPLING = SamplingConfig(steps=12, pose_guidance=1, character_guidance=1)
CLEARLY_DB = 3.0
"""How much better than a control is clearly better: half the squared error."""


def figure_psnr(found: Video, truth: Video, motion: int) -> float:
    """PSNR in dB over the true figure's pixels."""
    error = (found.astype(float) - truth)[figure_mask(motion)]
    return float(10 * np.log10(255**2 / np.mean(error**2)))


def draw(parts: GatedParts, conditions: LatentConditions, seed: int = 1) -> Video:
    latents = sample_latents(parts.network, parts.scheduler, conditions, SAMPLING, seed)
    return video_array(parts.codec.decode(latents, latents.shape[1]))


def pasted(conditions: VideoConditions) -> Video:
    """The reference's figure, standing still in the coarse video."""
    video, figure = conditions.coarse.copy(), (conditions.character != 255).any(-1)
    video[:, figure] = conditions.character[figure]
    return video


@pytest.mark.slow
def test_the_model_draws_the_character_in_the_pose_that_it_is_shown(tmp_path: Path) -> None:
    toys = [toy_clip(character, motion, 0) for character, motion in CLIPS]
    clips = [
        TrainingClip(video, told.coarse, told.mask, told.face, told.hands, told.body, told.character[None])
        for video, told in toys
    ]
    example = ExampleConfig(
        dropout=0.1, black_boxes_until=16, no_black_boxes_from=50,
        degradation=DegradationConfig(probability=0),
    )  # fmt: skip
    settings = tiny_settings(
        steps=150, batch=4, learning_rate=2e-3, warmup_steps=30, ema_decay=0.97, example=example
    )
    begun = tiny_parts(heads=4, layers=2, predicts="sample")
    train(begun, [Bucket(clips)], settings, tmp_path, latents=tmp_path / "latents")
    parts = load_gated(tmp_path / "model")
    encoded = [encode_conditions(told, parts.codec, parts.image_encoder) for _, told in toys]
    scores: dict[str, list[float]] = {}
    for number, (character, motion) in enumerate(CLIPS):
        truth, told = toys[number]
        posed = encoded[CLIPS.index((character, 1 - motion))]
        dressed = encoded[CLIPS.index((1 - character, motion))]
        right = encoded[number]
        drawn = {
            "right": draw(parts, right),
            "wrong pose": draw(parts, replace(right, pose=posed.pose)),
            "wrong character": draw(
                parts, replace(right, character=dressed.character, image_tokens=dressed.image_tokens)
            ),
            "static paste": pasted(told),
            "coarse video": told.coarse,
        }
        for name, video in drawn.items():
            scores.setdefault(name, []).append(figure_psnr(video, truth, motion))
    means = {name: round(float(np.mean(found)), 2) for name, found in scores.items()}
    print(means)
    for name, found in means.items():
        assert name == "right" or means["right"] > found + CLEARLY_DB, means
    assert means["right"] > 18, means
