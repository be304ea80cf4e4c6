"""Flat painted pictures set up as floor, walls and backdrops in front of a level pinhole camera."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from models.world.art.brush import Colour

Picture = NDArray[np.uint8]


class View:
    """A picture seen by a level camera at the origin: x right, y down, z forward, metres.

    Everything is drawn twice as large and averaged down, so that distant planks do not shimmer.
    """

    oversampling = 2

    def __init__(self, width: int, height: int, focal_px: float, horizon_px: float, sky: Colour) -> None:
        self.width, self.height = width, height
        self.focal_px, self.horizon_px = focal_px, horizon_px
        size = (height * self.oversampling, width * self.oversampling)
        self._pixels = np.empty((*size, 3), np.uint8)
        self._pixels[:] = sky

    def project(self, points: ArrayLike) -> NDArray[np.float64]:
        """Pixels [N, 2] of world points [N, 3] that lie in front of the camera."""
        p = np.asarray(points, np.float64)
        return p[:, :2] / p[:, 2:] * self.focal_px + (self.width / 2, self.horizon_px)

    def place(
        self, picture: Picture, corners: ArrayLike, haze: float = 0.0, haze_colour: Colour = (255, 255, 255)
    ) -> None:
        """Set a picture [H, W, 3|4] up on a plane.

        Args:
            picture: what is painted on the plane.
            corners: world points [4, 3] of its upper left, upper right, lower right and lower left corner.
            haze: 0..1, how far the colour has gone to `haze_colour`.
            haze_colour: colour of distant air.
        """
        height, width = picture.shape[:2]
        flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32) - np.float32(0.5)
        seen = (self.project(corners) * self.oversampling - 0.5).astype(np.float32)
        box = self._box(seen)
        seen -= np.array([box[1].start, box[0].start], np.float32)
        size = (box[1].stop - box[1].start, box[0].stop - box[0].start)
        if min(size) < 1:
            return
        to_view = cv2.getPerspectiveTransform(flat, seen)
        small = _shrunk(picture[..., :3], flat, seen)
        rgb = cv2.warpPerspective(
            small, to_view @ _enlarging(small, picture), size,
            flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip
        if picture.shape[2] == 4:
            cover = cv2.warpPerspective(picture[..., 3], to_view, size, flags=cv2.INTER_LINEAR)
        else:
            cover = np.zeros(size[::-1], np.uint8)
            cv2.fillConvexPoly(cover, np.round(seen * 16).astype(np.int32), 255, cv2.LINE_AA, 4)
        self._mix(box, rgb, cover.astype(np.float32) / np.float32(255), haze, haze_colour)

    def _box(self, seen: NDArray[np.float32]) -> tuple[slice, slice]:
        height, width = self._pixels.shape[:2]
        left, right = np.clip([seen[:, 0].min() - 1, seen[:, 0].max() + 2], 0, width).astype(int)
        top, bottom = np.clip([seen[:, 1].min() - 1, seen[:, 1].max() + 2], 0, height).astype(int)
        return slice(int(top), int(bottom)), slice(int(left), int(right))

    def lay(
        self,
        rgb: ArrayLike,
        cover: NDArray[np.float32],
        haze: float = 0.0,
        haze_colour: Colour = (255, 255, 255),
    ) -> None:
        """Blend colours over the picture where `cover` [H, W] says, at the oversampled size."""
        self._mix((slice(None), slice(None)), rgb, cover, haze, haze_colour)

    def _mix(
        self,
        box: tuple[slice, slice],
        rgb: ArrayLike,
        cover: NDArray[np.float32],
        haze: float,
        haze_colour: Colour,
    ) -> None:
        paint = np.asarray(rgb, np.float32)
        if haze:
            paint = paint * np.float32(1 - haze) + np.array(haze_colour, np.float32) * np.float32(haze)
        below = self._pixels[box].astype(np.float32)
        self._pixels[box] = np.round(below + (paint - below) * cover[..., None]).astype(np.uint8)

    def grid(self) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """x and y of all oversampled pixels, in finished pixels."""
        y, x = np.mgrid[: self._pixels.shape[0], : self._pixels.shape[1]].astype(np.float32)
        return (x + 0.5) / self.oversampling, (y + 0.5) / self.oversampling

    def shadow(
        self, x_m: float, floor_m: float, z_m: float, radius_m: float, depth_m: float, strength: float
    ) -> None:
        """A soft elliptical shadow on the floor at (x, z)."""
        centre, right, near = self.project(
            [(x_m, floor_m, z_m), (x_m + radius_m, floor_m, z_m), (x_m, floor_m, z_m - depth_m)]
        )
        x, y = self.grid()
        distance = ((x - centre[0]) / (right[0] - centre[0])) ** 2 + (
            (y - centre[1]) / (near[1] - centre[1])
        ) ** 2
        self.lay((38, 30, 54), np.asarray(np.exp(-distance * 1.6) * strength, dtype=np.float32))

    def image(self) -> Picture:
        """The picture so far, uint8 [H, W, 3]."""
        small = cv2.resize(self._pixels, (self.width, self.height), interpolation=cv2.INTER_AREA)
        return np.asarray(small, dtype=np.uint8)


def _shrunk(rgb: Picture, flat: NDArray[np.float32], seen: NDArray[np.float32]) -> Picture:
    """The picture at about the size at which it is seen, so that nothing of it is skipped."""
    own, shown = (np.linalg.norm(c - np.roll(c, 1, axis=0), axis=1) for c in (flat, seen))
    factor = max(1, int(np.min(own / np.maximum(shown, 1))))
    size = (max(1, rgb.shape[1] // factor), max(1, rgb.shape[0] // factor))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _enlarging(small: Picture, picture: Picture) -> NDArray[np.float64]:
    """Homography [3, 3] from a shrunk picture's pixels to the whole one's, for whole-number pixel centres."""
    sx, sy = picture.shape[1] / small.shape[1], picture.shape[0] / small.shape[0]
    return np.array([[sx, 0, 0.5 * sx - 0.5], [0, sy, 0.5 * sy - 0.5], [0, 0, 1]])


def wall_left(
    x_m: float, top_m: float, floor_m: float, near_m: float, far_m: float
) -> list[tuple[float, float, float]]:
    """Corners of a wall on the left whose picture runs from the near edge to the far one."""
    return [(x_m, top_m, near_m), (x_m, top_m, far_m), (x_m, floor_m, far_m), (x_m, floor_m, near_m)]


def wall_right(
    x_m: float, top_m: float, floor_m: float, near_m: float, far_m: float
) -> list[tuple[float, float, float]]:
    """Corners of a wall on the right whose picture runs from the far edge to the near one."""
    return [(x_m, top_m, far_m), (x_m, top_m, near_m), (x_m, floor_m, near_m), (x_m, floor_m, far_m)]


def wall_back(x_m: float, top_m: float, floor_m: float, z_m: float) -> list[tuple[float, float, float]]:
    """Corners of a wall across the view, from -x to x."""
    return [(-x_m, top_m, z_m), (x_m, top_m, z_m), (x_m, floor_m, z_m), (-x_m, floor_m, z_m)]


def floor(x_m: float, y_m: float, near_m: float, far_m: float) -> list[tuple[float, float, float]]:
    """Corners of a floor (or ceiling), far edge first."""
    return [(-x_m, y_m, far_m), (x_m, y_m, far_m), (x_m, y_m, near_m), (-x_m, y_m, near_m)]
