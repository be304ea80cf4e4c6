"""What must hold of every animal's motion: bones keep their lengths, standing feet stand, nothing jumps."""

from __future__ import annotations

import numpy as np

from models.world.figures.skeleton import Floats, Skeleton
from models.world.motions.act import Act
from models.world.motions.paws import leg_m, limbs

FPS = 25.0

BONE_TOLERANCE = 1e-9
"""Of a bone's length: joints are put there by rotations, so only rounding is left."""

STANDING_M = 1e-3
"""How far a standing foot may move from one frame to the next: what cannot be seen."""

FINE_FPS = 200.0
"""Frame rate at which a jump by a hundredth of a leg is an acceleration of 400 legs/s²."""


def check_bones_and_turns(skeleton: Skeleton, act: Act) -> None:
    poses = act(skeleton, 50, FPS, 4)
    assert poses.positions.shape == (50, len(skeleton.names), 3)
    assert poses.rotations.shape == (50, len(skeleton.names), 3, 3)
    children, parents = list(range(1, len(skeleton.names))), list(skeleton.parents[1:])
    lengths = np.linalg.norm(poses.positions[:, children] - poses.positions[:, parents], axis=-1)
    rest = np.linalg.norm(skeleton.offsets_m[1:], axis=-1)
    assert np.abs(lengths / rest - 1).max() < BONE_TOLERANCE
    squares = poses.rotations @ np.swapaxes(poses.rotations, -1, -2)
    assert np.abs(squares - np.eye(3)).max() < 1e-9
    assert np.linalg.det(poses.rotations).min() > 0.99


def check_feet(skeleton: Skeleton, act: Act, least_standing: float) -> None:
    """Feet never sink; in at least a share of the frames each stands, and stands still."""
    positions = act(skeleton, 100, FPS, 7).positions
    assert positions[..., 1].min() > -1e-6
    for name in limbs(skeleton):
        foot = positions[:, skeleton.index(name)]
        floor = skeleton.rest_m()[skeleton.index(name), 1]
        assert foot[:, 1].min() > floor - 1e-6
        down = foot[:, 1] < floor + 1e-6
        both = down[1:] & down[:-1]
        assert both.mean() >= least_standing, name
        steps = np.linalg.norm(np.diff(foot, axis=0), axis=1)
        assert steps[both].max() < STANDING_M, name


def check_smooth(skeleton: Skeleton, act: Act, most: float) -> None:
    """No joint's acceleration exceeds a bound in legs/s², at a frame rate at which a jump would."""
    positions = act(skeleton, int(2.5 * FINE_FPS), FINE_FPS, 2).positions
    accelerations = np.linalg.norm(np.diff(positions, 2, axis=0), axis=-1) * FINE_FPS**2
    assert accelerations.max() / leg_m(skeleton) < most


def check_same_on_another_body(one: Skeleton, other: Skeleton, act: Act) -> None:
    """The same seed is the same motion: heading by heading, and in legs, place by place."""
    first, second = act(one, 50, FPS, 11), act(other, 50, FPS, 11)
    assert np.array_equal(act(one, 50, FPS, 11).positions, first.positions)
    ahead = [_flat(poses.rotations[:, 0, :, 2]) for poses in (first, second)]
    assert np.sum(ahead[0] * ahead[1], axis=1).min() > np.cos(np.radians(15))
    paths = [poses.positions[:, 0] / leg_m(body) for poses, body in ((first, one), (second, other))]
    moved = [path - path[0] for path in paths]
    # The trunks' lengths differ, so on an arc the hips' paths differ by a part of that.
    assert np.abs(moved[0] - moved[1])[:, [0, 2]].max() < 0.35
    assert not np.allclose(act(one, 50, FPS, 12).positions, first.positions)


def _flat(vectors: Floats) -> Floats:
    level = vectors * [1.0, 0.0, 1.0]
    return np.asarray(level / np.linalg.norm(level, axis=1, keepdims=True))
