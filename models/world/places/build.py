"""Builds places to film in from a seed: indoors, outdoors, or a plain backdrop."""

from __future__ import annotations

from collections.abc import Callable

from data_contracts.errors import InputError
from models.world.places.backdrop import build_backdrop
from models.world.places.beach import build_beach
from models.world.places.courtyard import build_courtyard
from models.world.places.kitchen import build_kitchen
from models.world.places.meadow import build_meadow
from models.world.places.place import Place
from models.world.places.room import build_room
from models.world.places.street import build_street
from models.world.places.studio import build_studio

_BUILDERS: dict[str, Callable[[int], Place]] = {
    "room": build_room,
    "kitchen": build_kitchen,
    "studio": build_studio,
    "street": build_street,
    "courtyard": build_courtyard,
    "meadow": build_meadow,
    "beach": build_beach,
    "backdrop": build_backdrop,
}
PLACE_KINDS: tuple[str, ...] = tuple(_BUILDERS)
"""Kinds of places that `build_place` knows."""


def build_place(kind: str, seed: int) -> Place:
    """Build a place; the seed varies its colours, layout, pictures, sizes and light.

    Args:
        kind: one of PLACE_KINDS.
        seed: not negative; equal seeds give equal places.

    Raises:
        InputError: for an unknown kind or a negative seed.
    """
    if kind not in _BUILDERS:
        raise InputError(
            "unknown kind of place", where="kind", expected=", ".join(PLACE_KINDS), got=kind,
            hint="Take one of the kinds of models/world/places/build.py.",
        )  # fmt: skip
    if seed < 0:
        raise InputError(
            "seed of a place is negative", where="seed", expected="0 or more", got=seed,
            hint="Take the shot's seed, or its remainder by 2**32.",
        )  # fmt: skip
    return _BUILDERS[kind](seed)
