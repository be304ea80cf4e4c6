"""The animation's part of the table: who stands still is found to, and what moves counts."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from data_contracts.rig import INDEX, JOINTS
from flows.accuracy.puppet_pairs import LoadedPair, driver_motion, true_placement
from flows.accuracy.role import Case
from flows.accuracy.roles import animate
from flows.accuracy.roles.animate import ERROR, IOU, PLACED, POSE, PSNR, ROLE, SLIDING, UNREST
from flows.accuracy.true_rigs import true_joints_px, true_skeleton
from flows.world.read import Still
from models.puppet import PuppetConfig
from models.puppet.driver import COCO_OF_JOINT, DriverMotion
from models.world.truth import FigureTruth, Points
from tests.models.puppet.moving_body import reference

FRAMES, PX_PER_M = 5, 200.0
HALF = 0.5
"""The take shows the figure half as large as the still does."""
CASE = Case("puppet world, facing, true rig, 2D poses", "somebody", animate.PuppetPair)  # never read


def truth(scale: float, frames: int) -> FigureTruth:
    """The reference's joints as a human of the world."""
    joints = reference().joints_xy_px
    keypoints = np.zeros((133, 2))
    for name, k in COCO_OF_JOINT.items():
        keypoints[k] = joints[INDEX[name]]
    keypoints[[3, 4]] = joints[INDEX["head"]]
    hands = np.stack([joints[INDEX[f"{side}_hand"]] for side in ("left", "left", "right", "right")])

    def points(xy: np.ndarray) -> Points:
        xyz = np.dstack([xy[None] / PX_PER_M * [1, -1], np.zeros((1, len(xy)))])
        times = (frames, 1, 1)
        seen = np.ones((frames, len(xy)), bool)
        return Points(np.tile(xyz, times), np.tile(scale * xy[None], times), seen)

    names = ("LeftHand", "LeftHandMiddle1", "RightHand", "RightHandMiddle1")
    return FigureTruth("somebody", "human", names, (-1,) * 4, points(hands), points(keypoints))


def picture() -> tuple[np.ndarray, np.ndarray]:
    """A figure of thick coloured bones, and its matte."""
    rgb, alpha = np.full((420, 400, 3), 90, np.uint8), np.zeros((420, 400), np.uint8)
    joints = reference().joints_xy_px
    rng = np.random.default_rng(1)
    for name in JOINTS[1:]:
        side = name.split("_")[0]
        parent = {"chest": "root", "neck": "chest", "head": "neck"}.get(name) or {
            "shoulder": "chest",
            "elbow": f"{side}_shoulder",
            "hand": f"{side}_elbow",
            "hip": "root",
            "knee": f"{side}_hip",
            "foot": f"{side}_knee",
        }[name.split("_")[1]]
        ends = [np.rint(joints[INDEX[end]]).astype(int).tolist() for end in (parent, name)]
        thick = 60 if name in ("chest", "head") else 24
        colour = rng.integers(40, 230, 3).tolist()
        cv2.line(rgb, *ends, colour, thick)
        cv2.line(alpha, *ends, 255, thick)
    return rgb, (alpha / 255).astype(np.float32)


@pytest.fixture
def loaded() -> LoadedPair:
    rgb, alpha = picture()
    figure = truth(HALF, FRAMES)
    size = (200, 210)
    small, share = (cv2.resize(array, size, interpolation=cv2.INTER_AREA) for array in (rgb, alpha))
    clean = np.full((FRAMES, 210, 200, 3), 200, np.uint8)
    frame = np.rint(share[..., None] * small + (1 - share[..., None]) * clean[0]).astype(np.uint8)
    joints = true_joints_px(figure)
    driver = DriverMotion(figure.keypoints.xy_px, np.ones((FRAMES, 133)), 24.0)
    still = Still(rgb, alpha, np.full_like(rgb, 90), np.zeros(alpha.shape, np.uint8), truth(1.0, 1))
    # 200 px of the still are a metre, 100 px of the take: at two metres with a focal length of 200 px.
    foot = np.array([0.0, (HALF * 398 - 105) / 100, 2.0])
    return LoadedPair(
        still,
        true_skeleton(still),
        driver,
        np.tile(frame, (FRAMES, 1, 1, 1)),
        clean,
        np.tile(share, (FRAMES, 1, 1)),
        joints,
        np.zeros((FRAMES, len(JOINTS))),
        np.full(FRAMES, 180.0),
        np.zeros((FRAMES, 210, 200), np.float32),
        np.tile(np.eye(4), (FRAMES, 1, 1)),
        np.tile([200.0, 200.0, 100.0, 105.0], (FRAMES, 1)),
        foot,
    )


