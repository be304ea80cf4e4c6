"""Normal equations of bundle adjustment, and their reduction to the cameras (Schur complement), in Numba.

Triggs et al. 2000, section 6. Rotations are updated on the left: R <- exp(w) R.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.camera_path import Floats
from models.compiling import compiled

Ints = NDArray[np.int64]


class NormalEquations(NamedTuple):
    """Second and first derivatives of the weighted squared residuals, K parameters a camera, L of the lens.

    `cameras` [N, K, K], `camera_focal` [N, K, L], `focal` [L, L]; `camera_gradient` [N, K], `focal_gradient`
    [L]; `points` [P, 3, 3], `point_gradient` [P, 3]; `coupling` [M, K, 3] of each observation's camera and
    point; `focal_coupling` [P, L, 3].
    """

    cameras: Floats
    camera_focal: Floats
    focal: Floats
    camera_gradient: Floats
    focal_gradient: Floats
    points: Floats
    point_gradient: Floats
    coupling: Floats
    focal_coupling: Floats


@compiled()
def accumulate(
    rotation: Floats,
    translation: Floats,
    points: Floats,
    focal: Floats,
    lens: Floats,
    camera: Ints,
    point: Ints,
    xy: Floats,
    huber_px: float,
    with_translation: bool,
) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats, Floats, Floats, Floats]:
    """The fields of NormalEquations, with Huber weights at `huber_px`.

    `focal` [N] are the cameras' focal lengths; `lens` [N, L] their derivatives by the lens's parameters.
    """
    n, p, m, lenses = len(rotation), len(points), len(camera), lens.shape[1]
    k = 6 if with_translation else 3
    cameras, camera_focal, focal_focal = (
        np.zeros((n, k, k)),
        np.zeros((n, k, lenses)),
        np.zeros((lenses, lenses)),
    )
    camera_gradient, focal_gradient = np.zeros((n, k)), np.zeros(lenses)
    point_hessian, point_gradient = np.zeros((p, 3, 3)), np.zeros((p, 3))
    coupling, focal_coupling = np.zeros((m, k, 3)), np.zeros((p, lenses, 3))
    jc, jx, jf, r = np.zeros((2, k)), np.zeros((2, 3)), np.zeros(2), np.zeros(2)
    for o in range(m):
        c, q = camera[o], point[o]
        R, X = rotation[c], points[q]
        tx = R[0, 0] * X[0] + R[0, 1] * X[1] + R[0, 2] * X[2]
        ty = R[1, 0] * X[0] + R[1, 1] * X[1] + R[1, 2] * X[2]
        tz = R[2, 0] * X[0] + R[2, 1] * X[1] + R[2, 2] * X[2]
        x, y, z = tx + translation[c, 0], ty + translation[c, 1], max(tz + translation[c, 2], 1e-6)
        r[0], r[1] = focal[c] * x / z - xy[o, 0], focal[c] * y / z - xy[o, 1]
        size = np.sqrt(r[0] * r[0] + r[1] * r[1])
        weight = 1.0 if size < huber_px else np.sqrt(huber_px / size)
        for i in range(2):
            u = x if i == 0 else y
            # Derivative of the projection by the point in camera axes: f/z along its own, -f u/z^2 along z.
            a0 = weight * focal[c] / z if i == 0 else 0.0
            a1 = weight * focal[c] / z if i == 1 else 0.0
            a2 = -weight * focal[c] * u / (z * z)
            jc[i, 0] = a2 * ty - a1 * tz
            jc[i, 1] = a0 * tz - a2 * tx
            jc[i, 2] = a1 * tx - a0 * ty
            if with_translation:
                jc[i, 3], jc[i, 4], jc[i, 5] = a0, a1, a2
            for j in range(3):
                jx[i, j] = a0 * R[0, j] + a1 * R[1, j] + a2 * R[2, j]
            jf[i] = weight * u / z
            r[i] *= weight
        for i in range(2):
            for a in range(lenses):
                focal_gradient[a] += lens[c, a] * jf[i] * r[i]
                for b in range(lenses):
                    focal_focal[a, b] += lens[c, a] * jf[i] * lens[c, b] * jf[i]
            for a in range(k):
                camera_gradient[c, a] += jc[i, a] * r[i]
                for b in range(lenses):
                    camera_focal[c, a, b] += jc[i, a] * lens[c, b] * jf[i]
                for b in range(k):
                    cameras[c, a, b] += jc[i, a] * jc[i, b]
                for b in range(3):
                    coupling[o, a, b] += jc[i, a] * jx[i, b]
            for a in range(3):
                point_gradient[q, a] += jx[i, a] * r[i]
                for b in range(lenses):
                    focal_coupling[q, b, a] += lens[c, b] * jf[i] * jx[i, a]
                for b in range(3):
                    point_hessian[q, a, b] += jx[i, a] * jx[i, b]
    return (
        cameras, camera_focal, focal_focal, camera_gradient, focal_gradient,
        point_hessian, point_gradient, coupling, focal_coupling,
    )  # fmt: skip


@compiled()
def invert_blocks(blocks: Floats) -> Floats:
    """Inverses of symmetric, positive 3x3 blocks [P, 3, 3], by cofactors: ten times LAPACK's speed here."""
    out = np.empty_like(blocks)
    for p in range(len(blocks)):
        a, b, c = blocks[p, 0, 0], blocks[p, 0, 1], blocks[p, 0, 2]
        d, e, f = blocks[p, 1, 1], blocks[p, 1, 2], blocks[p, 2, 2]
        ca, cb, cc = d * f - e * e, c * e - b * f, b * e - c * d
        scale = 1.0 / (a * ca + b * cb + c * cc)
        out[p, 0, 0], out[p, 1, 1], out[p, 2, 2] = (
            ca * scale,
            (a * f - c * c) * scale,
            (a * d - b * b) * scale,
        )
        out[p, 0, 1] = out[p, 1, 0] = cb * scale
        out[p, 0, 2] = out[p, 2, 0] = cc * scale
        out[p, 1, 2] = out[p, 2, 1] = (b * c - a * e) * scale
    return out


