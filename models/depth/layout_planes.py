"""The planes of a scene: a room's box, or ground with an upright backdrop."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ContractError

WALLS = (0, 3, 4)
"""Of the surfaces of a room: see `surface_map`."""
FARTHEST_BACK = 0.3
"""A slanted wall ends where its disparity is this share of that at the vanishing point: it would go on for
ever, and rooms end."""


@dataclass(frozen=True)
class LayoutPlanes:
    """Planes seen from one camera, known at every pixel, also outside the frame.

    Disparity is 1 / depth; at the lowest row it is 1 outdoors and at most about 1 indoors. In pixel
    coordinates the disparity of a plane is affine, so the planes of a box seen along its vanishing point are
    `max(back wall, floor, ceiling, left, right)`.
    """

    kind: Literal["indoor", "outdoor"]
    height_px: int
    width_px: int
    vanishing_xy_px: tuple[float, float]
    """Indoor: where the room's depth lines meet. Outdoor: y is the horizon."""
    back_disparity: float
    sky_disparity: float
    box_ltrb_px: tuple[float, float, float, float] | None = None
    """Indoor: left, right-hand, upper and lower edge of the back wall (left, top, right, bottom), where they
    cross the row and the column of the vanishing point."""
    back_slope_per_px: tuple[float, float] = (0.0, 0.0)
    """By how much a pixel to the right and one further down are nearer on the back wall, as a share of its
    disparity at the vanishing point: a camera that does not look straight at the wall sees it slanted."""

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "LayoutPlanes":
        """Planes from what `dataclasses.asdict` made of them and JSON made of that.

        Raises:
            ContractError: a field is missing or unknown.
        """
        try:
            box = values["box_ltrb_px"]
            return cls(
                **{
                    **values,
                    "vanishing_xy_px": tuple(values["vanishing_xy_px"]),
                    "back_slope_per_px": tuple(values.get("back_slope_per_px", (0.0, 0.0))),
                    "box_ltrb_px": None if box is None else tuple(box),
                }
            )
        except (KeyError, TypeError, ValueError) as error:
            raise ContractError("not the planes of a layout", where="layout.json", got=str(error)) from error

    def __post_init__(self) -> None:
        if (self.kind == "indoor") != (self.box_ltrb_px is not None):
            raise ValueError(
                f"a layout has a box if and only if it is indoor, got {self.kind} {self.box_ltrb_px}"
            )

    def floor_disparity(self, y_px: Any) -> NDArray[np.float64]:
        """Disparity of the floor or ground plane at rows y; negative above the horizon."""
        vanishing_y = self.vanishing_xy_px[1]
        lowest = self.height_px - vanishing_y
        slope = (
            1 / lowest if self.box_ltrb_px is None else self._at_edge(0.0, self.box_ltrb_px[3] - vanishing_y)
        )
        return slope * (np.asarray(y_px, np.float64) - vanishing_y)

    def disparity(self, x_px: Any, y_px: Any) -> NDArray[np.float64]:
        """Disparity at pixel coordinates (any shapes that broadcast), inside the frame or not."""
        return np.asarray(np.maximum.reduce(self._surfaces(x_px, y_px)))

    def _surfaces(self, x_px: Any, y_px: Any) -> list[NDArray[np.float64]]:
        """Disparity of each plane, wherever another one hides it: back, floor, and a room's other three."""
        x, y = np.broadcast_arrays(np.asarray(x_px, np.float64), np.asarray(y_px, np.float64))
        vanishing_x, vanishing_y = self.vanishing_xy_px
        nearer = back_nearer(x - vanishing_x, y - vanishing_y, self.back_slope_per_px)
        back, floor = self.back_disparity * nearer, self.floor_disparity(y)
        if self.box_ltrb_px is None:
            return [back, floor]
        left, top, right, _ = self.box_ltrb_px
        ceiling = self._at_edge(0.0, top - vanishing_y) * (y - vanishing_y)
        left_wall = self._at_edge(left - vanishing_x, 0.0) * (x - vanishing_x)
        right_wall = self._at_edge(right - vanishing_x, 0.0) * (x - vanishing_x)
        return [back, floor, ceiling, left_wall, right_wall]

    def _at_edge(self, right_px: float, down_px: float) -> float:
        """Disparity a pixel, away from the vanishing point, of the plane that meets the back wall there."""
        nearer = float(back_nearer(np.float64(right_px), np.float64(down_px), self.back_slope_per_px))
        return self.back_disparity * nearer / (right_px + down_px)

    def disparity_map(self, margin_px: int = 0) -> NDArray[np.float64]:
        """Disparity at the pixel centres of the frame grown by a margin: [H + 2m, W + 2m]."""
        return self.disparity(*self._centres(margin_px))

    def surface_map(self, margin_px: int = 0) -> NDArray[np.intp]:
        """Which plane is seen at each pixel: 0 back, 1 floor, 2 ceiling, 3 left wall, 4 right wall."""
        return np.asarray(np.argmax(self._surfaces(*self._centres(margin_px)), axis=0), np.intp)

    def _centres(self, margin_px: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        y = np.arange(-margin_px, self.height_px + margin_px, dtype=np.float64) + 0.5
        x = np.arange(-margin_px, self.width_px + margin_px, dtype=np.float64) + 0.5
        return x[None], y[:, None]


def back_nearer(
    right_px: NDArray[np.float64] | np.float64,
    down_px: NDArray[np.float64] | np.float64,
    slope_per_px: tuple[float, float],
) -> NDArray[np.float64]:
    """How much nearer a slanted back wall is than at the vanishing point, so many pixels away from it."""
    nearer = 1 + slope_per_px[0] * right_px + slope_per_px[1] * down_px
    return np.asarray(np.maximum(nearer, FARTHEST_BACK))
