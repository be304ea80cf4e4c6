"""What rays hit, against closed forms and an oracle."""

import numpy as np
import pytest

from models.world.filming.film import film, film_alone
from models.world.filming.frame import Camera
from models.world.solids import Solids, no_cones, no_ellipsoids, no_triangles
from tests.models.world.filming.stage import (
    LIGHT,
    camera,
    ellipsoid,
    flat,
    floor,
    in_camera,
    place_of,
    quad,
    rays,
    rotation,
    round_cone,
    speckle,
)

ROUNDING_M = 2e-6
"""Depths are kept as float32, whose steps are a quarter of this at four metres."""

NOTHING = Solids(no_triangles(), no_cones(), no_ellipsoids(), ())


def test_ellipsoid_is_where_its_quadric_is_and_faces_along_its_gradient():
    view = camera()
    centre, axes, radii = np.array([0.1, 0.9, 0.2]), rotation(4), np.array([0.5, 0.9, 0.3])
    _, truth = film_alone(view, ellipsoid(centre, axes, radii), LIGHT, "shaded")
    seen = truth.depth_m > 0
    assert 150 < seen.sum() < 2000
    pose = view.world_from_camera
    points = (rays(view) * truth.depth_m[..., None].astype(np.float64)) @ pose[:3, :3].T + pose[:3, 3]
    own = (points - centre) @ axes / radii
    assert np.abs((own**2).sum(-1)[seen] - 1).max() < 1e-5
    gradient = (own / radii) @ axes.T @ pose[:3, :3]
    gradient /= np.linalg.norm(gradient, axis=-1, keepdims=True)
    assert np.abs(truth.normal - gradient)[seen].max() < 1e-4
    # On the near side, and whole: a ray hits if and only if its discriminant says so.
    assert ((truth.normal * rays(view)).sum(-1)[seen] <= 1e-6).all()
    origin, way = (pose[:3, 3] - centre) @ axes / radii, rays(view) @ pose[:3, :3].T @ axes / radii
    inside = (way @ origin) ** 2 - (way**2).sum(-1) * (origin @ origin - 1)
    assert ((inside > 1e-9) == seen).all()


def first_of_spheres(view: Camera, ends: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """Depth [H, W] of a round cone as what it is: the union of all spheres between two; inf where missed."""
    directions = rays(view)
    ends = in_camera(view, ends)
    nearest = np.full(directions.shape[:2], np.inf)
    square = (directions**2).sum(-1)
    for share in np.linspace(0, 1, 4001):
        centre, radius = ends[0] + share * (ends[1] - ends[0]), radii[0] + share * (radii[1] - radii[0])
        along = directions @ centre
        inside = along**2 - square * (centre @ centre - radius**2)
        nearest = np.minimum(
            nearest, np.where(inside > 0, (along - np.sqrt(np.maximum(inside, 0))) / square, np.inf)
        )
    return nearest


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ends", "radii"),
    [
        ([[-0.6, 0.5, 0.1], [0.7, 1.6, -0.3]], [0.15, 0.4]),
        (
            [[0.0, 1.0, 1.6], [0.3, 1.1, -2.0]],
            [0.10, 0.7],
        ),  # seen along the axis, from inside of the cone's angle
        ([[0.0, 1.0, 1.6], [0.3, 1.1, -1.0]], [0.45, 0.1]),  # the near sphere hides the rest
        ([[-0.5, 1.0, 0.0], [0.5, 1.0, 0.0]], [0.3, 0.3]),  # a capsule
        ([[0.0, 1.0, 0.0], [0.2, 1.0, 0.1]], [0.6, 0.2]),  # one sphere inside of the other
    ],
)
def test_round_cone_is_the_union_of_all_spheres_between_its_ends(ends, radii):
    view, ends, radii = camera(), np.array(ends), np.array(radii)
    _, truth = film_alone(view, round_cone(ends, radii), LIGHT, "shaded")
    expected = first_of_spheres(view, ends, radii)
    seen, expected_seen = truth.depth_m > 0, np.isfinite(expected)
    assert expected_seen.sum() > 100
    assert (seen != expected_seen).sum() <= 2  # between 4001 spheres gaps of 1e-7 metres stay at the rim
    both = seen & expected_seen & ((truth.normal * rays(view)).sum(-1) < -0.1)
    assert np.abs(truth.depth_m - expected)[both].max() < 1e-5


