from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from data_contracts.errors import EstimationError
from data_contracts.rig import INDEX
from models.puppet.anchor import PlacementConfig, anchor_figure
from models.puppet.compose import ComposeConfig
from models.puppet.placement import (
    Placement,
    cut_below,
    kept_in_frame,
    on_canvas,
    place_figure,
)
from models.puppet.retarget import RetargetConfig, retarget
from tests.models.puppet.moving_body import driver, keypoints, reference

FOCAL, WIDTH, HEIGHT = 500.0, 400, 420
LENS = np.array([FOCAL, FOCAL, WIDTH / 2, HEIGHT / 2])


def floor() -> np.ndarray:
    """A floor 1.5 m under the camera, and a wall at 12 m."""
    below = np.maximum(np.arange(HEIGHT) + 0.5 - HEIGHT / 2, 1e-3)
    return np.repeat(np.minimum(1.5 * FOCAL / below, 12)[:, None], WIDTH, 1).astype(np.float32)


def cameras(count: int, step: np.ndarray) -> np.ndarray:
    poses = np.tile(np.eye(4), (count, 1, 1))
    poses[:, :3, 3] = np.arange(count)[:, None] * step
    return poses


def test_in_its_own_scene_the_figure_stays_where_it_stood() -> None:
    skeleton = reference()
    anchor = anchor_figure(skeleton, floor(), FOCAL, True, PlacementConfig())
    placed = place_figure(anchor, cameras(3, np.zeros(3)), np.tile(LENS, (3, 1)), WIDTH, HEIGHT, False)
    np.testing.assert_allclose(placed.scale, 1)
    np.testing.assert_allclose(placed.offset, 0, atol=1e-9)
    foot_row = 398 - HEIGHT / 2
    assert placed.depth_m[0] == pytest.approx(1.5 * FOCAL / foot_row, rel=0.02)


def test_nothing_of_its_own_scene_lies_before_the_figure() -> None:
    """A still shows its whole figure: depth that puts the foot behind the floor is wrong."""
    depth = floor()
    depth[380:] = 12.0
    anchor = anchor_figure(reference(), depth, FOCAL, True, PlacementConfig())
    placed = place_figure(anchor, cameras(1, np.zeros(3)), LENS[None], WIDTH, HEIGHT, False)
    hides_from = (1 - ComposeConfig().occlusion_margin) * placed.depth_m[0]
    assert hides_from < depth[[150, 250, 330, 360], 176].min()
    assert placed.scale[0] == 1
    np.testing.assert_allclose(placed.offset[0], 0, atol=1e-9)


def test_the_foot_sticks_to_its_point_of_the_floor() -> None:
    anchor = anchor_figure(reference(), floor(), FOCAL, True, PlacementConfig())
    poses = cameras(5, np.array([0.1, -0.02, 0.2]))
    placed = place_figure(anchor, poses, np.tile(LENS, (5, 1)), WIDTH, HEIGHT, False)
    for t in range(5):
        x, y, z = anchor.world - poses[t, :3, 3]
        expected = [FOCAL * x / z + WIDTH / 2, FOCAL * y / z + HEIGHT / 2]
        np.testing.assert_allclose(placed.scale[t] * anchor.still_xy + placed.offset[t], expected, atol=1e-9)
        assert placed.scale[t] == pytest.approx(anchor.world[2] / z)
    assert (np.diff(placed.scale) > 0).all(), "a camera that comes nearer sees a larger figure"


def test_in_another_scene_it_has_a_sensible_size_and_stands_on_the_ground() -> None:
    skeleton = reference()
    config = PlacementConfig(foot_x=0.25, height_share=0.5)
    anchor = anchor_figure(skeleton, floor(), FOCAL, False, config)
    placed = place_figure(anchor, cameras(1, np.zeros(3)), LENS[None], WIDTH, HEIGHT, False)
    joints = on_canvas(skeleton.joints_xy_px[None], placed)[0]
    feet = joints[[INDEX["right_foot"], INDEX["left_foot"]]]
    assert feet[:, 1].max() == pytest.approx(0.92 * HEIGHT, abs=0.5)
    assert joints[0, 0] == pytest.approx(0.25 * WIDTH, abs=0.5)
    assert feet[:, 1].max() - joints[INDEX["head"], 1] == pytest.approx(0.45 * HEIGHT, rel=0.1)


def test_the_cut_of_a_half_figure_never_rises_into_the_frame() -> None:
    skeleton = reference(cropped=True, legs=False)
    anchor = anchor_figure(skeleton, floor(), FOCAL, False, PlacementConfig())
    poses = cameras(6, np.array([0.0, 0.1, -0.4]))
    placed = place_figure(anchor, poses, np.tile(LENS, (6, 1)), WIDTH, HEIGHT, True)
    cut = placed.scale * skeleton.height_px + placed.offset[:, 1]
    assert (cut >= HEIGHT).all()


def test_a_walk_out_of_the_frame_is_shortened_evenly() -> None:
    points = keypoints(96)
    points[..., 0] += np.linspace(0, 6, 96)[:, None]
    motion = retarget(reference(), driver(points), RetargetConfig(lock_feet=False))
    anchor = anchor_figure(reference(), floor(), FOCAL, True, PlacementConfig())
    placed = place_figure(anchor, cameras(96, np.zeros(3)), np.tile(LENS, (96, 1)), WIDTH, HEIGHT, False)
    config = PlacementConfig(keep_in_frame=0.2)
    kept = kept_in_frame(motion, placed, WIDTH, config)
    x = on_canvas(kept.joints_xy_px, placed)[:, 0, 0]
    assert x.max() == pytest.approx(0.8 * WIDTH, abs=1)
    inner = np.diff(x)[3:-3]  # smoothing flattens the clip's ends
    np.testing.assert_allclose(inner, np.median(inner), rtol=1e-3)


