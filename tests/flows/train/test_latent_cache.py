"""Kept latents: exactly what the encoders make, made once, and asked for again only by what made them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from flows.train.checkpoint import last_checkpoint
from flows.train.data_order import Bucket, examples_of_step
from flows.train.latent_cache import LatentCache
from flows.train.loop import train
from models.video.codec import VaeCodec
from models.video.degradation import DegradationConfig
from models.video.encoding import Keep, keep_nothing
from models.video.folder import GatedParts
from models.video.patch_codec import PatchCodec
from models.video.training_batch import TrainingBatch, encode_batch
from models.video.training_example import ExampleConfig
from tests.flows.train.test_loop import own_accelerator, weights_of
from tests.flows.train.tiny_training import tiny_clips, tiny_parts, tiny_settings
from tests.models.video.tiny_folder import tiny_vae

__all__ = ["own_accelerator"]

CLEAN = ExampleConfig(
    degradation=DegradationConfig(probability=0), black_boxes_until=0, no_black_boxes_from=0
)
ROUGH = ExampleConfig(
    degradation=DegradationConfig(probability=1), black_boxes_until=0, no_black_boxes_from=0
)
STEPS = 5


@pytest.fixture(scope="module")
def parts() -> GatedParts:
    """With CogVideoX's VAE, though a tiny one."""
    return replace(tiny_parts(), codec=VaeCodec(tiny_vae()))


@contextmanager
def counted(parts: GatedParts) -> Iterator[dict[str, int]]:
    """How often the networks run while this lasts."""
    calls = {"vae": 0, "clip": 0}
    assert isinstance(parts.codec, VaeCodec)

    def count(name: str) -> Any:
        def hook(*_: Any) -> None:
            calls[name] += 1

        return hook

    hooks = [
        parts.codec.vae.encoder.register_forward_hook(count("vae")),
        parts.image_encoder.network.register_forward_hook(count("clip")),
    ]
    yield calls
    for hook in hooks:
        hook.remove()


def batches(parts: GatedParts, keep: Keep, config: ExampleConfig = CLEAN) -> list[TrainingBatch]:
    buckets = [Bucket(tiny_clips())]
    return [
        encode_batch(
            examples_of_step(buckets, config, step, 2, 0, 1000), parts.codec, parts.image_encoder, 2.0, keep
        )
        for step in range(STEPS)
    ]


def assert_same(ours: list[TrainingBatch], theirs: list[TrainingBatch]) -> None:
    for one, other in zip(ours, theirs, strict=True):
        for name, tensor in (vars(one) | vars(one.conditions)).items():
            if isinstance(tensor, torch.Tensor):
                assert torch.equal(tensor, (vars(other) | vars(other.conditions))[name]), name


@pytest.mark.slow
def test_a_kept_batch_is_the_batch_and_no_encoder_runs(parts: GatedParts, tmp_path: Path) -> None:
    wanted = batches(parts, keep_nothing)
    with counted(parts) as calls:
        assert_same(batches(parts, LatentCache(tmp_path, parts)), wanted)
    # Per clip: the video, its background, and its mask, hands and face, body; per reference the picture.
    # Hands and faces of all three toys are the same black.
    files = list(tmp_path.glob("*/*.safetensors"))
    assert calls["vae"] + calls["clip"] == len(files)
    assert 0 < calls["clip"] <= 6
    with counted(parts) as calls:
        assert_same(batches(parts, LatentCache(tmp_path, parts)), wanted)
    assert calls == {"vae": 0, "clip": 0}
    assert sorted(tmp_path.glob("*/*.safetensors")) == sorted(files)


@pytest.mark.slow
def test_what_is_roughened_is_made_anew_and_not_kept(parts: GatedParts, tmp_path: Path) -> None:
    wanted = batches(parts, keep_nothing, ROUGH)
    assert_same(batches(parts, LatentCache(tmp_path, parts), ROUGH), wanted)
    files = len(list(tmp_path.glob("*/*.safetensors")))
    with counted(parts) as calls:
        assert_same(batches(parts, LatentCache(tmp_path, parts), ROUGH), wanted)
    assert calls == {"vae": 2 * STEPS, "clip": 0}, "the coarse videos, and nothing else"
    assert len(list(tmp_path.glob("*/*.safetensors"))) == files


