"""Evidence that a pixel moves on its own: optical flow that the background's motion does not explain."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from models.dense_flow import dense_flow

Flow = NDArray[np.float32]


@dataclass(frozen=True)
class ClipFlow:
    """Dense flow between neighbours, float32 ``[T - 1, H, W, 2]`` in pixels.

    ``forward[t]`` maps frame t to t + 1, ``backward[t]`` maps frame t + 1 to t.
    """

    forward: Flow
    backward: Flow


def clip_flow(frames: NDArray[np.uint8]) -> ClipFlow:
    """DIS optical flow (Kroeger et al. 2016) both ways between neighbouring frames."""
    greys = [cv2.cvtColor(f, cv2.COLOR_RGB2GRAY) for f in frames]
    height, width = greys[0].shape
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    pairs = list(pairwise(greys))
    empty = np.zeros((0, height, width, 2), np.float32)
    forward = np.stack([dense_flow(dis, a, b) for a, b in pairs]) if pairs else empty
    backward = np.stack([dense_flow(dis, b, a) for a, b in pairs]) if pairs else empty
    return ClipFlow(forward, backward)


def follow(image: NDArray[np.float32], target_to_source: Flow) -> NDArray[np.float32]:
    """Resample ``image`` so that it lines up with the frame that the flow starts from."""
    height, width = image.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    return np.asarray(
        cv2.remap(
            image,
            x + target_to_source[..., 0],
            y + target_to_source[..., 1],
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        ),
        np.float32,
    )


def homography_flow(homography: NDArray[np.float64], height: int, width: int) -> Flow:
    """Displacement in pixels that a homography gives to each pixel."""
    y, x = np.mgrid[:height, :width].astype(np.float64)
    moved = np.stack([x, y, np.ones_like(x)], -1) @ homography.T
    return np.asarray(moved[..., :2] / moved[..., 2:] - np.stack([x, y], -1), np.float32)


def _pair_evidence(
    here: NDArray[np.uint8], there: NDArray[np.uint8], flow: Flow, background: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Residual motion of grey ``here`` against ``there``, 0..1."""
    height, width = here.shape
    aligned = cv2.warpPerspective(
        there,
        background,
        (width, height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    change = cv2.absdiff(cv2.GaussianBlur(here, (0, 0), 1), cv2.GaussianBlur(aligned, (0, 0), 1)) > 7
    # Flow bleeds from a mover into a flat wall; the wall's brightness does not change there.
    changed = cv2.morphologyEx(change.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    residual = np.linalg.norm(flow - homography_flow(background, height, width), axis=2)
    typical = float(np.median(np.linalg.norm(flow, axis=2)))
    floor = max(0.5, 2.5 * float(np.median(residual)), 0.12 * typical)
    return np.asarray(np.clip((residual - floor) / (1.5 * floor), 0, 1) * changed, np.float32)


def motion_evidence(
    frames: NDArray[np.uint8], flow: ClipFlow, step: NDArray[np.float64]
) -> NDArray[np.float32]:
    """Residual motion of each frame against both neighbours, carried along the flow both ways.

    Returns:
        float32 ``[T, H, W]`` in 0..1.
    """
    greys = [cv2.cvtColor(f, cv2.COLOR_RGB2GRAY) for f in frames]
    own = np.zeros((len(greys), *greys[0].shape), np.float32)
    for t in range(len(greys) - 1):
        back = np.linalg.inv(step[t])
        own[t] = np.maximum(own[t], _pair_evidence(greys[t], greys[t + 1], flow.forward[t], step[t]))
        own[t + 1] = _pair_evidence(greys[t + 1], greys[t], flow.backward[t], back)
    return _carry(own, flow)


def _carry(own: NDArray[np.float32], flow: ClipFlow) -> NDArray[np.float32]:
    """Average of recursive means that run along the flow, so that a limb at rest keeps its evidence."""
    new = 0.25
    early, late = own.copy(), own.copy()
    for t in range(1, len(own)):
        early[t] = (1 - new) * follow(early[t - 1], flow.backward[t - 1]) + new * own[t]
    for t in range(len(own) - 2, -1, -1):
        late[t] = (1 - new) * follow(late[t + 1], flow.forward[t]) + new * own[t]
    return np.asarray((early + late) / 2, np.float32)
