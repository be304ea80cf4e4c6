"""Visibility: which of a figure's points a camera sees, judged as an annotator would.

A point on the skin is hidden by anything that is nearer. A joint inside of a limb is seen where its own limb
is, and a limb that adjoins may cover it by its thickness; anything else that is nearer hides it. All
distances are shares of the figure's height at rest, so that a bird is judged like a man.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.camera_path import invert_rigid
from models.world.figures.skeleton import FigureKind
from models.world.filming.frame import Camera, Surfaces
from models.world.solids import PARTS, Floats
from models.world.truth import inside

Flags = NDArray[np.bool_]

SKIN_SHARE = 0.025
"""Depth by which a point on the skin may lie behind what is seen: 4 cm on a man, a fringe of hair."""
INNER_SHARES: dict[FigureKind, tuple[float, float]] = {
    "human": (0.12, 0.06), "quadruped": (0.22, 0.15), "bird": (0.35, 0.22)
}  # fmt: skip
"""Depth inside of the point's own part, and behind the next part of the same limb: half a man's chest (20 cm)
and half a thigh; animals are stouter for their height, and far sides stay hidden."""
LEAST_M = 0.02
"""What slanted surfaces differ over a pixel."""

_NEXT = (
    ("torso", "head"), ("torso", "hair"), ("head", "hair"), ("torso", "tail"),
    *((f"{side}_{a}", f"{side}_{b}") for side in ("left", "right") for a, b in (
        ("upper_arm", "lower_arm"), ("lower_arm", "hand"), ("upper_leg", "lower_leg"), ("lower_leg", "foot"),
    )),
    *(("torso", f"{side}_{a}") for side in ("left", "right") for a in ("upper_arm", "upper_leg", "wing")),
)  # fmt: skip

_JOINT_PARTS = {
    "UpLeg": "upper_leg", "Leg": "lower_leg", "Foot": "foot", "ToeBase": "foot",
    "Arm": "upper_arm", "ForeArm": "lower_arm", "Hand": "hand",
    "Fore1": "upper_arm", "Fore2": "lower_arm", "Fore3": "hand",
    "Hind1": "upper_leg", "Hind2": "lower_leg", "Hind3": "foot",
    "Wing1": "wing", "Wing2": "wing", "Wing3": "wing",
}  # fmt: skip


def part_of_joint(name: str) -> int:
    """Label of the part that begins at a skeleton's joint."""
    plain = name.removesuffix("_end")
    for side in ("Left", "Right"):
        if plain.startswith(side):
            bone = plain.removeprefix(side)
            part = "Hand" if bone.startswith("Hand") else bone
            if part in _JOINT_PARTS:
                return PARTS.index(f"{side.lower()}_{_JOINT_PARTS[part]}")
    if plain == "Head" or plain.endswith("Ear"):
        return PARTS.index("head")
    return PARTS.index("tail" if plain.startswith("Tail") else "torso")


def project(xyz_m: Floats, camera: Camera) -> tuple[Floats, Floats]:
    """Pixels [K, 2] and depths [K] in metres of points [K, 3] of the world; NaN pixels behind the camera."""
    camera_from_world = invert_rigid(camera.world_from_camera)
    local = xyz_m @ camera_from_world[:3, :3].T + camera_from_world[:3, 3]
    depth = local[:, 2]
    fx, fy, cx, cy = camera.intrinsics_px
    ahead = np.where(depth > 1e-6, depth, np.nan)
    return np.stack([fx * local[:, 0] / ahead + cx, fy * local[:, 1] / ahead + cy], axis=-1), depth


def unproject(depth_m: NDArray[np.float32], camera: Camera) -> Floats:
    """Points [N, 3] of the world that pixels with a depth show; those without (0) are left out."""
    row, column = np.nonzero(depth_m)
    depth = depth_m[row, column].astype(np.float64)
    fx, fy, cx, cy = camera.intrinsics_px
    local = np.stack([(column + 0.5 - cx) / fx * depth, (row + 0.5 - cy) / fy * depth, depth], axis=-1)
    world: Floats = local @ camera.world_from_camera[:3, :3].T + camera.world_from_camera[:3, 3]
    return world


def seen(
    xyz_m: Floats,
    parts: NDArray[np.int64],
    on_skin: Flags,
    number: int,
    kind: FigureKind,
    height_m: float,
    camera: Camera,
    surfaces: Surfaces,
) -> tuple[Floats, Flags]:
    """Where a figure's points are in the picture, and which are seen.

    Args:
        xyz_m: points [K, 3] in the world.
        parts: labels [K] of the parts that they lie in.
        on_skin: bool [K]; others lie inside.
        number: the figure's number in `surfaces.figure`.
        kind: what kind of figure it is.
        height_m: its height at rest.
        camera: the camera.
        surfaces: what it sees.

    Returns:
        Pixels [K, 2] (NaN behind the camera) and bool [K].
    """
    xy, depth = project(xyz_m, camera)
    within = inside(xy, camera.width_px, camera.height_px)
    column, row = (np.where(within, xy[:, axis], 0).astype(np.int64) for axis in (0, 1))
    front = surfaces.depth_m[row, column].astype(np.float64)
    front = np.where(front > 0, front, np.inf)
    part = surfaces.part[row, column].astype(np.int64)
    own_figure = surfaces.figure[row, column] == number
    own, adjoining = INNER_SHARES[kind]
    inner = np.where(part == parts, own, np.where(_ADJOINING[part, parts], adjoining, SKIN_SHARE))
    share = np.where(own_figure & ~on_skin, inner, SKIN_SHARE)
    hidden = depth - front > np.maximum(share * height_m, LEAST_M)
    return xy, within & ~hidden


def _adjoining() -> Flags:
    table = np.zeros((len(PARTS), len(PARTS)), np.bool_)
    for a, b in _NEXT:
        table[PARTS.index(a), PARTS.index(b)] = table[PARTS.index(b), PARTS.index(a)] = True
    return table


_ADJOINING = _adjoining()
