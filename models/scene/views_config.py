"""Which views a scene gets, and how far a camera may travel in it."""

from pydantic import BaseModel, ConfigDict, Field

from models.scene.camera_path import TrackScale


class SceneViewsConfig(BaseModel):
    """Paths and limits, shared by all scene backends. Lengths are relative to depths of the scene."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    spiral_views: int = Field(8, ge=1, le=64, description="Views along one turn of eq. 5's spiral.")
    spiral_radius: float = Field(0.15, gt=0, le=0.5, description="r as a share of the pivot depth.")
    spiral_depth: float = Field(0.35, ge=0, le=2, description="Reach in z as a share of r.")
    spiral_height: float = Field(0.5, ge=0, le=1, description="Reach in y as a share of r; eq. 5 has 1.")
    track_views: int = Field(10, ge=1, le=64, description="Views along a job's own track.")
    track_scale: TrackScale = Field(
        "cap",
        description="'cap' shortens too long tracks, 'fit' uses the whole budget, 'keep' changes nothing.",
    )
    parallax_budget: float = Field(
        0.45,
        gt=0,
        le=2,
        description="Longest travel from the first camera, as a share of the nearest depth. "
        "The scene may set a lower limit of its own.",
    )
    fill_above: float = Field(0.001, ge=0, lt=1, description="Hole share from which on a view is inpainted.")
    most_hole: float = Field(
        0.6, gt=0, le=1, description="Views with more hole wait until others are filled."
    )
    most_fills: int = Field(10, ge=0, le=64, description="Views that are inpainted at most, for each path.")
