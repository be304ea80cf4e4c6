"""Packing: solids as flat arrays in a camera's axes, with what the kernels need worked out once a frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from models.world.filming.frame import Camera
from models.world.solids import PARTS, Ellipsoids, Floats, Numbers, RoundCones, Solids, Triangles, join


class Packed(NamedTuple):
    """Primitives in camera axes: triangles first, then cones, then ellipsoids; the order is their number.

    With the camera at the origin a ray is the points t (x, y, 1), so that t is the depth along z.
    """

    corners: Floats
    """[N, 3, 3] of triangles, metres."""
    edges: Floats
    """[N, 3, 3]: b x c, c x a, a x b of the corners; a ray's weight of a corner is its product with these."""
    volume: Floats
    """[N]: a . (b x c)."""
    flat_normal: Floats
    """[N, 3]: unit normals, towards the camera."""
    cone_ends: Floats
    """[M, 2, 3]."""
    cone_radii: Floats
    """[M, 2]."""
    centre: Floats
    """[E, 3] of ellipsoids."""
    scaled_axes: Floats
    """[E, 3, 3]: axes as columns over their radii; its transpose times P is on the unit sphere."""
    spread: Floats
    """[E, 3, 3]: axes times squared radii times axes'; its roots are reaches along directions."""
    facts: Floats
    """[all, 12]: what `surface_at` has to know of each primitive."""
    kind: Numbers
    """[all]: 0 for triangles, 1 for cones, 2 for ellipsoids."""
    texture: Numbers
    """[all]."""
    part: Numbers
    """[all]."""
    figure: Numbers
    """[all]: 0 for the place, n for the n-th figure."""


def pack(camera: Camera, several: Sequence[Solids], first_figure: int) -> Packed:
    """Bring solids into a camera's axes; those of the i-th set get the figure number first_figure + i.

    Textures count through all sets, as in `solids.join`.
    """
    for solids in several:
        _check(solids)
    everything = join(several)
    numbers = np.arange(first_figure, first_figure + len(several))
    counts = np.array([[len(group.part) for group in _groups(solids)] for solids in several], np.int64)
    counts = counts.reshape(-1, 3)
    figure = np.concatenate([np.repeat(numbers, counts[:, kind]) for kind in range(3)])
    groups = _groups(everything)
    rotation = camera.world_from_camera[:3, :3].T
    origin = camera.world_from_camera[:3, 3]
    corners = np.ascontiguousarray((everything.triangles.corners_m - origin) @ rotation.T)
    cones, ellipsoids = everything.cones, everything.ellipsoids
    cone_ends = np.ascontiguousarray((cones.ends_m - origin) @ rotation.T)
    centre = np.ascontiguousarray((ellipsoids.centre_m - origin) @ rotation.T)
    axes, radii = rotation @ ellipsoids.axes, ellipsoids.radii_m[:, None, :]
    edges = np.stack([np.cross(corners[:, (i + 1) % 3], corners[:, (i + 2) % 3]) for i in range(3)], 1)
    flat_normal = _flat_normals(corners)
    facts = (
        (flat_normal, _uv_gradients(corners, everything.triangles.uv)),
        (cone_ends, cones.radii_m, cones.across @ rotation.T),
        (centre, axes / radii),
    )
    return Packed(
        corners=corners,
        edges=np.ascontiguousarray(edges),
        volume=np.einsum("ni,ni->n", corners[:, 0], edges[:, 0]),
        flat_normal=flat_normal,
        cone_ends=cone_ends,
        cone_radii=np.ascontiguousarray(cones.radii_m),
        centre=centre,
        scaled_axes=np.ascontiguousarray(axes / radii),
        spread=np.ascontiguousarray((axes * radii**2) @ axes.transpose(0, 2, 1)),
        facts=np.concatenate([_rows(*fields) for fields in facts]),
        kind=np.repeat(np.arange(3, dtype=np.int32), [len(group.part) for group in groups]),
        texture=np.concatenate([group.texture for group in groups]).astype(np.int32),
        part=np.concatenate([group.part for group in groups]).astype(np.int32),
        figure=figure.astype(np.int32),
    )


def _rows(*fields: Floats) -> Floats:
    """Fields [n, ...] side by side as [n, 12]."""
    flat = np.concatenate([field.reshape(len(field), int(np.prod(field.shape[1:]))) for field in fields], 1)
    return np.pad(flat, ((0, 0), (0, 12 - flat.shape[1])))


def _groups(solids: Solids) -> tuple[Triangles, RoundCones, Ellipsoids]:
    return solids.triangles, solids.cones, solids.ellipsoids


def _flat_normals(corners: Floats) -> Floats:
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-300)
    away = np.einsum("ni,ni->n", normal, corners[:, 0]) > 0
    return np.ascontiguousarray(np.where(away[:, None], -normal, normal))


def _uv_gradients(corners: Floats, uv: Floats) -> Floats:
    """u and v as g[:3] . P + g[3], each constant across the plane; [N, 2, 4]."""
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    normal = np.cross(first, second)
    squared = np.maximum(np.einsum("ni,ni->n", normal, normal), 1e-300)[:, None]
    along_first, along_second = np.cross(second, normal) / squared, np.cross(normal, first) / squared
    steps = uv[:, 1:] - uv[:, :1]
    gradient = (
        steps[:, 0, :, None] * along_first[:, None, :] + steps[:, 1, :, None] * along_second[:, None, :]
    )
    offset = uv[:, 0] - np.einsum("nki,ni->nk", gradient, corners[:, 0])
    return np.ascontiguousarray(np.concatenate([gradient, offset[..., None]], -1))


def _check(solids: Solids) -> None:
    """Compiled loops do not check indices: wrong ones must not get there."""
    for kind, group in zip(("triangles", "cones", "ellipsoids"), _groups(solids), strict=True):
        for field, limit in (("texture", len(solids.textures)), ("part", len(PARTS))):
            numbers: NDArray[np.int32] = getattr(group, field)
            if numbers.size and (numbers.min() < 0 or numbers.max() >= limit):
                raise InputError(
                    f"a {field} number is out of range",
                    where=f"solids.{kind}.{field}",
                    expected=f"0 to {limit - 1}",
                    got=f"{numbers.min()} to {numbers.max()}",
                    hint="Give the solids all of their textures.",
                )
        if not all(np.isfinite(values).all() for values in group):
            raise InputError("a solid is not finite", where=f"solids.{kind}", expected="finite numbers")
    if solids.ellipsoids.radii_m.size and solids.ellipsoids.radii_m.min() <= 0:
        raise InputError(
            "an ellipsoid has no extent", where="solids.ellipsoids.radii_m", expected="radii above 0",
            got=solids.ellipsoids.radii_m.min(),
        )  # fmt: skip
