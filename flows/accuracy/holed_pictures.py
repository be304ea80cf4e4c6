"""Pictures with a figure, its true matte and what is behind it: what complete_background is measured on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.take import Take
from flows.accuracy.composed_art import BACKGROUNDS, DRAWN_FIGURES, ComposedArt, compose
from flows.accuracy.role import Case, Sources
from flows.world.read import first_of_shots, read_alpha, read_clean, read_frames, read_still, read_takes
from models.inpainting.hole import grow_hole
from tasks.complete_background import CompleteBackgroundConfig

_FIGURES = ("refs/anime_eileen_rgba.png", "refs/anime_sylvie_green_rgba.png")
_PAINTED = ("scenes/anime_lecturehall.jpg", "scenes/anime_uni_path.jpg", "scenes/painted_lake.jpg")
_PHOTOGRAPHS = ("scenes/street_london.jpg", "scenes/bedroom_desk.png", "scenes/readingroom.png")


@dataclass(frozen=True)
class HoledPicture:
    """A take's still or first frame, or composed art."""

    take: Take | None = None
    moves: bool = False
    """Of a take: whether it is the clip's first frame."""
    art: ComposedArt | None = None


class Hole(NamedTuple):
    """A picture to complete, with its truth."""

    rgb: NDArray[np.uint8]
    """[H, W, 3], with the figure."""
    hole: NDArray[np.bool_]
    """[H, W]: the true matte, widened as the stage does."""
    clean: NDArray[np.uint8]
    """[H, W, 3]: without the figure and its shadow."""


def read_hole(picture: HoledPicture) -> Hole:
    """Read what a case names.

    Raises:
        InputError: a file cannot be read.
        ContractError: a take's file is damaged.
    """
    config = CompleteBackgroundConfig()
    if picture.art is not None:
        rgb, alpha, clean = compose(picture.art)
    else:
        assert picture.take is not None
        rgb, alpha, clean = _of_take(picture.take, moves=picture.moves)
    hole = np.asarray(alpha > config.alpha_threshold, np.bool_)
    return Hole(rgb, grow_hole(hole, round(config.grow * max(hole.shape))), clean)


def _of_take(take: Take, *, moves: bool) -> tuple[NDArray[np.uint8], NDArray[np.float32], NDArray[np.uint8]]:
    if moves:
        return read_frames(take)[0], read_alpha(take)[0], read_clean(take)[0]
    still = read_still(take)
    return still.rgb, still.alpha, still.clean


def hole_cases(sources: Sources) -> Iterator[Case]:
    """Stills and first frames of the puppet world, figures composed over painted places and photographs.

    The quick table has the still of one take a shot.
    """
    takes = read_takes(sources.world)
    firsts = first_of_shots(takes)
    for take in firsts if sources.quick else takes:
        plain = take.still_place.startswith(("backdrop-", "studio-"))
        kind = "plain stills" if plain else "stills"
        yield Case(f"puppet world, {kind}", take.name, HoledPicture(take))
    for take in firsts:
        yield Case("puppet world, frames", take.name, HoledPicture(take, moves=True))
    assets = sources.assets
    figures = [str(assets / name) for name in _FIGURES] if assets else list(DRAWN_FIGURES)
    painted, photographs = (
        [str(assets / name) for name in names] if assets else [] for names in (_PAINTED, _PHOTOGRAPHS)
    )
    # Gradients and plain grounds are left out: whatever continues a colour is right there.
    grounds = {"art over painted": [*BACKGROUNDS.painted, *painted], "art over photographs": photographs}
    for data_set, names in grounds.items():
        for number, ground in enumerate(names[::3] if sources.quick else names):
            for figure in [figures[number % len(figures)]] if sources.quick else figures:
                name = f"{Path(figure).stem} before {Path(ground).stem}"
                yield Case(data_set, name, HoledPicture(art=ComposedArt(figure, ground)))
