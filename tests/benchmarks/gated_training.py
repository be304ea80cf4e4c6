"""Training runs of the gated model's proof: the recipe of `bunraku train`, whole and with a part left out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from flows.train.data_order import Bucket
from flows.train.loop import train
from flows.train.settings import TrainSettings
from models.video.degradation import DegradationConfig
from models.video.encoding import ImageEncoder
from models.video.folder import GatedParts, load_gated
from models.video.sampling import SamplingConfig
from models.video.small_model import SmallModelConfig, small_model
from models.video.training_example import ExampleConfig, TrainingClip

if TYPE_CHECKING:
    import torch

ORDERS = tuple(permutations(range(3)))
"""Of the colour channels."""
Variant = Literal["full", "no gates", "no coarse", "no mask weights or boxes"]
VARIANTS: tuple[Variant, ...] = ("full", "no gates", "no coarse", "no mask weights or boxes")


class Recipe(BaseModel):
    """What one training run takes. The schedule of black boxes has the shares of the paper-sized default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(4000, ge=1)
    batch: int = Field(8, ge=1)
    learning_rate: float = Field(1e-3, gt=0)
    heads: int = Field(4, ge=2)
    layers: int = Field(4, ge=1)
    seed: int = Field(0, ge=0)
    degraded: bool = True
    predicts: Literal["v_prediction", "sample"] = "sample"

    def settings(self, variant: Variant) -> TrainSettings:
        """Settings of the variant."""
        bare = variant == "no mask weights or boxes"
        example = ExampleConfig(
            degradation=DegradationConfig(probability=0.5 if self.degraded else 0.0),
            black_boxes_until=0 if bare else self.steps // 12,
            no_black_boxes_from=0 if bare else self.steps // 4,
            mask_emphasis=0.0 if bare else 2.0,
        )
        return TrainSettings(
            steps=self.steps, batch=self.batch, learning_rate=self.learning_rate,
            gate_rate=0.0 if variant == "no gates" else 1.0,
            warmup_steps=max(1, min(200, self.steps // 10)),
            ema_decay=float(np.clip(1 - 10 / self.steps, 0.9, 0.998)),
            example=example, seed=self.seed, samples=0, save_every=max(1, self.steps // 20),
            sampling=SamplingConfig(pose_guidance=1, character_guidance=1),
        )  # fmt: skip


def train_variant(
    variant: Variant,
    clips: Sequence[TrainingClip],
    recipe: Recipe,
    out: Path,
    on_step: Callable[[int, float], None] | None = None,
) -> GatedParts:
    """Train a small model, or go on where it stopped; the averaged weights are read back from `out`."""
    if not (out / "model" / "model_index.json").is_file():
        frames, side_px = clips[0].video.shape[:2]
        parts = small_model(
            SmallModelConfig(
                heads=recipe.heads,
                layers=recipe.layers,
                side_px=side_px,
                frames=frames,
                seed=recipe.seed,
                predicts=recipe.predicts,
            )
        )
        parts = replace(parts, image_encoder=RememberingEncoder.of(parts.image_encoder))
        shown = [without_coarse(clip) for clip in clips] if variant == "no coarse" else clips
        train(parts, [Bucket(shown)], recipe.settings(variant), out, on_step=on_step)
    return load_gated(out / "model")


def without_coarse(clip: TrainingClip) -> TrainingClip:
    """The clip with nothing known of its background."""
    return replace(clip, background=np.zeros_like(clip.background))


class RememberingEncoder(ImageEncoder):
    """The image encoder is not trained: each reference is looked at once."""

    @classmethod
    def of(cls, encoder: ImageEncoder) -> RememberingEncoder:
        """The same encoder, remembering."""
        made = cls(encoder.network, encoder.processor, encoder.device)
        made._seen = lru_cache(maxsize=None)(made._look)
        return made

    def tokens(self, rgb: NDArray[np.uint8]) -> torch.Tensor:
        return self._seen(rgb.tobytes(), rgb.shape)

    def _look(self, levels: bytes, shape: tuple[int, ...]) -> torch.Tensor:
        return super().tokens(np.frombuffer(levels, np.uint8).reshape(shape).copy())


class Recoloured(Sequence[TrainingClip]):
    """Each clip with its colour channels in every order, reference and background alike: what a figure
    looks like is then said by its reference alone."""

    def __init__(self, clips: Sequence[TrainingClip]) -> None:
        self.clips = clips

    def __len__(self) -> int:
        return len(ORDERS) * len(self.clips)

    @overload
    def __getitem__(self, index: int) -> TrainingClip: ...

    @overload
    def __getitem__(self, index: slice) -> list[TrainingClip]: ...

    def __getitem__(self, index: int | slice) -> TrainingClip | list[TrainingClip]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        turn, number = divmod(range(len(self))[index], len(self.clips))
        clip, order = self.clips[number], list(ORDERS[turn])
        return replace(
            clip,
            video=clip.video[..., order],
            background=clip.background[..., order],
            references=clip.references[..., order],
        )
