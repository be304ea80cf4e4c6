"""Pictures of figures whose joints are known: what the rig role measures on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.image import flatten, read_image
from data_contracts.rig import read_skeleton
from data_contracts.take import Take
from flows.accuracy.role import PUPPET_WORLD, Case, Sources
from flows.accuracy.stick_figures import draw_stick_figure
from flows.accuracy.true_rigs import true_joints_px
from flows.world.read import first_of_shots, read_still, read_takes

_DRAWINGS = ("char1", "char2", "char4")
_QUICK_STICKS, _STICKS = 4, 24


@dataclass(frozen=True)
class RiggedPicture:
    """One picture: the still of a take, a drawing with the files of AnimatedDrawings, or a stick figure."""

    take: Take | None = None
    drawing: Path | None = None
    """The path of NAME_texture.png without its ending: NAME_mask.png and NAME_cfg.yaml lie beside it."""
    animal: bool = False
    stick: int | None = None
    """Seed of a stick figure."""


class LoadedPicture(NamedTuple):
    """The picture, its true matte, and its true joints."""

    rgb: NDArray[np.uint8]
    """[H, W, 3]."""
    alpha: NDArray[np.float32]
    """[H, W]."""
    joints_xy_px: NDArray[np.float64] | None
    """[16, 2]; None for an animal, which has no such joints."""


def rigged_pictures(sources: Sources) -> list[Case]:
    """Stills of the puppet world, each identity once (in the quick table one a shot), and drawings."""
    found = list(_of_world(sources))
    for seed in range(_QUICK_STICKS if sources.quick else _STICKS):
        found.append(Case("stick figures", f"stick-{seed:02d}", RiggedPicture(stick=seed)))
    if sources.assets is not None:
        for name in _DRAWINGS:
            path = sources.assets / "refs" / f"drawing_{name}"
            found.append(Case("drawings on paper", name, RiggedPicture(drawing=path)))
    return found


def _of_world(sources: Sources) -> Iterator[Case]:
    takes = read_takes(sources.world)
    for take in first_of_shots(takes) if sources.quick else takes:
        animal = take.figure_kind != "human"
        kind = "animals" if animal else "humans"
        yield Case(f"{PUPPET_WORLD}, {kind}", take.name, RiggedPicture(take=take, animal=animal))


def read_rigged_picture(picture: RiggedPicture) -> LoadedPicture:
    """Read a picture with its truth.

    Raises:
        InputError: a file cannot be read.
        ContractError: a take's file is damaged.
    """
    if picture.take is not None:
        still = read_still(picture.take)
        joints = None if picture.animal else true_joints_px(still.figure)[0]
        return LoadedPicture(still.rgb, still.alpha, joints)
    if picture.stick is not None:
        return LoadedPicture(*draw_stick_figure(picture.stick))
    assert picture.drawing is not None
    texture, mask = (Path(f"{picture.drawing}_{part}.png") for part in ("texture", "mask"))
    rgb = flatten(read_image(texture))
    alpha = (read_image(mask)[..., 0] / 255).astype(np.float32)
    skeleton = read_skeleton(Path(f"{picture.drawing}_cfg.yaml"))
    height, width = alpha.shape
    return LoadedPicture(rgb, alpha, skeleton.resized(width, height).joints_xy_px)
