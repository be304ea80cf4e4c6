"""The training loop, on accelerate: the same weights by one process or many, at once or resumed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data_contracts.errors import ConfigError
from flows.train.checkpoint import last_checkpoint, restore_state, save_state
from flows.train.data_order import Bucket, examples_of_step
from flows.train.latent_cache import LatentCache
from flows.train.read_ahead import ReadAhead
from flows.train.report import write_report
from flows.train.sample_videos import write_samples
from flows.train.settings import TrainSettings
from flows.train.step_records import StepRecords
from flows.train.train_state import TrainState, averaged_weights, new_state
from models.video.encoding import Keep, keep_nothing
from models.video.folder import GatedParts, save_gated
from models.video.gated_transformer import GatedTransformer
from models.video.low_rank import merged, train_low_rank
from models.video.memory import place
from models.video.memory_config import MemoryConfig
from models.video.training_batch import encode_batch
from models.video.training_example import Example
from models.video.training_loss import training_loss

OnStep = Callable[[int, float], None]


def train(
    parts: GatedParts,
    buckets: Sequence[Bucket],
    settings: TrainSettings,
    out: Path,
    *,
    latents: Path | None = None,
    stop_after: int | None = None,
    on_step: OnStep | None = None,
) -> None:
    """Train from the start, or from where the run in `out` stopped.

    Args:
        parts: the model; its weights are trained in place and should be float32.
        buckets: what it is shown; their clips may read from disk when they are asked for.
        settings: the recipe.
        out: of the run: `checkpoints/`, `samples/`, `steps.jsonl`, `report.html`, and at the end `model/`,
            a diffusers folder with the averaged weights.
        latents: folder that keeps what the VAE and CLIP made; by default nothing is kept.
        stop_after: stop, with a checkpoint, once this many steps are done.
        on_step: told (steps done, loss) by the first process.

    Raises:
        ConfigError: no clips, a batch that the processes cannot share, or a run of other settings.
    """
    from accelerate import Accelerator

    accelerator = Accelerator(mixed_precision=settings.precision)
    _check(len(buckets), settings.batch, accelerator.num_processes)
    state = _prepared(parts, settings, accelerator.device)
    begun = last_checkpoint(out / "checkpoints")
    done = restore_state(state, settings, begun) if begun else 0
    keep = keep_nothing if latents is None else LatentCache(latents, parts)
    transformer, gates, optimizer = accelerator.prepare(*state.modules.values(), state.optimizer)
    run = _Run(accelerator, replace(parts.network, transformer=transformer, gates=gates), optimizer, keep)
    last = settings.steps if stop_after is None else min(settings.steps, stop_after)
    records = StepRecords(out / "steps.jsonl", done) if accelerator.is_main_process else None

    def examples(step: int) -> list[Example]:
        return examples_of_step(
            buckets, settings.example, step, settings.batch, settings.seed,
            parts.scheduler.config.num_train_timesteps, settings.stills_share,
            accelerator.process_index, accelerator.num_processes,
        )  # fmt: skip

    with ReadAhead(examples, last) as read:
        while done < last:
            began = time.monotonic()
            loss = run.step(parts, read(done), settings, done)
            state.average.step([weight for _, weight in state.named_parameters()])
            done += 1
            if records is not None:
                rate = settings.learning_rate_at(done - 1)
                records.add(done, loss, parts.network, rate, time.monotonic() - began)
                if on_step is not None:
                    on_step(done, loss)
                _leave(parts, state, buckets, settings, out, done, last)
            accelerator.wait_for_everyone()
    if done == settings.steps and accelerator.is_main_process:
        with averaged_weights(state), merged(parts.network.transformer):
            save_gated(parts, out / "model")
    for module in (transformer, gates):
        accelerator.unwrap_model(module, keep_fp32_wrapper=False)
    parts.network.transformer.eval()


def _prepared(parts: GatedParts, settings: TrainSettings, device: Any) -> TrainState:
    """The model on its device, ready to be trained."""
    import torch

    transformer = parts.network.transformer
    if settings.lora_rank:
        frozen_dtype = torch.bfloat16 if settings.precision == "bf16" else None
        train_low_rank(transformer, settings.lora_rank, settings.seed, frozen_dtype)
    place(parts, device, MemoryConfig(vae_tiling=settings.vae_tiling))
    if settings.checkpoint_gradients:
        transformer.enable_gradient_checkpointing()
    transformer.train()
    state = new_state(parts.network, settings)
    state.average.to(device)
    return state


def _leave(
    parts: GatedParts,
    state: TrainState,
    buckets: Sequence[Bucket],
    settings: TrainSettings,
    out: Path,
    done: int,
    last: int,
) -> None:
    """What is left behind after some of the steps: a checkpoint, sample videos, the report."""
    saved = done % settings.save_every == 0 or done == last
    if saved:
        save_state(state, done, settings, out / "checkpoints")
    if settings.samples and (done % settings.sample_every == 0 or done == settings.steps):
        shown = [buckets[n % len(buckets)].clips for n in range(settings.samples)]
        clips = [
            source[n // len(buckets)] for n, source in enumerate(shown) if n // len(buckets) < len(source)
        ]
        with averaged_weights(state):
            write_samples(parts, clips, settings, out / "samples", done)
    if saved:
        write_report(out, settings)


@dataclass(frozen=True)
class _Run:
    """What accelerate wrapped, and where encodings are kept."""

    accelerator: Any
    network: GatedTransformer
    optimizer: Any
    keep: Keep

    def step(self, parts: GatedParts, examples: list[Example], settings: TrainSettings, step: int) -> float:
        """One step of the optimiser; returns all processes' mean loss."""
        for group, share in zip(self.optimizer.param_groups, (1.0, settings.gate_rate), strict=True):
            group["lr"] = settings.learning_rate_at(step) * share
        batch = encode_batch(
            examples, parts.codec, parts.image_encoder, settings.example.mask_emphasis, self.keep
        ).to(self.accelerator.device)
        loss = training_loss(
            self.network, parts.scheduler, batch.latents, batch.conditions, batch.weights, batch.noise,
            batch.timesteps,
        )  # fmt: skip
        self.optimizer.zero_grad()
        self.accelerator.backward(loss)
        self.accelerator.clip_grad_norm_(list(self.network.parameters()), settings.largest_gradient)
        self.optimizer.step()
        return float(self.accelerator.reduce(loss.detach(), "mean"))


def _check(buckets: int, batch: int, processes: int) -> None:
    if buckets and batch % processes == 0:
        return
    raise ConfigError(
        "nothing to train on, or a batch that cannot be shared",
        where="train",
        expected=f"at least one bucket of clips, a batch that {processes} processes divide",
        got=f"{buckets} buckets, batch {batch}",
        hint="Choose a batch that is a multiple of the number of processes.",
    )
