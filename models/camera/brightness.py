"""Brightness: frames of a clip brought to the same light, so that a flickering lamp hides no points."""

from __future__ import annotations

import numpy as np

from models.camera.tracks import Grays, Masks

_LEAST_SPREAD, _MOST_GAIN = 2.0, 3.0
"""Spread in grey levels below which a frame has nothing to bring out; the most that one is raised by."""


def levelled(grays: Grays, movers: Masks | None = None) -> Grays:
    """Grey frames [T, H, W] with the clip's median brightness and contrast, told beside the `movers`.

    For clips whose light changes from frame to frame. Where the picture itself changes it does harm: use it
    where points cannot be followed otherwise.
    """
    seen = np.ones(grays.shape, np.bool_) if movers is None else ~movers
    seen[~seen.any(axis=(1, 2))] = True
    mean = np.array([gray[part].mean() for gray, part in zip(grays, seen, strict=True)])
    spread = np.array([gray[part].std() for gray, part in zip(grays, seen, strict=True)])
    gain = np.clip(np.median(spread) / np.maximum(spread, 1e-9), 1 / _MOST_GAIN, _MOST_GAIN)
    out = grays.copy()
    for t in np.flatnonzero(spread >= _LEAST_SPREAD):
        level = (grays[t] - mean[t]) * gain[t] + np.median(mean)
        out[t] = np.clip(np.round(level), 0, 255).astype(np.uint8)
    return out
