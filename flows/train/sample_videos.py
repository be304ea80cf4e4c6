"""Sample videos of a model in training, to be looked at: the loss alone says little."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from data_contracts.video import write_mp4
from flows.train.settings import TrainSettings
from models.video.degradation import degrade_background
from models.video.encoding import encode_conditions, video_array
from models.video.folder import GatedParts
from models.video.sampling import sample_latents
from models.video.training_example import TrainingClip
from models.video.video_conditions import VideoConditions

FPS = 8.0


def write_samples(
    parts: GatedParts, clips: Sequence[TrainingClip], settings: TrainSettings, folder: Path, step: int
) -> list[Path]:
    """For each clip one MP4: reference, driving body, coarse video, what the model makes, and the truth."""
    import torch

    folder.mkdir(parents=True, exist_ok=True)
    parts.network.transformer.eval()
    written = []
    for number, clip in enumerate(clips):
        coarse = degrade_background(
            clip.background, settings.example.degradation, np.random.default_rng((settings.seed, number))
        )
        conditions = VideoConditions(coarse, clip.mask, clip.face, clip.hands, clip.body, clip.references[0])
        encoded = encode_conditions(conditions, parts.codec, parts.image_encoder)
        made = sample_latents(parts.network, parts.scheduler, encoded, settings.sampling, settings.seed)
        with torch.no_grad():
            video = video_array(parts.codec.decode(made, conditions.frames))
        still = np.broadcast_to(conditions.character, clip.video.shape)
        side_by_side = np.concatenate([still, clip.body, coarse, video, clip.video], axis=2)
        path = folder / f"step_{step:08d}_clip_{number}.mp4"
        write_mp4(path, iter(side_by_side), FPS)
        written.append(path)
    parts.network.transformer.train()
    return written
