from __future__ import annotations

import numpy as np
import pytest

from data_contracts.linked_people import link_people

Walk = tuple[np.ndarray, np.ndarray]

BODY = np.array(
    [
        [0, -1.6], [0.03, -1.63], [-0.03, -1.63], [0.07, -1.6], [-0.07, -1.6], [0.2, -1.4], [-0.2, -1.4],
        [0.24, -1.1], [-0.24, -1.1], [0.25, -0.85], [-0.25, -0.85], [0.1, -0.85], [-0.1, -0.85],
        [0.1, -0.45], [-0.1, -0.45], [0.1, -0.05], [-0.1, -0.05],
    ]
)  # fmt: skip
"""Seventeen joints of somebody who stands, feet near 0, metres."""


def walker(start: float, speed: float, height: float, n_frames: int, phase: float = 0.0) -> np.ndarray:
    """Keypoints [T, 133, 2] of somebody who walks across, legs swinging; pixels and pixels a frame."""
    xy = np.zeros((n_frames, 133, 2))
    for t in range(n_frames):
        swing = 0.3 * np.sin(0.5 * t + phase) * np.sign(speed)
        body = BODY.copy()
        body[[13, 15, 8, 10], 0] += swing * np.array([0.5, 1, 0.3, 0.6])
        body[[14, 16, 7, 9], 0] -= swing * np.array([0.5, 1, 0.3, 0.6])
        xy[t, :17] = body * height / 1.65 + [start + speed * t, 220]
    return xy


def scene(walks: list[np.ndarray], seed: int, noise: float = 1.5) -> Walk:
    rng = np.random.default_rng(seed)
    xy = np.stack(walks, axis=1).astype(np.float32)
    confidence = np.zeros(xy.shape[:3], np.float32)
    confidence[..., :17] = 0.9
    xy[..., :17, :] += rng.normal(0, noise, xy[..., :17, :].shape)
    return xy, confidence


def shuffled(xy: np.ndarray, confidence: np.ndarray, seed: int) -> Walk:
    """As a detector lists them: anybody first, and missing people last."""
    rng = np.random.default_rng(seed)
    xy, confidence = xy.copy(), confidence.copy()
    for t in range(len(xy)):
        order = rng.permutation(xy.shape[1])
        order = order[np.argsort(~(confidence[t, order] > 0).any(axis=1), kind="stable")]
        xy[t], confidence[t] = xy[t, order], confidence[t, order]
    return xy, confidence


def owners(linked: Walk, true: Walk) -> np.ndarray:
    """Which linked person each true one is, [T, P]; -1 where they are not seen."""
    found = np.full(true[1].shape[:2], -1)
    for t, p in zip(*np.nonzero((true[1] > 0).any(axis=2)), strict=True):
        same = [q for q in range(linked[0].shape[1]) if np.array_equal(linked[0][t, q], true[0][t, p])]
        found[t, p] = same[0]
    return found


def stays(found: np.ndarray) -> bool:
    """Whether everybody keeps one number for good, and nobody shares it."""
    numbers = [set(column[column >= 0].tolist()) for column in found.T]
    return all(len(number) == 1 for number in numbers) and len(set.union(*numbers)) == len(numbers)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("hidden", [0, 4, 8])
def test_walkers_who_cross_keep_their_bodies(hidden: int, seed: int) -> None:
    walks = [walker(40, 6, 170, 60), walker(400, -6, 160, 60, 1.0)]
    xy, confidence = scene(walks, seed)
    # They meet in frame 30; the one behind is not found while they do.
    behind = slice(30 - hidden // 2, 30 - hidden // 2 + hidden)
    confidence[behind, 1], xy[behind, 1] = 0, 0
    linked = link_people(*shuffled(xy, confidence, seed))
    assert linked[0].shape[1] == 2
    assert stays(owners(linked, (xy, confidence)))


def test_three_who_walk_one_way_and_one_who_stands() -> None:
    walks = [walker(x, 5, 150, 50, x) for x in (20, 110, 200)] + [walker(330, 1e-3, 190, 50)]
    xy, confidence = scene(walks, 3)
    assert stays(owners(link_people(*shuffled(xy, confidence, 3)), (xy, confidence)))


def test_somebody_else_at_the_other_end_is_somebody_else() -> None:
    xy, confidence = scene([walker(200, 1e-3, 150, 60), walker(60, -2, 150, 60), walker(1500, 2, 150, 60)], 0)
    confidence[20:, 1] = 0
    confidence[:40, 2] = 0
    linked = link_people(*shuffled(xy * (confidence[..., None] > 0), confidence, 0))
    assert linked[0].shape[1] == 3
    assert [int((trust > 0).any(axis=1).sum()) for trust in np.moveaxis(linked[1], 1, 0)] == [60, 20, 20]


def test_who_leaves_and_comes_back_is_the_same() -> None:
    away = slice(15, 40)
    xy, confidence = scene([walker(400, 1e-3, 150, 60), walker(100, 1e-3, 150, 60)], 1)
    confidence[away, 1] = 0
    linked = link_people(*shuffled(xy * (confidence[..., None] > 0), confidence, 1))
    assert linked[0].shape[1] == 2
    assert (linked[1][away, 1] == 0).all()


def test_all_joints_at_one_place_and_frames_with_nobody_are_no_error() -> None:
    xy, confidence = scene([walker(100, 2, 150, 12), walker(300, 2, 150, 12)], 2)
    xy[3] = 5
    confidence[5:8] = 0
    linked_xy, linked = link_people(xy, confidence)
    assert np.isfinite(linked_xy).all()
    assert (linked[5:8] == 0).all()
    assert (linked > 0).any(axis=2).sum() == 18