@pytest.mark.slow
def test_black_boxes_are_not_taken_for_the_background(parts: GatedParts, tmp_path: Path) -> None:
    batches(parts, LatentCache(tmp_path, parts), CLEAN)
    boxed = CLEAN.model_copy(update={"black_boxes_until": 99, "no_black_boxes_from": 99})
    assert_same(batches(parts, LatentCache(tmp_path, parts), boxed), batches(parts, keep_nothing, boxed))


OTHERS = {
    "a weight of the VAE": lambda parts: replace(parts, codec=VaeCodec(with_another_weight())),
    "a setting of the VAE": lambda parts: replace(parts, codec=VaeCodec(tiny_vae(scaling_factor=0.9))),
    "another codec": lambda parts: replace(parts, codec=PatchCodec()),
    "half precision": lambda parts: replace(parts, codec=VaeCodec(tiny_vae().bfloat16())),
    "another image encoder": lambda parts: replace(parts, image_encoder=tiny_parts(seed=1).image_encoder),
}


def with_another_weight() -> Any:
    vae = tiny_vae()
    with torch.no_grad():
        next(vae.encoder.parameters()).flatten()[0] += 1e-6
    return vae


@pytest.mark.slow
@pytest.mark.parametrize("case", OTHERS)
def test_what_another_encoder_made_is_never_used(parts: GatedParts, tmp_path: Path, case: str) -> None:
    cache, other = LatentCache(tmp_path, parts), LatentCache(tmp_path, OTHERS[case](parts))
    pixels = np.zeros((1, 8, 8, 3), np.uint8)
    kinds = ("tokens",) if case == "another image encoder" else ("clip", "image slot")
    for kind in kinds:
        assert cache(kind, pixels, lambda: torch.ones(2)).tolist() == [1, 1]
        assert other(kind, pixels, lambda: torch.zeros(2)).tolist() == [0, 0]
        assert LatentCache(tmp_path, parts)(kind, pixels, lambda: torch.full((2,), 5.0)).tolist() == [1, 1]


def test_other_pixels_shapes_and_kinds_are_other_files(parts: GatedParts, tmp_path: Path) -> None:
    cache = LatentCache(tmp_path, parts)
    pixels = np.zeros((2, 8, 8, 3), np.uint8)
    other = pixels.copy()
    other[1, 7, 7, 2] = 1
    asked = [("clip", pixels), ("clip", other), ("clip", pixels.reshape(1, 16, 8, 3)), ("image slot", pixels)]
    for number, (kind, each) in enumerate(asked):
        cache(kind, each, lambda number=number: torch.tensor([number]))  # type: ignore[misc]
    found = [cache(kind, each, lambda: torch.tensor([-1])).item() for kind, each in asked]
    assert found == [0, 1, 2, 3]


def test_a_damaged_file_is_made_anew(parts: GatedParts, tmp_path: Path) -> None:
    cache, pixels = LatentCache(tmp_path, parts), np.zeros((1, 8, 8, 3), np.uint8)
    cache("clip", pixels, lambda: torch.ones(3))
    (file,) = tmp_path.glob("*/*")
    file.write_bytes(file.read_bytes()[:20])
    assert cache("clip", pixels, lambda: torch.ones(3)).tolist() == [1, 1, 1]
    assert cache("clip", pixels, lambda: torch.zeros(3)).tolist() == [1, 1, 1]


@pytest.mark.slow
def test_a_run_with_kept_latents_has_the_weights_of_one_without(tmp_path: Path) -> None:
    settings = tiny_settings()
    for run, latents in (("without", None), ("cold", tmp_path / "latents"), ("warm", tmp_path / "latents")):
        train(tiny_parts(), [Bucket(tiny_clips())], settings, tmp_path / run, latents=latents)
    wanted = weights_of(last_checkpoint(tmp_path / "without/checkpoints"))
    for run in ("cold", "warm"):
        found = weights_of(last_checkpoint(tmp_path / run / "checkpoints"))
        assert all(torch.equal(found[name], tensor) for name, tensor in wanted.items()), run
