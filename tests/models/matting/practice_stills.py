"""Practice stills: figures in places of the puppet world, with their mattes, for fitting and nothing else.

All seeds are of the train split, and none is shown by the measured world of flows/accuracy/fixed_world.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flows.accuracy.fixed_world import FULL_SHOTS, SEED
from flows.world.make import repertoire
from models.world.film_still import _camera
from models.world.filming.film import film_layers
from models.world.filming.frame import STYLES
from models.world.performance import pose_still
from models.world.places.build import PLACE_KINDS, build_place
from models.world.planning import Production, plan_shots
from models.world.shot import NUM_SEEDS, Drawn, Role, Shares, StillPlan

Picture = NDArray[np.uint8]

STILLS_A_PLACE = 4
_PAINTED = [kind for kind in PLACE_KINDS if kind != "backdrop"]
_SIZES = ((420, 560), (560, 420), (560, 560), (420, 560))
_KINDS = ("human", "human", "human", "quadruped", "bird")


class PracticeStill(NamedTuple):
    """A figure in a place, taken apart."""

    rgb: Picture
    """[H, W, 3]."""
    figure: Picture
    """[H, W, 3]: the figure's colours."""
    alpha: Picture
    """[H, W]: the figure's share."""
    clean: Picture
    """[H, W, 3]: the place without the figure."""
    kind: str
    """Of figure."""


def film_practice(place: int) -> Iterator[PracticeStill]:
    """Stills in the place of a number; equal numbers give equal pictures. A place takes some ten seconds."""
    rng = np.random.default_rng([place, 17])
    drawn = _drawn(_PAINTED[place % len(_PAINTED)], rng)
    built = build_place(drawn.kind, drawn.seed)
    for _ in range(STILLS_A_PLACE):
        kind = _KINDS[int(rng.integers(5))]
        size = _SIZES[int(rng.integers(4))]
        motion, identity, pose = _drawn("walk", rng), _drawn(kind, rng), _drawn("pose", rng)
        human = kind == "human"
        still = StillPlan(
            pose_seed=pose.seed,
            yaw_deg=float(rng.uniform(-25, 25) if human else rng.choice([-1, 1]) * rng.uniform(20, 80)),
            place=drawn,
            camera=_drawn("static", rng),
            style=STYLES[int(rng.integers(4))],
            width_px=size[0],
            height_px=size[1],
        )
        role = Role.model_validate({"kind": kind, "motion": motion, "position_m": (0.0, 0.0), "yaw_deg": 0.0})
        figure = pose_still(role, identity, still)
        camera = _camera(still, figure, built)
        layers = film_layers(camera, built, [figure.solids(0)], still.style, still.camera.seed)
        share = layers.coverage[..., None]
        rgb = share * layers.figures + (1 - share) * layers.shadowed
        alpha = np.rint(255 * layers.coverage).astype(np.uint8)
        yield PracticeStill(_whole(rgb), _whole(layers.figures), alpha, _whole(layers.place), kind)


def _whole(picture: NDArray[np.float32]) -> Picture:
    return np.rint(np.clip(picture, 0, 255)).astype(np.uint8)


@cache
def _measured() -> frozenset[str]:
    """Names of all that the measured world shows, quick or whole."""
    names: set[str] = set()
    for shot in plan_shots(FULL_SHOTS, Production(seed=SEED, identities=2), repertoire()):
        names |= {shot.place.name, shot.camera.name}
        for performers in shot.performers:
            names |= {identity.name for identity in performers.identities}
            names.add(performers.still.place.name)
    return frozenset(names)


def _drawn(kind: str, rng: np.random.Generator) -> Drawn:
    while True:
        drawn = Drawn(kind=kind, seed=int(rng.integers(NUM_SEEDS)))
        if Shares().split_of(drawn.seed) == "train" and drawn.name not in _measured():
            return drawn