def test_normal_of_a_round_cone_is_square_to_its_surface():
    view = camera()
    _, truth = film_alone(
        view, round_cone(np.array([[-0.6, 0.5, 0.1], [0.7, 1.6, -0.3]]), np.array([0.15, 0.4])), LIGHT, "cel"
    )
    points = rays(view) * truth.depth_m[..., None].astype(np.float64)
    inner = (truth.depth_m[1:-1, 2:] > 0) & (truth.depth_m[1:-1, :-2] > 0)
    step = points[1:-1, 2:] - points[1:-1, :-2]
    normal = truth.normal[1:-1, 1:-1]
    inner &= (normal * rays(view)[1:-1, 1:-1]).sum(-1) < -0.3
    slant = np.abs((step * normal).sum(-1)) / np.linalg.norm(step, axis=-1).clip(1e-9)
    assert inner.sum() > 100
    assert np.abs(np.linalg.norm(normal[inner], axis=-1) - 1).max() < 1e-5
    assert np.median(slant[inner]) < 0.02  # a chord across two pixels is not quite a tangent
    assert slant[inner].max() < 0.15


def test_floor_that_passes_under_and_behind_the_camera_is_one_plane():
    view = camera((0.3, 1.4, 4.0), (0.5, 0.2, 0.0))
    frame = film(view, place_of(floor(speckle(3))), [], "shaded")
    pose = view.world_from_camera
    drop = (rays(view) @ pose[:3, :3].T)[..., 1]
    expected = np.where(drop < 0, -pose[1, 3] / np.minimum(drop, -1e-9), 0)
    ends = expected * rays(view).max() < 30  # well inside of the floor's edges
    seen = (drop < -1e-3) & ends
    assert seen.mean() > 0.5
    assert np.abs(frame.surfaces.depth_m / expected.clip(0.1) - 1)[seen].max() < 1e-6
    assert (frame.surfaces.depth_m[drop > 0] == 0).all()
    assert np.abs(frame.surfaces.normal[seen] - pose[1, :3]).max() < 1e-6  # up, in camera axes


def test_texture_on_a_slanting_plane_keeps_perspective():
    """A picture whose red is u and whose green is v, read back through the plane's own equation."""
    ramp = np.zeros((256, 256, 3), np.uint8)
    ramp[..., 0], ramp[..., 1] = np.arange(256), np.arange(256)[:, None]
    corners = [[-1.5, 0.0, 1.0], [1.5, 0.0, -3.0], [1.5, 2.2, -3.0], [-1.5, 2.2, 1.0]]
    uv = [[0.05, 0.95], [0.95, 0.95], [0.95, 0.05], [0.05, 0.05]]
    view = camera(size=96)
    frame = film(view, place_of(quad(corners, uv, ramp, lit=False)), [], "cel", oversampling=1)
    plain = film(view, place_of(quad(corners, uv, ramp, lit=False)), [], "shaded", oversampling=1)
    seen = frame.surfaces.depth_m > 0
    assert seen.mean() > 0.2
    pose = view.world_from_camera
    points = (rays(view) * frame.surfaces.depth_m[..., None]) @ pose[:3, :3].T + pose[:3, 3]
    u = 0.05 + 0.9 * (points[..., 0] + 1.5) / 3
    assert np.corrcoef(plain.clean_rgb[..., 0][seen], u[seen])[0, 1] > 0.998
    v = 0.95 - 0.9 * points[..., 1] / 2.2
    assert np.corrcoef(plain.clean_rgb[..., 1][seen], v[seen])[0, 1] > 0.998
    # An affine map would bend this: the picture's middle column is at u = 0.5, not in the middle of the quad.
    row = 48
    columns = np.flatnonzero(seen[row])
    middle = columns[np.argmin(np.abs(u[row, columns] - 0.5))]
    assert abs(middle - (columns[0] + columns[-1]) / 2) > 4


