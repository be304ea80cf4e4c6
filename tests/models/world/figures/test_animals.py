"""Quadrupeds and birds: equal seeds, feet on the floor, sides right, keypoints on what they name."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from models.world.figures.animal_keypoints import AP10K
from models.world.figures.bird import draw_bird
from models.world.figures.body import Body
from models.world.figures.quadruped import draw_quadruped
from models.world.figures.skeleton import Floats, pose
from models.world.solids import PARTS, Solids

DRAW = {"quadruped": cache(draw_quadruped), "bird": cache(draw_bird)}
EVERY = [(kind, seed) for kind in DRAW for seed in range(7)]
ALIKE = [(kind, seed) for kind in DRAW for seed in (0, 3)]


def posed(body: Body, turned: float = 0.0) -> tuple[Floats, Floats]:
    """Joint positions and rotations at rest, turned about y and moved."""
    local = np.tile(np.eye(3), (1, len(body.skeleton.names), 1, 1))
    cos, sin = np.cos(turned), np.sin(turned)
    local[0, 0] = [[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]]
    poses = pose(body.skeleton, body.skeleton.offsets_m[:1] + turned, local)
    return poses.positions[0], poses.rotations[0]


def lows_and_centres(solids: Solids) -> tuple[Floats, Floats, Floats]:
    """Lowest heights [N], centres [N, 3] and parts [N] of all solids."""
    cones, ellipsoids, triangles = solids.cones, solids.ellipsoids, solids.triangles
    half = np.linalg.norm(ellipsoids.axes[:, 1] * ellipsoids.radii_m, axis=1)
    lows = [
        (cones.ends_m[..., 1] - cones.radii_m).min(axis=1),
        ellipsoids.centre_m[:, 1] - half,
        triangles.corners_m[..., 1].min(axis=1),
    ]
    centres = [cones.ends_m.mean(axis=1), ellipsoids.centre_m, triangles.corners_m.mean(axis=1)]
    parts = [cones.part, ellipsoids.part, triangles.part]
    return np.concatenate(lows), np.concatenate(centres), np.concatenate(parts)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "seed"), ALIKE)
def test_a_seed_is_an_animal(kind: str, seed: int) -> None:
    make = {"quadruped": draw_quadruped, "bird": draw_bird}[kind]
    one, same, other = make(seed), make(seed), make(seed + 1)
    assert np.array_equal(one.skeleton.offsets_m, same.skeleton.offsets_m)
    pictures = [[t.rgb for t in body.solids(*posed(body)).textures] for body in (one, same)]
    assert all(np.array_equal(a, b) for a, b in zip(*pictures, strict=True))
    assert not np.array_equal(one.skeleton.offsets_m, other.skeleton.offsets_m)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "seed"), EVERY)
def test_it_stands_on_the_floor_and_solids_are_sound(kind: str, seed: int) -> None:
    body = DRAW[kind](seed)
    solids = body.solids(*posed(body))
    lows, _, parts = lows_and_centres(solids)
    assert lows.min() == pytest.approx(0.0, abs=2e-3)
    feet = {PARTS.index(f"{side}_{foot}") for side in ("left", "right") for foot in ("foot", "hand")}
    assert set(parts[lows < 2e-3].tolist()) <= feet
    for group in solids[:3]:
        assert (group.texture < len(solids.textures)).all()
        assert (group.part < len(PARTS)).all()
        for field in group[:3]:
            assert np.isfinite(field).all()
    assert np.allclose(np.linalg.norm(solids.cones.across, axis=1), 1)
    lengths = np.linalg.norm(solids.cones.ends_m[:, 1] - solids.cones.ends_m[:, 0], axis=1)
    assert lengths.min() > 1e-3


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "seed"), EVERY)
def test_left_is_at_the_animals_left(kind: str, seed: int) -> None:
    body = DRAW[kind](seed)
    positions, rotations = posed(body, turned=2.0)
    left = rotations[0][:, 0]
    middle = positions[0]
    solids = body.solids(positions, rotations)
    _, centres, parts = lows_and_centres(solids)
    for part, centre in zip(parts, centres, strict=True):
        name = PARTS[int(part)]
        if name.startswith(("left", "right")):
            assert ((centre - middle) @ left > 0) == name.startswith("left"), name
    keypoints = body.keypoints(positions, rotations)
    for name, point, part in zip(AP10K, keypoints.xyz_m, keypoints.part, strict=True):
        if name.startswith(("left", "right")):
            side = name.split("_")[0]
            assert ((point - middle) @ left > 0) == (side == "left"), name
            assert PARTS[part].startswith(side) or PARTS[part] == "head"


@pytest.mark.parametrize(("kind", "seed"), EVERY)
def test_keypoints_are_where_their_names_say(kind: str, seed: int) -> None:
    body = DRAW[kind](seed)
    keypoints = body.keypoints(*posed(body))
    assert len(keypoints.part) == len(AP10K) == 17
    at = dict(zip(AP10K, keypoints.xyz_m, strict=True))
    assert at["nose"][2] > at["left_eye"][2] > at["root_of_tail"][2]
    assert at["left_eye"][1] > at["left_knee"][1]
    assert at["neck"][2] > at["left_hip"][2]
    for side in ("left", "right"):
        assert at[f"{side}_hip"][1] > at[f"{side}_knee"][1] > at[f"{side}_back_paw"][1]
        paw = at[f"{side}_back_paw"]
        assert paw[1] < 0.03
        if kind == "quadruped":
            assert at[f"{side}_shoulder"][1] > at[f"{side}_elbow"][1] > at[f"{side}_front_paw"][1]
            assert at[f"{side}_front_paw"][2] > paw[2]
    mirrored = [name.replace("left", "?").replace("right", "left").replace("?", "right") for name in AP10K]
    order = [AP10K.index(name) for name in mirrored]
    assert np.allclose(keypoints.xyz_m[order] * [-1, 1, 1], keypoints.xyz_m, atol=1e-9)


@pytest.mark.parametrize("kind", DRAW)
def test_solids_move_with_the_body(kind: str) -> None:
    body = DRAW[kind](5)
    rest, turned = body.solids(*posed(body)), body.solids(*posed(body, turned=0.7))
    (p0, r0), (p1, r1) = posed(body), posed(body, turned=0.7)
    for before, after in (
        (rest.ellipsoids.centre_m, turned.ellipsoids.centre_m),
        (rest.cones.ends_m.reshape(-1, 3), turned.cones.ends_m.reshape(-1, 3)),
        (rest.triangles.corners_m.reshape(-1, 3), turned.triangles.corners_m.reshape(-1, 3)),
    ):
        local = (before - p0[0]) @ r0[0]
        assert np.allclose((after - p1[0]) @ r1[0], local, atol=1e-12)
    assert all(a is b for a, b in zip(rest.textures, turned.textures, strict=True))


def test_seeds_make_different_animals() -> None:
    for kind, draw in DRAW.items():
        bodies = [draw(seed) for seed in range(7)]
        legs = {round(float(body.skeleton.offsets_m[0, 1]), 6) for body in bodies}
        pictures = [body.solids(*posed(body)).textures[0].rgb for body in bodies]
        colours = {tuple(picture.mean((0, 1)).round()) for picture in pictures}
        assert len(legs) > 5, kind
        assert len(colours) > 5, kind
