"""Solids: what a filmed world is made of, as plain arrays: textured triangles, round cones and ellipsoids.

World axes: metres, y up, right-handed; the floor of the stage is at y = 0 and a figure faces +z, its left at
+x. Texture coordinates (u, v) run right and down; pictures repeat beyond 0..1.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.int32]

PARTS = (
    "background", "sky", "torso", "head", "hair", "left_upper_arm", "left_lower_arm", "left_hand",
    "right_upper_arm", "right_lower_arm", "right_hand", "left_upper_leg", "left_lower_leg", "left_foot",
    "right_upper_leg", "right_lower_leg", "right_foot", "tail", "left_wing", "right_wing",
)  # fmt: skip
"""Names of part labels; a label is the index. On animals arms are forelegs."""
BACKGROUND, SKY = 0, 1


class Texture(NamedTuple):
    """A picture on a surface: uint8 RGB [H, W, 3]; an unlit one keeps its colours in any light (a sky)."""

    rgb: NDArray[np.uint8]
    lit: bool = True


class Triangles(NamedTuple):
    """Flat surfaces, seen from both sides."""

    corners_m: Floats
    """[N, 3, 3]: corners, xyz."""
    uv: Floats
    """[N, 3, 2]: texture coordinates of the corners."""
    texture: Numbers
    """[N]: index of the texture."""
    part: Numbers
    """[N]: label, an index of PARTS."""


class RoundCones(NamedTuple):
    """Hulls of two spheres each: limbs.

    u runs round the axis from `across`, v from the first end to the second.
    """

    ends_m: Floats
    """[N, 2, 3]: centres of the two spheres."""
    radii_m: Floats
    """[N, 2]."""
    across: Floats
    """[N, 3]: unit vectors where u = 0, about perpendicular to the axis."""
    texture: Numbers
    part: Numbers


class Ellipsoids(NamedTuple):
    """Turned ellipsoids.

    u = 0.5 in front (+z of the axes) and rises towards the solid's own left (+x); v = 0 at the top (+y).
    """

    centre_m: Floats
    """[N, 3]."""
    axes: Floats
    """[N, 3, 3]: rotations whose columns are the solid's x, y, z in the world."""
    radii_m: Floats
    """[N, 3]: along its own x, y, z."""
    texture: Numbers
    part: Numbers


Group = TypeVar("Group", Triangles, RoundCones, Ellipsoids)


class Solids(NamedTuple):
    """Everything that one figure, or one place, is made of."""

    triangles: Triangles
    cones: RoundCones
    ellipsoids: Ellipsoids
    textures: tuple[Texture, ...]


def no_triangles() -> Triangles:
    """An empty set of triangles."""
    return Triangles(np.zeros((0, 3, 3)), np.zeros((0, 3, 2)), _none(), _none())


def no_cones() -> RoundCones:
    """An empty set of round cones."""
    return RoundCones(np.zeros((0, 2, 3)), np.zeros((0, 2)), np.zeros((0, 3)), _none(), _none())


def no_ellipsoids() -> Ellipsoids:
    """An empty set of ellipsoids."""
    return Ellipsoids(np.zeros((0, 3)), np.zeros((0, 3, 3)), np.zeros((0, 3)), _none(), _none())


def _none() -> Numbers:
    return np.zeros(0, np.int32)


def join(several: Sequence[Solids]) -> Solids:
    """One set of all solids; each keeps its own textures."""
    counts = np.array([len(solids.textures) for solids in several], np.int32)
    firsts = np.cumsum(counts, dtype=np.int32) - counts
    return Solids(
        _joined(no_triangles(), [solids.triangles for solids in several], firsts),
        _joined(no_cones(), [solids.cones for solids in several], firsts),
        _joined(no_ellipsoids(), [solids.ellipsoids for solids in several], firsts),
        tuple(texture for solids in several for texture in solids.textures),
    )


def together(groups: Sequence[Group]) -> Group:
    """Groups of one kind, at least one, as one; textures keep their numbers."""
    return type(groups[0])(*(np.concatenate(fields) for fields in zip(*groups, strict=True)))


def _joined(none: Group, groups: Sequence[Group], firsts: Numbers) -> Group:
    """All groups after `none`, which gives the shapes; the n-th one's textures count from firsts[n]."""
    moved: list[Group] = [none]
    for group, first in zip(groups, firsts, strict=True):
        moved.append(group._replace(texture=group.texture + first))
    return together(moved)
