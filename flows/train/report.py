"""Report: a training run as one self-contained HTML file, in the look of the run report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from flows.report import wording
from flows.report.gallery import EmbeddedClips, View
from flows.report.page import inline, templates
from flows.run_folder import write_whole
from flows.train import curves
from flows.train.curves import Chart, chart_of, smoothed
from flows.train.settings import TrainSettings
from flows.train.step_records import STEPS_SHOWN, StepRecord, read_records

_FOLDER = Path(__file__).parent
_PRECISIONS = {"no": "float32", "bf16": "bfloat16, float32 weights"}
SHOWN_TIMES = 6
"""How many of the steps with sample videos are shown: the first, the last, and some between."""


def write_report(out: Path, settings: TrainSettings) -> Path:
    """Write `report.html` into a training run's folder, from what lies there, and return its path."""
    records = read_records(out / "steps.jsonl")
    clips = EmbeddedClips(out)
    page = (
        templates(_FOLDER)
        .get_template("training.html")
        .render(
            title=out.resolve().name,
            lead=_lead(records, settings),
            facts=_facts(records, settings),
            charts=_charts(records, settings) if records else [],
            gates=_gates_now(records[-1]) if records else None,
            draw=curves,
            samples=_samples(out / "samples", clips),
            clips=clips,
            settings=_flat(settings.model_dump(mode="json")),
            style=inline(_FOLDER.parent / "report" / "style.css") + inline(_FOLDER / "training.css"),
        )
    )
    path = out / "report.html"
    write_whole(path, page)
    return path


def _lead(records: Sequence[StepRecord], settings: TrainSettings) -> str:
    done = records[-1]["step"] if records else 0
    if done >= settings.steps:
        return f"All {settings.steps:,} steps are done. Judge it by the samples: the loss says little."
    return f"{done:,} of {settings.steps:,} steps are done."


def _facts(records: Sequence[StepRecord], settings: TrainSettings) -> dict[str, str]:
    facts = {"Clips a step": f"{settings.batch}", "Precision": _PRECISIONS[settings.precision]}
    if settings.lora_rank:
        facts["Trained"] = f"low rank {settings.lora_rank}, new layers in full"
    seconds = [record["seconds"] for record in records if "seconds" in record]
    if seconds:
        facts["Time in steps"] = wording.duration(sum(seconds))
        facts["A step"] = f"{float(np.median(seconds)):.3g} s (median)"
    return facts


def _charts(records: Sequence[StepRecord], settings: TrainSettings) -> list[Chart]:
    steps = [record["step"] for record in records]
    losses = [record["loss"] for record in records]
    span = max(10, len(records) // 50)
    found = [
        chart_of(
            "Loss",
            f"Of every step, and smoothed over about {span} steps. Steps differ in how much noise they show,"
            " and so do their losses: the highest hundredth is cut off.",
            steps,
            {"every step": losses, "smoothed": smoothed(losses, span)},
            cut=0.99,
        )
    ]
    if all("seconds" in record for record in records):  # older runs did not tell
        speeds = [settings.batch / max(record["seconds"], 1e-6) for record in records]
        found += [
            chart_of("Learning rate", "", steps, {"rate": [record["learning_rate"] for record in records]}),
            chart_of(
                "Throughput",
                "Clips a second, all processes together; reading and encoding included.",
                steps,
                {"every step": speeds, "smoothed": smoothed(speeds, span)},
                cut=0.99,
            ),
        ]
    note = "|tanh g(t)| at denoising steps t: 0 clean, 999 noise."
    for name, values in (
        ("Pose gate", [record["pose_gate"] for record in records]),
        ("Character gate", [record["character_gate"] for record in records]),
    ):
        gates = {f"t = {t}": [abs(value[n]) for value in values] for n, t in enumerate(STEPS_SHOWN)}
        found.append(chart_of(name, note, steps, gates))
    return found


def _gates_now(record: StepRecord) -> Chart:
    lines = {
        "pose": [abs(value) for value in record["pose_gate"]],
        "character": [abs(value) for value in record["character_gate"]],
    }
    note = "|tanh g(t)| after the last step, over the denoising step t: 0 clean, 999 noise."
    return chart_of("Gates over the denoising", note, STEPS_SHOWN, lines)


def _samples(folder: Path, clips: EmbeddedClips) -> list[tuple[str, list[View]]]:
    """Sample videos of some of the steps, the newest first."""
    by_step: dict[int, list[Path]] = {}
    for path in sorted(folder.glob("step_*_clip_*.mp4")):
        by_step.setdefault(int(path.stem.split("_")[1]), []).append(path)
    steps = sorted(by_step, reverse=True)
    chosen = sorted({round(n) for n in np.linspace(0, len(steps) - 1, SHOWN_TIMES)}) if steps else []
    return [
        (
            f"After {steps[n]:,} steps",
            [clips.view(f"Clip {path.stem.split('_')[-1]}", path) for path in by_step[steps[n]]],
        )
        for n in chosen
    ]


def _flat(settings: dict[str, Any], above: str = "") -> dict[str, str]:
    """Settings of settings by dotted names."""
    found: dict[str, str] = {}
    for name, value in settings.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{above}{name}.")
        else:
            found[f"{above}{name}"] = str(value)
    return found
