"""Planning: shots drawn at random, each by a generator of its own: the first n of more are the same n.

What there are few kinds of (figures, camera moves, places, styles) takes turns in an order drawn at random:
a small world has some of each. Everything else is drawn freely from the pools of the shot's split.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from pydantic import Field

from data_contracts.errors import ConfigError
from models.world.cameras.move import SUBJECT_ROOM
from models.world.figures.skeleton import FIGURE_KINDS, FigureKind
from models.world.filming.frame import STYLES, Style
from models.world.shot import (
    NUM_SEEDS,
    SPLITS,
    Description,
    Drawn,
    Performers,
    Role,
    Shares,
    ShotPlan,
    Split,
    StillPlan,
)

T = TypeVar("T")
Generator = np.random.Generator

_KINDS: tuple[FigureKind, ...] = ("human", "human", "human", "quadruped", "bird")
_CAST_SIZES = (1, 1, 1, 1, 2, 3)
_STYLES: tuple[Style, ...] = ("shaded", "shaded", *STYLES)
_ASPECTS = ((1, 1), (4, 3), (3, 4), (1, 1), (16, 9))
_BVH_SHARE = 0.5
"""Of the human shots of a split that has motion files."""
_STILL_SCALE = 1.5
"""Long side of a still against a clip's: a drawn reference has more pixels than a driving video."""

SUBJECT_HEIGHT_M: dict[FigureKind, float] = {"human": 1.75, "quadruped": 0.9, "bird": 0.5}
"""What a camera is set up for: a large one of each kind, with some air."""
_SPACING_M: dict[FigureKind, float] = {"human": 1.15, "quadruped": 1.35, "bird": 0.9}
_ARMS_M = 0.9
"""Room across for one figure beside another."""
_FACING_DEG: dict[FigureKind, tuple[float, float]] = {
    "human": (0, 40), "quadruped": (35, 80), "bird": (20, 70)
}  # fmt: skip
"""Least and most turn away from the camera: animals are known by their side."""
_STILL_FACING_DEG = _FACING_DEG | {"human": (0, 25)}


class Repertoire(NamedTuple):
    """The kinds of things that can be drawn."""

    acts: Mapping[FigureKind, Sequence[str]]
    camera_moves: Sequence[str]
    places: Sequence[str]


class Production(Description):
    """What all shots of a world have in common."""

    seed: int = Field(0, ge=0)
    size_px: int = Field(384, ge=64, le=2048)
    """Long side of the clips."""
    fps: float = Field(24, gt=0, le=120)
    num_frames: int = Field(48, ge=1, le=20_000)
    identities: int = Field(2, ge=1, le=20)
    """Sets of performers that each shot is filmed with."""
    views: int = Field(8, ge=0, le=360)
    shares: Shares = Shares()
    bvh: tuple[str, ...] = ()
    """Names of motion files."""


def plan_shots(count: int, production: Production, repertoire: Repertoire) -> list[ShotPlan]:
    """Draw shots; the first n of a larger count are the same n.

    Raises:
        ConfigError: fewer than one shot, more than can be named, or shares that are no whole.
    """
    if not 1 <= count < NUM_SEEDS:
        raise ConfigError(
            "this many shots cannot be planned",
            expected=f"1 to {NUM_SEEDS - 1}",
            got=count,
            hint="Give another --count",
        )
    shares = production.shares
    if shares.train + shares.validation + shares.test != 100:
        raise ConfigError("the splits' shares are no whole", expected="a sum of 100", got=shares)
    files: dict[Split, list[str]] = {split: [] for split in SPLITS}
    for name, split in zip(sorted(production.bvh), _splits(shares), strict=False):
        files[split].append(name)
    return [
        _Draft(index, split, production, repertoire, files[split]).shot()
        for index, split in zip(range(count), _splits(shares), strict=False)
    ]


def _splits(shares: Shares) -> Iterator[Split]:
    """An endless series whose every beginning is as near to the shares as can be."""
    wanted = np.array([getattr(shares, split) for split in SPLITS]) / 100
    given = np.zeros(len(SPLITS))
    while True:
        chosen = int(np.argmax(wanted * (given.sum() + 1) - given))
        given[chosen] += 1
        yield SPLITS[chosen]


