"""Cuts: where a clip is no longer one shot, so that no camera can have moved from one frame to the next."""

from __future__ import annotations

import numpy as np

from models.camera.tracks import FeatureTracks

LEAST_SURVIVAL = 0.08
"""Share of points that live on in the next frame, below which nothing connects the two. Joined clips, black
and white frames: 0 to 0.01; within shots, also fast and plain ones: 0.25 and more."""

_LEAST_POINTS = 30
"""Fewer in a frame say nothing of the next one."""


def first_cut(tracks: FeatureTracks) -> int | None:
    """The first frame in which (nearly) nothing of the frame before it is found again; None: a single shot.

    Cuts, black frames, flashes and jerks too fast to follow look alike; none of them can be bridged. Frames
    with too few points to tell by (a plain leader) are passed over.
    """
    here = np.bincount(tracks.frame, minlength=tracks.n_frames)
    lives_on = (np.diff(tracks.track) == 0) & (np.diff(tracks.frame) == 1)
    found = np.bincount(tracks.frame[1:][lives_on], minlength=tracks.n_frames)[1:]
    cut = (here[:-1] >= _LEAST_POINTS) & (found < LEAST_SURVIVAL * here[:-1])
    return int(cut.argmax()) + 1 if cut.any() else None
