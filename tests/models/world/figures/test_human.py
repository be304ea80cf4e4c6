"""Humans of the puppet world: equal seeds, plausible proportions, symmetry, keypoints on what they name."""

from __future__ import annotations

import time
from functools import cache

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from data_contracts.pose_sequence import BODY, FACE, FEET, LEFT_HAND, N_KEYPOINTS, RIGHT_HAND
from models.world.figures.body import Keypoints
from models.world.figures.draw import draw_body
from models.world.figures.human import draw_human
from models.world.figures.layout import LaidOutBody
from models.world.figures.skeleton import Floats, pose
from models.world.solids import PARTS, Solids

SEEDS = range(8)
FACE_TOLERANCE_M = 1e-9
"""Landmarks are lifted to the ellipsoid in closed form: only rounding is left."""
INSIDE_TOLERANCE_M = 1e-6
"""Joints are centres of spheres; the tips of fingers touch theirs from inside."""


human = cache(draw_human)


def posed(body: LaidOutBody, seed: int | None = None) -> tuple[Floats, Floats]:
    """Joint positions and rotations of the rest pose, or of random rotations about a random place."""
    count = len(body.skeleton.names)
    local = np.tile(np.eye(3), (1, count, 1, 1))
    root = body.skeleton.offsets_m[:1].copy()
    if seed is not None:
        rng = np.random.default_rng(seed)
        local[0] = Rotation.from_rotvec(rng.normal(0, 0.5, (count, 3))).as_matrix()
        root += rng.normal(0, 1, 3)
    poses = pose(body.skeleton, root, local)
    return poses[0][0], poses[1][0]


def at_rest(seed: int) -> tuple[Solids, Keypoints]:
    body = human(seed)
    return body.solids(*posed(body)), body.keypoints(*posed(body))


def depth_inside(solids: Solids, part: int, point: Floats) -> float:
    """How deep a point lies in the nearest solid of a part, in metres or less; negative outside."""
    deepest = -np.inf
    for centre, axes, radii in zip(
        *(field[solids.ellipsoids.part == part] for field in solids.ellipsoids[:3]), strict=True
    ):
        local = axes.T @ (point - centre)
        deepest = max(deepest, float((1 - np.linalg.norm(local / radii)) * radii.min()))
    for ends, radii in zip(*(field[solids.cones.part == part] for field in solids.cones[:2]), strict=True):
        share = np.linspace(0, 1, 101)[:, None]
        centres = ends[0] + share * (ends[1] - ends[0])
        sizes = radii[0] + share[:, 0] * (radii[1] - radii[0])
        deepest = max(deepest, float((sizes - np.linalg.norm(point - centres, axis=1)).max()))
    return deepest


def as_bytes(body: LaidOutBody) -> bytes:
    solids = body.solids(*posed(body))
    fields = [field for group in solids[:3] for field in group]
    return b"".join(field.tobytes() for field in [*fields, *(one.rgb for one in solids.textures)])


@pytest.mark.slow
def test_equal_seeds_give_equal_bodies_and_others_differ() -> None:
    assert as_bytes(draw_human(3)) == as_bytes(draw_human(3))
    assert len({as_bytes(human(seed)) for seed in SEEDS}) == len(SEEDS)
    assert as_bytes(draw_body("human", 3)) == as_bytes(human(3))  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_proportions_are_plausible(seed: int) -> None:
    skeleton = human(seed).skeleton
    at = dict(zip(skeleton.names, skeleton.rest_m(), strict=True))
    height = at["Head_end"][1]
    assert 1.0 <= height <= 1.95
    assert 0.35 * height < at["LeftUpLeg"][1] < 0.58 * height
    assert 0.6 < at["LeftArm"][1] / height < 0.86
    span = at["LeftHandMiddle3_end"][0] - at["RightHandMiddle3_end"][0]
    assert 0.6 < span / height < 1.15
    assert 0.8 < skeleton.length_m("LeftForeArm") / skeleton.length_m("LeftHand") < 1.4
    assert 0.8 < skeleton.length_m("LeftLeg") / skeleton.length_m("LeftFoot") < 1.3


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rest_pose_is_symmetric_and_left_is_at_positive_x(seed: int) -> None:
    skeleton = human(seed).skeleton
    at = dict(zip(skeleton.names, skeleton.rest_m(), strict=True))
    for name, place in at.items():
        twin = name.replace("Left", "#").replace("Right", "Left").replace("#", "Right")
        np.testing.assert_allclose(at[twin], place * [-1, 1, 1], atol=1e-12)
        assert place[0] > 0 if name.startswith("Left") else True
    solids, keypoints = at_rest(seed)
    for part, name in enumerate(PARTS):
        xs = [
            *solids.ellipsoids.centre_m[solids.ellipsoids.part == part, 0],
            *solids.cones.ends_m[solids.cones.part == part].mean(axis=1)[:, 0],
            *keypoints.xyz_m[np.array(keypoints.part) == part, 0],
        ]
        if name.startswith(("left_", "right_")):
            assert xs or "wing" in name
            assert all((x > 0) == name.startswith("left_") for x in xs), name