@compiled()
def reduce_points(
    S: Floats,
    b: Floats,
    inverse: Floats,
    point_gradient: Floats,
    coupling: Floats,
    focal_coupling: Floats,
    camera: Ints,
    order: Ints,
    first: Ints,
) -> None:
    """Take the points out of the system S d = b in place.

    S is symmetric: only its upper triangle is written. `inverse` [P, 3, 3] are the inverted, damped point
    blocks. `order` sorts observations by point, then by camera, and `first` [P + 1] says where each point's
    begin. The last rows and columns of S are the lens's.
    """
    k, lenses = coupling.shape[1], focal_coupling.shape[1]
    last = len(b) - lenses
    left = np.zeros((k, 3))
    for p in range(len(inverse)):
        V = inverse[p]
        for f in range(lenses):
            for a in range(3):
                vf = (
                    V[a, 0] * focal_coupling[p, f, 0]
                    + V[a, 1] * focal_coupling[p, f, 1]
                    + V[a, 2] * focal_coupling[p, f, 2]
                )
                b[last + f] += vf * point_gradient[p, a]
                for g in range(f + 1):
                    S[last + g, last + f] -= focal_coupling[p, g, a] * vf
        for i in range(first[p], first[p + 1]):
            o = order[i]
            row = camera[o] * k
            for a in range(k):
                for c in range(3):
                    left[a, c] = (
                        coupling[o, a, 0] * V[0, c]
                        + coupling[o, a, 1] * V[1, c]
                        + coupling[o, a, 2] * V[2, c]
                    )
                for c in range(3):
                    b[row + a] += left[a, c] * point_gradient[p, c]
                    for f in range(lenses):
                        S[row + a, last + f] -= left[a, c] * focal_coupling[p, f, c]
            for j in range(i, first[p + 1]):
                other = order[j]
                column = camera[other] * k
                for a in range(k):
                    for c in range(k):
                        S[row + a, column + c] -= (
                            left[a, 0] * coupling[other, c, 0]
                            + left[a, 1] * coupling[other, c, 1]
                            + left[a, 2] * coupling[other, c, 2]
                        )


@compiled()
def point_right_side(
    d_camera: Floats,
    d_focal: Floats,
    gradient: Floats,
    coupling: Floats,
    focal_coupling: Floats,
    camera: Ints,
    point: Ints,
) -> Floats:
    """What remains for the points [P, 3] once the steps of cameras [N, K] and lens [L] are known."""
    out = -gradient
    for f in range(len(d_focal)):
        out -= d_focal[f] * focal_coupling[:, f]
    for o in range(len(camera)):
        for a in range(coupling.shape[1]):
            step = d_camera[camera[o], a]
            for c in range(3):
                out[point[o], c] -= coupling[o, a, c] * step
    return out
