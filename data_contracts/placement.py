"""Placement: a moved figure, where it stands in every frame, and the JSON that people can mend."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from data_contracts.rig import JOINTS

FORMAT = "bunraku-placement"
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PlacedFigure:
    """A figure over T frames. A pixel of the still lies on the canvas at ``scale`` * xy + ``offset``.

    ``joints_xy_px`` [T, 16, 2] in pixels of the still, in the order of `data_contracts.rig.JOINTS`;
    ``joint_depth`` [T, 16] away from the viewer in figure heights; ``contacts`` [T, 2] whether the right and
    the left foot stand; ``scale`` [T]; ``offset_px`` [T, 2]; ``depth_m`` [T] of the whole figure, in scene
    units; ``ground_y_px`` the still's line on which the figure stands; ``height_px`` its standing height.
    """

    joints_xy_px: Floats
    joint_depth: Floats
    contacts: NDArray[np.bool_]
    scale: Floats
    offset_px: Floats
    depth_m: Floats
    ground_y_px: float
    height_px: float
    fps: float


def write_placement(path: Path, figure: PlacedFigure) -> None:
    """Write the figure's placement, a line a frame."""
    head = {
        "format": FORMAT,
        "version": 1,
        "convention": "canvas_xy = scale * still_xy + offset; joints in pixels of the still",
        "joints": list(JOINTS),
        "fps": figure.fps,
        "ground_y_px": round(figure.ground_y_px, 3),
        "height_px": round(figure.height_px, 3),
    }
    lines = [
        json.dumps(
            {
                "scale": round(float(figure.scale[t]), 6),
                "offset": np.round(figure.offset_px[t], 3).tolist(),
                "depth_m": round(float(figure.depth_m[t]), 5),
                "contacts": figure.contacts[t].tolist(),
                "joints": np.round(figure.joints_xy_px[t], 3).tolist(),
                "joint_depth": np.round(figure.joint_depth[t], 4).tolist(),
            }
        )
        for t in range(len(figure.scale))
    ]
    path.write_text(
        json.dumps(head)[:-1] + ', "frames": [\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8"
    )


def read_placement(path: Path) -> PlacedFigure:
    """Read what `write_placement` wrote, perhaps mended.

    Raises:
        InputError: the file is damaged, or a number is not finite.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
        frames = value["frames"]
        if value["joints"] != list(JOINTS) or not frames:
            raise ValueError("joints are not the rig's sixteen, or there are no frames")
        figure = PlacedFigure(
            np.array([frame["joints"] for frame in frames], np.float64).reshape(-1, len(JOINTS), 2),
            np.array([frame["joint_depth"] for frame in frames], np.float64).reshape(-1, len(JOINTS)),
            np.array([frame["contacts"] for frame in frames], bool).reshape(-1, 2),
            np.array([frame["scale"] for frame in frames], np.float64),
            np.array([frame["offset"] for frame in frames], np.float64).reshape(-1, 2),
            np.array([frame["depth_m"] for frame in frames], np.float64),
            float(value["ground_y_px"]),
            float(value["height_px"]),
            float(value["fps"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            "the placement is damaged",
            where=path,
            expected=f"JSON of format {FORMAT} with {len(JOINTS)} joints a frame",
            got=f"{type(error).__name__}: {error}",
            hint="Run draw_conditions again, or mend the file by one that it wrote",
        ) from error
    arrays = (figure.joints_xy_px, figure.joint_depth, figure.scale, figure.offset_px, figure.depth_m)
    counts = {len(array) for array in (*arrays, figure.contacts)}
    if len(counts) > 1 or not all(np.isfinite(array).all() for array in arrays) or figure.scale.min() <= 0:
        raise InputError(
            "the placement has frames that do not fit together",
            where=path,
            expected="finite numbers, scales over 0, every field in every frame",
        )
    return figure
