"""Aligning a clip's background to one frame, so that what still moves is the figure.

The background's motion is a homography from frame to frame: exact for a camera that only turns or
trembles, a fair approximation where the background is far away.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

RIM_STILL_SHARE = 0.8
"""Share of still rim pixels from which on a camera counts as locked off (locked clips 0.87 and more,
hand-held ones 0.3 and less on the fifteen clips that it was chosen on)."""

PLATE_SHIFT = 0.15
"""Largest corner shift, as a share of the long side, up to which one plate still covers the clip."""


@dataclass(frozen=True)
class Stabilised:
    """A clip whose background stands still, as far as it can be made to.

    Attributes:
        frames: uint8 ``[T, H, W, 3]``, warped to the reference frame (or left alone, see ``camera``).
        reference_from_frame: float64 ``[T, 3, 3]``, homographies in pixel indices; identity unless warped.
        seen: bool ``[T, H, W]``, pixels that the warped frame covers.
        step: float64 ``[T - 1, 3, 3]``, remaining background motion from each frame to the next.
        camera: ``locked`` (no motion), ``steadied`` (warped to one frame) or ``moving`` (moves too far).
    """

    frames: NDArray[np.uint8]
    reference_from_frame: NDArray[np.float64]
    seen: NDArray[np.bool_]
    step: NDArray[np.float64]
    camera: str


def rim_still_share(greys: NDArray[np.uint8]) -> float:
    """Share of rim pixels (outer 12 %, not the bottom) within 4 levels of their median over time."""
    height, width = greys.shape[1:]
    side, top = max(1, int(0.12 * width)), max(1, int(0.08 * height))
    chosen = greys[np.linspace(0, len(greys) - 1, min(len(greys), 24)).astype(int)]
    chosen = np.stack([cv2.GaussianBlur(g, (0, 0), 1.5) for g in chosen])
    parts = (chosen[:, :, :side], chosen[:, :, -side:], chosen[:, :top])
    rim = np.concatenate([p.reshape(len(chosen), -1) for p in parts], 1).astype(np.float32)
    return float((np.abs(rim - np.median(rim, axis=0)) < 4).mean())


def background_homography(first: NDArray[np.uint8], second: NDArray[np.uint8]) -> NDArray[np.float64] | None:
    """Dominant motion from ``first`` to ``second`` (grey ``[H, W]``): tracked corners and MAGSAC.

    Returns None where too little texture can be followed.
    """
    points = cv2.goodFeaturesToTrack(first, 600, 0.005, 6)
    if points is None or len(points) < 12:
        return None
    moved, ok, _ = cv2.calcOpticalFlowPyrLK(first, second, points, None, winSize=(15, 15))
    back, ok_back, _ = cv2.calcOpticalFlowPyrLK(second, first, moved, None, winSize=(15, 15))
    start, end = points.reshape(-1, 2), moved.reshape(-1, 2)
    good = (ok.ravel() == 1) & (ok_back.ravel() == 1)
    good &= np.abs(back.reshape(-1, 2) - start).max(1) < 0.7
    if good.sum() < 12:
        return None
    homography, inliers = cv2.findHomography(start[good], end[good], cv2.USAC_MAGSAC, 1.0, maxIters=2000)
    if homography is None or inliers.mean() < 0.3:
        return None
    return np.asarray(homography, np.float64)


def corner_shift(homography: NDArray[np.float64], height: int, width: int) -> float:
    """Largest distance in pixels that a corner of the picture moves."""
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], np.float64)
    moved = corners @ homography.T
    return float(np.linalg.norm(moved[:, :2] / moved[:, 2:] - corners[:, :2], axis=1).max())


def warp_to_reference(
    image: NDArray[np.uint8], reference_from_frame: NDArray[np.float64]
) -> NDArray[np.uint8]:
    """Resample one frame on the reference frame's pixel grid."""
    size = image.shape[1::-1]
    return np.asarray(
        cv2.warpPerspective(
            image, reference_from_frame, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        ),
        np.uint8,
    )


def chained(steps: NDArray[np.float64], reference: int) -> NDArray[np.float64]:
    """Homographies to the reference frame from those between neighbours."""
    chain = np.tile(np.eye(3), (len(steps) + 1, 1, 1))
    for t in range(reference - 1, -1, -1):
        chain[t] = chain[t + 1] @ steps[t]
    for t in range(reference + 1, len(chain)):
        chain[t] = chain[t - 1] @ np.linalg.inv(steps[t - 1])
    return chain / chain[:, 2:, 2:]


def stabilise(frames: NDArray[np.uint8]) -> Stabilised:
    """Align ``frames`` (uint8 ``[T, H, W, 3]``) to their middle frame where one plate can cover them."""
    count, height, width = frames.shape[:3]
    greys = np.stack([cv2.cvtColor(f, cv2.COLOR_RGB2GRAY) for f in frames])
    everywhere = np.ones((count, height, width), np.bool_)
    still_step = np.tile(np.eye(3), (max(count - 1, 0), 1, 1))
    still = np.tile(np.eye(3), (count, 1, 1))
    if count < 2 or rim_still_share(greys) > RIM_STILL_SHARE:
        return Stabilised(frames, still, everywhere, still_step, "locked")
    found = [background_homography(a, b) for a, b in pairwise(greys)]
    steps = np.stack([np.eye(3) if h is None else h for h in found])
    reference = count // 2
    chain = chained(steps, reference)
    if max(corner_shift(h, height, width) for h in chain) > PLATE_SHIFT * max(height, width):
        return Stabilised(frames, still, everywhere, steps, "moving")
    for t in range(count):
        # Chained steps drift: measure each frame against the reference once more, from close by.
        rest = background_homography(
            warp_to_reference(frames[t], chain[t])[..., 1], frames[reference][..., 1]
        )
        if rest is not None and corner_shift(rest, height, width) < 0.03 * max(height, width):
            chain[t] = rest @ chain[t]
    warped = np.stack([warp_to_reference(f, h) for f, h in zip(frames, chain, strict=True)])
    white = np.full((height, width), 255, np.uint8)
    seen = np.stack([cv2.warpPerspective(white, h, (width, height)) > 250 for h in chain])
    return Stabilised(warped, chain, seen, still_step, "steadied")
