"""Sculptor: adds solids to a draft, each with the picture that a paint in space leaves on its surface.

Paint is a function of the point at rest, so a pattern runs on from one solid to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from models.world.figures.layout import Draft
from models.world.figures.skeleton import Floats

Paint = Callable[[Floats], Floats]
"""Colours [N, 3], 0..1, of points [N, 3] at rest, metres."""

MIN_TEXELS, MAX_TEXELS = 8, 160
"""Bounds of a texture's sides: enough for an eye's gleam, and not more than a figure shows in a picture."""


class Sculptor:
    """Sculpts a draft; all points are in metres of the rest pose, a texel is `texel_m` wide."""

    def __init__(self, draft: Draft, texel_m: float) -> None:
        self.draft = draft
        self._texel_m = texel_m

    def at(self, joint: str, offset_m: Sequence[float] | Floats = (0.0, 0.0, 0.0)) -> Floats:
        """A point beside a joint, at rest."""
        return np.asarray(self.draft.rest_m[joint] + offset_m, np.float64)

    def cone(
        self,
        joints: tuple[str, str],
        ends_m: tuple[Floats, Floats],
        radii_m: tuple[float, float],
        part: str,
        paint: Paint,
    ) -> None:
        """A limb between two points, each of which follows a joint."""
        ends, radii = np.array(ends_m), np.array(radii_m)
        axis = _unit(ends[1] - ends[0])
        lead = np.array([0.0, 1.0, 0.0]) if abs(axis[1]) < 0.8 else np.array([0.0, 0.0, 1.0])
        across = _unit(lead - axis * (lead @ axis))
        height, width = self._size(np.linalg.norm(ends[1] - ends[0]) + radii.sum(), 2 * np.pi * radii.max())
        u, v = _grid(height, width)
        angle = 2 * np.pi * u[..., None]
        rim = np.cos(angle) * across + np.sin(angle) * np.cross(axis, across)
        along = ends[0] + v[..., None] * (ends[1] - ends[0])
        texture = self._texture(along + rim * (radii[0] + v * (radii[1] - radii[0]))[..., None], paint)
        self.draft.cone(joints, ends, radii, texture, part, across)

    def bone(self, joint: str, end: str, radii_m: tuple[float, float], part: str, paint: Paint) -> None:
        """A limb along the bone from one joint to another."""
        self.cone((joint, joint), (self.at(joint), self.at(end)), radii_m, part, paint)

    def ellipsoid(
        self,
        joint: str,
        centre_m: Floats,
        radii_m: Sequence[float] | Floats,
        part: str,
        paint: Paint,
        axes: Floats | None = None,
    ) -> None:
        """A turned ellipsoid that follows a joint."""
        radii, turn = np.array(radii_m, np.float64), np.eye(3) if axes is None else axes
        height, width = self._size(np.pi * np.median(radii), 2 * np.pi * np.median(radii))
        u, v = _grid(height, width)
        azimuth, polar = 2 * np.pi * (u - 0.5), np.pi * v
        ball = np.stack(
            [np.sin(polar) * np.sin(azimuth), np.cos(polar), np.sin(polar) * np.cos(azimuth)], axis=-1
        )
        texture = self._texture(centre_m + (ball * radii) @ turn.T, paint)
        self.draft.ellipsoid(joint, centre_m, radii, texture, part, turn)

    def triangle(self, joints: tuple[str, str, str], corners_m: Floats, part: str, paint: Paint) -> None:
        """A flat surface with corners [3, 3], each of which follows a joint."""
        sides = np.linalg.norm(corners_m[1:] - corners_m[0], axis=1)
        height, width = self._size(sides[1], sides[0])
        u, v = _grid(height, width)
        points = corners_m[0] + u[..., None] * (corners_m[1] - corners_m[0])
        texture = self._texture(points + v[..., None] * (corners_m[2] - corners_m[0]), paint)
        first, second, third = (
            self.draft.corner(joint, corner) for joint, corner in zip(joints, corners_m, strict=True)
        )
        # Kept off the picture's rim, where a filter would mix in the opposite side.
        uv = np.array([[0.02, 0.02], [0.98, 0.02], [0.02, 0.98]])
        self.draft.triangle((first, second, third), uv, texture, part)

    def _size(self, height_m: float | np.floating, width_m: float | np.floating) -> tuple[int, int]:
        rows, columns = (
            int(np.clip(np.ceil(float(side) / self._texel_m), MIN_TEXELS, MAX_TEXELS))
            for side in (height_m, width_m)
        )
        return rows, columns

    def _texture(self, points_m: Floats, paint: Paint) -> int:
        colours = paint(points_m.reshape(-1, 3)).reshape(points_m.shape)
        return self.draft.texture((np.clip(colours, 0, 1) * 255 + 0.5).astype(np.uint8))


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / np.linalg.norm(vector))


def _grid(height: int, width: int) -> tuple[Floats, Floats]:
    """Texture coordinates (u, v), each [H, W], of the pixels' centres."""
    v, u = np.meshgrid((np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width, indexing="ij")
    return u, v
