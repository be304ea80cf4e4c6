"""True poses: what a perfect pose estimator would say of a take's people, in COCO-WholeBody's terms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data_contracts.camera_path import CameraPath, invert_rigid
from data_contracts.errors import ContractError
from data_contracts.pose_sequence import PoseSequence
from models.world.truth import FigureTruth, inside

HIDDEN_CONFIDENCE = 0.5
"""Of points inside of the picture that something hides, as COCO's visibility flag 1 is read."""


def true_poses(figures: Sequence[FigureTruth], camera: CameraPath, fps: float) -> PoseSequence:
    """Keypoints of all people with 3D in camera axes, in metres.

    Confidence is 1 where a point is seen, HIDDEN_CONFIDENCE where it is hidden and 0 outside of the picture.

    Raises:
        ContractError: a figure is no human, or the camera's picture has no size.
    """
    if camera.width_px is None or camera.height_px is None or any(one.kind != "human" for one in figures):
        raise ContractError(
            "only people in a picture of known size have such poses",
            expected="human",
            got=", ".join(one.kind for one in figures),
        )
    xy = np.stack([one.keypoints.xy_px for one in figures], axis=1)
    visible = np.stack([one.keypoints.visible for one in figures], axis=1)
    world = np.stack([one.keypoints.xyz_world_m for one in figures], axis=1)
    within = inside(xy, camera.width_px, camera.height_px)
    confidence = np.where(visible, 1.0, np.where(within, HIDDEN_CONFIDENCE, 0.0))
    local = invert_rigid(camera.world_from_camera)
    xyz = np.einsum("tij,tpkj->tpki", local[:, :3, :3], world) + local[:, None, None, :3, 3]
    return PoseSequence(
        np.where(within[..., None], xy, 0.0).astype(np.float32),
        confidence.astype(np.float32),
        fps,
        camera.width_px,
        camera.height_px,
        xyz.astype(np.float32),
        "m",
    )
