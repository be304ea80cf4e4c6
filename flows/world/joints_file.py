"""The joints of a take's figures as JSON: a line a frame, so that a person can find one.

    {"format": "bunraku-joints", "version": 1, "figures": [{"identity", "kind", "joint_names", "parents",
     "layout"}], "frames": [
    [{"joints": [[X, Y, Z, x, y, visible], ...], "keypoints": [[...], ...]}, one for each figure],
    ...]}

X, Y, Z are world metres (y up), x, y pixels (null behind the camera), visible 0 or 1.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from data_contracts.errors import ContractError
from models.world.truth import FigureTruth, Points

FORMAT = "bunraku-joints"
_LAYOUTS = {"human": "coco-wholebody-133", "quadruped": "ap-10k-17", "bird": "ap-10k-17"}


def write_joints(path: Path, figures: Sequence[FigureTruth]) -> Path:
    """Write all figures of a take; rounds to a tenth of a millimetre and a thousandth of a pixel."""
    head = {
        "format": FORMAT,
        "version": 1,
        "columns": "X Y Z of the world in metres, x y in pixels, visible",
        "figures": [
            {
                "identity": figure.identity,
                "kind": figure.kind,
                "joint_names": figure.joint_names,
                "parents": figure.parents,
                "layout": _LAYOUTS[figure.kind],
            }
            for figure in figures
        ],
    }
    lines = []
    for t in range(len(figures[0].joints.visible)):
        frame = [
            {"joints": _values(figure.joints, t), "keypoints": _values(figure.keypoints, t)}
            for figure in figures
        ]
        lines.append(json.dumps(frame, separators=(",", ":")))
    path.write_text(
        json.dumps(head)[:-1] + ', "frames": [\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8"
    )
    return path


def read_joints(path: Path) -> list[FigureTruth]:
    """Read what `write_joints` wrote.

    Raises:
        ContractError: the file is no such JSON.
    """
    try:
        value: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if value.get("format") != FORMAT or value.get("version") != 1:
            raise ValueError(f"format {value.get('format')} {value.get('version')}")
        return [
            FigureTruth(
                figure["identity"],
                figure["kind"],
                tuple(figure["joint_names"]),
                tuple(figure["parents"]),
                _points([frame[number]["joints"] for frame in value["frames"]]),
                _points([frame[number]["keypoints"] for frame in value["frames"]]),
            )
            for number, figure in enumerate(value["figures"])
        ]
    except (OSError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
        raise ContractError(
            "the joints cannot be read",
            where=path,
            expected=f"{FORMAT}, version 1",
            got=f"{type(error).__name__}: {error}",
            hint="Remove its folder and run `bunraku world` again",
        ) from error


def _values(points: Points, t: int) -> list[list[float | None]]:
    rows = zip(points.xyz_world_m[t], points.xy_px[t], points.visible[t], strict=True)
    return [
        [*(round(float(v), 4) for v in xyz), *(_finite(v) for v in xy), int(seen)] for xyz, xy, seen in rows
    ]


def _finite(value: float) -> float | None:
    return round(float(value), 3) if np.isfinite(value) else None


def _points(rows: list[list[list[float | None]]]) -> Points:
    table = np.array(rows, np.float64)
    if table.ndim != 3 or table.shape[2] != 6:
        raise ValueError(f"points of shape {table.shape}")
    return Points(table[..., :3], table[..., 3:5], table[..., 5] > 0)
