"""What the network is shown, before any network: skeleton, face, region, sizes."""

from __future__ import annotations

import numpy as np
import pytest

from models.pose_drawing.palette import JOINT_RGB
from models.wan_animate.face_video import FACE_PX, face_boxes, face_video
from models.wan_animate.pose_video import draw_pose_video, stick_px
from models.wan_animate.region import blended, in_blocks
from models.wan_animate.work_frame import WorkFrame


def person() -> tuple[np.ndarray, np.ndarray]:
    """All 133 points of one who stands in 720 x 720 pixels: none on top of another."""
    xy = np.zeros((1, 133, 2), np.float32)
    body = {0: (360, 100), 5: (420, 200), 6: (300, 200), 7: (460, 300), 8: (260, 300), 9: (480, 400)}
    body |= {10: (240, 400), 11: (400, 400), 12: (320, 400), 13: (410, 520), 14: (310, 520)}
    body |= {15: (415, 640), 16: (305, 640), 1: (375, 85), 2: (345, 85), 3: (390, 95), 4: (330, 95)}
    body |= {17: (450, 690), 18: (470, 670), 19: (405, 660), 20: (270, 690), 21: (250, 670), 22: (315, 660)}
    for index, place in body.items():
        xy[0, index] = place
    xy[0, 23:91] = [(100, 40 + 2 * k) for k in range(68)]
    xy[0, 91:112] = [(520, 300 + 5 * k) for k in range(21)]
    xy[0, 112:133] = [(200, 300 + 5 * k) for k in range(21)]
    return xy, np.ones((1, 133), np.float32)


def test_the_skeleton_is_thin_has_toes_and_no_face() -> None:
    xy, trust = person()
    frame = draw_pose_video(xy, trust, 720, 720, 0.25)[0]
    assert stick_px(1280, 720) == 2 and stick_px(384, 216) == 1
    np.testing.assert_array_equal(frame[100, 360], JOINT_RGB[0])
    np.testing.assert_array_equal(frame[640, 415], JOINT_RGB[13])
    for place, joint in (((680, 460), (200, 200, 0)), ((680, 260), (100, 100, 0))):
        np.testing.assert_array_equal(frame[place], joint)
    np.testing.assert_array_equal(frame[660, 437], (153, 0, 51), "left ankle to toes")
    np.testing.assert_array_equal(frame[660, 282], (120, 120, 0), "right ankle to toes")
    across = frame[350, 430:500].any(-1).sum()
    assert 3 <= across <= 7, "a lower arm is four pixels wide"
    assert not frame[:, 80:120].any(), "the face is told by its crops"
    assert frame[300:410, 519].any() and frame[300:410, 199].any(), "hands"
    unsure = trust.copy()
    unsure[0, [17, 18, 91]] = 0.1
    without = draw_pose_video(xy, unsure, 720, 720, 0.25)[0]
    assert not without[650:, 430:].any() and without[650:, :300].any()


def test_faces_are_cut_out_with_room_over_the_brows_and_kept_through_gaps() -> None:
    rng = np.random.default_rng(0)
    xy = np.zeros((10, 68, 2), np.float32)
    xy[:] = rng.uniform([40, 30], [60, 70], (68, 2))
    xy[:, 0], xy[:, 1] = (40, 30), (60, 70)
    xy += (2 * np.arange(10))[:, None, None] * np.array([1, 0])  # to the right
    trust = np.ones((10, 68), np.float32)
    trust[4:7] = 0
    xy[4:7] = 0
    boxes = face_boxes(xy, trust, 0.25)
    assert boxes is not None
    left, top, right, bottom = boxes[0]
    assert (right - left) * (bottom - top) == pytest.approx(1.3 * 20 * 40, rel=1e-5)
    assert (30 - top) == pytest.approx(3 * (bottom - 70), rel=1e-4)
    np.testing.assert_allclose(np.diff(boxes[:, 0]), 2, atol=1e-4)  # through the gap as well
    frames = np.zeros((12, 90, 120, 3), np.uint8)
    frames[..., 0] = np.arange(120)
    crops = face_video(frames, boxes)
    assert crops.shape == (10, FACE_PX, FACE_PX, 3)
    assert abs(float(crops[0, :, :, 0].mean()) - 50) < 1.5 and abs(float(crops[9, :, :, 0].mean()) - 68) < 1.5
    trust[:] = 0
    trust[3, :33] = 1
    assert face_boxes(xy, trust, 0.25) is None, "a few points of one frame are no face"
    assert not face_video(frames, np.array([[-50.0, 0, -10, 20]])).any(), "beside the picture"


def test_the_region_is_made_of_whole_blocks_of_all_that_the_mask_touches() -> None:
    mask = np.zeros((2, 48, 80), bool)
    mask[0, 17, 40] = mask[1, 47, 79] = True
    region = in_blocks(mask, 32)
    assert region[0].sum() == 32 * 32 and region[0, :32, 32:64].all()
    assert region[1].sum() == 16 * 16 and region[1, 32:, 64:].all()


def test_what_was_drawn_blends_in_inside_of_the_region_alone() -> None:
    drawn, behind = np.full((60, 60, 3), 200, np.uint8), np.full((60, 60, 3), 100, np.uint8)
    region = np.zeros((60, 60), bool)
    region[20:50, 20:50] = True
    soft = blended(drawn, behind, region, 4)
    np.testing.assert_array_equal(soft[~region], behind[~region])
    np.testing.assert_array_equal(soft[35, 19:26, 0], [100, 120, 140, 160, 180, 200, 200])
    hard = np.where(region[..., None], drawn, behind)
    np.testing.assert_array_equal(blended(drawn, behind, region, 0), hard)
    np.testing.assert_array_equal(blended(drawn, behind, np.ones_like(region), 4), drawn)


@pytest.mark.parametrize("side", [None, 128, 50])
def test_a_frame_of_any_size_goes_in_and_comes_out(side: int | None) -> None:
    rows, columns = np.mgrid[:47, :83]
    video = np.stack([rows * 5, columns * 3, rows * 0 + 60], axis=-1).astype(np.uint8)[None]
    work = WorkFrame.of(83, 47, side)
    inside = work.enter(video)
    assert inside.shape == (1, work.padded_height, work.padded_width, 3)
    assert work.padded_height % 16 == work.padded_width % 16 == 0
    assert max(work.drawn_width, work.drawn_height) == (side or 83)
    back = work.leave(inside)
    assert back.shape == video.shape
    assert np.abs(back.astype(int) - video)[:, 3:-3, 3:-3].max() <= 3
    mask = np.zeros((1, 47, 83), np.uint8)
    mask[0, 20:30, 40:60] = 255
    there = np.argwhere(work.enter(mask)[0] > 127).mean(axis=0) + 0.5
    np.testing.assert_allclose(there[::-1], np.array([50, 25]) * work.scale, atol=0.6)
