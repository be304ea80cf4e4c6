"""Normals that were kept as bytes."""

from __future__ import annotations

import numpy as np

from models.world.normals import packed, unpacked


def test_a_normal_comes_back_within_half_a_degree() -> None:
    normal = np.random.default_rng(0).standard_normal((2000, 3)).astype(np.float32)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    back = unpacked(packed(normal))
    assert packed(normal).dtype == np.int8
    assert back.dtype == np.float32
    length = np.linalg.norm(back, axis=1)
    off_deg = np.degrees(np.arccos(np.clip((normal * back).sum(axis=1) / length, -1, 1)))
    assert off_deg.max() < 0.5
    assert np.abs(length - 1).max() < 0.01


def test_axes_and_nothing_are_kept_exactly() -> None:
    normal = np.concatenate([np.eye(3), -np.eye(3), np.zeros((1, 3))]).astype(np.float32)
    np.testing.assert_array_equal(unpacked(packed(normal)), normal)
