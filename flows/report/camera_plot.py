"""Camera plot: a path from above and from the side, as a small drawing that stands on its own."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from data_contracts.camera_path import CameraPath, Floats, invert_rigid

_PANEL, _GAP, _MARGIN, _HEAD, _FOOT = 250.0, 30.0, 34.0, 26.0, 34.0
_FRUSTUM = 30.0
"""Length of a drawn camera in the drawing's units; its width follows the lens."""
_USUAL_FOV_DEG = (50.0, 38.0)
"""Horizontal and vertical angle of view that is drawn where the lens is not known."""
_AT_REST = 1e-6
_STYLE = """
text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:#6a655d}
.name{font-weight:600;fill:#23211e}.frame{fill:#f7f5f1;stroke:#e2ddd4}.grid{stroke:#e2ddd4;stroke-width:1}
.path{fill:none;stroke:#7a3b2e;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.camera{fill:#7a3b2e;fill-opacity:.1;stroke:#7a3b2e;stroke-width:1.2;stroke-linejoin:round}
.at{fill:#7a3b2e}.bar{stroke:#6a655d;stroke-width:1.5}
@media(prefers-color-scheme:dark){text{fill:#a49d92}.name{fill:#ece8e1}.frame{fill:#171614;stroke:#35322d}
.grid{stroke:#35322d}.path,.camera{stroke:#e0a08f}.camera,.at{fill:#e0a08f}.bar{stroke:#a49d92}}
"""


class _View(NamedTuple):
    """A panel: its name, which axes of the first camera run to the right and down in it, and their names."""

    name: str
    axes: Floats
    """[2, 3]: directions of the first camera's frame that point to the right and down on the page."""
    words: tuple[str, str]
    """What lies to the right and upwards."""


_VIEWS = (
    _View("From above", np.array([[1.0, 0, 0], [0, 0, -1]]), ("right", "ahead")),
    _View("From the side", np.array([[0.0, 0, 1], [0, 1, 0]]), ("ahead", "up")),
)


def camera_plot(path: CameraPath, unit: str) -> str:
    """Draw a path as SVG: both views to one scale, with the camera at the start, the middle and the end.

    Args:
        path: any world; it is drawn as seen from its first camera.
        unit: what 1 is, in words: 'scene depths', 'm'.
    """
    poses = np.asarray(invert_rigid(path.world_from_camera[:1]) @ path.world_from_camera, np.float64)
    seen = [poses[:, :3, 3] @ view.axes.T for view in _VIEWS]
    low = [points.min(axis=0) for points in seen]
    high = [points.max(axis=0) for points in seen]
    span = max(float((b - a).max()) for a, b in zip(low, high, strict=True))
    room = _PANEL - 2 * (_MARGIN + _FRUSTUM / 2)
    scale = room / span if span > _AT_REST else 1.0
    width, height = 2 * _PANEL + _GAP, _HEAD + _PANEL + _FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}" role="img">',
        f"<title>{_title(path.n_frames, span, unit)}</title><style>{_STYLE}</style>",
    ]
    for place, view in enumerate(_VIEWS):
        left = place * (_PANEL + _GAP)
        middle = np.array([left + _PANEL / 2, _HEAD + _PANEL / 2]) - scale * (low[place] + high[place]) / 2
        parts += _panel(view, left)
        if span > _AT_REST:
            line = " ".join(f"{x:.1f},{y:.1f}" for x, y in seen[place] * scale + middle)
            parts.append(f'<polyline class="path" points="{line}"/>')
        parts += _cameras(poses, view, _half_angles(path), scale, middle)
    parts += _legend(span, scale, unit, height)
    return "\n".join([*parts, "</svg>"])


def _title(n_frames: int, span: float, unit: str) -> str:
    if span <= _AT_REST:
        return f"Camera of {n_frames} frames that does not travel"
    return f"Camera path of {n_frames} frames, {span:.3g} {unit} across"


def _panel(view: _View, left: float) -> list[str]:
    right, up = view.words
    return [
        f'<text class="name" x="{left:g}" y="{_HEAD - 9:g}">{view.name}</text>',
        f'<rect class="frame" x="{left + 0.5:g}" y="{_HEAD + 0.5:g}" width="{_PANEL - 1:g}" '
        f'height="{_PANEL - 1:g}" rx="6"/>',
        f'<text x="{left + _PANEL - 2:g}" y="{_HEAD - 9:g}" text-anchor="end">→ {right}, ↑ {up}</text>',
    ]


def _half_angles(path: CameraPath) -> Floats:
    """Tangents [T, 2] of half the angles of view, across and down."""
    if path.intrinsics_px is None or path.width_px is None or path.height_px is None:
        return np.tile(np.tan(np.radians(_USUAL_FOV_DEG) / 2), (path.n_frames, 1))
    return np.asarray(np.array([path.width_px, path.height_px]) / 2 / path.intrinsics_px[:, :2], np.float64)


def _cameras(poses: Floats, view: _View, half: Floats, scale: float, middle: Floats) -> list[str]:
    """The camera as a pyramid at the start, in the middle and at the end, with the frames' numbers."""
    parts: list[str] = []
    labelled: list[Floats] = []
    for frame in sorted({0, (len(poses) - 1) // 2, len(poses) - 1}):
        across, down = half[frame]
        corners = np.array([[x * across, y * down, 1.0] for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1))])
        rays = corners @ poses[frame, :3, :3].T @ view.axes.T * _FRUSTUM
        apex = poses[frame, :3, 3] @ view.axes.T * scale + middle
        base = "L".join(f"{x:.1f} {y:.1f}" for x, y in apex + rays)
        edges = "".join(f"M{apex[0]:.1f} {apex[1]:.1f}L{x:.1f} {y:.1f}" for x, y in apex + rays)
        parts.append(f'<path class="camera" d="M{base}Z{edges}"/>')
        parts.append(f'<circle class="at" cx="{apex[0]:.1f}" cy="{apex[1]:.1f}" r="3"/>')
        # Numbers that would lie on one another are left out.
        if all(np.linalg.norm(apex - other) > 16 for other in labelled):
            labelled.append(apex)
            parts.append(
                f'<text x="{apex[0] - 7:.1f}" y="{apex[1] + 14:.1f}" text-anchor="end">{frame}</text>'
            )
    return parts


def _legend(span: float, scale: float, unit: str, height: float) -> list[str]:
    """A bar of a round length below the panels."""
    y = height - 12
    if span <= _AT_REST:
        return [f'<text x="0" y="{y + 4:g}">The camera does not travel.</text>']
    power = 10.0 ** np.floor(np.log10(span / 2))
    length = max(step * power for step in (1, 2, 5) if step * power <= span / 2 * 1.001)
    end = length * scale
    return [
        f'<path class="bar" d="M0.75 {y - 4:g}v8m0 -4H{end:.1f}m0 -4v8"/>',
        f'<text x="{end + 10:.1f}" y="{y + 4:g}">{length:g} {unit}; numbers are frames</text>',
    ]
