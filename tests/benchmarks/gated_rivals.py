"""What the gated model has to beat: the reference's figure pasted, and the embedded puppet."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX, JOINTS, Skeleton
from flows.accuracy.true_rigs import true_joints_m, true_joints_px
from models.matting.figure_colour import decontaminate
from models.puppet import PuppetConfig
from models.puppet.compose import compose
from models.puppet.placement import Placement
from models.puppet.puppet import Puppet
from models.puppet.retarget import FigureMotion
from models.world.figures.skeleton import Floats
from models.world.film_still import FilmedStill
from models.world.film_take import FilmedTake
from models.world.truth import FigureTruth

Video = NDArray[np.uint8]
_FEET = [INDEX["right_foot"], INDEX["left_foot"]]


def puppet_video(filmed: FilmedTake, still: FilmedStill, fps: float) -> Video:
    """The still's parts moved to the true joints at their true size, before the true background."""
    figure, config = filmed.truths[0], PuppetConfig()
    alpha = still.frame.alpha.astype(np.float32) / 255
    height, width = alpha.shape
    rest = true_joints_px(still.truth)[0]
    skeleton = Skeleton(rest, np.ones(len(JOINTS)), width, height)
    depth = _depth_m(figure, filmed.world_from_camera)
    still_depth = _depth_m(still.truth, still.camera.world_from_camera[None])
    pixels_a_metre = filmed.intrinsics_px[:, 1] / depth[:, INDEX["root"]]
    scale = pixels_a_metre / (still.camera.intrinsics_px[1] / still_depth[0, INDEX["root"]])
    joints_px, count = true_joints_px(figure), len(depth)
    joints, standing_m = joints_px / scale[:, None, None], filmed.performances[0].height_m
    motion = FigureMotion(
        joints, depth / standing_m, np.zeros((count, 2), bool), np.ones((count, len(INDEX))),
        np.zeros((count, 133, 2)), np.zeros((count, 133)), float(joints[:, _FEET, 1].max()),
        float(np.median(standing_m * pixels_a_metre / scale)), fps,
    )  # fmt: skip
    placement = Placement(
        scale, np.zeros((count, 2)), depth[:, INDEX["root"]], joints_px[:, _FEET].mean(axis=1)
    )
    puppet = Puppet(decontaminate(still.frame.rgb, alpha), alpha, skeleton, float(scale.max()), config.cells)
    drawn = compose(
        puppet, motion, placement, filmed.clean, filmed.clean_depth_m.astype(np.float32), True, config.compose
    )
    return np.stack([frame for frame, _ in drawn])


def pasted(reference: Video, figure: Video, background: Video, truth: Video) -> Video:
    """The reference as it stands, in each frame laid into the box of the true figure.

    Args:
        reference: uint8 [H, W, 3], on white.
        figure: uint8 [H, W]: coverage of the reference's figure.
        background: uint8 [T, H, W, 3].
        truth: uint8 [T, H, W]: coverage of the true figure; its box is all that is used of it.
    """
    layers = np.dstack([reference, figure]).astype(np.float32)
    layers[..., :3] = np.maximum(layers[..., :3] - (255 - layers[..., 3:]), 0)  # the reference is on white
    source, frames = _box(figure), []
    for behind, alpha in zip(background, truth, strict=True):
        target = _box(alpha)
        scale = (target[3] - target[1]) / (source[3] - source[1])
        x = (target[0] + target[2]) / 2 - scale * (source[0] + source[2]) / 2
        y = target[1] - scale * source[1]
        # OpenCV has pixel centres at integers.
        matrix = np.array([[scale, 0, x + scale / 2 - 0.5], [0, scale, y + scale / 2 - 0.5]])
        laid = cv2.warpAffine(layers, matrix, (behind.shape[1], behind.shape[0]), flags=cv2.INTER_LINEAR)
        mixed = laid[..., :3] + behind * (1 - laid[..., 3:] / 255)
        frames.append(np.clip(np.rint(mixed), 0, 255).astype(np.uint8))
    return np.stack(frames)


def _depth_m(figure: FigureTruth, world_from_camera: Floats) -> Floats:
    """Depth of the sixteen joints, [T, 16]."""
    away = true_joints_m(figure) - world_from_camera[:, None, :3, 3]
    return np.asarray(np.einsum("ti,tki->tk", world_from_camera[:, :3, 2], away))


def _box(alpha: Video) -> tuple[float, float, float, float]:
    rows, columns = (np.flatnonzero((alpha > 127).any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return 0.0, 0.0, 1.0, 1.0
    return float(columns[0]), float(rows[0]), float(columns[-1]) + 1, float(rows[-1]) + 1
