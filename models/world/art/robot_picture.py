"""The robot in its workshop: one opaque reference picture with a painted background in perspective."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.art.places import FLOOR_M, draw_workshop
from models.world.art.robot import draw_robot

STANDS_AT_M = 2.75
HEIGHT_M = 1.95
SOLES_PX = 694
"""Row of the drawing at which the robot's soles end."""


def draw_robot_picture(size_px: int, seed: int) -> NDArray[np.uint8]:
    """The robot standing on the workshop's boards, uint8 RGB [size, size, 3]."""
    view = draw_workshop(size_px, seed)
    for x_m in (-0.2, 0.2):
        view.shadow(x_m, FLOOR_M, STANDS_AT_M, 0.22, 0.22, 0.45)
    room = view.image()
    robot = draw_robot()
    ground = view.project([(0.0, FLOOR_M, STANDS_AT_M)])[0]
    scale = HEIGHT_M * view.focal_px / STANDS_AT_M / robot.shape[0]
    # One affine step places the drawing: its soles' middle goes to the spot on the floor.
    place = np.array(
        [[scale, 0, ground[0] - scale * robot.shape[1] / 2], [0, scale, ground[1] - scale * SOLES_PX]]
    )
    premultiplied = robot.astype(np.float32) / 255
    premultiplied[..., :3] *= premultiplied[..., 3:]
    softened = cv2.GaussianBlur(premultiplied, (0, 0), max(0.3, 0.45 / scale - 0.3))
    placed = cv2.warpAffine(softened, place, (size_px, size_px), flags=cv2.INTER_LINEAR)
    mixed = room / 255 * (1 - placed[..., 3:]) + placed[..., :3]
    return np.asarray(np.clip(np.round(mixed * 255), 0, 255), dtype=np.uint8)
