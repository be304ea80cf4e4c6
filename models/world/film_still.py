"""Filming a still: the picture of an identity that a job refers to, whole in the picture, with its truth."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from models.world.cameras.move import move_camera
from models.world.film_take import figure_truth
from models.world.filming.film import film
from models.world.filming.frame import Camera, Frame
from models.world.performance import Performance, pose_still
from models.world.places.place import Place
from models.world.shot import Performers, ShotPlan, StillPlan
from models.world.truth import FigureTruth
from models.world.visibility import project

_FIRST_ROOM, _MORE_ROOM, _MOST_ROOM = 1.08, 1.1, 2.0
"""Times the figure's height: what the camera is set up for; more, until all of it is in the picture."""
_MARGIN_SHARE = 0.03
"""Of the picture's sides: what stays free round the figure."""


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
    """From near enough to fill the picture, and far enough to show all of the figure."""
    top = float(figure.poses.positions[0, :, 1].max())
    room = _FIRST_ROOM
    while True:
        poses, lens = move_camera(
            still.camera.kind,
            place,
            (still.width_px, still.height_px),
            1,
            24.0,
            still.camera.seed,
            room * max(top, figure.height_m),
        )
        camera = Camera(poses[0], lens[0], still.width_px, still.height_px)
        room *= _MORE_ROOM
        if room > _MOST_ROOM or _is_whole(figure, camera):
            return camera


def _is_whole(figure: Performance, camera: Camera) -> bool:
    points = np.concatenate([figure.poses.positions[0], figure.keypoints(0).xyz_m])
    xy, _ = project(points, camera)
    size = np.array([camera.width_px, camera.height_px])
    margin = _MARGIN_SHARE * size
    return bool(((xy >= margin) & (xy <= size - margin)).all())
