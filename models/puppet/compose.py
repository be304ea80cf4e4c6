"""The moving figure over a background clip."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import InputError
from models.puppet.draw_order import draw_orders, passings
from models.puppet.laying_over import lay_over
from models.puppet.placement import Placement, on_canvas
from models.puppet.puppet import Puppet
from models.puppet.retarget import FigureMotion
from models.puppet.shadow import contact_shadow

_IMPLAUSIBLY_HIDDEN = 0.35
"""If the scene's depth hides more than this of the first frame's figure, the depth is not believed."""


class ComposeConfig(BaseModel):
    """How the figure is laid over the background."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    background: bool = True
    """False: the figure alone, on white."""
    shadow: float = Field(1.0, ge=0, le=2)
    """Strength of the contact shadow."""
    occlusion: bool = True
    """Let nearer things of the scene hide the figure."""
    occlusion_margin: float = Field(0.12, ge=0, lt=1)
    """A thing hides the figure if it is nearer by this share of the figure's depth."""


def compose(
    puppet: Puppet,
    motion: FigureMotion,
    placement: Placement,
    background: NDArray[np.uint8],
    depth_m: NDArray[np.floating] | None,
    stands: bool,
    config: ComposeConfig,
) -> Iterator[tuple[NDArray[np.uint8], NDArray[np.uint8]]]:
    """Draw the figure over every frame.

    Args:
        puppet: the figure.
        motion: its joints, T frames.
        placement: where it stands, T frames.
        background: uint8 [T, H, W, 3].
        depth_m: [T, H, W] of the background, 0 where unknown; None: nothing hides the figure.
        stands: the figure has feet on the ground: it throws a shadow, and nearer things hide it.
        config: options.

    Yields:
        per frame the composite uint8 [H, W, 3] and the figure's alpha uint8 [H, W].

    Raises:
        InputError: the numbers of frames differ.
    """
    frames = len(motion.joints_xy_px)
    if len(background) != frames or len(placement.scale) != frames:
        raise InputError(
            "the figure, its placement and the background have different numbers of frames",
            expected=frames,
            got=f"{len(placement.scale)} placements and {len(background)} background frames",
        )
    figures = _figures(puppet, motion, placement, background.shape[1:3])
    hidden = None
    # A figure that the border cuts is in the foreground by its framing; where it stands is not seen.
    if stands and config.background and config.occlusion and depth_m is not None:
        hidden = hidden_share(depth_m, placement.depth_m, config.occlusion_margin)
    ground = motion.ground_y_px * placement.scale + placement.offset[:, 1]
    joints = on_canvas(motion.joints_xy_px, placement)
    for t, figure in enumerate(figures):
        if t == 0 and hidden is not None and _implausible(figure[..., 3], hidden[0]):
            hidden = None
        if hidden is not None:
            figure *= (1 - hidden[t])[..., None]
        dark = None
        if config.background and stands and config.shadow > 0:
            height = motion.height_px * placement.scale[t]
            ankle = None if puppet.ankle_px is None else puppet.ankle_px * float(placement.scale[t])
            dark = contact_shadow(figure.shape[:2], joints[t], ground[t], height, config.shadow, ankle)
            dark = dark if hidden is None else dark * (1 - hidden[t])
        behind = background[t] if config.background else np.full_like(background[t], 255)
        yield _laid_over(figure, behind, dark)


def _laid_over(
    figure: NDArray[np.float32], behind: NDArray[np.uint8], dark: NDArray[np.float32] | None
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """The figure over what is behind it and darkened by it, and its alpha; the rest is left as it is."""
    picture, cover = behind.copy(), np.zeros(behind.shape[:2], np.uint8)
    lay_over(figure, np.zeros(cover.shape, np.float32) if dark is None else dark, picture, cover)
    return picture, cover


def _figures(
    puppet: Puppet, motion: FigureMotion, placement: Placement, shape: tuple[int, ...]
) -> Iterator[NDArray[np.float32]]:
    orders = draw_orders(motion.depth, motion.fps)
    for t, (order, passing) in enumerate(zip(orders, passings(orders, motion.fps), strict=True)):
        canvas = np.zeros((*shape, 4), np.float32)
        face = None if motion.face is None else motion.face.at(t)
        scale, offset = float(placement.scale[t]), placement.offset[t]
        puppet.draw(canvas, motion.joints_xy_px[t], order, scale, offset, face, passing)
        yield canvas


def hidden_share(
    depth_m: NDArray[np.floating], figure_depth_m: NDArray[np.float64], margin: float
) -> NDArray[np.float32]:
    """How far each pixel of the scene lies before the figure [T, H, W], 0..1, soft in space and time.

    A thing starts to hide the figure when it is nearer by ``margin`` and hides it wholly when it is nearer
    by half as much again.
    """
    hidden = np.zeros(depth_m.shape, np.float32)
    for share, depth, reach in zip(hidden, depth_m, np.asarray(figure_depth_m, np.float32), strict=True):
        nearer = (reach * (1 - margin) - depth.astype(np.float32)) / (0.5 * margin * reach + 1e-6)
        np.clip(nearer, 0, 1, out=share, where=depth > 0)
        if share.any():
            cv2.GaussianBlur(share, (0, 0), 1.2, dst=share, borderType=cv2.BORDER_REFLECT)
    if len(hidden) > 1 and hidden.any():
        in_time = hidden.reshape(len(hidden), -1)  # a row a frame, blurred down the columns
        cv2.GaussianBlur(in_time, (1, 7), 0.8, dst=in_time, borderType=cv2.BORDER_REPLICATE)
    return hidden


def _implausible(alpha: NDArray[np.float32], hidden: NDArray[np.float32]) -> bool:
    area = float(alpha.sum())
    return area > 0 and float((alpha * hidden).sum()) > _IMPLAUSIBLY_HIDDEN * area
