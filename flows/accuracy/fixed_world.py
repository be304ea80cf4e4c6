"""The fixed puppet world that everything is measured on: the same shots wherever it is made."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from data_contracts.errors import StageCrash

SEED = 7
"""Of the measured world. It is no other world's default, so that nobody trains on it by chance."""

QUICK_SHOTS, FULL_SHOTS = 6, 8


def fixed_world(out: Path, *, quick: bool, workers: int, console: Console) -> Path:
    """Make the world below a folder, or go on with it; nothing is made where it is whole.

    Returns:
        The world's folder: the quick one has fewer, smaller and shorter shots.

    Raises:
        StageCrash: some take could not be filmed, so that numbers would be of another world.
    """
    from flows.world.make import make_world
    from models.world.planning import Production

    folder = out / ("world-quick" if quick else "world")
    size, frames = (256, 24) if quick else (320, 30)
    production = Production(seed=SEED, size_px=size, fps=24.0, num_frames=frames, identities=2, views=0)
    count = QUICK_SHOTS if quick else FULL_SHOTS
    summary = make_world(count, folder, production, workers=workers, console=console)
    if summary.failed:
        raise StageCrash(
            f"{summary.failed} takes of the fixed puppet world could not be filmed",
            where=folder,
            hint=f"Its manifest says why: {folder / 'manifests' / 'takes.parquet'}",
        )
    return folder
