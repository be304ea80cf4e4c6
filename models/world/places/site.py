"""Site: a place under construction, to which sheets, boxes, cones and ellipsoids are added one by one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.world.solids import BACKGROUND, Ellipsoids, Floats, RoundCones, Solids, Texture, Triangles

Picture = NDArray[np.uint8]


class Site:
    """Solids in the making. Pictures are known by the number that `picture` gives them.

    `footprints` are rectangles on the floor (x, z, width, depth, turn) that stand there: what darkens it.
    """

    def __init__(self) -> None:
        self.footprints: list[tuple[float, float, float, float, float]] = []
        self._textures: list[Texture] = []
        self._known: dict[tuple[int, bool], int] = {}
        self._corners: list[Floats] = []
        self._uv: list[Floats] = []
        self._labels: list[tuple[int, int, int]] = []
        self._cones: list[tuple[Floats, Floats, Floats, int]] = []
        self._balls: list[tuple[Floats, Floats, Floats, int]] = []

    def picture(self, rgb: Picture, lit: bool = True) -> int:
        """Number of a picture, uint8 RGB [H, W, 3]; the same array keeps its number."""
        key = (id(rgb), lit)
        if key not in self._known:
            self._known[key] = len(self._textures)
            self._textures.append(Texture(rgb, lit))
        return self._known[key]

    def colour(self, colour: tuple[int, int, int], lit: bool = True) -> int:
        """Number of a picture of one plain colour."""
        return self.picture(_plain(*colour), lit)

    def mesh(self, corners_m: Floats, uv: Floats, picture: int, part: int = BACKGROUND) -> None:
        """Add triangles [N, 3, 3] with texture coordinates [N, 3, 2]."""
        self._corners.append(np.asarray(corners_m, np.float64))
        self._uv.append(np.asarray(uv, np.float64))
        self._labels.append((len(corners_m), picture, part))

    def grid(self, points_m: Floats, uv: Floats, picture: int, part: int = BACKGROUND) -> None:
        """Add a mesh of rows and columns: points [R, C, 3] with texture coordinates [R, C, 2]."""
        fields = []
        for values in (np.asarray(points_m, np.float64), np.asarray(uv, np.float64)):
            a, b, c, d = values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]
            halves = np.stack([np.stack([a, b, c], 2), np.stack([a, c, d], 2)], 2)
            fields.append(halves.reshape(-1, 3, values.shape[-1]))
        self.mesh(fields[0], fields[1], picture, part)

    def sheet(
        self,
        start_m: ArrayLike,
        right_m: ArrayLike,
        down_m: ArrayLike,
        picture: int,
        repeat_m: float | None = None,
        offset: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        """Add a parallelogram from its upper left corner along two edges.

        The whole picture lies on it once, or repeats every `repeat_m` metres to the right (and downwards by
        the picture's own proportions), shifted by `offset` repeats.
        """
        start, right, down = (np.asarray(v, np.float64) for v in (start_m, right_m, down_m))
        points = np.array([[start, start + right], [start + down, start + right + down]])
        across, along = self._repeats(picture, right, down, repeat_m)
        uv = np.array([[[0, 0], [across, 0]], [[0, along], [across, along]]], np.float64)
        self.grid(points, uv + np.asarray(offset), picture)

    def _repeats(
        self, picture: int, right: Floats, down: Floats, repeat_m: float | None
    ) -> tuple[float, float]:
        if repeat_m is None:
            return 1.0, 1.0
        height, width = self._textures[picture].rgb.shape[:2]
        return float(np.linalg.norm(right)) / repeat_m, float(np.linalg.norm(down)) / (
            repeat_m * height / width
        )

    def box(
        self,
        centre_m: Sequence[float],
        size_m: Sequence[float],
        picture: int,
        *,
        turn: float = 0.0,
        repeat_m: float = 1.0,
        top: int | None = None,
        front: int | None = None,
        stands: bool = False,
    ) -> None:
        """Add a box, turned round its vertical axis by `turn` radians.

        Args:
            centre_m: its middle; of its underside where it `stands` on the floor.
            size_m: its width, height and depth.
            picture: on all sides, repeating every `repeat_m` metres.
            turn: rotation from +z towards +x.
            repeat_m: width of the picture.
            top: another picture for the upper side, at the same scale.
            front: another picture that lies once on the side that faces +z before turning.
            stands: on the floor: no underside, and it darkens the floor round it.
        """
        width, height, depth = size_m
        x, y, z = centre_m
        if stands:
            y += height / 2
            self.footprints.append((x, z, width, depth, turn))
        cos, sin = np.cos(turn), np.sin(turn)
        right, up, ahead = np.array([cos, 0, -sin]), np.array([0.0, 1, 0]), np.array([sin, 0, cos])
        w, h, d = right * width, up * height, ahead * depth
        middle = np.array([x, y, z])
        if front is None:
            self.sheet(middle - w / 2 + h / 2 + d / 2, w, -h, picture, repeat_m)
        else:
            self.sheet(middle - w / 2 + h / 2 + d / 2, w, -h, front)
        self.sheet(middle + w / 2 + h / 2 - d / 2, -w, -h, picture, repeat_m, (0.3, 0.0))
        self.sheet(middle - w / 2 + h / 2 - d / 2, d, -h, picture, repeat_m, (0.1, 0.2))
        self.sheet(middle + w / 2 + h / 2 + d / 2, -d, -h, picture, repeat_m, (0.6, 0.1))
        self.sheet(middle - w / 2 + h / 2 - d / 2, w, d, picture if top is None else top, repeat_m)
        if not stands:
            self.sheet(middle - w / 2 - h / 2 + d / 2, w, -d, picture, repeat_m)

    def cone(self, start_m: ArrayLike, end_m: ArrayLike, radii_m: tuple[float, float], picture: int) -> None:
        """Add a round cone."""
        ends = np.array([start_m, end_m], np.float64)
        axis = (ends[1] - ends[0]) / max(float(np.linalg.norm(ends[1] - ends[0])), 1e-9)
        across = np.cross(axis, [1.0, 0, 0] if abs(axis[0]) < 0.8 else [0, 0, 1.0])
        across /= np.linalg.norm(across)
        self._cones.append((ends, np.array(radii_m, np.float64), across, picture))

    def ball(
        self, centre_m: ArrayLike, radii_m: ArrayLike, picture: int, *, turn: float = 0.0, lean: float = 0.0
    ) -> None:
        """Add an ellipsoid, leaning round its x axis, then turned round the vertical, in radians."""
        cos, sin = np.cos(turn), np.sin(turn)
        about = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
        cos, sin = np.cos(lean), np.sin(lean)
        axes = about @ np.array([[1, 0, 0], [0, cos, -sin], [0, sin, cos]])
        radii = np.broadcast_to(np.asarray(radii_m, np.float64), 3).copy()
        self._balls.append((np.asarray(centre_m, np.float64), axes, radii, picture))

    def solids(self) -> Solids:
        """Everything that was added."""
        counts, pictures, parts = (np.array(column, np.int32) for column in zip(*self._labels, strict=True))
        triangles = Triangles(
            np.concatenate(self._corners),
            np.concatenate(self._uv),
            np.repeat(pictures, counts),
            np.repeat(parts, counts),
        )
        cones = RoundCones(
            np.array([cone[0] for cone in self._cones]).reshape(-1, 2, 3),
            np.array([cone[1] for cone in self._cones]).reshape(-1, 2),
            np.array([cone[2] for cone in self._cones]).reshape(-1, 3),
            *_labels([cone[3] for cone in self._cones]),
        )
        balls = Ellipsoids(
            np.array([ball[0] for ball in self._balls]).reshape(-1, 3),
            np.array([ball[1] for ball in self._balls]).reshape(-1, 3, 3),
            np.array([ball[2] for ball in self._balls]).reshape(-1, 3),
            *_labels([ball[3] for ball in self._balls]),
        )
        return Solids(triangles, cones, balls, tuple(self._textures))


@cache
def _plain(red: int, green: int, blue: int) -> Picture:
    return np.full((4, 4, 3), (red, green, blue), np.uint8)


def _labels(pictures: list[int]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    return np.array(pictures, np.int32), np.full(len(pictures), BACKGROUND, np.int32)
