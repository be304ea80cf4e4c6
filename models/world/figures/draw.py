"""Draw: bodies of every kind of figure from a seed."""

from __future__ import annotations

from models.world.figures.body import Body
from models.world.figures.human import draw_human
from models.world.figures.skeleton import FigureKind


def draw_body(kind: FigureKind, seed: int) -> Body:
    """One identity; equal seeds give equal bodies to the byte."""
    if kind == "human":
        return draw_human(seed)
    if kind == "quadruped":
        from models.world.figures.quadruped import draw_quadruped

        return draw_quadruped(seed)
    from models.world.figures.bird import draw_bird

    return draw_bird(seed)
