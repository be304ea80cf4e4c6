"""Poses found again from silhouettes that another program drew."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import InputError, NoFigureError
from data_contracts.pose_sequence import N_KEYPOINTS
from models.pose import PoseEstimate, SilhouettePose, load

Points = NDArray[np.float64]
LIMBS = ((5, 7), (7, 9), (6, 8), (8, 10), (11, 13), (13, 15), (12, 14), (14, 16))
WIDTHS = (22, 16, 22, 16, 32, 24, 32, 24)


def jumping_jack(phase: float) -> Points:
    """COCO-17 joints in pixels of a figure that opens arms and legs, phase 0..1."""
    points = np.zeros((17, 2))
    points[0] = 160, 52
    for side, (shoulder, elbow, wrist, hip, knee, ankle) in (
        (1, (5, 7, 9, 11, 13, 15)),
        (-1, (6, 8, 10, 12, 14, 16)),
    ):
        arm, leg = 0.25 + 2.2 * phase, 0.06 + 0.35 * phase
        points[shoulder] = 160 + side * 34, 92
        points[elbow] = points[shoulder] + 52 * np.array([side * np.sin(arm), np.cos(arm)])
        points[wrist] = points[elbow] + 48 * np.array([side * np.sin(arm + 0.2), np.cos(arm + 0.2)])
        points[hip] = 160 + side * 20, 190
        points[knee] = points[hip] + 78 * np.array([side * np.sin(leg), np.cos(leg)])
        points[ankle] = points[knee] + 74 * np.array([side * np.sin(leg), np.cos(leg)])
    return points


def draw(points: Points, height: int = 380, width: int = 320) -> NDArray[np.float32]:
    mask = np.zeros((height, width), np.uint8)
    whole = np.rint(points - 0.5).astype(int)
    cv2.ellipse(mask, (whole[0, 0], whole[0, 1] - 6), (20, 26), 0, 0, 360, 1, -1)
    cv2.line(mask, tuple(whole[0].tolist()), (whole[0, 0], 92), 1, 20)
    trunk = points[[5, 6, 12, 11]] + [[14, -8], [-14, -8], [-10, 8], [10, 8]]
    cv2.fillPoly(mask, [np.rint(trunk).astype(np.int32)], 1)
    for (a, b), thick in zip(LIMBS, WIDTHS, strict=True):
        cv2.line(mask, tuple(whole[a].tolist()), tuple(whole[b].tolist()), 1, thick)
    return mask.astype(np.float32)


@pytest.fixture(scope="module")
def phases() -> NDArray[np.float64]:
    return (1 - np.cos(np.linspace(0, 2 * np.pi, 16))) / 2


@pytest.fixture(scope="module")
def truth(phases: NDArray[np.float64]) -> Points:
    return np.stack([jumping_jack(p) for p in phases])


@pytest.fixture(scope="module")
def estimate(truth: Points) -> PoseEstimate:
    return load(SilhouettePose())(None, np.stack([draw(p) for p in truth]))  # type: ignore[arg-type]


@pytest.mark.slow
def test_limb_joints_lie_within_a_tenth_of_the_figure(estimate: PoseEstimate, truth: Points) -> None:
    error = np.linalg.norm(estimate.keypoints_xy_px[:, 0, 5:17] - truth[:, 5:17], axis=-1)
    # Fast arms lag between key frames.
    assert (error < 0.1 * 330).mean() > 0.9
    assert np.median(error) < 0.055 * 330


@pytest.mark.slow
def test_left_is_on_the_right_of_the_picture_for_a_figure_that_faces_us(estimate: PoseEstimate) -> None:
    xy = estimate.keypoints_xy_px[:, 0]
    assert (xy[:, 5, 0] > xy[:, 6, 0]).all() and (xy[:, 11, 0] > xy[:, 12, 0]).all()


@pytest.mark.slow
def test_shape_confidence_and_what_is_missing(estimate: PoseEstimate) -> None:
    assert estimate.keypoints_xy_px.shape == (16, 1, N_KEYPOINTS, 2)
    assert np.isfinite(estimate.keypoints_xy_px).all()
    confidence = estimate.confidence[:, 0]
    assert (confidence[:, 23:] == 0).all(), "a silhouette shows no face and no hands"
    assert confidence[:, 5:17].mean() > 0.5
    assert (confidence[:, 1:5] < confidence[:, :1]).all(), "eyes and ears are placed by proportion"
    assert (estimate.quality > 0.4).all()


@pytest.mark.slow
def test_motion_is_smooth(estimate: PoseEstimate, truth: Points) -> None:
    def bend(xy: Points) -> float:
        return float(np.abs(xy[2:] - 2 * xy[1:-1] + xy[:-2]).mean())

    assert bend(estimate.keypoints_xy_px[:, 0, 5:17].astype(np.float64)) < 2 * bend(truth[:, 5:17]) + 0.5


@pytest.mark.slow
def test_same_silhouettes_give_the_same_pose(truth: Points) -> None:
    masks = np.stack([draw(p) for p in truth[:4]])
    config = SilhouettePose(iterations=20, keep=2)
    first, second = (load(config)(None, masks) for _ in range(2))  # type: ignore[arg-type]
    np.testing.assert_array_equal(first.keypoints_xy_px, second.keypoints_xy_px)


@pytest.mark.slow
def test_moving_the_picture_moves_the_joints(truth: Points) -> None:
    masks = np.stack([draw(p) for p in truth[:3]])
    moved = np.pad(masks, ((0, 0), (0, 10), (24, 0)))
    still = np.pad(masks, ((0, 0), (0, 10), (0, 24)))
    config = SilhouettePose(iterations=40, keep=2)
    a, b = (load(config)(None, m).keypoints_xy_px[:, 0, :17] for m in (still, moved))  # type: ignore[arg-type]
    np.testing.assert_allclose(b - a, np.broadcast_to([24.0, 0.0], a.shape), atol=0.05)


@pytest.mark.slow
def test_a_figure_cut_at_the_waist_has_no_legs_but_arms(truth: Points) -> None:
    masks = np.stack([draw(p)[:215] for p in truth[:8]])
    estimate = load(SilhouettePose())(None, masks)  # type: ignore[arg-type]
    assert "cut" in estimate.method
    assert (estimate.confidence[:, 0, 13:17] == 0).all(), "knees and ankles are below the picture"
    assert (estimate.confidence[:, 0, 5:7] > 0).all()
    error = np.linalg.norm(estimate.keypoints_xy_px[:, 0, 5:11] - truth[:8, 5:11], axis=-1)
    assert np.median(error) < 0.1 * 330


@pytest.mark.slow
def test_frames_without_a_figure_have_no_confidence(truth: Points) -> None:
    masks = np.stack([draw(p) for p in truth[:6]])
    masks[2] = 0
    estimate = load(SilhouettePose(iterations=40, keep=2))(None, masks)  # type: ignore[arg-type]
    assert (estimate.confidence[2] == 0).all()
    assert estimate.confidence[3, 0, 5] > 0


def test_no_figure_and_no_matte_are_told_apart() -> None:
    with pytest.raises(NoFigureError, match="matte of this clip is empty"):
        load(SilhouettePose())(None, np.zeros((3, 60, 60), np.float32))  # type: ignore[arg-type]
    with pytest.raises(InputError, match="needs the matte"):
        load(SilhouettePose())(np.zeros((3, 60, 60, 3), np.uint8), None)
