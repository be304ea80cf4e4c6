"""Places are closed, leave stage and cameras free, are painted to scale, and come from their seed alone."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from data_contracts.errors import InputError
from models.world.places.build import PLACE_KINDS, build_place
from models.world.places.place import Place
from models.world.solids import SKY, Floats

SEEDS = (0, 1, 5)
# To build a place takes half a second: the quick tests look at the first of each kind.
CASES = [
    pytest.param(kind, seed, marks=[pytest.mark.slow] if seed else [])
    for kind in PLACE_KINDS
    for seed in SEEDS
]
LEAST_STAGE_M = 1.2
MOST_TRIANGLES = 4500
MOST_TEXTURE_PX = 800
STRETCH = 1.15
"""Pictures are laid in whole pixels. Bent sheets (arches, a boat's hull) may stretch theirs somewhat more."""


@cache
def place_of(kind: str, seed: int) -> Place:
    return build_place(kind, seed)


def first_hit_m(place: Place, eye: Floats, ray: Floats) -> float:
    """Distance to the nearest triangle (Moeller and Trumbore, 1997); infinite where there is none."""
    a, b, c = np.moveaxis(place.solids.triangles.corners_m, 1, 0)
    one, two = b - a, c - a
    p = np.cross(ray, two)
    det = (one * p).sum(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        s = eye - a
        u = (s * p).sum(1) / det
        q = np.cross(s, one)
        v, t = (q @ ray) / det, (two * q).sum(1) / det
        # Edges belong to both of their triangles.
        inside = (u >= -1e-9) & (v >= -1e-9) & (u + v <= 1 + 1e-9) & (t > 1e-6)
    return float(t[inside].min()) if inside.any() else np.inf


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_every_ray_from_the_camera_box_hits_something(kind: str, seed: int) -> None:
    place, rng = place_of(kind, seed), np.random.default_rng(seed)
    for _ in range(60):
        eye, ray = rng.uniform(place.camera_low_m, place.camera_high_m), rng.normal(size=3)
        assert first_hit_m(place, eye, ray / np.linalg.norm(ray)) < 200


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_the_stage_is_flat(kind: str, seed: int) -> None:
    place, rng = place_of(kind, seed), np.random.default_rng(seed)
    assert place.stage_radius_m >= LEAST_STAGE_M
    for _ in range(15):
        turn, out = rng.uniform(0, 2 * np.pi), place.stage_radius_m * np.sqrt(rng.uniform())
        eye = np.array([out * np.sin(turn), 0.5, out * np.cos(turn)])
        assert first_hit_m(place, eye, np.array([0.0, -1, 0])) == pytest.approx(0.5, abs=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_nothing_stands_on_the_stage_or_between_the_cameras(kind: str, seed: int) -> None:
    place = place_of(kind, seed)
    assert not intruders(place, place.camera_low_m, place.camera_high_m, 0.0)
    # The disc is the union of the squares in it.
    half = place.stage_radius_m / np.sqrt(2)
    low, high = np.array([-half, 0.01, -half]), np.array([half, 2.1, half])
    for turn in np.radians(np.arange(0, 90, 15)):
        assert not intruders(place, low, high, float(turn))


def intruders(place: Place, low: Floats, high: Floats, turn: float) -> list[str]:
    """What lies in a box that is turned round the vertical."""
    cos, sin = np.cos(turn), np.sin(turn)
    turned = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    middle, half = (low + high) / 2, (high - low) / 2
    found = []
    solids = place.solids
    if overlaps(solids.triangles.corners_m @ turned - middle, half).any():
        found.append("triangles")
    share = np.linspace(0, 1, 30)[None, :, None]
    first, last = solids.cones.ends_m[:, :1] @ turned, solids.cones.ends_m[:, 1:] @ turned
    along = first + (last - first) * share - middle
    radii = solids.cones.radii_m[:, :1] + np.diff(solids.cones.radii_m) * share[..., 0]
    gap = np.linalg.norm(np.maximum(np.abs(along) - half, 0), axis=-1)
    if (gap < radii).any():
        found.append("cones")
    sphere = np.random.default_rng(0).normal(size=(300, 3))
    sphere /= np.linalg.norm(sphere, axis=1, keepdims=True)
    balls = solids.ellipsoids
    surface = np.einsum("nij,nkj->nki", balls.axes, sphere * balls.radii_m[:, None]) + balls.centre_m[:, None]
    if (np.abs(surface @ turned - middle) < half).all(-1).any():
        found.append("ellipsoids")
    return found


def overlaps(corners: Floats, half: Floats) -> Floats:
    """Which triangles [N, 3, 3] touch the box of +-half: no axis parts them (Akenine-Moeller, 2001)."""
    edges = np.roll(corners, -1, axis=1) - corners
    axes = [np.broadcast_to(axis, (len(corners), 3)) for axis in np.eye(3)]
    axes.append(np.cross(edges[:, 0], edges[:, 1]))
    axes += [np.cross(edges[:, k], axis) for k in range(3) for axis in np.eye(3)]
    touching = np.ones(len(corners), bool)
    for axis in axes:
        at, reach = np.einsum("nki,ni->nk", corners, axis), np.abs(axis) @ half
        touching &= (at.min(1) <= reach) & (at.max(1) >= -reach)
    return touching


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_pictures_on_walls_and_floors_are_not_stretched(kind: str, seed: int) -> None:
    place = place_of(kind, seed)
    triangles, textures = place.solids.triangles, place.solids.textures
    edges = triangles.corners_m[:, 1:] - triangles.corners_m[:, :1]
    normal = np.cross(edges[:, 0], edges[:, 1])
    area = np.linalg.norm(normal, axis=1) / 2
    lit = np.array([texture.lit and min(texture.rgb.shape[:2]) > 8 for texture in textures])
    flat = (np.abs(normal).max(1) > 1.99 * area) & (area > 0.02) & lit[triangles.texture]
    size = np.array([texture.rgb.shape[1::-1] for texture in textures])[triangles.texture]
    texels = (triangles.uv[:, 1:] - triangles.uv[:, :1]) * size[:, None]
    # Texels for each metre, along the two axes of the triangle's plane.
    density = np.linalg.svd(np.linalg.pinv(edges[flat]) @ texels[flat], compute_uv=False)
    assert flat.sum() > 10
    even = density[:, 0] < STRETCH * density[:, 1]
    assert area[flat][even].sum() > 0.98 * area[flat].sum()
    assert (density[:, 0] < 2.5 * density[:, 1]).all()
    assert density.min() > 15
    assert density.max() < 2000


@pytest.mark.parametrize(("kind", "seed"), CASES)
def test_places_are_small(kind: str, seed: int) -> None:
    solids = place_of(kind, seed).solids
    assert len(solids.triangles.corners_m) <= MOST_TRIANGLES
    assert max(max(texture.rgb.shape[:2]) for texture in solids.textures) <= MOST_TEXTURE_PX
    for group in solids[:3]:
        assert all(np.isfinite(field).all() for field in group)
        assert (group.texture < len(solids.textures)).all()


@pytest.mark.parametrize("kind", PLACE_KINDS)
def test_a_sky_is_there_outdoors_only(kind: str) -> None:
    place = place_of(kind, 0)
    sky = place.solids.triangles.part == SKY
    assert sky.any() == (not place.indoor)
    assert not any(place.solids.textures[k].lit for k in np.unique(place.solids.triangles.texture[sky]))
    assert np.linalg.norm(place.light.towards) == pytest.approx(1)
    assert place.light.towards[1] > 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", PLACE_KINDS)
def test_the_seed_alone_decides(kind: str) -> None:
    first, again, other = place_of(kind, 1), build_place(kind, 1), place_of(kind, 5)
    assert as_bytes(first) == as_bytes(again)
    assert as_bytes(first) != as_bytes(other)
    assert not np.allclose(first.light.towards, other.light.towards)


def as_bytes(place: Place) -> list[bytes]:
    arrays = [field for group in place.solids[:3] for field in group]
    return [array.tobytes() for array in [*arrays, *(texture.rgb for texture in place.solids.textures)]]


def test_unknown_kinds_and_negative_seeds_are_refused() -> None:
    with pytest.raises(InputError, match="unknown kind of place"):
        build_place("moon", 0)
    with pytest.raises(InputError, match="negative"):
        build_place("room", -1)
