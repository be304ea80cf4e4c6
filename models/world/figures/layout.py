"""Layout: solids and keypoints hung on a skeleton at rest, posed for one frame by a few array products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.world.figures.body import Keypoints
from models.world.figures.skeleton import Floats, Skeleton
from models.world.solids import PARTS, Ellipsoids, Numbers, RoundCones, Solids, Texture, Triangles

Hold = str | Mapping[str, float]
"""The joint that a point is fixed to, or several with weights that sum to 1 (linear blend skinning)."""

MAX_JOINTS = 3


class Points(NamedTuple):
    """Points that follow up to three joints each."""

    joints: NDArray[np.intp]
    """[P, 3]."""
    weights: Floats
    """[P, 3]; rows sum to 1."""
    offsets_m: Floats
    """[P, 3, 3]: from each of the joints, at rest."""

    def posed(self, positions_m: Floats, rotations: Floats) -> Floats:
        """Points [P, 3] in the world, for joint positions [J, 3] and rotations [J, 3, 3]."""
        turned = np.einsum("pkij,pkj->pki", rotations[self.joints], self.offsets_m)
        placed: Floats = np.einsum("pk,pki->pi", self.weights, positions_m[self.joints] + turned)
        return placed


class Layout(NamedTuple):
    """What a body is made of, at rest; `points` are cone ends, ellipsoid centres, corners, then keypoints."""

    points: Points
    cones: RoundCones
    cone_joint: NDArray[np.intp]
    ellipsoids: Ellipsoids
    ellipsoid_joint: NDArray[np.intp]
    triangles: Triangles
    faces: NDArray[np.intp]
    """[N, 3]: the triangles' corners among the corner points."""
    keypoint_part: tuple[int, ...]
    textures: tuple[Texture, ...]


@dataclass(frozen=True)
class LaidOutBody:
    """A body (see body.Body) whose solids are rigid and whose points are skinned."""

    skeleton: Skeleton
    layout: Layout

    def solids(self, positions_m: Floats, rotations: Floats) -> Solids:
        """The posed figure."""
        layout = self.layout
        points = layout.points.posed(positions_m, rotations)
        n_cones, n_ellipsoids = len(layout.cones.part), len(layout.ellipsoids.part)
        centres = points[2 * n_cones : 2 * n_cones + n_ellipsoids]
        corners = points[2 * n_cones + n_ellipsoids :]
        across = np.einsum("nij,nj->ni", rotations[layout.cone_joint], layout.cones.across)
        return Solids(
            layout.triangles._replace(corners_m=corners[layout.faces]),
            layout.cones._replace(ends_m=points[: 2 * n_cones].reshape(-1, 2, 3), across=across),
            layout.ellipsoids._replace(
                centre_m=centres, axes=rotations[layout.ellipsoid_joint] @ layout.ellipsoids.axes
            ),
            layout.textures,
        )

    def keypoints(self, positions_m: Floats, rotations: Floats) -> Keypoints:
        """The posed figure's keypoints."""
        count = len(self.layout.keypoint_part)
        points = self.layout.points
        last = Points(points.joints[-count:], points.weights[-count:], points.offsets_m[-count:])
        return Keypoints(last.posed(positions_m, rotations), self.layout.keypoint_part)


