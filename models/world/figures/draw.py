"""Draw: bodies of every kind of figure from a seed."""

from __future__ import annotations

from collections.abc import Callable

from models.world.figures.bird import draw_bird
from models.world.figures.body import Body
from models.world.figures.human import draw_human
from models.world.figures.quadruped import draw_quadruped
from models.world.figures.skeleton import FigureKind

_DRAW: dict[FigureKind, Callable[[int], Body]] = {
    "human": draw_human,
    "quadruped": draw_quadruped,
    "bird": draw_bird,
}


def draw_body(kind: FigureKind, seed: int) -> Body:
    """One identity; equal seeds give equal bodies to the byte."""
    return _DRAW[kind](seed)
