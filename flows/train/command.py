"""The verb `bunraku train`: options, progress, and what is said at the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from data_contracts.errors import ConfigError
from flows.stopping import terminated_as_interrupted

if TYPE_CHECKING:
    from rich.console import Console

    from data_contracts.take import Split
    from flows.train.framing import ClipSize
    from models.video.folder import GatedParts

SPLITS: tuple[Split, ...] = ("train", "validation", "test")
DEFAULT_BUCKET = "64x64x8"
SPOKEN_EVERY = 50
"""Steps between two lines of progress."""


def train(
    world: Annotated[Path, typer.Option("--world", help="Folder of `bunraku world` to train on.")],
    out: Annotated[Path, typer.Option("--out", help="Folder of the run; the same command goes on there.")],
    settings: Annotated[Path | None, typer.Option(help="YAML of training settings.")] = None,
    steps: Annotated[int | None, typer.Option(help="Steps in all, whatever the settings say.")] = None,
    batch: Annotated[int | None, typer.Option(help="Clips a step, of all processes.")] = None,
    model: Annotated[Path | None, typer.Option(help="Gated model's folder to go on from.")] = None,
    base: Annotated[str | None, typer.Option(help="CogVideoX image-to-video folder, or repository.")] = None,
    base_revision: Annotated[str | None, typer.Option(help="Commit of that repository.")] = None,
    image_encoder: Annotated[str | None, typer.Option(help="CLIP folder or repository, with --base.")] = None,
    image_encoder_revision: Annotated[str | None, typer.Option(help="Commit of that repository.")] = None,
    heads: Annotated[int, typer.Option(help="Of a new small model: width / 32.")] = 4,
    layers: Annotated[int, typer.Option(help="Of a new small model.")] = 4,
    split: Annotated[str, typer.Option(help="train, validation or test.")] = "train",
    bucket: Annotated[
        list[str] | None, typer.Option(help="HEIGHTxWIDTHxFRAMES of clips; several for several sizes.")
    ] = None,
    stride: Annotated[int, typer.Option(min=1, help="Use every so many frames of a take.")] = 2,
    pictures: Annotated[
        Path | None, typer.Option(help="Folder of characters' pictures with masks, to learn more art from.")
    ] = None,
    latents: Annotated[
        Path | None, typer.Option(help="Folder that keeps what the VAE and CLIP make; runs may share it.")
    ] = None,
) -> int:
    """Train the gated video model on a puppet world: from CogVideoX, from a gated model, or a small one."""
    from rich.console import Console

    from flows.train import loop
    from flows.train.buckets import buckets_of
    from flows.train.framing import parse_size
    from flows.train.read_settings import read_settings

    console = Console()
    recipe = read_settings(settings, steps=steps, batch=batch)
    sizes = [parse_size(text) for text in bucket or [DEFAULT_BUCKET]]
    buckets = buckets_of(world, _split(split), sizes, stride, pictures)
    parts = _beginning(
        model, base, base_revision, image_encoder, image_encoder_revision, heads, layers, sizes[0]
    )
    try:
        with terminated_as_interrupted():
            loop.train(parts, buckets, recipe, out, latents=latents, on_step=_teller(console, recipe.steps))
    except KeyboardInterrupt:
        console.print("\n  Stopped. The same command goes on from the last checkpoint.")
        raise
    console.print(f"  Model        {out / 'model'}", soft_wrap=True)
    console.print(f"  Samples      {out / 'samples'}", soft_wrap=True)
    console.print(f"  Report       {out / 'report.html'}", soft_wrap=True)
    return 0


def _split(name: str) -> Split:
    for split in SPLITS:
        if name == split:
            return split
    raise ConfigError("--split is wrong", expected="train, validation or test", got=name)


def _beginning(
    model: Path | None,
    base: str | None,
    base_revision: str | None,
    image_encoder: str | None,
    image_encoder_revision: str | None,
    heads: int,
    layers: int,
    size: ClipSize,
) -> GatedParts:
    from models.video.folder import gate_folder, load_gated
    from models.video.small_model import SmallModelConfig, small_model

    if (base is None) != (image_encoder is None) or (model is not None and base is not None):
        raise ConfigError(
            "what to begin with is not clear",
            expected="--model, or --base with --image-encoder, or none of them for a small model",
            got=f"--model {model}, --base {base}, --image-encoder {image_encoder}",
        )
    if model is not None:
        return load_gated(model)
    if base is not None and image_encoder is not None:
        return gate_folder(
            base, image_encoder, revision=base_revision, image_encoder_revision=image_encoder_revision
        )
    side_px = max(size.height_px, size.width_px)
    return small_model(SmallModelConfig(heads=heads, layers=layers, side_px=side_px, frames=size.frames))


def _teller(console: Console, steps: int) -> Callable[[int, float], None]:
    """Prints a line now and then: steps, the mean loss since the last line, seconds a step."""
    losses: list[float] = []
    began = time.monotonic()

    def tell(step: int, loss: float) -> None:
        nonlocal began
        losses.append(loss)
        if step % SPOKEN_EVERY == 0 or step == steps:
            now = time.monotonic()
            mean = sum(losses) / len(losses)
            console.print(
                f"  {step}/{steps}  loss {mean:.4f}  {(now - began) / len(losses):.2f} s a step",
                highlight=False,
            )
            losses.clear()
            began = now

    return tell