class _Draft:
    """One shot being drawn."""

    def __init__(
        self, index: int, split: Split, production: Production, repertoire: Repertoire, files: Sequence[str]
    ) -> None:
        self._index = index
        self._split = split
        self._production = production
        self._repertoire = repertoire
        self._files = files
        self._rng = np.random.default_rng([production.seed, index])

    def shot(self) -> ShotPlan:
        """Draw everything, always in the same order."""
        kind, style = self._turn("kind", _KINDS), self._turn("style", _STYLES)
        cast = self._cast(kind)
        width, height = _size(self._production.size_px, self._turn("aspect", _ASPECTS))
        extent = max(role.position_m[0] for role in cast) - min(role.position_m[0] for role in cast)
        tallest = max(SUBJECT_HEIGHT_M[role.kind] for role in cast)
        # Figures side by side have to fit across the picture as well; cameras leave room above heads.
        across = (extent + _ARMS_M) * height / width / SUBJECT_ROOM if len(cast) > 1 else 0.0
        return ShotPlan(
            shot=f"shot{self._index + 1:04d}",
            split=self._split,
            place=self._drawn(self._turn("place", self._repertoire.places)),
            camera=self._drawn(self._turn("camera", self._repertoire.camera_moves)),
            style=style,
            width_px=width,
            height_px=height,
            fps=self._production.fps,
            num_frames=self._production.num_frames,
            subject_height_m=round(max(tallest, across), 3),
            cast=cast,
            performers=tuple(self._performers(cast, style)),
            num_views=self._production.views,
        )

    def _cast(self, first: FigureKind) -> tuple[Role, ...]:
        size = self._turn("cast", _CAST_SIZES)
        kinds = [first]
        while len(kinds) < size:
            same = self._rng.random() < 0.7
            kinds.append(first if same else self._any(FIGURE_KINDS))
        spacing = max(_SPACING_M[kind] for kind in kinds)
        slots = (self._rng.permutation(size) - (size - 1) / 2) * spacing
        return tuple(
            self._role(kind, x, number) for number, (kind, x) in enumerate(zip(kinds, slots, strict=True))
        )

    def _role(self, kind: FigureKind, x: float, number: int) -> Role:
        act = self._turn(f"act of {kind} {number}", self._repertoire.acts[kind])
        motion, bvh = self._drawn(act), ""
        if kind == "human" and self._files and self._rng.random() < _BVH_SHARE:
            bvh = self._any(self._files)
            motion = Drawn(kind="bvh", seed=motion.seed)
        jitter, depth = self._rng.uniform(-0.12, 0.12), self._rng.uniform(-0.45, 0.35)
        return Role(
            kind=kind,
            motion=motion,
            bvh=bvh,
            position_m=(round(x + jitter, 3), round(depth, 3)),
            yaw_deg=self._yaw(_FACING_DEG[kind]),
        )

    def _yaw(self, bounds: tuple[float, float]) -> float:
        side = -1 if self._rng.random() < 0.5 else 1
        return round(side * self._rng.uniform(*bounds), 1)

    def _performers(self, cast: Sequence[Role], style: Style) -> Iterator[Performers]:
        taken: set[str] = set()
        for _ in range(self._production.identities):
            identities: list[Drawn] = []
            for role in cast:
                while (identity := self._drawn(role.kind)).name in taken:
                    pass
                taken.add(identity.name)
                identities.append(identity)
            yield Performers(identities=tuple(identities), still=self._still(cast[0].kind, style))

    def _still(self, kind: FigureKind, style: Style) -> StillPlan:
        own_style = self._any(STYLES) if self._rng.random() < 0.5 else style
        width, height = _size(
            round(self._production.size_px * _STILL_SCALE), (3, 4) if kind == "human" else (4, 3)
        )
        return StillPlan(
            pose_seed=self._drawn("pose").seed,
            yaw_deg=self._yaw(_STILL_FACING_DEG[kind]),
            place=self._drawn(self._any(self._repertoire.places)),
            camera=self._drawn("static"),
            style=own_style,
            width_px=width,
            height_px=height,
        )

    def _drawn(self, kind: str) -> Drawn:
        """A thing of a kind, from the pool of the shot's split."""
        while True:
            seed = int(self._rng.integers(NUM_SEEDS))
            if self._production.shares.split_of(seed) == self._split:
                return Drawn(kind=kind, seed=seed)

    def _any(self, options: Sequence[T]) -> T:
        return options[int(self._rng.integers(len(options)))]

    def _turn(self, what: str, options: Sequence[T]) -> T:
        """Each option once in every round; the order of a round is drawn at random."""
        number, place = divmod(self._index, len(options))
        order = np.random.default_rng([self._production.seed, number, *what.encode()])
        return options[int(order.permutation(len(options))[place])]


def _size(long_side_px: int, aspect: tuple[int, int]) -> tuple[int, int]:
    """Width and height, both even: H.264 has no odd sides."""
    scale = long_side_px / max(aspect)
    return 2 * round(aspect[0] * scale / 2), 2 * round(aspect[1] * scale / 2)
