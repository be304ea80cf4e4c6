"""The demo's driving clip: a person dances before a static camera, and what is true about every frame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.bvh import BvhMotion
from models.motion.forward_kinematics import forward_kinematics
from models.world.art.places import FLOOR_M, draw_studio
from models.world.dancer import HEAD_RADIUS_CM, Eye, draw_person, draw_shadow, to_camera
from models.world.skeleton import JOINT_NAMES

STANDS_AT_M = 2.85

# COCO-WholeBody indices of the joints that the figure has, by name in the skeleton.
_BODY = {
    5: "LeftArm", 6: "RightArm", 7: "LeftForeArm", 8: "RightForeArm", 9: "LeftHand", 10: "RightHand",
    11: "LeftUpLeg", 12: "RightUpLeg", 13: "LeftLeg", 14: "RightLeg", 15: "LeftFoot", 16: "RightFoot",
    17: "LeftToeBase_end", 20: "RightToeBase_end",
}  # fmt: skip
# Nose, eyes and ears as directions from the head's middle (left, up, ahead), on its surface.
_HEAD = {0: (0.0, -0.25, 0.97), 1: (0.30, -0.10, 0.95), 2: (-0.30, -0.10, 0.95),
         3: (0.98, -0.12, 0.0), 4: (-0.98, -0.12, 0.0)}  # fmt: skip


class TrueFrame(NamedTuple):
    """One frame and its truth.

    Attributes:
        rgb: uint8 [H, W, 3].
        alpha: uint8 [H, W], 255 where the person covers the pixel.
        keypoints_xy_px: float32 [133, 2], COCO-WholeBody.
        confidence: float32 [133]: 1 for the body's joints and big toes, 0 for the others.
    """

    rgb: NDArray[np.uint8]
    alpha: NDArray[np.uint8]
    keypoints_xy_px: NDArray[np.float32]
    confidence: NDArray[np.float32]


def draw_dance_clip(motion: BvhMotion, size_px: int, seed: int) -> Iterator[TrueFrame]:
    """Draw a motion of the demo's skeleton in the studio, a square frame at a time.

    Args:
        motion: from ``models.world.choreography``.
        size_px: width and height of a frame.
        seed: of the studio's bricks and posters.
    """
    view = draw_studio(size_px, seed)
    studio = view.image()
    eye = Eye(view.focal_px, view.width / 2, view.horizon_px)
    poses = forward_kinematics(motion)
    head = JOINT_NAMES.index("Head")
    for positions, rotations in zip(poses.positions, poses.rotations, strict=True):
        joints = to_camera(positions, FLOOR_M, STANDS_AT_M)
        rgb, alpha = draw_person(draw_shadow(studio, joints, FLOOR_M, eye), joints, rotations[head], eye)
        yield TrueFrame(rgb, alpha, *_truth(positions, rotations[head], eye))


def _truth(
    positions: NDArray[np.float64], head_turn: NDArray[np.float64], eye: Eye
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    points = {index: positions[JOINT_NAMES.index(name)] for index, name in _BODY.items()}
    base, top = (positions[JOINT_NAMES.index(name)] for name in ("Head", "Head_end"))
    middle = base + (top - base) * 0.46
    for index, direction in _HEAD.items():
        points[index] = middle + head_turn @ np.array(direction) * HEAD_RADIUS_CM
    keypoints, confidence = np.zeros((133, 2), np.float32), np.zeros(133, np.float32)
    for index, point in points.items():
        x, y, z = to_camera(point, FLOOR_M, STANDS_AT_M)
        keypoints[index] = x / z * eye.focal_px + eye.centre_x_px, y / z * eye.focal_px + eye.centre_y_px
        confidence[index] = 1.0
    return keypoints, confidence