def test_a_walk_that_has_room_starts_elsewhere_and_keeps_its_steps() -> None:
    points = keypoints(48)
    points[..., 0] += (np.arange(48) * 0.013)[:, None]
    motion = retarget(reference(), driver(points), RetargetConfig(lock_feet=False))
    anchor = anchor_figure(reference(), floor(), FOCAL, True, PlacementConfig())
    placed = place_figure(anchor, cameras(48, np.zeros(3)), np.tile(LENS, (48, 1)), WIDTH, HEIGHT, False)
    config = PlacementConfig(keep_in_frame=0.1)
    assert on_canvas(motion.joints_xy_px, placed)[:, 0, 0].max() > 0.85 * WIDTH
    kept = kept_in_frame(motion, placed, WIDTH, config)
    np.testing.assert_allclose(np.diff(kept.joints_xy_px, axis=0), np.diff(motion.joints_xy_px, axis=0))
    x = on_canvas(kept.joints_xy_px, placed)[:, 0, 0]
    assert x.min() >= 0.16 * WIDTH and x.max() < 0.84 * WIDTH, "a body's half-width from the sides"
    assert kept_in_frame(kept, placed, WIDTH, config) is kept


def test_unknown_depth_is_an_error() -> None:
    with pytest.raises(EstimationError, match="depth is unknown"):
        anchor_figure(reference(), np.zeros((HEIGHT, WIDTH), np.float32), FOCAL, True, PlacementConfig())


def test_a_camera_that_drives_through_the_figure_keeps_it_in_sight() -> None:
    anchor = anchor_figure(reference(), floor(), FOCAL, True, PlacementConfig())
    poses = cameras(30, np.array([0.0, 0.0, 0.3]))
    placed = place_figure(anchor, poses, np.tile(LENS, (30, 1)), WIDTH, HEIGHT, False)
    assert (np.diff(placed.depth_m) < 0).all() and placed.depth_m.min() > 0.55 * anchor.world[2]
    assert np.abs(np.diff(placed.scale, 2)).max() < 0.03, "no jerk"


def test_a_cut_is_kept_below_the_canvas_and_one_that_is_there_stays() -> None:
    offset = np.array([[7.0, -60.0], [7.0, 30.0]])
    placed = Placement(np.array([0.5, 1.0]), offset, np.ones(2), offset)
    lowered = cut_below(placed, HEIGHT, HEIGHT)
    np.testing.assert_allclose(lowered.offset, [[7, HEIGHT / 2 + 1], [7, 30]])
    np.testing.assert_allclose(lowered.foot_xy_px - placed.foot_xy_px, lowered.offset - offset)


def test_a_guest_stands_on_the_same_line_as_tall_as_the_figure_whose_scene_it_is() -> None:
    lead = reference()
    small = replace(lead, joints_xy_px=0.5 * lead.joints_xy_px, width_px=lead.width_px // 2, height_px=210)
    own = anchor_figure(lead, floor(), FOCAL, True, PlacementConfig())
    guest = anchor_figure(small, floor(), FOCAL, True, PlacementConfig(), 0.25, lead)
    assert guest.scale == pytest.approx(2 * own.scale, rel=1e-6)
    placed = [
        place_figure(anchor, cameras(1, np.zeros(3)), LENS[None], WIDTH, HEIGHT, False)
        for anchor in (own, guest)
    ]
    apart = placed[1].foot_xy_px[0] - placed[0].foot_xy_px[0]
    np.testing.assert_allclose(apart, [0.25 * WIDTH, 0], atol=0.5)


def test_a_guest_does_not_leave_the_picture() -> None:
    lead = reference()
    far = anchor_figure(lead, floor(), FOCAL, True, PlacementConfig(), 2.0, lead)
    placed = place_figure(far, cameras(1, np.zeros(3)), LENS[None], WIDTH, HEIGHT, False)
    assert placed.foot_xy_px[0, 0] == pytest.approx(0.9 * WIDTH, abs=0.5)


def test_a_cut_guest_beside_a_standing_one_is_nearer_and_no_giant() -> None:
    lead = reference()
    joints = lead.joints_xy_px
    to_the_knees = replace(lead, cropped=True, legs=False, height_px=330)
    guest = anchor_figure(to_the_knees, floor(), FOCAL, False, PlacementConfig(), 0.2, lead)
    alone = anchor_figure(lead, floor(), FOCAL, False, PlacementConfig())
    assert guest.world[1] / guest.world[2] == pytest.approx(0.5 * HEIGHT / FOCAL), "it ends at the border"
    head, neck = joints[INDEX["head"], 1], joints[INDEX["neck"], 1]
    top = {
        name: HEIGHT / 2 + FOCAL * found.world[1] / found.world[2] - found.scale * (found.still_xy[1] - head)
        for name, found in (("guest", guest), ("alone", alone))
    }
    assert top["guest"] > top["alone"] - 0.02 * HEIGHT, "its head is no higher"
    nearer = guest.scale * (neck - head) / (alone.scale * (neck - head))
    assert 1 <= nearer < 1.55


def test_half_a_guest_is_cut_by_the_border_and_not_by_the_ground() -> None:
    lead = reference()
    half = replace(lead, cropped=True)
    guest = anchor_figure(half, floor(), FOCAL, True, PlacementConfig(), 0.0, lead)
    alone = anchor_figure(half, floor(), FOCAL, False, PlacementConfig())
    assert guest.scale == pytest.approx(alone.scale)
    assert guest.world[1] / guest.world[2] == pytest.approx(0.5 * HEIGHT / FOCAL)
