"""Random splats and a camera that sees them, for tests of the rasteriser."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from data_contracts.splats import Splats


def random_splats(count: int, seed: int) -> Splats:
    """Gaussians of many sizes and slants, 2 to 6 units before the origin."""
    rng = np.random.default_rng(seed)
    return Splats(
        means=rng.normal(size=(count, 3)) * [1, 1, 0.7] + [0, 0, 4.0],
        rotation_wxyz=rng.normal(size=(count, 4)),
        scales_m=np.exp(rng.normal(size=(count, 3)) * 0.6 - 2),
        opacities=rng.uniform(0.03, 0.98, count),
        rgb=rng.uniform(size=(count, 3)),
    )


def side_camera(width: int, height: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A turned and shifted camera with different focal lengths and an off-centre axis."""
    pose = np.eye(4)
    pose[:3, :3] = Rotation.from_euler("yxz", [-0.2, 0.1, 0.3]).as_matrix()
    pose[:3, 3] = [0.6, -0.1, -0.2]
    return pose, np.array([0.8 * width, 0.85 * height, width / 2 + 2, height / 2 - 3])
