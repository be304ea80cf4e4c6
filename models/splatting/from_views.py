"""Splats from posed RGBD views: where a fit starts from."""

from __future__ import annotations

from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.conventions import NO_DEPTH
from data_contracts.errors import InputError
from data_contracts.splats import Splats
from models.splatting.fitting import target_views
from models.splatting.protocol import SplattingBackend
from models.splatting.rendering import check_intrinsics
from models.splatting.surface import flat_frames, tangents

BLUR_SHARE = 0.35
"""Gaussian blur, in strides, of a colour that stands for its whole cell: less aliases, more loses detail."""


class InitConfig(BaseModel):
    """One Gaussian a cell of the first view; later views add where it explains nothing.

    Filling from the other views was worth 10 dB on held-out views of rooms with known geometry, the initial
    size 0.35-0.5 of the spacing 0.8 dB.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stride_px: int = Field(2, ge=1, le=64)
    """Edge of a cell."""
    shape: Literal["oriented", "isotropic"] = "oriented"
    """Flat ellipses on the surface that the depth describes, or balls."""
    scale_share: float = Field(0.45, gt=0, le=2)
    """Standard deviation as a share of the spacing."""
    thickness_share: float = Field(0.13, gt=0, le=2)
    """The same across an oriented splat's surface."""
    opacity: float = Field(0.9, gt=0, le=0.99)
    fill_alpha: float = Field(0.6, gt=0, le=1)
    """A pixel of a later view is unexplained if the splats so far cover less of it than this ..."""
    fill_depth_ratio: float = Field(1.05, gt=1)
    """... or lie deeper than its own depth by this factor."""


class _View(NamedTuple):
    rgb: NDArray[np.uint8]
    depth_m: NDArray[np.float32]
    valid: NDArray[np.bool_]
    world_from_camera: NDArray[np.float64]
    intrinsics_px: NDArray[np.float64]


def splats_from_views(
    frames: NDArray[np.uint8],
    depth_m: NDArray[np.float32],
    masks: NDArray[np.bool_],
    world_from_camera: NDArray[np.float64],
    intrinsics_px: NDArray[np.float64],
    config: InitConfig,
    backend: SplattingBackend,
    onto: Splats | None = None,
) -> Splats:
    """Return one splat for each cell of the first view and each unexplained cell of the others.

    Args:
        frames: uint8 [V, H, W, 3].
        depth_m: float32 [V, H, W], 0 where there is none.
        masks: bool [V, H, W], pixels whose colour and depth are to be trusted.
        world_from_camera: [V, 4, 4].
        intrinsics_px: [V, 4].
        config: how dense and of what shape.
        backend: draws the splats so far, to see what they explain.
        onto: a field to go on from. It stays as it is; of the first view, too, only what it does not explain
            is added.

    Raises:
        InputError: if shapes disagree, depth is negative or not finite, or no pixel has a value.
    """
    if depth_m.shape != masks.shape:
        raise InputError("views disagree", where="depth_m", expected=masks.shape, got=depth_m.shape)
    if not np.isfinite(depth_m).all() or depth_m.min(initial=0) < 0:
        hint = "Set unknown depth to 0."
        raise InputError("depth must be finite and not negative", where="depth_m", hint=hint)
    valid = masks & (depth_m > NO_DEPTH)
    target_views(frames, valid, world_from_camera, intrinsics_px)
    splats = onto
    for v in np.flatnonzero(valid.any(axis=(1, 2))):
        view = _View(
            frames[v], depth_m[v], valid[v], world_from_camera[v], check_intrinsics(intrinsics_px[v])
        )
        wanted = view.valid if splats is None else view.valid & _unexplained(splats, view, config, backend)
        added = _splats_of_view(view, wanted, config)
        splats = added if splats is None else Splats.concatenate(splats, added)
    assert splats is not None  # target_views refuses views without any value
    return splats


def _unexplained(
    splats: Splats, view: _View, config: InitConfig, backend: SplattingBackend
) -> NDArray[np.bool_]:
    """Return the pixels that the splats leave empty or show at a greater depth than the view's own."""
    height, width = view.valid.shape
    drawn = backend.render(splats, view.world_from_camera, view.intrinsics_px, width, height)
    deeper = drawn.depth_m > view.depth_m * config.fill_depth_ratio
    return np.asarray((drawn.alpha < config.fill_alpha) | deeper)


def _splats_of_view(view: _View, wanted: NDArray[np.bool_], config: InitConfig) -> Splats:
    """Return one splat for every wanted pixel on the stride's grid."""
    stride = config.stride_px
    grid = slice(min(stride // 2, min(wanted.shape) - 1), None, stride)
    depth, valid = view.depth_m[grid, grid].astype(np.float64), view.valid[grid, grid]
    points = _points_in_camera(view, depth, grid)
    chosen = wanted[grid, grid]
    spacing = depth * stride / np.sqrt(view.intrinsics_px[0] * view.intrinsics_px[1])
    n = int(chosen.sum())
    if config.shape == "oriented":
        along, down = tangents(points, valid, stride / view.intrinsics_px[:2])
        rotation = view.world_from_camera[:3, :3]
        wxyz, lengths = flat_frames(along[chosen] @ rotation.T, down[chosen] @ rotation.T)
        thickness = spacing[chosen, None] * config.thickness_share
        scales = np.concatenate([lengths * config.scale_share, thickness], axis=1)
    else:
        wxyz = np.tile(np.array([1.0, 0.0, 0.0, 0.0]), (n, 1))
        scales = np.repeat(spacing[chosen, None] * config.scale_share, 3, axis=1)
    pose = view.world_from_camera
    return Splats(
        means=(points[chosen] @ pose[:3, :3].T + pose[:3, 3]).astype(np.float32),
        rotation_wxyz=wxyz.astype(np.float32),
        scales_m=scales.astype(np.float32),
        opacities=np.full(n, config.opacity, np.float32),
        rgb=_cell_colours(view, stride)[grid, grid][chosen],
    )


def _points_in_camera(view: _View, depth: NDArray[np.float64], grid: slice) -> NDArray[np.float64]:
    """Return the points [h, w, 3] of the grid's pixel centres at `depth`."""
    fx, fy, cx, cy = view.intrinsics_px
    height, width = view.valid.shape
    x = (np.arange(width)[grid] + 0.5 - cx) / fx
    y = (np.arange(height)[grid] + 0.5 - cy) / fy
    return np.stack([x[None, :] * depth, y[:, None] * depth, depth], axis=-1)


def _cell_colours(view: _View, stride: int) -> NDArray[np.float32]:
    """Return colours 0..1, smoothed over a cell; what lies outside the mask does not run in."""
    rgb = view.rgb.astype(np.float32) * np.float32(1 / 255)
    if stride == 1:
        return rgb
    sigma = BLUR_SHARE * stride
    weight = view.valid.astype(np.float32)
    total = cv2.GaussianBlur(weight, (0, 0), sigma)
    mixed = cv2.GaussianBlur(rgb * weight[..., None], (0, 0), sigma) / np.maximum(total, 1e-6)[..., None]
    return np.where(view.valid[..., None], mixed, rgb).astype(np.float32)
