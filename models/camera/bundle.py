"""Bundle adjustment: Levenberg-Marquardt with the points eliminated (Schur complement), Huber loss.

Pinhole, pixel positions relative to the principal point. The focal length is one for all frames, or of a few
frames with the others' between them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from data_contracts.camera_path import Floats
from models.camera.normal_equations import (
    NormalEquations,
    accumulate,
    invert_blocks,
    point_right_side,
    reduce_points,
)

LENS_SPREAD, LIKE_ONE, LEAST_VARIANCE_PX2 = 0.35, 800.0, 1e-3
"""What is known of an unknown lens, see `usual_lens`; points are measured no better than by a thirtieth of a
pixel."""

CHI2_MEDIAN = 1.39
"""Median of the squared length of two errors of variance 1: chi-squared of two degrees of freedom."""

HUBER_PX = 1.0
"""Error from which on it counts linearly: points that went astray do not pull."""
_MIN_DEPTH = 1e-6
_FLOOR = 1e-9
"""Added to every diagonal, so that a point seen once (or a ray's length) has a block to invert."""


@dataclass(frozen=True)
class Bundle:
    """Cameras (camera from world), points and what was seen.

    `rotation` [N, 3, 3], `translation` [N, 3], `points` [P, 3]; observation m sees point `point[m]` in
    camera `camera[m]` at `xy` [M, 2], pixels from the principal point. Focal lengths are `lens` [N, L] times
    the parameters `focal` [L]: a column of ones for a lens that stays.
    """

    rotation: Floats
    translation: Floats
    points: Floats
    focal: Floats
    lens: Floats
    camera: NDArray[np.int64]
    point: NDArray[np.int64]
    xy: Floats

    def local(self) -> Floats:
        """Each observation's point in its camera's frame [M, 3]."""
        turned = np.einsum("mij,mj->mi", self.rotation[self.camera], self.points[self.point])
        return np.asarray(turned + self.translation[self.camera], np.float64)

    def residuals(self) -> Floats:
        """Projected minus seen positions [M, 2] in pixels."""
        local = self.local()
        focal = (self.lens @ self.focal)[self.camera, None]
        return np.asarray(focal * local[:, :2] / np.maximum(local[:, 2:], _MIN_DEPTH) - self.xy, np.float64)

    def errors(self) -> Floats:
        """Reprojection error of each observation in pixels; infinite behind the camera."""
        return np.where(self.local()[:, 2] > 0, np.linalg.norm(self.residuals(), axis=1), np.inf)


def _cost(bundle: Bundle, focal_prior: tuple[float, float] | None) -> float:
    r = np.linalg.norm(bundle.residuals(), axis=1)
    cost = float(np.where(r < HUBER_PX, r * r, 2 * HUBER_PX * r - HUBER_PX**2).sum())
    if focal_prior is not None:
        cost += focal_prior[1] * float(np.mean((bundle.focal - focal_prior[0]) ** 2))
    return cost


def usual_lens(bundle: Bundle) -> tuple[float, float]:
    """What to think of a focal length that the points hardly tell: (focal length, weight) for `adjust`.

    Most lenses are about as long as the picture's long side, give or take a third. The weight is what that
    spread is worth beside observations of this accuracy; points drift together, so that LIKE_ONE of them say
    as much as one free observation would.
    """
    middle = float(2 * np.abs(bundle.xy).max())
    variance = float(np.median(np.square(bundle.residuals()).sum(axis=1))) / CHI2_MEDIAN
    return middle, LIKE_ONE * max(variance, LEAST_VARIANCE_PX2) / (LENS_SPREAD * middle) ** 2


def adjust(
    bundle: Bundle,
    iterations: int,
    *,
    free_focal: bool = False,
    rotation_only: bool = False,
    focal_prior: tuple[float, float] | None = None,
) -> Bundle:
    """Minimise the reprojection error; camera 0 stays where it is.

    `focal_prior` = (focal length, weight): weight times the mean squared difference joins the cost, as a clip
    without much parallax says little about its lens. Without `free_focal` the first of the lens's parameters
    stays as it is.
    """
    order = np.lexsort((bundle.camera, bundle.point))
    first = np.searchsorted(bundle.point[order], np.arange(len(bundle.points) + 1))
    damping = 1e-3
    cost = _cost(bundle, focal_prior)
    for _ in range(iterations):
        normal = _normal_equations(bundle, rotation_only, focal_prior)
        for _ in range(6):
            trial = _step(bundle, normal, damping, free_focal, (order, first))
            trial_cost = _cost(trial, focal_prior)
            if trial_cost < cost:
                break
            damping *= 8
        else:
            return bundle
        converged = cost - trial_cost < 1e-5 * cost
        bundle, cost, damping = trial, trial_cost, max(damping / 5, 1e-7)
        if converged:
            break
    return bundle


def _normal_equations(
    bundle: Bundle, rotation_only: bool, prior: tuple[float, float] | None
) -> NormalEquations:
    arrays = (bundle.rotation, bundle.translation, bundle.points)
    normal = NormalEquations(
        *accumulate(
            *(np.ascontiguousarray(array, np.float64) for array in arrays),
            bundle.lens @ bundle.focal,
            np.ascontiguousarray(bundle.lens, np.float64),
            bundle.camera,
            bundle.point,
            np.ascontiguousarray(bundle.xy, np.float64),
            HUBER_PX,
            not rotation_only,
        )
    )
    if prior is not None:
        weight = prior[1] / len(bundle.focal)
        normal.focal[np.diag_indices(len(bundle.focal))] += weight
        normal.focal_gradient[:] += weight * (bundle.focal - prior[0])
    return normal


def _step(
    bundle: Bundle,
    normal: NormalEquations,
    damping: float,
    free_focal: bool,
    by_point: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> Bundle:
    """One damped Gauss-Newton step, points eliminated first."""
    n, k = normal.camera_gradient.shape
    last = n * k
    inverse = invert_blocks(_damped(normal.points, damping))
    S = np.zeros((last + len(bundle.focal), last + len(bundle.focal)))
    blocks = _damped(normal.cameras, damping)
    for i in range(n):
        S[i * k : (i + 1) * k, i * k : (i + 1) * k] = blocks[i]
    S[:last, last:] = normal.camera_focal.reshape(last, -1)
    S[last:, last:] = normal.focal
    own = np.arange(last, len(S))
    S[own, own] = np.diag(normal.focal) * (1 + damping) + _FLOOR
    b = -np.r_[normal.camera_gradient.ravel(), normal.focal_gradient]
    gradient = normal.point_gradient
    reduce_points(S, b, inverse, gradient, normal.coupling, normal.focal_coupling, bundle.camera, *by_point)
    S = np.triu(S) + np.triu(S, 1).T
    fixed = [*range(k), *([] if free_focal else [last])]
    S[fixed], S[:, fixed], b[fixed] = 0, 0, 0
    S[fixed, fixed] = 1
    solution = np.linalg.solve(S, b)
    d_camera, d_focal = solution[:last].reshape(n, k), solution[last:]
    right = point_right_side(
        d_camera, d_focal, gradient, normal.coupling, normal.focal_coupling, bundle.camera, bundle.point
    )
    reach = float(np.abs(bundle.xy).max())
    return replace(
        bundle,
        rotation=Rotation.from_rotvec(d_camera[:, :3]).as_matrix() @ bundle.rotation,
        translation=bundle.translation + d_camera[:, 3:] if k == 6 else bundle.translation,
        points=bundle.points + np.einsum("pij,pj->pi", inverse, right),
        focal=np.clip(bundle.focal + d_focal, 0.3 * reach, 20 * reach),
    )


def _damped(blocks: Floats, damping: float) -> Floats:
    """Blocks [N, K, K] with their diagonals raised, as Levenberg-Marquardt does."""
    eye = np.eye(blocks.shape[1])
    return np.asarray(blocks + damping * np.einsum("nii->ni", blocks)[:, :, None] * eye + _FLOOR * eye)
