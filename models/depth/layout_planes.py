"""The planes of a scene: a room's box, or ground with an upright backdrop."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ContractError


@dataclass(frozen=True)
class LayoutPlanes:
    """Planes seen from one camera, known at every pixel, also outside the frame.

    Disparity is 1 / depth; at the lowest row it is 1 outdoors and at most about 1 indoors. In pixel
    coordinates the disparity of a plane is affine, so the planes of a box seen along its vanishing point are
    ``max(back wall, floor, ceiling, left, right)``.
    """

    kind: Literal["indoor", "outdoor"]
    height_px: int
    width_px: int
    vanishing_xy_px: tuple[float, float]
    """Indoor: where the room's depth lines meet. Outdoor: y is the horizon."""
    back_disparity: float
    sky_disparity: float
    box_ltrb_px: tuple[float, float, float, float] | None = None
    """Indoor: left, right-hand, upper and lower edge of the back wall as (left, top, right, bottom)."""

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
            1 / lowest
            if self.box_ltrb_px is None
            else self.back_disparity / (self.box_ltrb_px[3] - vanishing_y)
        )
        return slope * (np.asarray(y_px, np.float64) - vanishing_y)

    def disparity(self, x_px: Any, y_px: Any) -> NDArray[np.float64]:
        """Disparity at pixel coordinates (any shapes that broadcast), inside the frame or not."""
        x, y = np.broadcast_arrays(np.asarray(x_px, np.float64), np.asarray(y_px, np.float64))
        back = np.full(x.shape, self.back_disparity)
        floor = self.floor_disparity(y)
        if self.box_ltrb_px is None:
            return np.asarray(np.maximum(floor, back))
        vanishing_x, vanishing_y = self.vanishing_xy_px
        left, top, right, _ = self.box_ltrb_px
        ceiling = self.back_disparity * (vanishing_y - y) / (vanishing_y - top)
        left_wall = self.back_disparity * (vanishing_x - x) / (vanishing_x - left)
        right_wall = self.back_disparity * (x - vanishing_x) / (right - vanishing_x)
        return np.asarray(np.maximum.reduce([back, floor, ceiling, left_wall, right_wall]))

    def disparity_map(self, margin_px: int = 0) -> NDArray[np.float64]:
        """Disparity at the pixel centres of the frame grown by a margin: [H + 2m, W + 2m]."""
        y = np.arange(-margin_px, self.height_px + margin_px) + 0.5
        x = np.arange(-margin_px, self.width_px + margin_px) + 0.5
        return self.disparity(x[None], y[:, None])
