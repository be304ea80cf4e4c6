"""The training loop, on accelerate: the same weights by one process or many, at once or resumed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from data_contracts.errors import ConfigError
from flows.train.checkpoint import last_checkpoint, restore_state, save_state
from flows.train.data_order import examples_of_step
from flows.train.sample_videos import write_samples
from flows.train.settings import TrainSettings
from flows.train.step_records import StepRecords
from flows.train.train_state import averaged_weights, new_state
from models.video.folder import GatedParts, save_gated
from models.video.gated_transformer import GatedTransformer
from models.video.memory import MemoryConfig, place
from models.video.training_batch import encode_batch
from models.video.training_example import TrainingClip
from models.video.training_loss import training_loss

OnStep = Callable[[int, float], None]


def train(
    parts: GatedParts,
    clips: Sequence[TrainingClip],
    settings: TrainSettings,
    out: Path,
    *,
    stop_after: int | None = None,
    on_step: OnStep | None = None,
) -> None:
    """Train from the start, or from where the run in `out` stopped.

    Args:
        parts: the model; its weights are trained in place and should be float32.
        clips: what it is shown; `clips[i]` may read from disk.
        settings: the recipe.
        out: of the run: `checkpoints/`, `samples/`, `steps.jsonl`, and at the end `model/`, a diffusers
            folder with the averaged weights.
        stop_after: stop, with a checkpoint, once this many steps are done.
        on_step: told (steps done, loss) by the first process.

    Raises:
        ConfigError: no clips, a batch that the processes cannot share, or a run of other settings.
    """
    from accelerate import Accelerator

    accelerator = Accelerator(mixed_precision=settings.precision)
    _check(len(clips), settings.batch, accelerator.num_processes)
    place(parts, accelerator.device, MemoryConfig())
    state = new_state(parts.network, settings)
    state.average.to(accelerator.device)
    begun = last_checkpoint(out / "checkpoints")
    done = restore_state(state, settings, begun) if begun else 0
    transformer, gates = parts.network.transformer.train(), parts.network.gates
    if settings.checkpoint_gradients:
        transformer.enable_gradient_checkpointing()
    wrapped = accelerator.prepare(transformer, gates, state.optimizer)
    run = _Run(accelerator, replace(parts.network, transformer=wrapped[0], gates=wrapped[1]), wrapped[2])
    last = settings.steps if stop_after is None else min(settings.steps, stop_after)
    records = StepRecords(out / "steps.jsonl", done) if accelerator.is_main_process else None
    while done < last:
        loss = run.step(parts, clips, settings, done)
        state.average.step(parts.network.parameters())
        done += 1
        if records is not None:
            records.add(done, loss, parts.network)
            if on_step is not None:
                on_step(done, loss)
            if done % settings.save_every == 0 or done == last:
                save_state(state, done, settings, out / "checkpoints")
            if settings.samples and (done % settings.sample_every == 0 or done == settings.steps):
                with averaged_weights(state):
                    write_samples(parts, clips[: settings.samples], settings, out / "samples", done)
        accelerator.wait_for_everyone()
    if done == settings.steps and accelerator.is_main_process:
        with averaged_weights(state):
            save_gated(parts, out / "model")
    for module in wrapped[:2]:
        accelerator.unwrap_model(module, keep_fp32_wrapper=False)
    transformer.eval()


@dataclass(frozen=True)
class _Run:
    """What accelerate wrapped."""

    accelerator: Any
    network: GatedTransformer
    optimizer: Any

    def step(
        self, parts: GatedParts, clips: Sequence[TrainingClip], settings: TrainSettings, step: int
    ) -> float:
        """One step of the optimiser; returns all processes' mean loss."""
        for group, share in zip(self.optimizer.param_groups, (1.0, settings.gate_rate), strict=True):
            group["lr"] = settings.learning_rate_at(step) * share
        examples = examples_of_step(
            clips, settings.example, step, settings.batch, settings.seed,
            parts.scheduler.config.num_train_timesteps,
            self.accelerator.process_index, self.accelerator.num_processes,
        )  # fmt: skip
        batch = encode_batch(examples, parts.codec, parts.image_encoder, settings.example.mask_emphasis)
        batch = batch.to(self.accelerator.device)
        loss = training_loss(
            self.network, parts.scheduler, batch.latents, batch.conditions, batch.weights, batch.noise,
            batch.timesteps,
        )  # fmt: skip
        self.optimizer.zero_grad()
        self.accelerator.backward(loss)
        self.accelerator.clip_grad_norm_(list(self.network.parameters()), settings.largest_gradient)
        self.optimizer.step()
        return float(self.accelerator.reduce(loss.detach(), "mean"))


def _check(clips: int, batch: int, processes: int) -> None:
    if clips and batch % processes == 0:
        return
    raise ConfigError(
        "nothing to train on, or a batch that cannot be shared",
        where="train",
        expected=f"at least one clip, a batch that {processes} processes divide",
        got=f"{clips} clips, batch {batch}",
        hint="Choose a batch that is a multiple of the number of processes.",
    )
