"""Flesh: solids that hang on a skeleton's joints, painted by colours that are given in space.

A figure is sculpted at rest, in the coordinates of its rest pose, where all rotations are identities. Paint
is a function of the point at rest, so a pattern runs on from one solid to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from models.world.figures.skeleton import Floats, Skeleton
from models.world.solids import PARTS, Ellipsoids, Numbers, RoundCones, Solids, Texture, Triangles

Paint = Callable[[Floats], Floats]
"""Colours [N, 3], 0..1, of points [N, 3] at rest, metres."""

MIN_TEXELS, MAX_TEXELS = 8, 160
"""Bounds of a texture's sides: enough for an eye's gleam, and not more than a figure shows in a picture."""


class Flesh(NamedTuple):
    """Solids in the frames of their joints: `posed` puts them where the joints are."""

    cones: RoundCones
    cone_joints: Numbers
    """[N, 2]: the joint of each end."""
    ellipsoids: Ellipsoids
    ellipsoid_joints: Numbers
    """[N]."""
    triangles: Triangles
    triangle_joints: Numbers
    """[N, 3]: the joint of each corner."""
    textures: tuple[Texture, ...]

    def posed(self, positions_m: Floats, rotations: Floats) -> Solids:
        """The solids for joint positions [J, 3] and rotations [J, 3, 3]."""

        def place(joints: Numbers, offsets: Floats) -> Floats:
            turned = np.einsum("...ij,...j->...i", rotations[joints], offsets)
            return np.asarray(positions_m[joints] + turned)

        across = np.einsum("nij,nj->ni", rotations[self.cone_joints[:, 0]], self.cones.across)
        cones = self.cones._replace(ends_m=place(self.cone_joints, self.cones.ends_m), across=across)
        ellipsoids = self.ellipsoids._replace(
            centre_m=place(self.ellipsoid_joints, self.ellipsoids.centre_m),
            axes=rotations[self.ellipsoid_joints] @ self.ellipsoids.axes,
        )
        triangles = self.triangles._replace(corners_m=place(self.triangle_joints, self.triangles.corners_m))
        return Solids(triangles, cones, ellipsoids, self.textures)


class Sculptor:
    """Builds the flesh of a skeleton at rest; all points are in metres of the rest pose."""

    def __init__(self, skeleton: Skeleton, texel_m: float) -> None:
        self.skeleton = skeleton
        self.rest_m = skeleton.rest_m()
        self._texel_m = texel_m
        self._textures: list[Texture] = []
        self._cones: list[tuple[Floats, Floats, Floats, int, int, tuple[int, int]]] = []
        self._ellipsoids: list[tuple[Floats, Floats, Floats, int, int, int]] = []
        self._triangles: list[tuple[Floats, Floats, int, int, tuple[int, int, int]]] = []

    def at(self, joint: str, offset_m: Sequence[float] | Floats = (0.0, 0.0, 0.0)) -> Floats:
        """A point beside a joint, at rest."""
        return np.asarray(self.rest_m[self.skeleton.index(joint)] + offset_m, np.float64)

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
        first, second = (self.skeleton.index(joint) for joint in joints)
        self._cones.append(
            (ends - self.rest_m[[first, second]], radii, across, texture, PARTS.index(part), (first, second))
        )

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
        index = self.skeleton.index(joint)
        self._ellipsoids.append(
            (centre_m - self.rest_m[index], turn, radii, texture, PARTS.index(part), index)
        )

    def triangle(self, joints: tuple[str, str, str], corners_m: Floats, part: str, paint: Paint) -> None:
        """A flat surface with corners [3, 3], each of which follows a joint."""
        sides = np.linalg.norm(corners_m[1:] - corners_m[0], axis=1)
        height, width = self._size(sides[1], sides[0])
        u, v = _grid(height, width)
        points = corners_m[0] + u[..., None] * (corners_m[1] - corners_m[0])
        texture = self._texture(points + v[..., None] * (corners_m[2] - corners_m[0]), paint)
        first, second, third = (self.skeleton.index(joint) for joint in joints)
        # Kept off the picture's rim, where a filter would mix in the opposite side.
        uv = np.array([[0.02, 0.02], [0.98, 0.02], [0.02, 0.98]])
        offsets = corners_m - self.rest_m[[first, second, third]]
        self._triangles.append((offsets, uv, texture, PARTS.index(part), (first, second, third)))

    def finish(self) -> Flesh:
        """Everything sculpted so far."""
        ends, radii, across, texture, part, joints = _columns(self._cones, 6)
        cones = RoundCones(
            ends.reshape(-1, 2, 3), radii.reshape(-1, 2), across.reshape(-1, 3), _whole(texture), _whole(part)
        )
        cone_joints = _whole(joints).reshape(-1, 2)
        centre, turn, radii, texture, part, joint = _columns(self._ellipsoids, 6)
        ellipsoids = Ellipsoids(
            centre.reshape(-1, 3),
            turn.reshape(-1, 3, 3),
            radii.reshape(-1, 3),
            _whole(texture),
            _whole(part),
        )
        corners, uv, texture, part, joints = _columns(self._triangles, 5)
        triangles = Triangles(corners.reshape(-1, 3, 3), uv.reshape(-1, 3, 2), _whole(texture), _whole(part))
        return Flesh(
            cones,
            cone_joints,
            ellipsoids,
            _whole(joint),
            triangles,
            _whole(joints).reshape(-1, 3),
            tuple(self._textures),
        )

    def _size(self, height_m: float | np.floating, width_m: float | np.floating) -> tuple[int, int]:
        rows, columns = (
            int(np.clip(np.ceil(float(side) / self._texel_m), MIN_TEXELS, MAX_TEXELS))
            for side in (height_m, width_m)
        )
        return rows, columns

    def _texture(self, points_m: Floats, paint: Paint) -> int:
        colours = paint(points_m.reshape(-1, 3)).reshape(points_m.shape)
        self._textures.append(Texture((np.clip(colours, 0, 1) * 255 + 0.5).astype(np.uint8)))
        return len(self._textures) - 1


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / np.linalg.norm(vector))


def _grid(height: int, width: int) -> tuple[Floats, Floats]:
    """Texture coordinates (u, v), each [H, W], of the pixels' centres."""
    v, u = np.meshgrid((np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width, indexing="ij")
    return u, v


def _columns(rows: Sequence[tuple[object, ...]], count: int) -> list[Floats]:
    if not rows:
        return [np.zeros(0)] * count
    return [np.array(column, np.float64) for column in zip(*rows, strict=True)]


def _whole(numbers: Floats) -> Numbers:
    return numbers.astype(np.int32)
