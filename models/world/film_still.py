"""Filming a still: the picture of an identity that a job refers to, whole in the picture, with its truth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.world.cameras.move import move_camera
from models.world.figure_truth import figure_truth
from models.world.filming.film import film, film_alone
from models.world.filming.frame import Camera, Frame
from models.world.framing import frame_still
from models.world.performance import Performance, pose_still
from models.world.places.place import Place
from models.world.shot import Performers, ShotPlan, StillPlan
from models.world.truth import FigureTruth
from models.world.visibility import unproject

_DRAFT_SHARE, _DRAFT_PX = 0.5, 160
"""The draft is small, and has room for what reaches beyond the joints."""


class FilmedStill(NamedTuple):
    """One picture of one figure."""

    frame: Frame
    camera: Camera
    truth: FigureTruth


def film_still(plan: ShotPlan, performers: Performers, place: Place) -> FilmedStill:
    """Film the first performer's still.

    Args:
        plan: the shot, for the first role's kind.
        performers: with the still's plan.
        place: the still's place.
    """
    still = performers.still
    figure = pose_still(plan.cast[0], performers.identities[0], still)
    camera = _camera(still, figure, place)
    frame = film(camera, place, [figure.solids(0)], still.style, still.camera.seed)
    return FilmedStill(frame, camera, figure_truth(figure, 1, [camera], [frame.surfaces]))


def _camera(still: StillPlan, figure: Performance, place: Place) -> Camera:
    """Joints say about where the figure is, a draft with hair and feathers just where."""
    size = (still.width_px, still.height_px)
    top = float(figure.poses.positions[0, :, 1].max())
    move, seed = still.camera.kind, still.camera.seed
    poses, lens = move_camera(move, place, size, 1, 24.0, seed, max(top, figure.height_m))
    joints = np.concatenate([figure.poses.positions[0], figure.keypoints(0).xyz_m])
    wide = frame_still(Camera(poses[0], lens[0], *size), joints, _DRAFT_SHARE)
    scale = _DRAFT_PX / max(size)
    draft = Camera(
        wide.world_from_camera, wide.intrinsics_px * scale, round(size[0] * scale), round(size[1] * scale)
    )
    _, surfaces = film_alone(draft, figure.solids(0), place.light, still.style, oversampling=1)
    return frame_still(wide, unproject(surfaces.depth_m, draft))
