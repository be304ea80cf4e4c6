"""A tiny gated model and a few toy clips to train it on."""

from __future__ import annotations

from typing import Any

import numpy as np

from flows.train.data_order import Bucket
from flows.train.settings import TrainSettings
from models.video.folder import GatedParts
from models.video.sampling import SamplingConfig
from models.video.small_model import SmallModelConfig, small_model
from models.video.training_example import ExampleConfig, TrainingClip
from tests.models.video.toy_clips import FRAMES, SIDE, toy_clip


def tiny_parts(heads: int = 2, layers: int = 1, seed: int = 0, **changes: Any) -> GatedParts:
    sizes = {"heads": heads, "layers": layers, "side_px": SIDE, "frames": FRAMES, "seed": seed}
    return small_model(SmallModelConfig.model_validate(sizes | changes))


def tiny_clips(count: int = 3) -> list[TrainingClip]:
    found = []
    for i in range(count):
        video, conditions = toy_clip(i % 4, i, i)
        found.append(
            TrainingClip(
                video, conditions.coarse, conditions.mask, conditions.face, conditions.hands,
                conditions.body, np.stack([conditions.character, conditions.character[:, ::-1]]),
            )
        )  # fmt: skip
    return found


def tiny_buckets() -> list[Bucket]:
    """Clips of two sizes and lengths, some of which stand for stills."""
    small = [halved(clip) for clip in tiny_clips(2)]
    return [Bucket(tiny_clips(), tiny_clips(1)), Bucket(small, small[:1])]


def halved(clip: TrainingClip) -> TrainingClip:
    """The upper half of the first two frames."""
    height = SIDE // 2
    parts = {
        name: getattr(clip, name)[:2, :height]
        for name in ("video", "background", "mask", "face", "hands", "body")
    }
    return TrainingClip(**parts, references=clip.references[:, :height])


def tiny_settings(**changes: Any) -> TrainSettings:
    told: dict[str, Any] = {
        "steps": 6, "batch": 2, "learning_rate": 1e-3, "warmup_steps": 2, "ema_decay": 0.9,
        "stills_share": 0.25, "save_every": 100, "sample_every": 100, "samples": 0,
        "example": ExampleConfig(dropout=0.3, black_boxes_until=2, no_black_boxes_from=5),
        "sampling": SamplingConfig(steps=2, pose_guidance=1, character_guidance=1),
    }  # fmt: skip
    return TrainSettings(**(told | changes))
