"""Does the gated model draw the character, in the pose, in the place? Trained small, held against controls.

In steps that can each fail: eight clips learnt by heart; many identities, judged on identities, motions,
cameras and places that it was not shown; and the same with a part of the method left out, at an equal and
shorter budget. The loss is not looked at. One seed: `--seed` for another.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from pydantic import BaseModel, ConfigDict, Field
from rich.console import Console
from rich.table import Table

from models.video.folder import GatedParts
from models.video.gates import gate_values
from models.video.sampling import SamplingConfig
from models.world.shot import Split
from tests.benchmarks.gated_scores import (
    BESIDE,
    RIVALS,
    Videos,
    draw_all,
    figure_psnr,
    ground_psnr,
    rivals,
    summary,
)
from tests.benchmarks.gated_sheet import write_sheet
from tests.benchmarks.gated_training import VARIANTS, Recipe, Recoloured, Variant, train_variant
from tests.benchmarks.gated_world import WorldClip, film_clips, load_clips, save_clips

SHEET_CLIPS = 6
GATE_STEPS = (0, 125, 250, 375, 500, 625, 750, 875, 999)


class Protocol(BaseModel):
    """All that the figures depend on."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    side_px: int = Field(32, ge=16, multiple_of=8)
    frames: int = Field(8, ge=1)
    identities: int = Field(300, ge=8)
    clips_each: int = Field(4, ge=1)
    held_out: int = Field(32, ge=2)
    held_out_each: int = Field(2, ge=1)
    by_heart: Recipe = Recipe(steps=700, degraded=False)
    full: Recipe = Recipe(steps=4000)
    short: Recipe = Recipe(steps=800)
    denoising_steps: int = Field(12, ge=1)

    @property
    def sampling(self) -> SamplingConfig:
        """Without guidance: one pass a step."""
        return SamplingConfig(steps=self.denoising_steps, pose_guidance=1, character_guidance=1)


