"""All frames of a clip fitted together: smooth joints that move as the picture moves."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from models.dense_flow import dense_flow
from models.pose.hand_cue import assign
from models.pose.silhouette_field import SilhouetteField

Array = NDArray[np.float64]

WRISTS = [4, 7]
"""Right and left wrist among the figure's joints."""

REACH = 0.3
"""Farthest that a wrist is pulled to a hand-like patch, by the silhouette's height."""

FINER = 2
"""Flow is measured on a grid this much finer than the silhouettes', then brought back to it."""

MIDPOINTS = ((2, 3), (3, 4), (5, 6), (6, 7), (8, 9), (9, 10), (11, 12), (12, 13), (1, 0))
"""Bones whose middle also follows the flow: a joint alone may sit on an edge."""

ACCELERATION, VELOCITY, POSE_CHANGE, FLOW, HAND = 60.0, 6.0, 0.09, 1.5, 1.0
"""Weights of the terms beside those of `fit_energy`; lengths are by the silhouette's height."""


@dataclass(frozen=True)
class GridFlow:
    """Optical flow on the silhouettes' grid, float32 [T - 1, h, w, 2], both ways."""

    forward: NDArray[np.float32]
    backward: NDArray[np.float32]


def grid_flow(field: SilhouetteField, frames: NDArray[np.uint8]) -> GridFlow:
    """DIS flow between neighbouring frames (uint8 [T, H, W, 3]) on the field's grid."""
    greys = [field.crop(np.asarray(cv2.cvtColor(f, cv2.COLOR_RGB2GRAY), np.uint8), FINER) for f in frames]
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    height, width = field.masks.shape[1:]

    def measure(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.float32]:
        fine = dense_flow(dis, a, b)
        return np.asarray(cv2.resize(fine, (width, height), interpolation=cv2.INTER_AREA) / FINER, np.float32)

    pairs = list(pairwise(greys))
    empty = np.zeros((0, height, width, 2), np.float32)
    return GridFlow(
        np.stack([measure(a, b) for a, b in pairs]) if pairs else empty,
        np.stack([measure(b, a) for a, b in pairs]) if pairs else empty,
    )


class TimeForce:
    """Energy on joints over time: acceleration, velocity, change of pose, and disagreement with the flow.

    Args:
        field: silhouettes; its height is the unit of length.
        flow: optical flow, or None for silhouettes without pictures.
        smooth: factor on the first three terms.
        hands: centres of hand-like patches in each frame, see `models.pose.hand_cue`.
    """

    def __init__(
        self,
        field: SilhouetteField,
        flow: GridFlow | None,
        smooth: float,
        hands: list[Array] | None = None,
    ) -> None:
        self.hands: list[Array] = hands or []
        self.unit, self.flow, self.smooth = field.height, flow, smooth
        self.target, self.trust = np.zeros(0), np.zeros(0)

    def __call__(self, joints: Array, poses: Array, iteration: int) -> tuple[float, Array, Array]:
        """Energy and gradients; see `models.pose.descent.JointForce`."""
        by_joints, by_poses = np.zeros_like(joints), np.zeros_like(poses)
        bend = (joints[2:] - 2 * joints[1:-1] + joints[:-2]) / self.unit
        step = (joints[1:] - joints[:-1]) / self.unit
        turn = poses[1:, 3:] - poses[:-1, 3:]
        energy = ACCELERATION * float((bend**2).sum()) + VELOCITY * float((step**2).sum())
        energy += POSE_CHANGE / turn.shape[1] * float((turn**2).sum())
        push = 2 * ACCELERATION * bend / self.unit
        by_joints[2:] += push
        by_joints[1:-1] -= 2 * push
        by_joints[:-2] += push
        push = 2 * VELOCITY * step / self.unit
        by_joints[1:] += push
        by_joints[:-1] -= push
        push = 2 * POSE_CHANGE / turn.shape[1] * turn
        by_poses[1:, 3:] += push
        by_poses[:-1, 3:] -= push
        energy, by_joints, by_poses = energy * self.smooth, by_joints * self.smooth, by_poses * self.smooth
        if self.flow is not None and len(joints) > 1:
            energy += self._follow_flow(joints, by_joints, iteration)
        energy += self._reach_hands(joints, by_joints)
        return energy, by_joints, by_poses

    def _follow_flow(self, joints: Array, by_joints: Array, iteration: int) -> float:
        first, second = np.array(MIDPOINTS).T
        points = np.concatenate([joints, (joints[:, first] + joints[:, second]) / 2], axis=1)
        if iteration % 12 == 0:
            self._measure(points)
        rest = (points[1:] - points[:-1] - self.target) / self.unit
        length = np.sqrt((rest**2).sum(axis=-1) + 1e-5)
        push = FLOW * (self.trust / length)[..., None] * rest / self.unit
        on_points = np.zeros_like(points)
        on_points[1:] += push
        on_points[:-1] -= push
        by_joints += on_points[:, :14]
        for k, (a, b) in enumerate(MIDPOINTS):
            by_joints[:, a] += on_points[:, 14 + k] / 2
            by_joints[:, b] += on_points[:, 14 + k] / 2
        return FLOW * float((length * self.trust).sum())

    def _reach_hands(self, joints: Array, by_joints: Array) -> float:
        """Pull each hand-like patch's nearest wrist to it."""
        energy = 0.0
        for t, patches in enumerate(self.hands):
            for wrist, patch in assign(joints[t, WRISTS], patches, REACH * self.unit):
                rest = (joints[t, WRISTS[wrist]] - patches[patch]) / self.unit
                # The patch is the hand's middle, a little past the wrist: close by, nothing pulls.
                length = float(np.sqrt((rest**2).sum() + 0.03**2))
                energy += HAND * length
                by_joints[t, WRISTS[wrist]] += HAND * rest / length / self.unit
        return energy

    def _measure(self, points: Array) -> None:
        """Flow under each point, trusted where going there and back returns within a pixel."""
        assert self.flow is not None
        limit = np.array(self.flow.forward.shape[2:0:-1]) - 1
        t = np.arange(len(points) - 1)[:, None]

        def read(flow: NDArray[np.float32], at: Array) -> Array:
            index = np.clip(np.rint(at), 0, limit).astype(np.int64)
            return flow[t, index[..., 1], index[..., 0]].astype(np.float64)

        self.target = read(self.flow.forward, points[:-1])
        back = read(self.flow.backward, points[:-1] + self.target)
        self.trust = (np.linalg.norm(self.target + back, axis=-1) < 1.0).astype(np.float64)
