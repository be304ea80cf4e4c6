"""A scene in memory: its surfaces, and views of them."""

from dataclasses import dataclass

from data_contracts.scene import PosedViews, RgbdLayer


@dataclass(frozen=True)
class SceneModel:
    """A scene: surfaces in the coordinates of the reference camera (view 0), and views of them.

    `near_m` and `pivot_m` are the depths that paths are measured by: of the nearest things, and of what the
    camera looks at. `travel_limit` is how far a camera may travel as a share of `near_m`, where the depth
    sets a limit of its own.
    """

    layers: tuple[RgbdLayer, ...]
    views: PosedViews
    near_m: float
    pivot_m: float
    travel_limit: float | None = None

    @property
    def size_px(self) -> tuple[int, int]:
        """Height and width of the views."""
        return self.views.rgb.shape[1], self.views.rgb.shape[2]
