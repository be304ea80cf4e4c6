from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation

from models.splatting.surface import flat_frames, tangents


def test_tangents_do_not_reach_across_an_edge() -> None:
    """Two frontal walls, 1 m and 3 m away: no splat may hang between them."""
    depth = np.where(np.arange(8) < 4, 1.0, 3.0)[None, :].repeat(6, 0)
    x = (np.arange(8) - 3.5) * 0.1
    y = (np.arange(6) - 2.5) * 0.1
    points = np.stack([x[None] * depth, y[:, None] * depth, depth], -1)
    along, down = tangents(points, np.ones((6, 8), bool), np.array([0.1, 0.1]))
    np.testing.assert_allclose(along, depth[..., None] * [0.1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(down, depth[..., None] * [0, 0.1, 0], atol=1e-12)


def test_a_cell_without_neighbours_is_frontal() -> None:
    points, valid = np.full((3, 3, 3), 2.0), np.zeros((3, 3), bool)
    valid[1, 1] = True
    along, down = tangents(points, valid, np.array([0.1, 0.2]))
    np.testing.assert_allclose(along[1, 1], [0.2, 0, 0])
    np.testing.assert_allclose(down[1, 1], [0, 0.4, 0])


def test_frames_follow_their_tangents_even_when_those_are_parallel() -> None:
    along = np.array([[2.0, 0, 0], [0, 0, 3.0], [1.0, 1, 1]])
    down = np.array([[1.0, 1, 0], [0, 2, 2.0], [2.0, 2, 2]])
    wxyz, lengths = flat_frames(along, down)
    axes = Rotation.from_quat(wxyz[:, [1, 2, 3, 0]]).as_matrix()
    np.testing.assert_allclose(
        axes[:, :, 0], along / np.linalg.norm(along, axis=1, keepdims=True), atol=1e-12
    )
    np.testing.assert_allclose(axes[:2, :, 1], [[0, 1, 0], [0, 1, 0]], atol=1e-12)
    np.testing.assert_allclose(lengths, [[2, 1], [3, 2], [np.sqrt(3), np.sqrt(3)]])
