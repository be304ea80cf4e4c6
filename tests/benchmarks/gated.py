"""Does the gated model draw the character, in the pose, in the place? Trained small, held against controls.

In steps that can each fail: eight clips learnt by heart; many identities, judged on identities, motions,
cameras and places that it was not shown; and the same with a part of the method left out, at an equal and
shorter budget. The loss is not looked at. Each may be trained from several seeds; all are judged on the same
clips. What is in the file of figures already is not made again, and a training that was stopped goes on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pydantic import BaseModel, ConfigDict, Field
from rich.console import Console
from rich.table import Table

from data_contracts.errors import ConfigError
from models.video.folder import GatedParts
from models.video.sampling import SamplingConfig
from models.world.shot import Split
from tests.benchmarks.gated_scores import BESIDE, RIVALS, Videos, draw_all, gates_of, rivals, scores
from tests.benchmarks.gated_seeds import Values, over_seeds, seed_tables, summaries
from tests.benchmarks.gated_sheet import write_sheet
from tests.benchmarks.gated_training import VARIANTS, Recipe, Recoloured, Variant, train_variant
from tests.benchmarks.gated_world import WorldClip, film_clips, load_clips, save_clips

SHEET_CLIPS = 6
Part = Literal["by heart", "held out", Variant]
PARTS: tuple[Part, ...] = ("by heart", "held out", *VARIANTS)
LEFT_OUT = "parts left out"


class Protocol(BaseModel):
    """All that the figures depend on, but for the seeds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    side_px: int = Field(32, ge=16, multiple_of=8)
    frames: int = Field(8, ge=1)
    identities: int = Field(300, ge=4)
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
    """Films, trains and judges beside the file of its figures, which is written after every part."""

    def __init__(self, protocol: Protocol, out: Path, console: Console) -> None:
        self.protocol, self.out, self.console = protocol, out, console
        self.folder = out.with_suffix("")
        self.figures: dict[str, Any] = {"protocol": protocol.model_dump(mode="json"), "seeds": {}}
        if out.is_file():
            self._go_on(json.loads(out.read_text()))

    def run(self, parts: Sequence[Part] = PARTS, seeds: int = 1) -> dict[str, Any]:
        """All figures, of earlier runs too. What has a part left out is held against what has none."""
        asked = {*parts, "full"} if {*parts} & {*VARIANTS} else {*parts}
        for seed in range(seeds):
            found = self.figures["seeds"].setdefault(str(seed), {"values": {}, "gates": {}})
            for part in PARTS:
                if part in asked and part not in found["gates"]:
                    self._add(found, part, seed)
                    self._write()
        return self.figures

    def _add(self, found: dict[str, Any], part: Part, seed: int) -> None:
        self.console.print(f"seed {seed}: {part}", highlight=False)
        match part:
            case "by heart":
                parts, values = self._by_heart(seed)
            case "held out":
                parts, values = self._held_out(seed)
            case _:
                parts, values = self._short(part, seed)
        for name, measures in values.items():
            for measure, rows in measures.items():
                found["values"].setdefault(name, {}).setdefault(measure, {}).update(rows)
        found["gates"][part] = gates_of(parts)

    def _by_heart(self, seed: int) -> tuple[GatedParts, dict[str, Values]]:
        each, shown = self.protocol.clips_each, self._shown()
        eight = [clip for start in range(0, 4 * each, each) for clip in shown[start : start + 2]]
        parts = self._train("full", eight, self.protocol.by_heart, "by_heart", seed, recoloured=False)
        videos = _without_puppet(self._drawn(parts, eight, degraded=False))
        self._sheet(f"by_heart_{seed}", eight, videos, ("gated", *BESIDE, "static paste"))
        return parts, {"by heart": scores(eight, videos)}

    def _held_out(self, seed: int) -> tuple[GatedParts, dict[str, Values]]:
        shown, unseen = self._shown(), self._unseen()
        parts = self._train("full", shown, self.protocol.full, "full", seed)
        held_out = self._drawn(parts, unseen)
        self._sheet(f"held_out_{seed}", unseen, held_out, ("gated", *BESIDE, *RIVALS))
        some = shown[:: max(1, len(shown) // len(unseen))][: len(unseen)]
        known = _without_puppet(self._drawn(parts, some))
        return parts, {"held out": scores(unseen, held_out), "shown": scores(some, known)}

    def _short(self, variant: Variant, seed: int) -> tuple[GatedParts, dict[str, Values]]:
        name, unseen = f"short_{variant.replace(' ', '_')}", self._unseen()
        parts = self._train(variant, self._shown(), self.protocol.short, name, seed)
        beside = ("wrong pose", "wrong character") if variant == "full" else ()
        drawn = draw_all(parts, unseen, self.protocol.sampling, beside=beside, coarse=variant != "no coarse")
        videos = [{_named(variant, kind): video for kind, video in one.items()} for one in drawn]
        self._sheet(f"{name}_{seed}", unseen, videos, list(videos[0]))
        return parts, {LEFT_OUT: scores(unseen, videos)}

    def _drawn(self, parts: GatedParts, clips: Sequence[WorldClip], degraded: bool = True) -> list[Videos]:
        drawn = draw_all(parts, clips, self.protocol.sampling, degraded=degraded)
        return [ours | theirs for ours, theirs in zip(drawn, rivals(clips, degraded), strict=True)]

    def _shown(self) -> list[WorldClip]:
        return self._clips("train", self.protocol.identities, self.protocol.clips_each)

    def _unseen(self) -> list[WorldClip]:
        return self._clips("test", self.protocol.held_out, self.protocol.held_out_each)

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
        self,
        variant: Variant,
        shown: Sequence[WorldClip],
        recipe: Recipe,
        name: str,
        seed: int,
        recoloured: bool = True,
    ) -> GatedParts:
        def tell(step: int, loss: float) -> None:
            if step % 100 == 0:
                self.console.print(f"  {name}: step {step}, loss {loss:.3f}", highlight=False)

        clips = [one.clip for one in shown]
        return train_variant(
            variant,
            Recoloured(clips) if recoloured else clips,
            recipe.model_copy(update={"seed": seed}),
            self.folder / f"{name}_{seed}",
            tell,
        )

    def _sheet(
        self, name: str, clips: Sequence[WorldClip], videos: Sequence[Videos], columns: Sequence[str]
    ) -> None:
        stride = max(1, len(clips) // SHEET_CLIPS)
        chosen = slice(0, stride * SHEET_CLIPS, stride)
        write_sheet(self.folder / f"{name}.png", clips[chosen], videos[chosen], columns)

    def _go_on(self, told: dict[str, Any]) -> None:
        protocol = self.figures["protocol"]
        changed = [name for name in protocol if told["protocol"].get(name) != protocol[name]]
        if changed:
            raise ConfigError(
                "figures of another protocol",
                where=self.out,
                expected=", ".join(f"{name}: {told['protocol'].get(name)}" for name in changed),
                got=", ".join(f"{name}: {protocol[name]}" for name in changed),
                hint="Give the options that it was begun with, or another file.",
            )
        self.figures = told

    def _write(self) -> None:
        values = {seed: found["values"] for seed, found in self.figures["seeds"].items()}
        for seed, found in self.figures["seeds"].items():
            found["summary"] = summaries(values[seed])
        self.figures["over seeds"] = over_seeds(values)
        self.out.parent.mkdir(parents=True, exist_ok=True)
        self.out.write_text(json.dumps(self.figures, indent=1) + "\n")


def _named(variant: Variant, kind: str) -> str:
    return variant if kind == "gated" else f"{variant}, {kind}"


def _without_puppet(videos: Sequence[Videos]) -> list[Videos]:
    """Clips for training are filmed without it."""
    return [{name: video for name, video in each.items() if name != "puppet"} for each in videos]


def tables(figures: dict[str, Any]) -> Iterator[Table]:
    """The figures as tables: of each seed, and of all."""
    for seed, found in figures["seeds"].items():
        for part, measures in found["summary"].items():
            for measure, rows in measures.items():
                title = f"{part}: {measure}, seed {seed}"
                table = Table(part, measure, "95 %", "behind the first", "95 %", title=title)
                for name, row in rows.items():
                    table.add_row(name, *_told(row["mean"]), *_told(row["behind"]))
                yield table
    yield from seed_tables(figures["over seeds"])


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
    seeds: Annotated[int, typer.Option(min=1, help="Trainings of each: seeds of weights and order.")] = 1,
    only: Annotated[
        list[str] | None, typer.Option(help=f"A part, may be given several times: {', '.join(PARTS)}.")
    ] = None,
) -> None:
    """Run the proof, print its tables and write them to a file."""
    common = {"heads": heads, "layers": layers}
    protocol = Protocol(
        side_px=size,
        identities=identities,
        by_heart=Recipe(steps=700, degraded=False, **common),
        full=Recipe(steps=steps, **common),
        short=Recipe(steps=short_steps, **common),
    )
    console = Console()
    asked = [part for part in PARTS if not only or part in only]
    if unknown := {*(only or ())} - {*PARTS}:
        raise typer.BadParameter(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    for table in tables(Proof(protocol, out, console).run(asked, seeds)):
        console.print(table)


if __name__ == "__main__":
    typer.run(main)