class Proof:
    """Films, trains and judges below one folder; what is there already is not made again."""

    def __init__(self, protocol: Protocol, folder: Path, console: Console) -> None:
        self.protocol, self.folder, self.console = protocol, folder, console

    def run(self) -> dict[str, Any]:
        """All figures."""
        shown = self._clips("train", self.protocol.identities, self.protocol.clips_each)
        unseen = self._clips("test", self.protocol.held_out, self.protocol.held_out_each)
        figures: dict[str, Any] = {"protocol": self.protocol.model_dump(mode="json")}
        figures["by heart"] = self._by_heart(shown)
        parts = self._train("full", shown, self.protocol.full, "full")
        held_out = self._drawn(parts, unseen)
        figures["held out"] = judged(unseen, held_out)
        some = shown[:: max(1, len(shown) // len(unseen))][: len(unseen)]
        figures["shown"] = judged(some, _without_puppet(self._drawn(parts, some)))
        figures["gates"] = gates_of(parts)
        self._sheet("held_out", unseen, held_out, RIVALS)
        figures["parts left out"] = self._left_out(shown, unseen)
        return figures

    def _by_heart(self, shown: Sequence[WorldClip]) -> dict[str, Any]:
        each = self.protocol.clips_each
        eight = [clip for start in range(0, 4 * each, each) for clip in shown[start : start + 2]]
        parts = self._train("full", eight, self.protocol.by_heart, "by_heart", recoloured=False)
        videos = _without_puppet(self._drawn(parts, eight, degraded=False))
        self._sheet("by_heart", eight, videos, ("static paste",))
        return judged(eight, videos)

    def _drawn(self, parts: GatedParts, clips: Sequence[WorldClip], degraded: bool = True) -> list[Videos]:
        drawn = draw_all(parts, clips, self.protocol.sampling, degraded=degraded)
        return [ours | theirs for ours, theirs in zip(drawn, rivals(clips, degraded), strict=True)]

    def _left_out(self, shown: Sequence[WorldClip], unseen: Sequence[WorldClip]) -> dict[str, Any]:
        drawn: list[Videos] = [{} for _ in unseen]
        for variant in VARIANTS:
            parts = self._train(variant, shown, self.protocol.short, f"short_{variant.replace(' ', '_')}")
            coarse = variant != "no coarse"
            found = draw_all(parts, unseen, self.protocol.sampling, beside=(), coarse=coarse)
            for videos, one in zip(drawn, found, strict=True):
                videos[variant] = one["gated"]
        self._sheet("parts_left_out", unseen, drawn, VARIANTS)
        return judged(unseen, drawn, against="full")

    def _clips(self, split: Split, identities: int, each: int) -> list[WorldClip]:
        protocol = self.protocol
        path = self.folder / f"{split}_{protocol.side_px}px_{identities}.npz"
        if not path.is_file():
            filmed: list[WorldClip] = []
            for clips in film_clips(split, identities, each, protocol.side_px, protocol.frames):
                filmed += clips
                if len(filmed) % (20 * each) == 0:
                    self.console.print(f"  {split}: {len(filmed)} clips filmed", highlight=False)
            save_clips(filmed, path)
        return load_clips(path)

    def _train(
        self, variant: Variant, shown: Sequence[WorldClip], recipe: Recipe, name: str, recoloured: bool = True
    ) -> GatedParts:
        def tell(step: int, loss: float) -> None:
            if step % 100 == 0:
                self.console.print(f"  {name}: step {step}, loss {loss:.3f}", highlight=False)

        clips = [one.clip for one in shown]
        return train_variant(
            variant, Recoloured(clips) if recoloured else clips, recipe, self.folder / name, tell
        )

    def _sheet(
        self, name: str, clips: Sequence[WorldClip], videos: Sequence[Videos], others: Sequence[str]
    ) -> None:
        first = () if "gated" not in videos[0] else ("gated", *BESIDE)
        stride = max(1, len(clips) // SHEET_CLIPS)
        chosen = slice(0, stride * SHEET_CLIPS, stride)
        write_sheet(self.folder / f"{name}.png", clips[chosen], videos[chosen], (*first, *others))


def _without_puppet(videos: Sequence[Videos]) -> list[Videos]:
    """Clips for training are filmed without it."""
    return [{name: video for name, video in each.items() if name != "puppet"} for each in videos]


def judged(clips: Sequence[WorldClip], videos: Sequence[Videos], against: str = "gated") -> dict[str, Any]:
    """Figure and background PSNR of each kind of video, with intervals over identities."""
    told: dict[str, Any] = {}
    for measure, score in (("figure PSNR dB", figure_psnr), ("background PSNR dB", ground_psnr)):
        values: dict[str, list[float]] = {}
        for name in videos[0]:
            of_clips = [score(each[name], one) for each, one in zip(videos, clips, strict=True)]
            values[name] = list(_by_identity(clips, of_clips))
        told[measure] = summary(values, against)
    return told


def _by_identity(clips: Sequence[WorldClip], values: Sequence[float]) -> Iterator[float]:
    """Clips of one identity are not independent: their mean counts once."""
    found: dict[str, list[float]] = {}
    for one, value in zip(clips, values, strict=True):
        found.setdefault(one.identity, []).append(value)
    yield from (float(np.mean(each)) for each in found.values())


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


def tables(figures: dict[str, Any]) -> Iterator[Table]:
    """The figures as tables."""
    for part in ("by heart", "shown", "held out", "parts left out"):
        for measure, rows in figures[part].items():
            table = Table(part, measure, "95 %", "behind the first", "95 %", title=f"{part}: {measure}")
            for name, row in rows.items():
                table.add_row(name, *_told(row["mean"]), *_told(row["behind"]))
            yield table


def _told(interval: Sequence[float]) -> tuple[str, str]:
    mean, low, high, _ = interval
    return f"{mean:.2f}", f"{low:.2f} to {high:.2f}"


def main(
    out: Annotated[Path, typer.Argument(help="JSON of all figures; pictures and models lie beside it.")],
    steps: Annotated[int, typer.Option(help="Of the long training.")] = Protocol().full.steps,
    short_steps: Annotated[int, typer.Option(help="Of each training with a part left out.")] = 800,
    size: Annotated[int, typer.Option(help="Side of the clips in pixels.")] = 32,
    identities: Annotated[int, typer.Option(help="Who is filmed for training, four clips each.")] = 300,
    heads: Annotated[int, typer.Option(help="Width of the model / 32.")] = 4,
    layers: Annotated[int, typer.Option(help="Of the model.")] = 4,
    seed: Annotated[int, typer.Option(help="Of weights, noise and order.")] = 0,
) -> None:
    """Run the proof, print its tables and write them to a file."""
    common = {"heads": heads, "layers": layers, "seed": seed}
    protocol = Protocol(
        side_px=size,
        identities=identities,
        by_heart=Recipe(steps=700, degraded=False, **common),
        full=Recipe(steps=steps, **common),
        short=Recipe(steps=short_steps, **common),
    )
    console = Console()
    figures = Proof(protocol, out.with_suffix(""), console).run()
    out.write_text(json.dumps(figures, indent=1) + "\n")
    for table in tables(figures):
        console.print(table)


if __name__ == "__main__":
    typer.run(main)
