"""Adam (Kingma & Ba 2015) on poses and shared proportions, with a step that shrinks to 15 %."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.pose.capsule_figure import POSE, SHARED, joints_of
from models.pose.fit_energy import evaluate
from models.pose.silhouette_field import SilhouetteField

Array = NDArray[np.float64]
JointForce = Callable[[Array, Array, int], tuple[float, Array, Array]]
"""(joints [B, 14, 2], poses [B, 24], iteration) -> energy, gradient by joints, gradient by poses."""

SHARED_STEP = 0.01
"""First step of the log proportions."""
SHARED_STIFFNESS = np.array([0.15, 0.15, 0.15, 0.15, 0.6, 0.3])
"""Prior on log proportions, for each pose: bodies differ by some tens of percent."""


@dataclass(frozen=True)
class Fitted:
    """Poses after descent.

    Attributes:
        poses: float64 [B, 24].
        shared: float64 [6].
        energy: float64 [B].
        placed: float64 [B, 136].
    """

    poses: Array
    shared: Array
    energy: Array
    placed: Array

    @property
    def joints(self) -> Array:
        """Joints in grid indices, [B, 14, 2]."""
        return joints_of(self.placed)


class _Adam:
    def __init__(self, shape: tuple[int, ...]) -> None:
        self.mean, self.square, self.count = np.zeros(shape), np.zeros(shape), 0

    def step(self, gradient: Array) -> Array:
        self.count += 1
        self.mean = 0.9 * self.mean + 0.1 * gradient
        self.square = 0.999 * self.square + 0.001 * gradient**2
        mean = self.mean / (1 - 0.9**self.count)
        square = self.square / (1 - 0.999**self.count)
        return np.asarray(mean / (np.sqrt(square) + 1e-8), np.float64)


def descend(
    field: SilhouetteField,
    frame: NDArray[np.int64],
    poses: Array,
    shared: Array,
    height: float,
    *,
    iterations: int,
    rate: float,
    points: int,
    free_shared: bool = False,
    rest: Array | None = None,
    force: JointForce | None = None,
) -> Fitted:
    """Move `poses` downhill, each against the silhouette of its `frame`.

    Args:
        field: silhouettes.
        frame: int64 [B].
        poses: float64 [B, 24] to start from.
        shared: float64 [6] to start from.
        height: nominal height of the figure in grid pixels.
        iterations: steps.
        rate: first step, in radians for angles.
        points: sample points used of each kind.
        free_shared: whether the shared proportions move too.
        rest: float64 [6], what the shared proportions are drawn to; `shared` by default.
        force: an energy on the joints of all poses together, such as smoothness over time.
    """
    unit = field.height
    scale = np.ones(POSE)
    scale[:2] = 0.25 * unit
    hang = 0.1 if field.cropped else 0.0
    x, common = poses / scale, shared.copy()
    drawn_to = shared if rest is None else rest
    adam, adam_shared = _Adam(x.shape), _Adam((SHARED,))
    for i in range(iterations + 1):
        energy, by_pose, by_shared, placed, slopes = evaluate(
            x * scale, common, height, frame, field.inside, field.outside, field.depth, field.gap,
            points, unit, hang,
        )  # fmt: skip
        if i == iterations:
            break
        total_shared = by_shared.sum(axis=0) + 2 * SHARED_STIFFNESS * len(x) * (common - drawn_to)
        if force is not None:
            _, on_joints, on_poses = force(joints_of(placed), x * scale, i)
            chained = np.einsum("bdn,bn->bd", slopes, on_joints.reshape(len(x), -1))
            by_pose = by_pose + chained[:, :POSE] + on_poses
            total_shared = total_shared + chained[:, POSE:].sum(axis=0)
        fade = 0.15 + 0.85 * (1 - i / iterations)
        x = x - rate * fade * adam.step(by_pose * scale)
        if free_shared:
            common = common - SHARED_STEP * fade * adam_shared.step(total_shared)
    return Fitted(x * scale, common, energy, placed)
