"""Turning: one picture of a figure shows its front, so a driver's turns are limited to what it can show."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, percentile_filter

from data_contracts.rig import INDEX
from models.puppet.driver import BodyMotion

Floats = NDArray[np.float64]

LEG_SHARE, TORSO_SHARE = 0.47, 0.29
"""Thigh + shin, and hips to shoulders, over the standing height (Drillis and Contini 1966, rounded)."""
_SWAP_BAND = 0.35
"""Share of the full shoulder width over which left and right are exchanged when a back is seen."""


def frontal(motion: BodyMotion, max_turn_deg: float) -> tuple[Floats, Floats]:
    """Joints [T, 16, 3] about the root, in figure heights, as seen with turning limited; and the root's path.

    With depth, the body's yaw about the vertical, relative to its median, goes through
    ``limit * tanh(yaw / limit)``. Without depth, where the shoulders' order in the picture says that a back
    is seen, left and right exchange their parts: the figure mirrors what is seen.

    Returns:
        joints [T, 16, 3] and root path [T, 2] (x right, y down), both in figure heights.
    """
    height = figure_height(motion)
    root = motion.xyz[:, INDEX["root"]]
    local = (motion.xyz - root[:, None]) / height[:, None, None]
    path = (root - root[:1]) / np.median(height)
    if motion.has_depth:
        yaw = _yaw(local, motion.fps)
        middle = float(np.median(yaw))
        relative = np.degrees(yaw - middle)
        shown = np.radians(max_turn_deg * np.tanh(relative / max_turn_deg))
        local = _turn(local, yaw - shown)
        path = _turn(path[:, None], np.full(len(path), middle))[:, 0]
    else:
        local = _mirror_backs(local)
    return local, path[:, :2]


def figure_height(motion: BodyMotion) -> Floats:
    """Standing height [T] in the driver's unit, from its legs and torso.

    With depth lengths are true, and the median is the height of all frames. Without it bones are
    foreshortened: the 80th percentile over two seconds, smoothed, follows a person who comes nearer.
    """
    estimates = []
    xyz, weight = motion.xyz, motion.weight
    for side in ("right", "left"):
        chain = [INDEX[f"{side}_{name}"] for name in ("hip", "knee", "foot")]
        if weight[:, chain].min(1).mean() > 0.5:
            length = sum(np.linalg.norm(xyz[:, a] - xyz[:, b], axis=1) for a, b in pairwise(chain))
            estimates.append(np.asarray(length) / LEG_SHARE)
    if weight[:, INDEX["root"]].mean() > 0.5:
        torso = np.linalg.norm(xyz[:, INDEX["chest"]] - xyz[:, INDEX["root"]], axis=1)
        estimates.append(torso / TORSO_SHARE)
    if not estimates:
        wide = np.linalg.norm(xyz[:, INDEX["right_shoulder"]] - xyz[:, INDEX["left_shoulder"]], axis=1)
        estimates.append(wide / 0.22)
    if motion.has_depth:
        heights = np.full(len(xyz), np.median(np.concatenate(estimates)))
    else:
        tallest = np.max(estimates, axis=0)
        window = max(1, round(2 * motion.fps)) | 1
        heights = percentile_filter(tallest, 80, window, mode="nearest")
        heights = gaussian_filter1d(heights, max(0.5, 0.5 * motion.fps), mode="nearest")
    return np.asarray(np.maximum(heights, 1e-6), np.float64)


def _yaw(local: Floats, fps: float) -> Floats:
    """Angle of the body's right-to-left line about the vertical axis, smoothed over a few frames."""
    across = (local[:, INDEX["left_hip"]] - local[:, INDEX["right_hip"]]) + (
        local[:, INDEX["left_shoulder"]] - local[:, INDEX["right_shoulder"]]
    )
    angle = np.unwrap(np.arctan2(across[:, 2], across[:, 0]))
    return np.asarray(gaussian_filter1d(angle, max(0.3, 0.06 * fps), mode="nearest"))


def _turn(points: Floats, angle: Floats) -> Floats:
    """Rotate points [T, J, 3] about the vertical by -angle [T] (x towards z)."""
    c, s = np.cos(angle)[:, None], np.sin(angle)[:, None]
    x, y, z = points[..., 0], points[..., 1], points[..., 2]
    return np.stack([c * x + s * z, y, -s * x + c * z], axis=-1)


def _mirror_backs(local: Floats) -> Floats:
    pairs = [
        (i, INDEX[name.replace("right", "left")]) for name, i in INDEX.items() if name.startswith("right")
    ]
    across = (
        local[:, INDEX["left_shoulder"], 0]
        - local[:, INDEX["right_shoulder"], 0]
        + local[:, INDEX["left_hip"], 0]
        - local[:, INDEX["right_hip"], 0]
    )
    full = float(np.percentile(np.abs(across), 90)) + 1e-9
    own = np.clip(0.5 + across / (2 * _SWAP_BAND * full), 0, 1)
    own = (own * own * (3 - 2 * own))[:, None]
    mirrored = local.copy()
    for right, left in pairs:
        mirrored[:, right] = own * local[:, right] + (1 - own) * local[:, left]
        mirrored[:, left] = own * local[:, left] + (1 - own) * local[:, right]
    return mirrored