@pytest.mark.parametrize("seed", SEEDS)
def test_it_stands_on_the_floor(seed: int) -> None:
    solids, _ = at_rest(seed)
    balls, cones = solids.ellipsoids, solids.cones
    lowest = min(
        float((balls.centre_m[:, 1] - balls.radii_m[:, 1]).min()),
        float((cones.ends_m[..., 1] - cones.radii_m).min()),
    )
    assert abs(lowest) < 0.005, "soles are on the floor to half a centimetre"


@pytest.mark.parametrize("seed", range(6))
def test_bones_keep_their_lengths_and_solids_their_sizes_in_any_pose(seed: int) -> None:
    body = human(seed)
    positions, _ = posed(body, seed)
    lengths = np.linalg.norm(body.skeleton.offsets_m, axis=1)
    for joint, parent in enumerate(body.skeleton.parents):
        if parent >= 0:
            assert np.linalg.norm(positions[joint] - positions[parent]) == pytest.approx(lengths[joint])
    moved = body.solids(*posed(body, seed))
    turned = moved.ellipsoids.axes @ moved.ellipsoids.axes.transpose(0, 2, 1)
    np.testing.assert_allclose(turned, np.broadcast_to(np.eye(3), turned.shape), atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(moved.cones.across, axis=1), 1, atol=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("pose_seed", [None, 1])
@pytest.mark.parametrize("seed", SEEDS)
def test_keypoints_lie_in_the_parts_that_they_name(seed: int, pose_seed: int | None) -> None:
    body = human(seed)
    state = posed(body, pose_seed)
    solids, keypoints = body.solids(*state), body.keypoints(*state)
    assert keypoints.xyz_m.shape == (N_KEYPOINTS, 3)
    assert len(keypoints.part) == N_KEYPOINTS
    for number in (*range(BODY.stop), *range(FEET.start, FEET.stop), *range(LEFT_HAND.start, N_KEYPOINTS)):
        depth = depth_inside(solids, keypoints.part[number], keypoints.xyz_m[number])
        assert depth > -INSIDE_TOLERANCE_M, f"keypoint {number} is outside of {PARTS[keypoints.part[number]]}"


@pytest.mark.parametrize("pose_seed", [None, 1])
@pytest.mark.parametrize("seed", SEEDS)
def test_face_landmarks_lie_on_the_skin_of_the_head(seed: int, pose_seed: int | None) -> None:
    body = human(seed)
    state = posed(body, pose_seed)
    solids, keypoints = body.solids(*state), body.keypoints(*state)
    heads = solids.ellipsoids.part == PARTS.index("head")
    largest = int(np.argmax(np.where(heads, solids.ellipsoids.radii_m[:, 0], 0)))
    face = np.delete(keypoints.xyz_m[FACE], 30, axis=0)
    local = (face - solids.ellipsoids.centre_m[largest]) @ solids.ellipsoids.axes[largest]
    out = np.linalg.norm(local / solids.ellipsoids.radii_m[largest], axis=1) - 1
    assert np.abs(out).max() < FACE_TOLERANCE_M
    nose = depth_inside(solids, PARTS.index("head"), keypoints.xyz_m[0])
    assert abs(nose) < FACE_TOLERANCE_M
    np.testing.assert_array_equal(keypoints.xyz_m[0], keypoints.xyz_m[FACE][30])


@pytest.mark.parametrize("seed", SEEDS)
def test_landmarks_run_in_the_order_of_ibug(seed: int) -> None:
    face = at_rest(seed)[1].xyz_m[FACE]
    x, y = face[:, 0], face[:, 1]
    assert (np.diff(x[:17]) > 0).all(), "the jaw runs from the right ear to the left one"
    assert y[8] == y[:17].min(), "the chin is lowest"
    assert (np.diff(x[17:27]) > 0).all(), "brows run from right to left"
    assert (np.diff(y[27:31]) < 0).all(), "the bridge of the nose runs down"
    assert x[36] < x[39] < 0 < x[42] < x[45], "right eye first, each from its right corner"
    assert y[37:39].min() > y[40:42].max()
    assert y[43:45].min() > y[46:48].max()
    assert x[48] == x[48:60].min()
    assert x[54] == x[48:60].max()
    assert y[51] > y[62] >= y[66] > y[57], "upper lip, inside of the mouth, lower lip"
    assert y[17:27].min() > y[36:48].max() > y[48:68].max()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_painted_lies_where_it_is_marked(seed: int) -> None:
    """The middle of each eye differs from the skin beside it, in the texture where the landmarks project."""
    solids, keypoints = at_rest(seed)
    heads = np.flatnonzero(solids.ellipsoids.part == PARTS.index("head"))
    head = heads[np.argmax(solids.ellipsoids.radii_m[heads, 0])]
    picture = solids.textures[solids.ellipsoids.texture[head]].rgb.astype(float)

    def colour(point: Floats) -> Floats:
        unit = (point - solids.ellipsoids.centre_m[head]) / solids.ellipsoids.radii_m[head]
        unit /= np.linalg.norm(unit)
        u = 0.5 + np.arctan2(unit[0], unit[2]) / (2 * np.pi)
        v = np.arccos(unit[1]) / np.pi
        return np.asarray(picture[int(v * picture.shape[0]), int(u * picture.shape[1])])

    face = keypoints.xyz_m[FACE]
    for eye in (slice(36, 42), slice(42, 48)):
        middle = face[eye].mean(axis=0)
        inside, below = colour(middle), colour(middle * [1, 1, 1] - [0, np.ptp(face[eye][:, 1]) * 0.9, 0])
        assert np.abs(inside - below).max() > 25


def test_hands_follow_coco_order() -> None:
    keypoints = at_rest(0)[1].xyz_m
    for hand, sign in ((LEFT_HAND, 1.0), (RIGHT_HAND, -1.0)):
        points = keypoints[hand]
        along = sign * (points[:, 0] - points[0, 0])
        for finger in range(5):
            chain = along[[0, *range(1 + 4 * finger, 5 + 4 * finger)]]
            assert (np.diff(chain) > 0).all()
        assert points[4, 2] > points[8, 2] > points[12, 2] > points[16, 2] > points[20, 2], (
            "thumb is in front"
        )


def test_feet_follow_coco_order() -> None:
    big, small, heel = at_rest(0)[1].xyz_m[17:20]
    assert 0 < big[0] < small[0]
    assert heel[2] < small[2] < big[2]


def test_solids_are_posed_quickly() -> None:
    body = human(0)
    state = posed(body, 1)
    body.solids(*state)
    best = np.inf
    for _ in range(20):
        start = time.perf_counter()
        body.solids(*state)
        best = min(best, time.perf_counter() - start)
    assert best < 0.01, "a frame's solids take under 10 ms even on a busy core"


def test_textures_are_the_same_objects_in_every_frame() -> None:
    body = human(0)
    first, second = body.solids(*posed(body)), body.solids(*posed(body, 2))
    assert first.textures is second.textures
