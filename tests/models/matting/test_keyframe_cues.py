from __future__ import annotations

import numpy as np

from models.matting.keyframe_cues import USUAL, gather_cues
from models.matting.residual_motion import clip_flow
from models.matting.stabilise import stabilise


def clip_of(still: bool) -> tuple[np.ndarray, np.ndarray]:
    """A square with the wall's own colours and another pattern, that crosses it or stands still."""
    rng = np.random.default_rng(0)
    wall = rng.integers(90, 170, (96, 128, 1)).repeat(3, axis=2).astype(np.uint8)
    cloth = rng.integers(90, 170, (40, 24, 1)).repeat(3, axis=2).astype(np.uint8)
    frames, masks = np.stack([wall] * 10), np.zeros((10, 96, 128), np.float32)
    for t in range(10):
        left = 30 if still else 10 + 8 * t
        frames[t, 30:70, left : left + 24] = cloth
        masks[t, 30:70, left : left + 24] = 1
    return frames, masks


def learnt(still: bool) -> np.ndarray:
    frames, masks = clip_of(still)
    clip = stabilise(frames)
    return gather_cues(clip, clip_flow(clip.frames), {0: masks[0], 9: masks[9]}).factors


def test_motion_is_worth_more_where_the_figure_moves() -> None:
    moving, standing = learnt(still=False), learnt(still=True)
    assert moving[2] + moving[3] > standing[2] + standing[3] + 1
    assert np.isfinite(moving).all()


def test_without_an_outline_to_learn_from_the_usual_factors_hold() -> None:
    frames, masks = clip_of(still=True)
    clip = stabilise(frames)
    cues = gather_cues(clip, clip_flow(clip.frames), {0: 0 * masks[0]})
    np.testing.assert_array_equal(cues.factors, USUAL)
    assert cues.odds(3, (slice(0, 20), slice(5, 30))).shape == (20, 25)
