"""A textured box with a ball in it, ray traced: posed RGBD views with known depth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BOX_LOW, BOX_HIGH = np.array([-2.0, -1.2, -2.0]), np.array([2.0, 1.0, 3.5])
BALL_CENTRE, BALL_RADIUS = np.array([-0.4, 0.5, 1.8]), 0.5


@dataclass(frozen=True)
class RoomViews:
    frames: NDArray[np.uint8]
    depth_m: NDArray[np.float32]
    masks: NDArray[np.bool_]
    world_from_camera: NDArray[np.float64]
    intrinsics_px: NDArray[np.float64]


def room_views(num_views: int, size_px: int, offset: float = 0.0) -> RoomViews:
    """Views from a ring around the room's middle; `offset` (in views) turns the ring."""
    poses = np.stack([_pose(2 * np.pi * (k + offset) / num_views) for k in range(num_views)])
    lens = np.array([0.8 * size_px, 0.8 * size_px, size_px / 2, size_px / 2])
    traced = [_trace(pose, lens, size_px) for pose in poses]
    frames = np.stack([rgb for rgb, _ in traced])
    depth = np.stack([depth for _, depth in traced])
    return RoomViews(frames, depth, depth > 0, poses, np.tile(lens, (num_views, 1)))


def look_at(eye: NDArray[np.float64], target: NDArray[np.float64]) -> NDArray[np.float64]:
    """world_from_camera with the world's y axis pointing down."""
    forward = (target - eye) / np.linalg.norm(target - eye)
    right = np.cross(np.array([0.0, 1.0, 0.0]), forward)
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3, :3] = np.stack([right, np.cross(forward, right), forward], axis=1)
    pose[:3, 3] = eye
    return pose


def _pose(angle: float) -> NDArray[np.float64]:
    eye = np.array([0.5 * np.sin(angle), 0.1 + 0.2 * np.sin(2 * angle), -1.2 + 0.3 * np.cos(angle)])
    return look_at(eye, np.array([0.1 * np.cos(angle), 0.15, 2.0]))


def _trace(
    pose: NDArray[np.float64], lens: NDArray[np.float64], size_px: int
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    fx, fy, cx, cy = lens
    y, x = np.mgrid[0:size_px, 0:size_px] + 0.5
    rays = np.stack([(x - cx) / fx, (y - cy) / fy, np.ones_like(x)], -1) @ pose[:3, :3].T
    eye = pose[:3, 3]
    rays = np.where(rays == 0, 1e-12, rays)
    to_walls = np.where(rays > 0, (BOX_HIGH - eye) / rays, (BOX_LOW - eye) / rays)
    depth = to_walls.min(-1)
    axis = to_walls.argmin(-1)
    far_side = np.take_along_axis(rays, axis[..., None], -1)[..., 0] > 0
    rgb = _texture(eye + depth[..., None] * rays, axis + 3 * far_side)
    a, b = (rays**2).sum(-1), (rays * (eye - BALL_CENTRE)).sum(-1)
    discriminant = b**2 - a * (((eye - BALL_CENTRE) ** 2).sum() - BALL_RADIUS**2)
    to_ball = (-b - np.sqrt(np.maximum(discriminant, 0))) / a
    hit = (discriminant > 0) & (to_ball > 0) & (to_ball < depth)
    depth = np.where(hit, to_ball, depth)
    ball = _texture((eye + depth[..., None] * rays)[..., [1, 2, 0]] * 1.5, np.full(hit.shape, 1))
    rgb = np.where(hit[..., None], 1 - ball, rgb)
    return (rgb * 255 + 0.5).astype(np.uint8), depth.astype(np.float32)


def _texture(point: NDArray[np.float64], kind: NDArray[np.int64]) -> NDArray[np.float64]:
    u, v, w = point[..., 0], point[..., 1], point[..., 2]
    waves = 0.5 + 0.25 * np.sin(5 * u + 2 * np.sin(3 * v)) + 0.25 * np.sin(4 * w + 2 * np.sin(3 * u + v))
    checks = (np.floor(u + 0.3) + np.floor(v + 0.3) + np.floor(w + 0.3)) % 2
    tint = 0.3 + 0.12 * (kind % 6)
    return np.stack([waves, 0.6 * waves + 0.4 * tint, 0.5 * checks + 0.5 * tint * waves], -1).clip(0, 1)
