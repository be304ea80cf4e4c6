"""Is a clip a rendered skeleton, rather than footage of someone?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from models.skeleton_video.colours import LIT, N_LIMBS, label_pixels

MIN_DARK_SHARE = 0.7
MIN_PALETTE_SHARE = 0.45
MIN_LIMB_COLOURS = 7
"""Of 17: a figure cut at the waist still shows its arms, shoulders, neck and face."""


def is_skeleton_frame(rgb: NDArray[np.uint8]) -> bool:
    """Whether a frame is black with a figure in OpenPose's colours on it."""
    brightest = rgb.max(axis=-1)
    lit = brightest >= LIT
    n_lit = int(lit.sum())
    if n_lit < 60 or float((brightest < 40).mean()) < MIN_DARK_SHARE:
        return False
    labels = label_pixels(rgb)
    limbs = np.bincount(labels[(labels >= 0) & (labels < N_LIMBS)], minlength=N_LIMBS)
    enough = max(6, n_lit // 400)
    palette_share = float((labels[lit] >= 0).mean())
    return palette_share >= MIN_PALETTE_SHARE and int((limbs >= enough).sum()) >= MIN_LIMB_COLOURS


def is_skeleton_clip(frames: NDArray[np.uint8], samples: int = 12) -> bool:
    """Whether most of `samples` evenly spread frames of a clip [T, H, W, 3] show a skeleton on black."""
    picks = np.unique(np.linspace(0, len(frames) - 1, min(samples, len(frames))).astype(int))
    votes = [is_skeleton_frame(frames[i]) for i in picks]
    return sum(votes) > len(votes) / 2
