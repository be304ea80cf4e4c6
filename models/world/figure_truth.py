"""What is true of one figure of a take: where its joints and keypoints are, and which of them cameras see."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.world.figures.skeleton import Floats
from models.world.filming.frame import Camera, Surfaces
from models.world.performance import Performance
from models.world.solids import PARTS
from models.world.truth import FigureTruth, Points
from models.world.visibility import part_of_joint, seen

_HEAD = PARTS.index("head")
"""Keypoints of the head lie on its skin, all others inside of limbs."""


def figure_truth(
    performance: Performance, number: int, cameras: Sequence[Camera], surfaces: Sequence[Surfaces]
) -> FigureTruth:
    """Joints and keypoints of a figure in all frames, and which of them the cameras see.

    Args:
        performance: the figure.
        number: its number in `Surfaces.figure`.
        cameras: T cameras.
        surfaces: what each of them sees.
    """
    skeleton = performance.body.skeleton
    parts = np.array([part_of_joint(name) for name in skeleton.names])
    inside = np.zeros(len(parts), np.bool_)
    joints, keypoints = [], []
    for t, (camera, surface) in enumerate(zip(cameras, surfaces, strict=True)):
        xyz = performance.poses.positions[t]
        joints.append(
            (xyz, *seen(xyz, parts, inside, number, skeleton.kind, performance.height_m, camera, surface))
        )
        marks = performance.keypoints(t)
        labels = np.array(marks.part)
        found = seen(
            marks.xyz_m, labels, labels == _HEAD, number, skeleton.kind, performance.height_m, camera, surface
        )
        keypoints.append((marks.xyz_m, *found))
    return FigureTruth(
        performance.identity,
        skeleton.kind,
        skeleton.names,
        skeleton.parents,
        _stacked(joints),
        _stacked(keypoints),
    )


def _stacked(frames: Sequence[tuple[Floats, Floats, NDArray[np.bool_]]]) -> Points:
    xyz, xy, visible = (np.stack(values) for values in zip(*frames, strict=True))
    return Points(xyz, xy, visible)