@dataclass
class Draft:
    """A layout in the making. All points are given in the world, in the rest pose, in metres."""

    skeleton: Skeleton
    _ends: list[tuple[Hold, Floats]] = field(default_factory=list)
    _centres: list[tuple[Hold, Floats]] = field(default_factory=list)
    _corners: list[tuple[Hold, Floats]] = field(default_factory=list)
    _keypoints: list[tuple[Hold, Floats]] = field(default_factory=list)
    _keypoint_part: list[int] = field(default_factory=list)
    _cones: list[tuple[int, Floats, Floats, int, int]] = field(default_factory=list)
    _ellipsoids: list[tuple[int, Floats, Floats, int, int]] = field(default_factory=list)
    _faces: list[tuple[tuple[int, int, int], Floats, int, int]] = field(default_factory=list)
    _textures: list[Texture] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = self.skeleton.names
        self.rest_m = dict(zip(names, self.skeleton.rest_m(), strict=True))
        self._index = {name: joint for joint, name in enumerate(names)}

    def texture(self, rgb: NDArray[np.uint8]) -> int:
        """Add a picture; its number."""
        self._textures.append(Texture(np.ascontiguousarray(rgb)))
        return len(self._textures) - 1

    def ellipsoid(
        self, hold: Hold, centre_m: ArrayLike, radii_m: ArrayLike, texture: int, part: str,
        axes: ArrayLike | None = None,
    ) -> None:  # fmt: skip
        """Add an ellipsoid; it turns with the first joint of `hold`."""
        self._centres.append((hold, _point(centre_m)))
        turn = np.eye(3) if axes is None else np.asarray(axes, np.float64)
        self._ellipsoids.append((self._first(hold), turn, _point(radii_m), texture, PARTS.index(part)))

    def cone(
        self, holds: tuple[Hold, Hold], ends_m: ArrayLike, radii_m: ArrayLike, texture: int, part: str,
        across: Floats | None = None,
    ) -> None:  # fmt: skip
        """Add a round cone; u = 0 lies at `across`, which turns with the first joint of the first hold.

        `across` is a unit vector perpendicular to the axis; None: as far ahead (+z) as there is.
        """
        ends = np.asarray(ends_m, np.float64)
        self._ends += [(holds[0], ends[0]), (holds[1], ends[1])]
        zero = _ahead(ends) if across is None else across
        radii = np.asarray(radii_m, np.float64)
        self._cones.append((self._first(holds[0]), zero, radii, texture, PARTS.index(part)))

    def corner(self, hold: Hold, at_m: ArrayLike) -> int:
        """Add a corner for triangles; its number."""
        self._corners.append((hold, _point(at_m)))
        return len(self._corners) - 1

    def triangle(self, corners: tuple[int, int, int], uv: ArrayLike, texture: int, part: str) -> None:
        """Add a triangle between three corners."""
        self._faces.append((corners, np.asarray(uv, np.float64), texture, PARTS.index(part)))

    def keypoint(self, hold: Hold, at_m: ArrayLike, part: str) -> None:
        """Add the next keypoint."""
        self._keypoints.append((hold, _point(at_m)))
        self._keypoint_part.append(PARTS.index(part))

    def body(self) -> LaidOutBody:
        """The finished body."""
        held = [self._held(*at) for at in [*self._ends, *self._centres, *self._corners, *self._keypoints]]
        points = Points(*(np.array(column) for column in zip(*held, strict=True)))
        turned = np.zeros((len(self._cones), 2, 3))
        cone = _columns(self._cones, 5)
        cones = RoundCones(
            turned, cone[2].reshape(-1, 2), cone[1].reshape(-1, 3), _numbers(cone[3]), _numbers(cone[4])
        )
        ball = _columns(self._ellipsoids, 5)
        balls = Ellipsoids(
            np.zeros((len(self._ellipsoids), 3)), ball[1].reshape(-1, 3, 3), ball[2].reshape(-1, 3),
            _numbers(ball[3]), _numbers(ball[4]),
        )  # fmt: skip
        face = _columns(self._faces, 4)
        flat = Triangles(
            np.zeros((len(self._faces), 3, 3)),
            face[1].reshape(-1, 3, 2),
            _numbers(face[2]),
            _numbers(face[3]),
        )
        layout = Layout(
            points, cones, cone[0].astype(np.intp), balls, ball[0].astype(np.intp), flat,
            face[0].astype(np.intp).reshape(-1, 3), tuple(self._keypoint_part), tuple(self._textures),
        )  # fmt: skip
        return LaidOutBody(self.skeleton, layout)

    def _first(self, hold: Hold) -> int:
        return self._index[hold if isinstance(hold, str) else next(iter(hold))]

    def _held(self, hold: Hold, at_m: Floats) -> tuple[list[int], list[float], list[Floats]]:
        weights = {hold: 1.0} if isinstance(hold, str) else dict(hold)
        names = [*weights, *[next(iter(weights))] * (MAX_JOINTS - len(weights))]
        shares = [*weights.values(), *[0.0] * (MAX_JOINTS - len(weights))]
        return (
            [self._index[name] for name in names],
            shares,
            [at_m - self.rest_m[name] for name in names],
        )


def _point(values: ArrayLike) -> Floats:
    return np.asarray(values, np.float64).reshape(3)


def _ahead(ends: Floats) -> Floats:
    """Unit vector [3] perpendicular to the axis between ends [2, 3], as near to +z as can be."""
    along = (ends[1] - ends[0]) / max(float(np.linalg.norm(ends[1] - ends[0])), 1e-9)
    z = np.array([0.0, 0.0, 1.0])
    across = z - along * float(along @ z)
    return np.asarray(across / max(float(np.linalg.norm(across)), 1e-9))


def _columns(rows: Sequence[tuple[object, ...]], count: int) -> list[NDArray[np.float64]]:
    columns = zip(*rows, strict=True) if rows else ((),) * count
    return [np.array(column, np.float64) for column in columns]


def _numbers(values: NDArray[np.float64]) -> Numbers:
    return values.astype(np.int32)
