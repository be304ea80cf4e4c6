"""Depth from one picture without weights: planes of the scene's layout and things that stand before them."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from data_contracts.errors import ContractError
from models.depth.depth_estimate import DepthEstimate, focal_of_size
from models.depth.layout_planes import LayoutPlanes
from models.depth.lens import Directions, find_lens, level_directions
from models.depth.place_kind import is_outdoor
from models.depth.room_box import fit_back_wall, floor_end
from models.depth.sky_and_ground import (
    Sky,
    expected_ground_y,
    find_grass,
    find_ground,
    find_sky,
    find_skyline,
    grass_end,
    sharpened_sky,
)
from models.depth.upright_sheets import find_upright_sheets
from models.depth.vanishing_point import (
    VanishingPoint,
    find_vanishing_point,
    line_segments,
    segment_lengths,
)

TRUSTED_OUTDOOR, TRUSTED_INDOOR = 0.18, 0.12
"""Shares of agreeing segment length below which the vanishing point is a guess."""
DEEPEST_ROOM = 0.1
"""Least disparity of a back wall: ten times as far as the floor at the picture's lower border."""
LEAST_LINES = 0.5
"""A picture with less segment length, as a share of height and width together, shows a plain backdrop: no
line speaks for side walls or a ceiling, and it is a floor before one wall."""
PLAIN_FLOOR_EDGE = 0.66
"""Where that floor ends, as a share of the height."""

LEAST_SIDE_PX = 32
LEAST_WALL = 0.05
"""Width and height of a wall that is given, as shares of the picture's."""
WALL_AROUND = 0.1
"""The vanishing point lies within a wall that is given, at least so much of its size from the edges."""

Share = Annotated[float, Field(ge=-2, le=3)]