def test_what_two_cameras_see_is_the_same_world():
    """Turning and moving the world with the camera changes nothing."""
    view = camera()
    ends, radii = np.array([[-0.6, 0.5, 0.1], [0.7, 1.6, -0.3]]), np.array([0.15, 0.4])
    turn, shift = rotation(9), np.array([3.0, -2.0, 5.0])
    solid = round_cone(ends, radii)
    moved_solid = solid._replace(
        cones=solid.cones._replace(
            ends_m=solid.cones.ends_m @ turn.T + shift, across=solid.cones.across @ turn.T
        )
    )
    pose = view.world_from_camera.copy()
    pose[:3, :3], pose[:3, 3] = turn @ pose[:3, :3], turn @ pose[:3, 3] + shift
    moved_light = LIGHT._replace(towards=turn @ LIGHT.towards)
    rgba, truth = film_alone(view, solid, LIGHT, "shaded")
    moved_rgba, moved = film_alone(view._replace(world_from_camera=pose), moved_solid, moved_light, "shaded")
    assert np.abs(truth.depth_m - moved.depth_m).max() < ROUNDING_M
    assert np.abs(truth.normal - moved.normal).max() < 1e-5
    assert np.abs(rgba[..., 3].astype(int) - moved_rgba[..., 3]).max() == 0


def test_labels_are_those_of_the_nearest_surface_at_the_pixels_centre():
    view = camera()
    ball = ellipsoid(np.array([0.0, 1.0, 0.0]), np.eye(3), np.full(3, 0.5), part=3)
    rod = round_cone(np.array([[-1.0, 1.0, 0.8], [1.0, 1.0, 0.8]]), np.array([0.1, 0.1]), part=6)
    frame = film(view, place_of(floor(flat(120))), [ball, rod], "ink")
    _, only_ball = film_alone(view, ball, LIGHT, "ink")
    _, only_rod = film_alone(view, rod, LIGHT, "ink")
    rod_seen, ball_seen = only_rod.depth_m > 0, only_ball.depth_m > 0
    assert (rod_seen & ball_seen).sum() > 30
    expected = np.where(rod_seen, 2, np.where(ball_seen, 1, 0))
    assert (frame.surfaces.figure == expected).all()
    assert (frame.surfaces.part == np.choose(expected, [0, 3, 6])).all()
    assert (frame.surfaces.depth_m[rod_seen] == only_rod.depth_m[rod_seen]).all()


def test_neighbouring_triangles_leave_no_crack():
    """A fan of slivers over the whole picture: every ray hits one of them."""
    rim = [[5 * np.cos(a), 1 + 5 * np.sin(a), -1.0 + np.cos(3 * a)] for a in np.linspace(0, 2 * np.pi, 38)]
    triangles = quad([[0, 0, 0]] * 4, [[0, 0]] * 4, flat(90)).triangles._replace(
        corners_m=np.array([[[0.1, 1.1, 0.0], a, b] for a, b in zip(rim, rim[1:], strict=False)]),
        uv=np.zeros((37, 3, 2)), texture=np.zeros(37, np.int32), part=np.zeros(37, np.int32),
    )  # fmt: skip
    fan = quad([[0, 0, 0]] * 4, [[0, 0]] * 4, flat(90))._replace(triangles=triangles)
    frame = film(camera(size=96), place_of(fan), [], "shaded")
    assert (frame.surfaces.depth_m > 0).all()


def test_an_empty_world_is_empty_and_says_so():
    frame = film(camera(), place_of(NOTHING), [NOTHING], "shaded")
    assert not frame.surfaces.depth_m.any()
    assert not frame.alpha.any()
    assert (frame.rgb == frame.clean_rgb).all()
