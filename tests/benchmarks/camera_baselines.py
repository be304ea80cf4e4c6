"""What our camera tracker is held against: plain OpenCV odometry, and pycolmap where it is installed."""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path
from typing import NamedTuple

import cv2  # before pycolmap, which otherwise aborts the process at the first PNG
import numpy as np

from data_contracts.camera_path import Floats, invert_rigid

USUAL_FOV_DEG = 60.0
"""Of a common phone: what odometry assumes where the lens is not known."""


class Tracked(NamedTuple):
    """World-from-camera [N, 4, 4] of the frames [N] that were located, and the focal length in pixels."""

    world_from_camera: Floats
    frames: np.ndarray
    focal_px: float


class Lens(NamedTuple):
    """Focal length in pixels, None where it is not known, and the principal point."""

    focal_px: float | None
    centre_px: tuple[float, float]


def opencv_odometry(frames: np.ndarray, lens: Lens) -> Tracked:
    """Essential matrices from frame to frame, chained: as a tutorial does it, every step of length 1."""
    focal = lens.focal_px or frames.shape[2] / 2 / float(np.tan(np.radians(USUAL_FOV_DEG) / 2))
    camera = np.array([[focal, 0, lens.centre_px[0]], [0, focal, lens.centre_px[1]], [0, 0, 1]])
    grays = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in frames]
    camera_from_world = [np.eye(4)]
    for before, after in zip(grays[:-1], grays[1:], strict=True):
        corners = cv2.goodFeaturesToTrack(before, 1000, 0.01, 7)
        moved, found, _ = cv2.calcOpticalFlowPyrLK(before, after, corners, None)
        kept = found.ravel() == 1
        p, q = corners[kept, 0].astype(np.float64) + 0.5, moved[kept, 0].astype(np.float64) + 0.5
        essential, inliers = cv2.findEssentialMat(p, q, camera, cv2.RANSAC, 0.999, 1.0)
        _, rotation, translation, _ = cv2.recoverPose(essential[:3], p, q, camera, mask=inliers)
        step = np.eye(4)
        step[:3, :3], step[:3, 3] = rotation, translation.ravel()
        camera_from_world.append(step @ camera_from_world[-1])
    return Tracked(invert_rigid(np.stack(camera_from_world)), np.arange(len(frames)), focal)


def pycolmap_version() -> str | None:
    """None where pycolmap is not installed (it is no dependency: it is only measured against)."""
    if importlib.util.find_spec("pycolmap") is None:
        return None
    import pycolmap

    return str(pycolmap.__version__)


def pycolmap_incremental(frames: np.ndarray, lens: Lens) -> Tracked | None:
    """COLMAP's incremental mapper on sequential matches; None where it comes to no model."""
    import pycolmap

    pycolmap.logging.minloglevel = 2
    reader = pycolmap.ImageReaderOptions()
    reader.camera_model = "SIMPLE_PINHOLE"
    if lens.focal_px is not None:
        reader.camera_params = f"{lens.focal_px},{lens.centre_px[0]},{lens.centre_px[1]}"
    features = pycolmap.FeatureExtractionOptions()
    features.use_gpu, features.num_threads = False, 1
    matching = pycolmap.FeatureMatchingOptions()
    matching.use_gpu, matching.num_threads = False, 1
    pairing = pycolmap.SequentialPairingOptions()
    pairing.overlap, pairing.quadratic_overlap = 8, True
    mapping = pycolmap.IncrementalPipelineOptions()
    mapping.num_threads, mapping.min_model_size, mapping.random_seed = 1, 3, 0
    if lens.focal_px is not None:
        mapping.ba_refine_focal_length = mapping.ba_refine_extra_params = False
    with tempfile.TemporaryDirectory() as folder:
        images, database, out = Path(folder, "images"), Path(folder, "matches.db"), Path(folder, "out")
        images.mkdir()
        out.mkdir()
        for t, frame in enumerate(frames):
            cv2.imwrite(str(images / f"{t:05d}.png"), frame[..., ::-1])
        pycolmap.extract_features(
            database,
            images,
            camera_mode=pycolmap.CameraMode.SINGLE,
            reader_options=reader,
            extraction_options=features,
        )
        pycolmap.match_sequential(database, matching_options=matching, pairing_options=pairing)
        models = pycolmap.incremental_mapping(database, images, out, mapping)
    if not models:
        return None
    model = max(models.values(), key=lambda model: model.num_reg_images())
    placed = sorted((image for image in model.images.values() if image.has_pose), key=lambda i: i.name)
    poses = np.tile(np.eye(4), (len(placed), 1, 1))
    for pose, image in zip(poses, placed, strict=True):
        pose[:3] = image.cam_from_world().matrix()
    focal_px = float(next(iter(model.cameras.values())).params[0])
    return Tracked(invert_rigid(poses), np.array([int(image.name[:5]) for image in placed]), focal_px)
