"""What a trained model draws, held against the truth, against rivals, and against wrong conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from models.video.degradation import DegradationConfig, degrade_background
from models.video.encoding import encode_conditions, video_array
from models.video.folder import GatedParts
from models.video.gates import gate_values
from models.video.latent_conditions import LatentConditions
from models.video.sampling import SamplingConfig, sample_latents
from models.video.video_conditions import VideoConditions
from tests.benchmarks.gated_rivals import pasted
from tests.benchmarks.gated_world import WorldClip

Video = NDArray[np.uint8]
Videos = dict[str, Video]
BESIDE = ("guided", "wrong pose", "wrong character")
"""Drawn by the same model: with more weight on the character, and with conditions of another clip."""
GUIDANCE = 2.0
RIVALS = ("static paste", "moved paste", "coarse video", "puppet")
SEED = 1
GATE_STEPS = (0, 125, 250, 375, 500, 625, 750, 875, 999)


def conditions_of(one: WorldClip, number: int, degraded: bool) -> VideoConditions:
    """What the model is told: a coarse video drawn for the clip's number, and the first reference."""
    clip = one.clip
    config = DegradationConfig(probability=0.5 if degraded else 0.0)
    coarse = degrade_background(clip.background, config, np.random.default_rng((SEED, number)))
    return VideoConditions(coarse, clip.mask, clip.face, clip.hands, clip.body, clip.references[0])


def draw_all(
    parts: GatedParts,
    clips: Sequence[WorldClip],
    sampling: SamplingConfig,
    *,
    degraded: bool = True,
    beside: Sequence[str] = BESIDE,
    coarse: bool = True,
) -> list[Videos]:
    """For each clip what the model draws: with its own conditions, with another clip's, and guided.

    The other clip lies half of the list away; the mask and the coarse video stay its own.

    Args:
        parts: the model.
        clips: at least two, of other identities half of the list away.
        sampling: of all but the guided video, which has `GUIDANCE` on the character.
        degraded: whether the coarse video is.
        beside: which of `BESIDE` to draw.
        coarse: whether the model is shown the coarse video.
    """
    told = [conditions_of(one, number, degraded) for number, one in enumerate(clips)]
    if not coarse:
        told = [replace(each, coarse=np.zeros_like(each.coarse)) for each in told]
    encoded = [encode_conditions(each, parts.codec, parts.image_encoder) for each in told]
    found = []
    for number, right in enumerate(encoded):
        other = encoded[(number + len(clips) // 2) % len(clips)]
        asked = {
            "gated": (right, sampling),
            "guided": (right, sampling.model_copy(update={"character_guidance": GUIDANCE})),
            "wrong pose": (replace(right, pose=other.pose), sampling),
            "wrong character": (
                replace(right, character=other.character, image_tokens=other.image_tokens),
                sampling,
            ),
        }
        found.append({name: _draw(parts, *asked[name]) for name in ("gated", *beside)})
    return found


def rivals(clips: Sequence[WorldClip], degraded: bool = True) -> list[Videos]:
    """For each clip the same by other means. Figures are pasted before the model's own coarse video, into
    the true figure's box: the first frame's, or each frame's. The puppet has the true place behind it."""
    found = []
    for number, one in enumerate(clips):
        coarse = conditions_of(one, number, degraded).coarse
        figure = one.clip.references[0], one.reference_alpha, coarse
        first = np.broadcast_to(one.alpha[:1], one.alpha.shape)
        videos = (pasted(*figure, first), pasted(*figure, one.alpha), coarse, one.puppet)
        found.append(dict(zip(RIVALS, videos, strict=True)))
    return found


def figure_psnr(video: Video, one: WorldClip) -> float:
    """PSNR in dB over the pixels of the true figure, all frames together."""
    return _psnr(video, one.clip.video, one.alpha > 127)


def ground_psnr(video: Video, one: WorldClip) -> float:
    """PSNR in dB outside of the inpainting mask."""
    return _psnr(video, one.clip.video, one.clip.mask == 0)


def scores(clips: Sequence[WorldClip], videos: Sequence[Videos]) -> dict[str, dict[str, list[float]]]:
    """Figure and background PSNR of each kind of video, one value an identity: its clips are not independent,
    so their mean counts once."""
    return {
        measure: {
            name: _by_identity(
                clips, [score(each[name], one) for each, one in zip(videos, clips, strict=True)]
            )
            for name in videos[0]
        }
        for measure, score in (("figure PSNR dB", figure_psnr), ("background PSNR dB", ground_psnr))
    }


def gates_of(parts: GatedParts) -> dict[str, list[float]]:
    """The gates over the denoising steps, 0 clean to 999 noise."""
    import torch

    with torch.no_grad():
        values = gate_values(parts.network.gates, torch.tensor(GATE_STEPS)).tolist()
    return {
        "step": list(GATE_STEPS),
        "pose": [round(pose, 3) for pose, _ in values],
        "character": [round(character, 3) for _, character in values],
    }


def _by_identity(clips: Sequence[WorldClip], values: Sequence[float]) -> list[float]:
    found: dict[str, list[float]] = {}
    for one, value in zip(clips, values, strict=True):
        found.setdefault(one.identity, []).append(value)
    return [float(np.mean(each)) for each in found.values()]


def _draw(parts: GatedParts, conditions: LatentConditions, sampling: SamplingConfig) -> Video:
    import torch

    latents = sample_latents(parts.network, parts.scheduler, conditions, sampling, SEED)
    with torch.no_grad():
        return video_array(parts.codec.decode(latents, latents.shape[1]))


def _psnr(video: Video, truth: Video, where: NDArray[np.bool_]) -> float:
    error = (video.astype(np.float64) - truth)[where]
    return float(10 * np.log10(255**2 / max(np.square(error).mean(), 1e-3)))
