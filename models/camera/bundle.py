"""Bundle adjustment: Levenberg-Marquardt with the points eliminated (Schur complement), Huber loss.

Pinhole, one focal length for all frames, pixel positions relative to the principal point.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from data_contracts.camera_path import Floats

HUBER_PX = 1.0
_MIN_DEPTH = 1e-6
_DENSE_LIMIT = 20_000_000
"""Entries of the coupling matrix up to which dense products (BLAS) beat sparse ones: tracks are long."""


@dataclass(frozen=True)
class Bundle:
    """Cameras (camera from world), points and what was seen.

    `rotation` [N, 3, 3], `translation` [N, 3], `points` [P, 3]; observation m sees point `point[m]` in
    camera `camera[m]` at `xy` [M, 2], pixels from the principal point.
    """

    rotation: Floats
    translation: Floats
    points: Floats
    focal: float
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
        return np.asarray(
            self.focal * local[:, :2] / np.maximum(local[:, 2:], _MIN_DEPTH) - self.xy, np.float64
        )

    def errors(self) -> Floats:
        """Reprojection error of each observation in pixels; infinite behind the camera."""
        return np.where(self.local()[:, 2] > 0, np.linalg.norm(self.residuals(), axis=1), np.inf)


def _cost(residuals: Floats) -> float:
    r = np.linalg.norm(residuals, axis=1)
    return float(np.where(r < HUBER_PX, r * r, 2 * HUBER_PX * r - HUBER_PX**2).sum())


def _cross_matrix(v: Floats) -> Floats:
    out = np.zeros((len(v), 3, 3))
    out[:, 0, 1], out[:, 0, 2], out[:, 1, 2] = -v[:, 2], v[:, 1], -v[:, 0]
    return out - np.swapaxes(out, 1, 2)


@dataclass(frozen=True)
class _Normal:
    """Normal equations: cameras and focal length (H, g), points (V, gx) and what couples them (W)."""

    H: Floats
    g: Floats
    V: Floats
    gx: Floats
    W: sparse.csr_matrix
    per_camera: int


def adjust(
    bundle: Bundle,
    iterations: int,
    *,
    free_focal: bool = False,
    rotation_only: bool = False,
    focal_prior: tuple[float, float] | None = None,
) -> Bundle:
    """Minimise the reprojection error; camera 0 stays where it is.

    `focal_prior` = (focal length, weight): weight times the squared difference joins the cost, as a clip
    without much parallax says little about its lens.
    """
    damping = 1e-3
    cost = _cost(bundle.residuals())
    for _ in range(iterations):
        normal = _normal_equations(bundle, free_focal, rotation_only, focal_prior)
        for _ in range(6):
            trial = _step(bundle, normal, damping, free_focal, rotation_only)
            trial_cost = _cost(trial.residuals())
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
    bundle: Bundle, free_focal: bool, rotation_only: bool, prior: tuple[float, float] | None
) -> _Normal:
    local, residuals = bundle.local(), bundle.residuals()
    n_obs, n_cameras, n_points = len(bundle.xy), len(bundle.rotation), len(bundle.points)
    size = np.linalg.norm(residuals, axis=1)
    weight = np.sqrt(np.where(size < HUBER_PX, 1.0, HUBER_PX / np.maximum(size, 1e-9)))
    z = np.maximum(local[:, 2], _MIN_DEPTH)
    J = np.zeros((n_obs, 2, 3))
    J[:, 0, 0] = J[:, 1, 1] = bundle.focal / z
    J[:, :, 2] = -bundle.focal * local[:, :2] / z[:, None] ** 2
    J *= weight[:, None, None]
    turned = local - bundle.translation[bundle.camera]
    J_rotation = -J @ _cross_matrix(turned)
    J_camera = J_rotation if rotation_only else np.concatenate([J_rotation, J], axis=2)
    J_focal = (local[:, :2] / z[:, None] * weight[:, None])[:, :, None] * float(free_focal)
    J_point = J @ bundle.rotation[bundle.camera]

    k = J_camera.shape[2]
    rows = np.arange(2 * n_obs).reshape(n_obs, 2, 1)
    camera_columns = np.concatenate(
        [bundle.camera[:, None] * k + np.arange(k), np.full((n_obs, 1), n_cameras * k)], axis=1
    )[:, None, :]
    A = _jacobian(np.concatenate([J_camera, J_focal], axis=2), rows, camera_columns, n_cameras * k + 1)
    point_columns = (bundle.point[:, None] * 3 + np.arange(3))[:, None, :]
    B = _jacobian(J_point, rows, point_columns, n_points * 3)
    weighted = (residuals * weight[:, None]).ravel()
    H, g = (A.T @ A).toarray(), A.T @ weighted
    V = np.zeros((n_points, 3, 3))
    np.add.at(V, bundle.point, np.einsum("mki,mkj->mij", J_point, J_point))
    if prior is not None and free_focal:
        H[-1, -1] += prior[1]
        g[-1] += prior[1] * (bundle.focal - prior[0])
    return _Normal(H, g, V, B.T @ weighted, (A.T @ B).tocsr(), k)


def _jacobian(
    blocks: Floats, rows: NDArray[np.int64], columns: NDArray[np.int64], width: int
) -> sparse.csr_matrix:
    index = (np.broadcast_to(rows, blocks.shape).ravel(), np.broadcast_to(columns, blocks.shape).ravel())
    return sparse.csr_matrix((blocks.ravel(), index), (rows.size, width))


def _step(bundle: Bundle, normal: _Normal, damping: float, free_focal: bool, rotation_only: bool) -> Bundle:
    n_points, k = len(bundle.points), normal.per_camera
    eye = np.eye(3)
    V = normal.V + damping * np.einsum("pii->pi", normal.V)[:, :, None] * eye + 1e-9 * eye
    V_inverse = sparse.bsr_matrix(
        (np.linalg.inv(V), np.arange(n_points), np.arange(n_points + 1)), shape=(3 * n_points, 3 * n_points)
    )
    WV = normal.W @ V_inverse
    S = normal.H + damping * np.diag(np.diag(normal.H)) + 1e-9 * np.eye(len(normal.H))
    if normal.W.shape[0] * normal.W.shape[1] < _DENSE_LIMIT:
        S -= WV.toarray() @ normal.W.toarray().T
    else:
        S -= (WV @ normal.W.T).toarray()
    b = -normal.g + WV @ normal.gx
    fixed = [*range(k), *([] if free_focal else [len(b) - 1])]
    S[fixed], S[:, fixed], b[fixed] = 0, 0, 0
    S[fixed, fixed] = 1
    d_camera = np.linalg.solve(S, b)
    d_points = V_inverse @ (-normal.gx - normal.W.T @ d_camera)
    d = d_camera[:-1].reshape(-1, k)
    rotation = Rotation.from_rotvec(d[:, :3]).as_matrix() @ bundle.rotation
    translation = bundle.translation if rotation_only else bundle.translation + d[:, 3:]
    reach = float(np.abs(bundle.xy).max())
    focal = float(np.clip(bundle.focal + d_camera[-1], 0.3 * reach, 20 * reach))
    return replace(
        bundle,
        rotation=rotation,
        translation=translation,
        points=bundle.points + d_points.reshape(n_points, 3),
        focal=focal,
    )
