"""The scene benchmark's tables, as docs/scene.md has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

from flows.accuracy.roles.render_background import DEPTH, FLICKER, PSNR, SEEN_PSNR, SSIM

STAGES = {
    "background": ("segment", "complete_background"),
    "depth": ("estimate_depth",),
    "build": ("build_scene",),
    "optimize": ("optimize_splats",),
    "expand": ("expand_scene",),
    "extend": ("extend_splats",),
    "render": ("render_background",),
}
"""Columns of seconds, and the stages in each."""
LOOKS = {"void %": "void_pct", "flicker": "flicker", "detail": "detail"}
"""Columns of means over the moves."""
MEASURES = {
    "PSNR, dB": (PSNR.name, 1),
    "of what was seen": (SEEN_PSNR.name, 1),
    "SSIM": (SSIM.name, 2),
    "depth AbsRel": (DEPTH.name, 2),
    "flicker": (FLICKER.name, 2),
}
"""Columns of the parts, and with how many digits."""
WITH_DIFFERENCE = ("PSNR, dB", "flicker")
WAYS = {
    "diorama": "`diorama`",
    "warp_inpaint": "`warp_inpaint`",
    "diorama, no spiral": "`diorama` without the spiral",
    "warp_inpaint, no spiral": "`warp_inpaint` without the spiral",
    "diorama, no splats": "`diorama`, its layers drawn as meshes",
    "frame by frame": "no Gaussians: each frame warped and inpainted by itself",
    "first frame": "the first frame all along",
    "baseline": "a plane at the true median depth, true lens",
    "true depth": "`diorama` with true depth and lens",
    "oracle": "splats of ten true frames",
}
"""Rows of the parts in their order: names of the accuracy role's backends, and what they are."""


def pictures_table(pictures: Mapping[str, Mapping[str, Any]]) -> str:
    """What each picture costs, in processor seconds, and how it looks: Markdown."""
    return _table(("picture", *STAGES, "peak, MB", *LOOKS), map(_picture, pictures, pictures.values()))


def _picture(name: str, row: Mapping[str, Any]) -> Iterator[str]:
    yield name.replace("_", " ")
    for stages in STAGES.values():
        yield f"{sum(row['seconds'].get(stage, 0) for stage in stages):.1f}"
    yield f"{row['peak_rss_mb']:.0f}"
    for key in LOOKS.values():
        mean = fmean(move[key] for move in row["moves"].values())
        yield f"{mean:.3f}" if key == "void_pct" else f"{mean:.2f}"


def parts_table(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Which parts pay: means, and in brackets what they are more than the whole, with its interval."""
    known = {name: rows[name] for name in WAYS if name in rows}
    return _table(("shown by", *MEASURES), map(_part, known, known.values()))


def _part(name: str, row: Mapping[str, Any]) -> Iterator[str]:
    yield WAYS[name]
    for column, (measure, digits) in MEASURES.items():
        found = row.get(measure)
        if found is None:
            yield "–"
            continue
        text = f"{found['mean']:.{digits}f}"
        if name != "diorama" and column in WITH_DIFFERENCE and found["less_whole"]:
            less, low, high = (f"{value:+.2f}" for value in found["less_whole"])
            text += f" ({less}; {low} to {high})"
        yield text


def _table(header: Sequence[str], rows: Iterator[Iterator[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "|---" + "|--:" * (len(header) - 1) + "|"]
    return "\n".join([*lines, *("| " + " | ".join(row) + " |" for row in rows)]) + "\n"
