"""Filmed takes in memory: the same motion on two identities, and truth that agrees over frames and views."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models.world.film_take import FilmedTake, film_take
from models.world.film_views import FilmedViews, film_views
from models.world.filming.frame import Camera
from models.world.normals import unpacked
from models.world.places.build import build_place
from models.world.shot import Drawn, Performers, Role, ShotPlan, StillPlan
from models.world.visibility import project, unproject

SIZE, FRAMES = 96, 4
PLACE = build_place("room", 4)


def _plan() -> ShotPlan:
    place, camera = Drawn(kind="room", seed=4), Drawn(kind="orbit", seed=7)
    still = StillPlan(
        pose_seed=1, yaw_deg=0, place=place, camera=camera, style="shaded", width_px=SIZE, height_px=SIZE
    )
    role = Role(kind="human", motion=Drawn(kind="wave", seed=3), position_m=(0.3, -0.2), yaw_deg=20)
    return ShotPlan(
        shot="shot0001", split="train", place=place, camera=camera, style="shaded", width_px=SIZE,
        height_px=SIZE, fps=4, num_frames=FRAMES, subject_height_m=1.75, cast=(role,), num_views=4,
        performers=tuple(
            Performers(identities=(Drawn(kind="human", seed=seed),), still=still) for seed in (12, 13)
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def takes() -> tuple[FilmedTake, FilmedTake]:
    plan = _plan()
    first, second = (film_take(plan, performers, PLACE, {}) for performers in plan.performers)
    return first, second


@pytest.fixture(scope="module")
def views(takes: tuple[FilmedTake, FilmedTake]) -> FilmedViews:
    return film_views(takes[0].performances[0], 1, 4, SIZE, PLACE.light, "shaded", 0)


def _camera(take: FilmedTake, t: int) -> Camera:
    return Camera(take.world_from_camera[t], take.intrinsics_px[t], SIZE, SIZE)


@pytest.mark.slow
def test_identities_share_motion_camera_and_place(takes: tuple[FilmedTake, FilmedTake]) -> None:
    first, second = takes
    assert (first.world_from_camera == second.world_from_camera).all()
    assert (first.intrinsics_px == second.intrinsics_px).all()
    assert (first.clean == second.clean).all() and (first.clean_depth_m == second.clean_depth_m).all()
    assert (first.rgb != second.rgb).any()
    turns = [take.performances[0].poses.rotations for take in takes]
    elbow = takes[0].performances[0].body.skeleton.index("RightForeArm")
    apart = np.degrees(
        np.arccos(np.clip((np.einsum("tij,tij->t", *(t[:, elbow] for t in turns)) - 1) / 2, -1, 1))
    )
    assert apart.max() < 15, "the same gesture, on another body"


@pytest.mark.slow
def test_the_place_moves_as_depth_and_camera_say(takes: tuple[FilmedTake, FilmedTake]) -> None:
    """The last clean frame, looked up in the first one by its own depth and both cameras."""
    take = takes[0]
    points = unproject(take.clean_depth_m[-1].astype(np.float32), _camera(take, FRAMES - 1))
    xy, depth = project(points, _camera(take, 0))
    row, column = np.nonzero(take.clean_depth_m[-1])
    here = (xy > 1).all(axis=1) & (xy < SIZE - 1).all(axis=1)
    at = (xy[here].astype(np.float32) - 0.5)[None]
    found_depth = cv2.remap(take.clean_depth_m[0].astype(np.float32), at, None, cv2.INTER_NEAREST)[0]
    both = np.abs(found_depth - depth[here]) < 0.03 * depth[here]
    assert both.mean() > 0.85
    looked_up = cv2.remap(take.clean[0], at, None, cv2.INTER_LINEAR)[0][both].astype(float)
    now = take.clean[-1][row[here], column[here]][both].astype(float)
    unmoved = take.clean[0][row[here], column[here]][both].astype(float)
    assert np.abs(looked_up - now).mean() < 0.4 * np.abs(unmoved - now).mean()


def test_the_figure_is_where_its_role_stands(takes: tuple[FilmedTake, FilmedTake]) -> None:
    for take in takes:
        way = take.performances[0].poses.positions[:, 0]
        middle = (way.min(axis=0) + way.max(axis=0)) / 2
        assert np.allclose(middle[[0, 2]], [0.3, -0.2])
        assert np.degrees(np.arctan2(*take.performances[0].facing(0)[[0, 2]])) == pytest.approx(20, abs=25)


def test_surfaces_of_views_lie_on_the_figure(
    takes: tuple[FilmedTake, FilmedTake], views: FilmedViews
) -> None:
    """Points that the views show are within reach of the joints, and normals look at their camera."""
    joints = takes[0].performances[0].poses.positions[1]
    for n in range(4):
        camera = Camera(views.world_from_camera[n], views.intrinsics_px[n], SIZE, SIZE)
        shown = views.depth_m[n].astype(np.float32)
        points = unproject(shown, camera)
        nearest = np.linalg.norm(points[:, None] - joints[None], axis=2).min(axis=1)
        assert len(points) > 200 and np.quantile(nearest, 0.95) < 0.3
        normal = unpacked(views.normal[n][shown > 0])
        assert normal[:, 2].mean() < -0.3, "camera axes: towards the camera is -z"
        border = np.concatenate([views.rgba[n, 0, :, 3], views.rgba[n, -1, :, 3], views.rgba[n, :, 0, 3]])
        assert not border.any(), "all of the figure is in the picture"


def test_the_first_view_is_in_front(takes: tuple[FilmedTake, FilmedTake], views: FilmedViews) -> None:
    facing = takes[0].performances[0].facing(1)
    ahead = views.world_from_camera[:, :3, 2]
    assert np.allclose(ahead @ facing, [-1, 0, 1, 0], atol=1e-9)


@pytest.mark.slow
def test_filming_again_gives_the_same(takes: tuple[FilmedTake, FilmedTake]) -> None:
    plan = _plan()
    again = film_take(plan, plan.performers[0], build_place("room", 4), {})
    for name in ("rgb", "clean", "alpha", "figures", "parts", "depth_m", "normal"):
        assert (getattr(again, name) == getattr(takes[0], name)).all()
