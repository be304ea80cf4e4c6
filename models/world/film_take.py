"""Filming a take: every frame of a shot with one set of performers, as pictures and as exact truth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.bvh import BvhMotion
from data_contracts.camera_path import CameraPath
from models.world.cameras.move import move_camera
from models.world.figure_truth import figure_truth
from models.world.figures.skeleton import Floats
from models.world.filming.film import film
from models.world.filming.frame import Camera
from models.world.framing import frame_cast
from models.world.normals import packed
from models.world.performance import Performance, cast_shot
from models.world.places.place import Place
from models.world.shot import Performers, ShotPlan
from models.world.truth import FigureTruth

Bytes = NDArray[np.uint8]
Halves = NDArray[np.float16]


class FilmedTake(NamedTuple):
    """Everything that is true of a take, frame by frame."""

    rgb: Bytes
    """[T, H, W, 3]."""
    clean: Bytes
    """[T, H, W, 3]."""
    alpha: Bytes
    """[T, H, W]."""
    figures: Bytes
    """[T, H, W]."""
    parts: Bytes
    """[T, H, W]."""
    depth_m: Halves
    """[T, H, W]."""
    clean_depth_m: Halves
    """[T, H, W]."""
    normal: NDArray[np.int8]
    """[T, H, W, 3], as models/world/normals.py keeps them."""
    world_from_camera: Floats
    """[T, 4, 4]."""
    intrinsics_px: Floats
    """[T, 4]."""
    truths: tuple[FigureTruth, ...]
    performances: tuple[Performance, ...]

    def camera_path(self, fps: float) -> CameraPath:
        """The camera's track, at so many frames a second."""
        count, height, width = self.rgb.shape[:3]
        return CameraPath.of(
            self.world_from_camera,
            time_s=np.arange(count) / fps,
            intrinsics_px=self.intrinsics_px,
            width_px=width,
            height_px=height,
        )


def film_take(
    plan: ShotPlan, performers: Performers, place: Place, motions: Mapping[str, BvhMotion]
) -> FilmedTake:
    """Film a shot with one set of performers.

    Args:
        plan: the shot.
        performers: who plays.
        place: the plan's place.
        motions: the motion files that the plan names.
    """
    performances = cast_shot(plan, performers.identities, motions)
    poses, lens = move_camera(
        plan.camera.kind,
        place,
        (plan.width_px, plan.height_px),
        plan.num_frames,
        plan.fps,
        plan.camera.seed,
        plan.subject_height_m,
    )
    lens = frame_cast(poses, lens, (plan.width_px, plan.height_px), plan.cast)
    cameras = [
        Camera(pose, intrinsics, plan.width_px, plan.height_px)
        for pose, intrinsics in zip(poses, lens, strict=True)
    ]
    frames = [
        # New grain in each frame, as film has it: grain that stays would be a still picture before the world.
        film(camera, place, [one.solids(t) for one in performances], plan.style, plan.camera.seed + t)
        for t, camera in enumerate(cameras)
    ]
    surfaces = [frame.surfaces for frame in frames]
    return FilmedTake(
        rgb=np.stack([frame.rgb for frame in frames]),
        clean=np.stack([frame.clean_rgb for frame in frames]),
        alpha=np.stack([frame.alpha for frame in frames]),
        figures=np.stack([surface.figure for surface in surfaces]),
        parts=np.stack([surface.part for surface in surfaces]),
        depth_m=np.stack([surface.depth_m.astype(np.float16) for surface in surfaces]),
        clean_depth_m=np.stack([frame.clean_depth_m.astype(np.float16) for frame in frames]),
        normal=np.stack([packed(surface.normal) for surface in surfaces]),
        world_from_camera=poses,
        intrinsics_px=lens,
        truths=tuple(
            figure_truth(one, number, cameras, surfaces) for number, one in enumerate(performances, 1)
        ),
        performances=tuple(performances),
    )
