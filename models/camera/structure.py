"""Structure from motion, frame by frame: a first pair, triangulation, camera resection, bundle adjustment."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.camera_path import Floats
from models.camera.bundle import Bundle, adjust, usual_lens
from models.camera.lens import Lens
from models.camera.tracks import FeatureTracks

_MIN_ANGLE_DEG = 0.7
"""Least angle between the rays of a new point: below it depth is noise."""
_TRIANGULATION_PX, _OUTLIER_PX = 2.5, 3.0
"""Reprojection error up to which a new point is taken, and beyond which an old one is forgotten."""
_MIN_POINTS = 20
"""Fewer hold nothing together."""


class Structure:
    """A growing reconstruction.

    Observations (`track`, `frame`, `xy`) are sorted by track, then frame; `xy` counts from the principal
    point. `rotation` [N, 3, 3] and `translation` [N, 3] map world to camera where `registered` [N]. `lens` is
    what they were filmed with.
    """

    def __init__(
        self, track: NDArray[np.int64], frame: NDArray[np.int64], xy: Floats, n_frames: int, lens: Lens
    ) -> None:
        names, self.track = np.unique(track, return_inverse=True)
        self.names: NDArray[np.int64] = names
        self.frame, self.xy, self.lens = frame, xy, lens
        self.rotation = np.tile(np.eye(3), (n_frames, 1, 1))
        self.translation = np.zeros((n_frames, 3))
        self.registered = np.zeros(n_frames, bool)
        self.points = np.zeros((len(names), 3))
        self.has_point = np.zeros(len(names), bool)
        self.anchor = 0

    @property
    def focal(self) -> Floats:
        """Every frame's focal length [N]."""
        return self.lens.focal

    def calibration(self, frame: int) -> Floats:
        """Calibration matrix of a frame for positions relative to the principal point."""
        return np.diag([self.focal[frame], self.focal[frame], 1.0])

    def start(self, first: int, second: int) -> bool:
        """Place two frames by their essential matrix. False where it does not hold together."""
        ids, a, b = np.intersect1d(
            self.track[self.frame == first], self.track[self.frame == second], return_indices=True
        )
        if len(ids) < 25:
            return False
        p, q = self.xy[self.frame == first][a], self.xy[self.frame == second][b]
        q = q * (self.focal[first] / self.focal[second])
        calibration = self.calibration(first)
        E, inliers = cv2.findEssentialMat(p, q, calibration, cv2.USAC_MAGSAC, 0.999, 1.0)
        if E is None or E.shape != (3, 3):
            return False
        _, rotation, translation, inliers = cv2.recoverPose(E, p, q, calibration, mask=inliers)
        if int((inliers > 0).sum()) < 25:
            return False
        self.rotation[second], self.translation[second] = rotation, translation.ravel()
        self.registered[[first, second]] = True
        self.anchor = first
        self.triangulate()
        if int(self.has_point.sum()) < _MIN_POINTS:
            return False
        self.adjust(8)
        return True

    def triangulate(self) -> None:
        """Give a point to every track that two placed frames see far enough apart (linear method)."""
        rows = np.flatnonzero(self.registered[self.frame] & ~self.has_point[self.track])
        ids, start, count = np.unique(self.track[rows], return_index=True, return_counts=True)
        ids, first, last = ids[count > 1], rows[start[count > 1]], rows[(start + count - 1)[count > 1]]
        if not len(ids):
            return
        equations = []
        for row in (first, last):
            P = np.concatenate(
                [self.rotation[self.frame[row]], self.translation[self.frame[row], :, None]], axis=2
            )
            xy = self.xy[row] / self.focal[self.frame[row], None]
            equations += [xy[:, i, None] * P[:, 2] - P[:, i] for i in (0, 1)]
        homogeneous = np.linalg.svd(np.stack(equations, axis=1))[2][:, -1]
        w = homogeneous[:, 3:]
        points = homogeneous[:, :3] / np.where(np.abs(w) < 1e-12, 1e-12, w)
        good = np.ones(len(ids), bool)
        rays = []
        for row in (first, last):
            frame = self.frame[row]
            local = np.einsum("nij,nj->ni", self.rotation[frame], points) + self.translation[frame]
            z = local[:, 2]
            seen = self.focal[frame, None] * local[:, :2] / np.maximum(z, 1e-9)[:, None]
            error = np.linalg.norm(seen - self.xy[row], axis=1)
            good &= (z > 1e-6) & (error < _TRIANGULATION_PX)
            ray = np.einsum("nji,nj->ni", self.rotation[frame], local)
            rays.append(ray / np.linalg.norm(ray, axis=1, keepdims=True))
        angle = np.degrees(np.arccos(np.clip((rays[0] * rays[1]).sum(axis=1), -1, 1)))
        good &= angle > _MIN_ANGLE_DEG
        self.points[ids[good]] = points[good]
        self.has_point[ids[good]] = True

    def resect(self, frame: int) -> bool:
        """Place one more frame by the points that it sees; its pose starts at the nearest placed frame's."""
        rows = np.flatnonzero((self.frame == frame) & self.has_point[self.track])
        if len(rows) < 10:
            return False
        placed = np.flatnonzero(self.registered)
        near = placed[np.argmin(np.abs(placed - frame))]
        guess = cv2.Rodrigues(self.rotation[near])[0]
        found, turn, shift, inliers = cv2.solvePnPRansac(
            self.points[self.track[rows]],
            self.xy[rows],
            self.calibration(frame),
            np.zeros(0),
            guess,
            self.translation[near].reshape(3, 1).copy(),
            True,
            200,
            2.5,
            0.999,
            flags=cv2.SOLVEPNP_ITERATIVE,
        )
        if not found or inliers is None or len(inliers) < 8:
            return False
        self.rotation[frame], self.translation[frame] = cv2.Rodrigues(turn)[0], shift.ravel()
        self.registered[frame] = True
        return True

    def adjust(self, iterations: int, free_focal: bool = False) -> None:
        """Refine everything placed so far and forget points that fit badly."""
        bundle, frames, ids = self._bundle()
        bundle = adjust(bundle, iterations, free_focal=free_focal, focal_prior=usual_lens(bundle))
        self.rotation[frames], self.translation[frames] = bundle.rotation, bundle.translation
        self.points[ids], self.lens = bundle.points, self.lens.tuned(bundle.focal)
        worst = np.zeros(len(ids))
        np.maximum.at(worst, bundle.point, bundle.errors())
        self.has_point[ids[worst > _OUTLIER_PX]] = False

    def grow(self, free_focal: bool, rounds: int) -> None:
        """Place all frames that can be placed, best-seen first, and refine in `rounds` over everything."""
        failed = np.zeros(len(self.registered), bool)
        while True:
            seen = np.bincount(self.frame[self.has_point[self.track]], minlength=len(self.registered))
            seen[self.registered | failed] = -1
            frame = int(seen.argmax())
            if seen[frame] < 10:
                break
            if not self.resect(frame):
                failed[frame] = True
                continue
            self.triangulate()
            if int(self.registered.sum()) % 6 == 0:
                self.adjust(4, free_focal and int(self.registered.sum()) > 5)
        for _ in range(rounds):
            if int(self.has_point.sum()) < _MIN_POINTS:
                return
            self.adjust(15, free_focal)
            self.triangulate()

    def seeing(self, track: NDArray[np.int64], frame: NDArray[np.int64], xy: Floats) -> Structure:
        """The same poses and points with other observations, of tracks as they are called in `names`."""
        other = Structure(track, frame, xy, len(self.registered), self.lens)
        other.rotation, other.translation = self.rotation.copy(), self.translation.copy()
        other.registered, other.anchor = self.registered.copy(), self.anchor
        _, here, there = np.intersect1d(self.names, other.names, return_indices=True)
        other.points[there], other.has_point[there] = self.points[here], self.has_point[here]
        return other

    def tracks(self, centre: Floats) -> FeatureTracks:
        """What was seen of its points in all frames, around a principal point in pixels."""
        known = self.has_point[self.track]
        ids, xy_px = self.names[self.track[known]], self.xy[known] + centre
        return FeatureTracks(ids, self.frame[known], xy_px, len(self.registered))

    def errors_px(self) -> Floats:
        """Reprojection error of every observation of a point in a placed frame."""
        return self._bundle()[0].errors()

    def _bundle(self) -> tuple[Bundle, NDArray[np.int64], NDArray[np.int64]]:
        """What is placed, with the anchor frame first (it stays fixed)."""
        placed = np.flatnonzero(self.registered)
        frames = np.r_[self.anchor, placed[placed != self.anchor]]
        ids = np.flatnonzero(self.has_point)
        frame_index = np.full(len(self.registered), -1)
        frame_index[frames] = np.arange(len(frames))
        point_index = np.full(len(self.has_point), -1)
        point_index[ids] = np.arange(len(ids))
        rows = np.flatnonzero((frame_index[self.frame] >= 0) & (point_index[self.track] >= 0))
        bundle = Bundle(
            self.rotation[frames],
            self.translation[frames],
            self.points[ids],
            self.lens.knots,
            self.lens.shape[frames],
            frame_index[self.frame[rows]],
            point_index[self.track[rows]],
            self.xy[rows],
        )
        return bundle, frames, ids