def measured(loaded: LoadedPair, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, float]:
    monkeypatch.setattr(animate, "load_pair", lambda _: loaded)
    monkeypatch.setattr(animate, "_skeleton", lambda *_: loaded.skeleton)
    return dict(ROLE.measure(CASE, PuppetConfig(), tmp_path))


@pytest.mark.slow
def test_a_figure_that_stands_still_is_drawn_as_it_stands(
    loaded: LoadedPair, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    values = measured(loaded, monkeypatch, tmp_path)
    assert values[PLACED.name] < 0.8 and values[ERROR.name] < 0.6 and values[POSE.name] < 0.6
    assert values[SLIDING.name] < 0.01 and values[UNREST.name] < 0.01
    assert values[IOU.name] > 0.9 and values[PSNR.name] > 18
    assert set(values) <= {measure.name for measure in ROLE.measures}


@pytest.mark.slow
def test_the_spot_counts_only_for_the_figure_as_placed(
    loaded: LoadedPair, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere = loaded._replace(foot_m=loaded.foot_m + [0.09, 0, 0])
    values = measured(elsewhere, monkeypatch, tmp_path)
    assert values[PLACED.name] == pytest.approx(100 * 9 / 180, abs=0.5)
    assert values[ERROR.name] < 0.6 and values[IOU.name] > 0.9


@pytest.mark.slow
def test_yardsticks_frame_the_puppet(loaded: LoadedPair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(animate, "load_pair", lambda _: loaded)
    raised = loaded.joints_px.copy()
    raised[:, INDEX["left_hand"]] += [0, -60]
    for known in (ROLE.baseline, ROLE.oracle):
        assert known is not None and known(CASE)[IOU.name] > 0.9
    monkeypatch.setattr(animate, "load_pair", lambda _: loaded._replace(joints_px=raised))
    assert ROLE.oracle is not None
    assert ROLE.oracle(CASE)[POSE.name] == pytest.approx(0, abs=1e-9)
    assert ROLE.baseline(CASE)[POSE.name] == pytest.approx(100 * 60 / 180 / 16, abs=0.3)
    assert ROLE.oracle(CASE)[IOU.name] < ROLE.baseline(CASE)[IOU.name]  # the pictures show the arm down


def test_a_walk_that_slides_and_a_limb_that_swells_are_found(loaded: LoadedPair) -> None:
    moving = loaded.joints_px + np.arange(FRAMES)[:, None, None] * [1.8, 0]
    values = animate._motion_values(moving, loaded)
    assert values[SLIDING.name] == pytest.approx(1.0) and values[UNREST.name] == pytest.approx(0, abs=1e-9)
    assert values[POSE.name] == pytest.approx(0, abs=1e-9)
    swelling = loaded.joints_px.copy()
    swelling[::2, INDEX["left_hand"]] += [0, 15]
    assert animate._motion_values(swelling, loaded)[UNREST.name] > 1


def test_poses_in_3d_are_seen_by_a_camera_at_rest(loaded: LoadedPair) -> None:
    from data_contracts.pose_sequence import PoseSequence

    xyz = np.zeros((2, 1, 133, 3), np.float32)
    xyz[..., 2] = 3
    camera = np.tile(np.eye(4), (2, 1, 1))
    camera[1, 0, 3] = 0.5  # the camera went right, so a body at rest goes left in its pictures
    xyz[1, ..., 0] = -0.5
    poses = PoseSequence(
        np.zeros((2, 1, 133, 2), np.float32), np.ones((2, 1, 133), np.float32), 24, 64, 48, xyz, "m"
    )
    motion = driver_motion(poses, camera, "3D")
    np.testing.assert_allclose(motion.xy, 0, atol=1e-6)
    assert motion.depth is not None
    np.testing.assert_allclose(motion.depth, 3)
    assert driver_motion(poses, camera, "2D").depth is None


def test_the_true_placement_puts_the_rig_onto_the_truth(loaded: LoadedPair) -> None:
    placement = true_placement(loaded, loaded.skeleton)
    np.testing.assert_allclose(placement.scale, HALF, rtol=1e-6)
    on_take = placement.scale[0] * loaded.skeleton.joints_xy_px + placement.offset[0]
    limbs = list(COCO_OF_JOINT)
    indices = [INDEX[name] for name in limbs]
    np.testing.assert_allclose(on_take[indices], loaded.joints_px[0, indices], atol=0.6)
