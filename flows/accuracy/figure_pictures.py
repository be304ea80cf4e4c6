"""Pictures and clips of figures with their true masks: what the segment role measures on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_contracts.frames import frame_paths
from data_contracts.image import flatten, read_image
from data_contracts.take import Take
from flows.accuracy.composed_art import BACKGROUNDS, DRAWN_FIGURES, ComposedArt, compose
from flows.accuracy.role import Case, Sources

_FIGURES = ("refs/anime_eileen_rgba.png", "refs/anime_sylvie_green_rgba.png")
_PAINTED = ("scenes/anime_lecturehall.jpg", "scenes/anime_uni_path.jpg", "scenes/painted_lake.jpg")
_PHOTOGRAPHS = ("scenes/street_london.jpg", "scenes/bedroom_desk.png", "scenes/readingroom.png")
_DRAWINGS = ("char1", "char2", "char4")
_CLIPS = {"DAVIS dog": "seg/davis_dog", "DAVIS dance-twirl": "seg/davis_dance-twirl"}


@dataclass(frozen=True)
class MaskedPicture:
    """One picture or clip with its mask. Exactly one of the sources is given."""

    moves: bool = False
    """Whether it is a clip."""
    keyed: bool = False
    """Whether backends that carry masks by hand are measured on it, too."""
    art: ComposedArt | None = None
    files: tuple[Path, Path] | None = None
    """Picture and mask, or the folders of a clip's frames and masks."""
    take: Take | None = None


def read_pictures(picture: MaskedPicture) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """RGB [T, H, W, 3] and true masks [T, H, W]; T is 1 for a still.

    Raises:
        InputError: a file cannot be read.
        ContractError: a take's file is damaged.
    """
    if picture.art is not None:
        composed = compose(picture.art)
        return composed.rgb[None], np.asarray(composed.alpha[None] > 0.5, np.bool_)
    if picture.take is not None:
        return _of_take(picture.take, moves=picture.moves)
    assert picture.files is not None
    both = (frame_paths(path) if picture.moves else [path] for path in picture.files)
    rgb, masks = ([flatten(read_image(path)) for path in paths] for paths in both)
    return np.stack(rgb), np.asarray(np.stack(masks)[..., 0] > 127, np.bool_)


def _of_take(take: Take, *, moves: bool) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    from flows.world.read import read_alpha, read_frames, read_still

    if moves:
        return read_frames(take), np.asarray(read_alpha(take) > 0.5, np.bool_)
    still = read_still(take)
    return still.rgb[None], np.asarray(still.alpha[None] > 0.5, np.bool_)


def picture_cases(sources: Sources) -> list[Case]:
    """All cases: the puppet world's stills and clips, composed art, drawings on paper, DAVIS."""
    found = [*_of_world(sources), *_composed(sources)]
    if sources.assets is None:
        return found
    for name in _DRAWINGS:
        files = tuple(sources.assets / f"refs/drawing_{name}_{part}.png" for part in ("texture", "mask"))
        found.append(Case("drawings on paper", name, MaskedPicture(files=(files[0], files[1]))))
    for number, (dataset, folder) in enumerate(_CLIPS.items()):
        place = sources.assets / folder
        files = place / "images", place / "masks"
        keyed = not sources.quick or number == 0
        found.append(Case(dataset, "clip", MaskedPicture(moves=True, keyed=keyed, files=files)))
    return found


def _of_world(sources: Sources) -> Iterator[Case]:
    from flows.world.read import first_of_shots, read_takes

    takes = sorted(read_takes(sources.world), key=lambda take: (not _is_plain(take), take.shot))
    painted = [take for take in takes if not _is_plain(take)]
    stills = {
        "plain": [take for take in takes if _is_plain(take)],
        "painted": first_of_shots(painted) if sources.quick else painted,
    }
    for kind, of_kind in stills.items():
        for take in of_kind:
            yield Case(f"puppet world, {kind}", take.name, MaskedPicture(take=take))
    for take in first_of_shots(takes) if sources.quick else takes:
        # A matte is of one mover; with several figures it is held against all, and what it misses is seen.
        cast = "one figure" if take.num_figures == 1 else "several figures"
        keyed = not sources.quick or take.num_figures > 1
        clip = MaskedPicture(moves=True, keyed=keyed, take=take)
        yield Case(f"puppet world, clips of {cast}", take.name, clip)


def _is_plain(take: Take) -> bool:
    """Whether the still was taken before a plain backdrop."""
    return take.still_place.startswith("backdrop-")


def _composed(sources: Sources) -> Iterator[Case]:
    """Each figure over each background; in the quick table each figure over one or two of a kind."""
    files = [str(sources.assets / name) for name in _FIGURES] if sources.assets else []
    figures = [*files, *DRAWN_FIGURES]
    painted, photographs = (
        [str(sources.assets / name) for name in names] if sources.assets else []
        for names in (_PAINTED, _PHOTOGRAPHS)
    )
    kinds = {
        "art over plain": list(BACKGROUNDS.plain),
        "art over gradient": list(BACKGROUNDS.gradient),
        "art over painted": [*BACKGROUNDS.painted, *painted],
        "art over photographs": photographs,
    }
    for dataset, backgrounds in kinds.items():
        pairs = list(product(figures, backgrounds))
        # Every fifth pair goes through all figures and, as there are not five, through the backgrounds.
        for figure, background in pairs[::5] if sources.quick else pairs:
            name = f"{Path(figure).stem} before {Path(background).stem}"
            yield Case(dataset, name, MaskedPicture(art=ComposedArt(figure, background)))
