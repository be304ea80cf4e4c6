"""Fill what a rendered background left empty, the same in every frame that shows the same place."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from models.dense_flow import dense_flow
from models.inpainting.pull_push import pull_push

_RIM_PX = 2
"""Rendered colours next to a void are mixed with it and do not count as known."""
_NEW_SHARE = 0.2
"""How much of a frame's own smooth fill enters; the rest is carried along from its neighbour."""
_FLOW_SIDE_PX = 256
_LARGEST_MISMATCH = 30.0
"""Mean colour difference (of 255) above which a neighbour's content is not the same place."""


def fill_voids(frames: NDArray[np.uint8], void: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Fill void pixels of a clip.

    Each frame's voids are filled smoothly from their borders; then content travels along the optical flow,
    once forwards and once backwards in time, and the two are averaged. So a place keeps its colours while
    the camera moves, and what a neighbouring frame has seen is used where this one has a void.

    Args:
        frames: uint8 [T, H, W, 3].
        void: bool [T, H, W], True where nothing was rendered.

    Returns:
        uint8 [T, H, W, 3], equal to ``frames`` outside of the voids and their rims.
    """
    if not void.any():
        return frames
    kernel = np.ones((2 * _RIM_PX + 1, 2 * _RIM_PX + 1), np.uint8)
    empty = np.stack([cv2.dilate(mask.astype(np.uint8), kernel) > 0 for mask in void])
    if empty.all():
        return np.full_like(frames, 127)
    # Frames without a void are those given: most of a clip's are, and copies of it are what would cost.
    base = [_smooth_fill(frames, empty, t) if mask.any() else frames[t] for t, mask in enumerate(empty)]
    if len(frames) == 1:
        return np.stack(base)
    forwards = _carried(base, empty, range(len(frames)))
    backwards = _carried(base, empty, range(len(frames) - 1, -1, -1))
    filled = frames.copy()
    for t in np.flatnonzero(empty.any((1, 2))).tolist():
        mean = 0.5 * (forwards[t].astype(np.float32) + backwards[t])
        soft = cv2.GaussianBlur(empty[t].astype(np.float32), (0, 0), 1.0)[..., None]
        soft = np.where(void[t][..., None], 1, soft * empty[t][..., None])
        filled[t] = np.rint(soft * mean + (1 - soft) * base[t]).astype(np.uint8)
    return filled


def _smooth_fill(frames: NDArray[np.uint8], empty: NDArray[np.bool_], t: int) -> NDArray[np.uint8]:
    if not empty[t].all():
        smooth = pull_push(frames[t].astype(np.float32), ~empty[t])
        return np.asarray(np.clip(np.rint(smooth), 0, 255), np.uint8)
    # Nothing was rendered at all: the nearest frame in time that shows something stands in.
    shown = np.flatnonzero(~empty.all((1, 2)))
    nearest = int(shown[np.argmin(np.abs(shown - t))])
    return _smooth_fill(frames, empty, nearest)


def _carried(
    base: list[NDArray[np.uint8]], empty: NDArray[np.bool_], order: range
) -> list[NDArray[np.uint8]]:
    """Each frame's voids from the frame before it in ``order``, with a share of its own fill."""
    filled = list(base)
    flow_of = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    previous: int | None = None
    for t in order:
        if previous is not None and empty[t].any():
            warped = _warped(flow_of, base[t], base[previous], filled[previous])
            known = ~empty[t]
            off = np.abs(warped.astype(np.float32) - base[t]).mean(2)
            if not known.any() or float(off[known].mean()) < _LARGEST_MISMATCH:
                mixed = (1 - _NEW_SHARE) * warped.astype(np.float32) + _NEW_SHARE * base[t]
                filled[t] = base[t].copy()
                filled[t][empty[t]] = np.rint(mixed[empty[t]]).astype(np.uint8)
        previous = t
    return filled


def _warped(
    flow_of: cv2.DISOpticalFlow,
    target: NDArray[np.uint8],
    source: NDArray[np.uint8],
    content: NDArray[np.uint8],
) -> NDArray[np.uint8]:
    """``content`` of the source frame, moved to where the target frame shows the same."""
    height, width = target.shape[:2]
    factor = min(1.0, _FLOW_SIDE_PX / max(height, width))
    size = (max(16, round(width * factor)), max(16, round(height * factor)))
    grey = [
        cv2.cvtColor(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2GRAY)
        for picture in (target, source)
    ]
    flow = cv2.resize(dense_flow(flow_of, grey[0], grey[1]), (width, height))
    flow *= np.array([width / size[0], height / size[1]], np.float32)
    xs, ys = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    moved = cv2.remap(
        content, xs + flow[..., 0], ys + flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(moved, np.uint8)
