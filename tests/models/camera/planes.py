"""A small place of textured planes, filmed along any path: clips whose camera is known."""

from __future__ import annotations

import cv2
import numpy as np

WIDTH, HEIGHT, FOCAL = 240, 180, 220.0
FOV_DEG = float(2 * np.degrees(np.arctan(WIDTH / 2 / FOCAL)))


def texture(seed: int, size: int = 512) -> np.ndarray:
    rng = np.random.default_rng(seed)
    layers = [
        cv2.resize(rng.uniform(0, 255, (n, n, 3)), (size, size), interpolation=cv2.INTER_CUBIC)
        for n in (24, 64)
    ]
    return np.clip(0.5 * layers[0] + 0.5 * layers[1], 0, 255).astype(np.uint8)


def render(world_from_camera: np.ndarray, zoom: np.ndarray | None = None) -> np.ndarray:
    """A textured back wall and three smaller planes before it, each drawn by its homography.

    `zoom` [T]: factors of the focal length.
    """
    planes = [(0.0, 0.0, 1.6, 2.2), (-0.35, 0.1, 1.0, 0.22), (0.3, -0.12, 0.8, 0.18), (0.05, 0.2, 1.2, 0.2)]
    frames = []
    for t, pose in enumerate(world_from_camera):
        focal = FOCAL if zoom is None else FOCAL * zoom[t]
        K = np.array([[focal, 0, WIDTH / 2 - 0.5], [0, focal, HEIGHT / 2 - 0.5], [0, 0, 1]])
        frame = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        view = np.linalg.inv(pose)
        for seed, (x, y, z, half) in sorted(enumerate(planes), key=lambda p: -p[1][2]):
            image = texture(seed)
            corners = np.array(
                [[x + a * half, y + b * half, z] for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
            )
            seen = (corners @ view[:3, :3].T + view[:3, 3]) @ K.T
            pixels = (seen[:, :2] / seen[:, 2:]).astype(np.float32)
            source = np.array([[0, 0], [511, 0], [511, 511], [0, 511]], np.float32)
            homography = cv2.getPerspectiveTransform(source, pixels)
            drawn = cv2.warpPerspective(image, homography, (WIDTH, HEIGHT), flags=cv2.INTER_AREA)
            inside = cv2.warpPerspective(np.full(image.shape[:2], 255, np.uint8), homography, (WIDTH, HEIGHT))
            frame[inside > 127] = drawn[inside > 127]
        frames.append(frame)
    noise = np.random.default_rng(9).normal(0, 1.5, (len(frames), HEIGHT, WIDTH, 3))
    return np.clip(np.stack(frames) + noise, 0, 255).astype(np.uint8)


def with_walker(frames: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A textured disc that crosses the picture, and where it is."""
    frames, movers = frames.copy(), np.zeros(frames.shape[:3], bool)
    coat = texture(77, 256)
    for t in range(len(frames)):
        x = 60 + int(120 * t / max(1, len(frames) - 1))
        disc = np.zeros((HEIGHT, WIDTH), np.uint8)
        cv2.circle(disc, (x, 110), 34, 1, -1)
        shifted = np.roll(coat[:HEIGHT, :WIDTH], x, axis=1)
        frames[t][disc > 0] = shifted[disc > 0]
        movers[t] = disc > 0
    return frames, movers