class LayoutDepthConfig(BaseModel):
    """Settings of the layout prior; disparities are relative to the lowest row of the floor."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 9

    kind: Literal["layout"] = "layout"
    scene_kind: Literal["auto", "indoor", "outdoor"] = Field(
        "auto", description="What the picture shows; 'auto' goes by sky, grass and lines."
    )
    indoor_back_disparity: float = Field(0.35, gt=0, lt=1, description="Back wall of a room.")
    outdoor_back_disparity: float = Field(0.16, gt=0, lt=1, description="Backdrop, with a trusted horizon.")
    unsure_back_disparity: float = Field(0.28, gt=0, lt=1, description="Backdrop, else: flat when unsure.")
    open_back_disparity: float = Field(0.14, gt=0, lt=1, description="Backdrop, with a level skyline.")
    focal_ratio: float | None = Field(
        None,
        gt=0.1,
        lt=20,
        description="Focal length as a share of the longer side, where it is known (35 mm equivalent / 36).",
    )
    horizon: float | None = Field(
        None, gt=0, lt=1, description="Row of the horizon as a share of the height, where it is known."
    )
    box: tuple[Share, Share, Share, Share] | None = Field(
        None,
        description="A room's back wall: left, upper, right and lower edge as shares of width and height; "
        "what is below 0 or over 1 lies outside the picture, and no such surface is seen.",
    )
    upright_sheets: bool = Field(True, description="Look for things that stand on the ground.")
    sheet_ratio: float = Field(1.12, gt=1, description="How much nearer than its plane a thing must be.")

    @model_validator(mode="after")
    def _box_of_a_room(self) -> Self:
        if self.box is None:
            return self
        left, top, right, bottom = self.box
        if self.scene_kind == "outdoor":
            raise ValueError("only a room has a back wall: leave `box` out, or say `scene_kind: indoor`")
        if right - left < LEAST_WALL or bottom - top < LEAST_WALL:
            raise ValueError(
                f"`box` is left, top, right, bottom, at least {LEAST_WALL} wide and high; got {self.box}"
            )
        if self.horizon is not None and not top < self.horizon < bottom:
            raise ValueError(f"the horizon, {self.horizon}, lies between the wall's upper and lower edge")
        return self

    def missing(self) -> str | None:
        """Nothing is missing: the backend is our own code."""
        return None

    def weights(self) -> list[Path]:
        """No weights."""
        return []


class LayoutDepth:
    """Estimates depth from the picture's layout."""

    per_view = False
    """Estimating it anew for a warped view gives other planes each time: keep to the first picture's."""

    def __init__(self, config: LayoutDepthConfig) -> None:
        self.config = config

    def estimate(self, rgb: NDArray[np.uint8]) -> DepthEstimate:
        """Depth of a background picture, uint8 [H, W, 3] of at least 32 × 32 pixels.

        Raises:
            ContractError: another type or shape.
        """
        if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or min(rgb.shape[:2]) < LEAST_SIDE_PX:
            raise ContractError(
                "not a picture whose layout can be read",
                where="depth",
                expected=f"uint8 [H, W, 3], {LEAST_SIDE_PX} px and more",
                got=f"{rgb.dtype} {rgb.shape}",
            )
        picture = (rgb / 255).astype(np.float32)
        height, width = rgb.shape[:2]
        grey = np.ascontiguousarray(picture.mean(2), dtype=np.float32)
        lines = line_segments(grey)
        focal, directions = self._lens(lines, height, width)
        vanishing = self._vanishing_point(lines, height, width)
        if self.config.horizon is not None or self.config.box is not None:
            directions = None  # what a person says holds, not the lines
        sky = find_sky(picture)
        grass = find_grass(picture)
        if self._is_outdoor(grass, sky, lines, directions):
            planes = self._outdoor_planes(sky.mask, grass, vanishing)
            sky_mask = sharpened_sky(picture, sky.mask)
        else:
            planes = self._room(picture, grey, lines, vanishing, directions)
            sky_mask = np.zeros((height, width), np.bool_)
        sheets = self._sheets(picture, planes, sky_mask, focal)
        behind = np.where(sky_mask, planes.sky_disparity, planes.disparity_map())
        disparity = np.maximum(behind, sheets)
        return DepthEstimate(
            depth_m=(1 / disparity).astype(np.float32),
            focal_px=focal,
            kind=planes.kind,
            confidence=float(np.clip(vanishing.confidence, 0, 1)),
            sky=sky_mask,
            upright=sheets > 0,
            layout=planes,
        )

    def _lens(self, lines: NDArray[np.float64], height: int, width: int) -> tuple[float, Directions | None]:
        """Focal length: given, told by the segments, or the usual one; and the directions that they tell."""
        ratio = self.config.focal_ratio
        known = None if ratio is None else ratio * max(height, width)
        lens = find_lens(lines, height, width, known)
        if lens is None or not lens.is_told:
            return known or focal_of_size(height, width), None
        return lens.focal_px, lens.directions

    def _vanishing_point(self, lines: NDArray[np.float64], height: int, width: int) -> VanishingPoint:
        """As the segments tell it, but on the horizon and within the wall that are given."""
        found = find_vanishing_point(lines, height, width)
        horizon, box = self.config.horizon, self.config.box
        x, y = found.x_px, found.y_px if horizon is None else horizon * height
        if box is not None:
            left, top, right, bottom = box
            inset_x, inset_y = WALL_AROUND * (right - left), WALL_AROUND * (bottom - top)
            x = float(np.clip(x, (left + inset_x) * width, (right - inset_x) * width))
            if horizon is None:
                y = float(np.clip(y, (top + inset_y) * height, (bottom - inset_y) * height))
        given = horizon is not None or box is not None
        return VanishingPoint(x, y, 1.0 if given else found.confidence)

    def _is_outdoor(
        self, grass: NDArray[np.bool_], sky: Sky, lines: NDArray[np.float64], told: Directions | None
    ) -> bool:
        if self.config.box is not None:
            return False
        if self.config.scene_kind == "auto":
            return is_outdoor(sky, grass, lines, told)
        return self.config.scene_kind == "outdoor"

    def _outdoor_planes(
        self, sky: NDArray[np.bool_], grass: NDArray[np.bool_], vanishing: VanishingPoint
    ) -> LayoutPlanes:
        height, width = sky.shape
        trusted = vanishing.confidence > TRUSTED_OUTDOOR
        skyline = find_skyline(sky)
        x, y, back = vanishing.x_px, vanishing.y_px, self.config.outdoor_back_disparity
        if not trusted:
            x, y, back = width / 2, skyline.horizon_y_px, self.config.unsure_back_disparity
            if skyline.level:
                back = self.config.open_back_disparity
            elif (end := grass_end(grass)) < y:  # a meadow that reaches further up lies below its horizon
                y, back = end, self.config.open_back_disparity
        return LayoutPlanes(
            kind="outdoor",
            height_px=height,
            width_px=width,
            vanishing_xy_px=(x, y if self.config.horizon else float(np.clip(y, 0.1 * height, 0.75 * height))),
            back_disparity=back,
            sky_disparity=min(0.08 if trusted else 0.12, 0.75 * back),
        )

    def _room(
        self,
        picture: NDArray[np.float32],
        grey: NDArray[np.float32],
        lines: NDArray[np.float64],
        vanishing: VanishingPoint,
        told: Directions | None,
    ) -> LayoutPlanes:
        height, width = grey.shape
        trusted = told is not None or vanishing.confidence >= TRUSTED_INDOOR
        point = (vanishing.x_px, vanishing.y_px) if trusted else (width / 2, 0.48 * height)
        directions = told or level_directions(*point)
        if self.config.box is not None:
            left, top, right, bottom = self.config.box
            box = (left * width, top * height, right * width, bottom * height)
        elif float(segment_lengths(lines).sum()) < LEAST_LINES * (height + width):
            box = (-0.6 * width, -0.6 * height, 1.6 * width, PLAIN_FLOOR_EDGE * height)
        else:
            end = None if told else floor_end(*self._straight_floor(picture, point[1]))
            box = fit_back_wall(grey, lines, directions, 1.0 if trusted else 0.25, end)
        planes = LayoutPlanes(
            kind="indoor",
            height_px=height,
            width_px=width,
            vanishing_xy_px=directions.vanishing_xy_px,
            back_slope_per_px=directions.back_slope_per_px,
            back_disparity=self.config.indoor_back_disparity,
            sky_disparity=self.config.indoor_back_disparity,
            box_ltrb_px=box,
        )
        # An edge close to the vanishing point makes its plane steep: the room is deep, not the floor near.
        nearest = max(1.0, float(planes.disparity_map().max()))
        return replace(planes, back_disparity=max(planes.back_disparity / nearest, DEEPEST_ROOM))

    def _straight_floor(
        self, picture: NDArray[np.float32], horizon_y_px: float
    ) -> tuple[NDArray[np.bool_], float]:
        """Floor bool [H, W] by its colours, and where it was expected to end."""
        ground = find_ground(picture, horizon_y_px, np.zeros(picture.shape[:2], np.bool_))
        return ground, expected_ground_y(horizon_y_px, len(picture))

    def _sheets(
        self, picture: NDArray[np.float32], planes: LayoutPlanes, sky: NDArray[np.bool_], focal_px: float
    ) -> NDArray[np.float32]:
        if not self.config.upright_sheets:
            return np.zeros(sky.shape, np.float32)
        horizon = planes.vanishing_xy_px[1]
        if planes.kind == "outdoor":
            ground = find_ground(picture, horizon, sky)
        else:
            rows = planes.floor_disparity(np.arange(sky.shape[0]) + 0.5)[:, None]
            floor = rows >= planes.disparity_map() - 1e-9
            ground = find_ground(picture, horizon, sky, floor) if floor.mean() > 0.03 else floor
        return find_upright_sheets(picture, planes, ground, sky, self.config.sheet_ratio, focal_px)
