"""Preview: the puppet with a rig and a matte, moving on the spot, as a strip of small frames."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError, NoFigureError
from data_contracts.rig import Skeleton
from models.matting.figure_colour import decontaminate
from models.puppet.compose import ComposeConfig, compose
from models.puppet.driver import DriverMotion
from models.puppet.placement import Placement
from models.puppet.puppet import Puppet
from models.puppet.retarget import RetargetConfig, retarget

SIDE_PX = 384
_FIGURE_SHARE = 0.78
"""Of the frame's side, that the figure at rest is high or wide."""
_PAPER = (239, 235, 228)
_JPEG_QUALITY = 88
_SHORTEST_TORSO = 0.02
"""Of the frame's side: a shorter torso cannot be moved, whatever its limbs are."""
_ON_THE_SPOT = RetargetConfig(root_motion=0.0)


class Strip(NamedTuple):
    """Frames below each other in one JPEG."""

    jpeg: bytes
    frames: int
    fps: float


def render_preview(
    rgb: NDArray[np.uint8], alpha: NDArray[np.float32], skeleton: Skeleton, driver: DriverMotion
) -> Strip:
    """Move a figure as a driver moves.

    Args:
        rgb: uint8 [H, W, 3].
        alpha: float32 [H, W] in 0..1.
        skeleton: in pixels of the picture.
        driver: the motion.

    Raises:
        NoFigureError: the matte is empty.
        InputError: the joints lie so that nothing can be moved by them.
    """
    small, matte, skeleton = _reduced(rgb, alpha, skeleton)
    torso = float(np.linalg.norm(skeleton.joint("chest") - skeleton.joint("root")))
    if torso < _SHORTEST_TORSO * SIDE_PX:
        raise InputError("chest and root lie on each other", hint="Drag one of them to where it belongs")
    motion = retarget(skeleton, driver, _ON_THE_SPOT)
    puppet = Puppet(decontaminate(small, matte), matte, skeleton)
    count = len(motion.joints_xy_px)
    offset = np.tile(_centred(matte, motion.joints_xy_px), (count, 1))
    placement = Placement(np.ones(count), offset, np.ones(count), np.zeros((count, 2)))
    paper = np.broadcast_to(np.array(_PAPER, np.uint8), (count, SIDE_PX, SIDE_PX, 3))
    frames = compose(puppet, motion, placement, paper, None, not skeleton.cropped, ComposeConfig())
    strip = np.concatenate([frame for frame, _ in frames])
    done, data = cv2.imencode(".jpg", strip[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    assert done
    return Strip(data.tobytes(), count, motion.fps)


def _reduced(
    rgb: NDArray[np.uint8], alpha: NDArray[np.float32], skeleton: Skeleton
) -> tuple[NDArray[np.uint8], NDArray[np.float32], Skeleton]:
    """The picture at the size of the preview, where everything that follows is quick."""
    ys, xs = np.nonzero(alpha > 0.5)
    if len(ys) == 0:
        raise NoFigureError("the mask is empty", hint="Paint the character")
    scale = min(1.0, _FIGURE_SHARE * SIDE_PX / (max(np.ptp(ys), np.ptp(xs)) + 1))
    size = (max(1, round(alpha.shape[1] * scale)), max(1, round(alpha.shape[0] * scale)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    matte = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), np.asarray(matte, np.float32), skeleton.resized(*size)


def _centred(matte: NDArray[np.float32], joints: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where the small picture's origin comes to lie, xy [2]: the moving figure is in the frame's middle."""
    ys, xs = np.nonzero(matte > 0.5)
    low = np.minimum([xs.min(), ys.min()], joints.min(axis=(0, 1)))
    high = np.maximum([xs.max(), ys.max()], joints.max(axis=(0, 1)))
    return np.asarray(np.round((SIDE_PX - low - high) / 2), np.float64)
