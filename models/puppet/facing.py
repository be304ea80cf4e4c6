"""Turning: one picture of a figure shows its front, so a driver's turns are limited to what it can show."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from data_contracts.rig import INDEX
from models.puppet.driver import BodyMotion

Floats = NDArray[np.float64]

LEG_SHARE, TORSO_SHARE = 0.47, 0.29
"""Thigh + shin, and hips to shoulders, over the standing height (Drillis and Contini 1966, rounded)."""
SHOULDER_SHARE = 0.22
"""Shoulder to shoulder over the standing height, for those of whom no more is seen."""
_SIZE_S, _TURNS, _LONGEST = 0.12, 4, 90.0
"""Smoothing of the size in time, and how it is found."""
_ACROSS_SHARE = 0.3
"""Shoulder to shoulder and hip to hip, together, over the standing height, seen from the front."""
_SWAP_BAND, _SWAP_S = 0.35, 0.04
"""Share of the full width from which on front and back are told apart, and how fast the parts change over:
in a walk seen from the side shoulders and hips swing by a quarter of it."""


def frontal(motion: BodyMotion, max_turn_deg: float) -> tuple[Floats, Floats]:
    """Joints [T, 16, 3] about the root, in figure heights, as seen with turning limited; and the root's path.

    With depth each frame's yaw about the vertical is limited; smaller turns are seen as they are. Somebody
    who turns their back is shown turning on to the other side (`_shown`). Without depth, where the shoulders'
    order in the picture says that a back is seen, left and right exchange their parts: the figure mirrors
    what is seen.

    Returns:
        joints [T, 16, 3] and root path [T, 2] (x right, y down), both in figure heights.
    """
    height = figure_height(motion)
    root = motion.xyz[:, INDEX["root"]]
    local = (motion.xyz - root[:, None]) / height[:, None, None]
    path = (root - root[:1]) / np.median(height)
    if motion.has_depth:
        yaw = _yaw(local, motion.fps)
        local = _turn(local, yaw - _shown(yaw, np.radians(max_turn_deg)))
    else:
        local = _mirror_backs(local, motion.fps)
    return local, path[:, :2]


def _shown(yaw: Floats, limit: float) -> Floats:
    """Angles at which a front is shown, never over the limit: a back as the front of who faces the other way.

    From the front to one side the body is seen as it turns. While the back is seen it goes over to the other
    side, so that a whole turn begins and ends at the front and is nowhere torn.
    """
    past = np.mod(yaw + 0.5 * np.pi, 2 * np.pi)
    folded = np.minimum(past, 2 * np.pi - past) - 0.5 * np.pi
    return _limited(folded, limit)


def _limited(angle: Floats, limit: float) -> Floats:
    """Angles as they are up to half of the limit, and from there on smoothly never over it."""
    half = 0.5 * limit
    beyond = half * np.tanh(np.maximum(np.abs(angle) - half, 0) / half)
    return np.asarray(np.sign(angle) * (np.minimum(np.abs(angle), half) + beyond), np.float64)


def figure_height(motion: BodyMotion) -> Floats:
    """Standing height [T] in the driver's unit, from its legs and torso.

    With depth lengths are true, and the median is the height of all frames. Without it bones are
    foreshortened, and the person is seen smaller and larger as it, or the camera, goes away, comes nearer
    or zooms: the height follows what is seen longest of legs, torso and shoulders against the clip's own
    longest (`_seen_size`).
    """
    lengths, shares = _long_bones(motion)
    if motion.has_depth:
        return np.full(len(motion.xyz), max(float(np.median(lengths / shares[:, None])), 1e-6))
    size = _seen_size(np.concatenate([lengths, _shoulders(motion)]), motion.fps)
    tallest = np.max(lengths / shares[:, None], axis=0) / size
    return np.asarray(np.maximum(size * np.percentile(tallest, 80), 1e-6), np.float64)


def _long_bones(motion: BodyMotion) -> tuple[Floats, Floats]:
    """Lengths [B, T] of the legs and the torso that are seen, and their shares of the height [B]."""
    xyz, weight = motion.xyz, motion.weight
    lengths, shares = [], []
    for side in ("right", "left"):
        chain = [INDEX[f"{side}_{name}"] for name in ("hip", "knee", "foot")]
        if weight[:, chain].min(1).mean() > 0.5:
            lengths.append(
                np.sum([np.linalg.norm(xyz[:, a] - xyz[:, b], axis=1) for a, b in pairwise(chain)], 0)
            )
            shares.append(LEG_SHARE)
    if weight[:, INDEX["root"]].mean() > 0.5:
        lengths.append(np.linalg.norm(xyz[:, INDEX["chest"]] - xyz[:, INDEX["root"]], axis=1))
        shares.append(TORSO_SHARE)
    if not lengths:
        return _shoulders(motion), np.array([SHOULDER_SHARE])
    return np.stack(lengths), np.array(shares)


def _shoulders(motion: BodyMotion) -> Floats:
    across = motion.xyz[:, INDEX["right_shoulder"]] - motion.xyz[:, INDEX["left_shoulder"]]
    return np.asarray(np.linalg.norm(across, axis=1)[None], np.float64)


def _seen_size(lengths: Floats, fps: float) -> Floats:
    """How large the person is seen over time [T], from the lengths [B, T] of bones that may be foreshortened.

    A bone is never seen longer than it is: each one's largest quotient by the size is its length, and the
    size what is the most of any bone's length. The two are found in turns. A crouch shortens the legs and a
    turn the shoulders, but hardly anything shortens all.
    """
    sigma = max(_SIZE_S * fps, 0.5)
    smooth = gaussian_filter1d(np.maximum(lengths, 1e-6), sigma, axis=1, mode="nearest")
    size = np.ones(smooth.shape[1])
    for _ in range(_TURNS):
        whole = np.percentile(smooth / size, _LONGEST, axis=1, keepdims=True)
        size = gaussian_filter1d(np.max(smooth / whole, axis=0), sigma, mode="nearest")
    return np.asarray(size, np.float64)


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


def _mirror_backs(local: Floats, fps: float) -> Floats:
    """Left and right exchanged in joints [T, 16, 3] wherever the shoulders' order says that a back is seen.

    Seen from the side shoulders and hips lie over each other and say nothing: what was seen before still
    holds. Between a front and a back the parts change over in the middle, within a few frames.
    """
    pairs = [
        (i, INDEX[name.replace("right", "left")]) for name, i in INDEX.items() if name.startswith("right")
    ]
    across = (
        local[:, INDEX["left_shoulder"], 0]
        - local[:, INDEX["right_shoulder"], 0]
        + local[:, INDEX["left_hip"], 0]
        - local[:, INDEX["right_hip"], 0]
    )
    front = _decided(across / max(float(np.percentile(np.abs(across), 90)), _ACROSS_SHARE))
    own = gaussian_filter1d(front.astype(np.float64), max(_SWAP_S * fps, 0.3), mode="nearest")[:, None]
    mirrored = local.copy()
    for right, left in pairs:
        mirrored[:, right] = own * local[:, right] + (1 - own) * local[:, left]
        mirrored[:, left] = own * local[:, left] + (1 - own) * local[:, right]
    return mirrored


def _decided(across: Floats) -> NDArray[np.bool_]:
    """Whether a front is seen [T], from the width across the body [T], signed and over the full width."""
    clear = np.flatnonzero(np.abs(across) > _SWAP_BAND)
    if len(clear) == 0:
        return np.ones(len(across), bool)
    frames = np.arange(len(across))
    middles = (clear[:-1] + clear[1:]) // 2
    return np.asarray(across[clear[np.searchsorted(middles, frames, side="left")]] > 0)
