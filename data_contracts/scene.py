"""Scene: posed RGBD views of a background, and the surfaces they were taken of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from data_contracts.camera_formats import format_json
from data_contracts.camera_path import CameraPath
from data_contracts.errors import ContractError
from data_contracts.image import write_png
from data_contracts.npz import read_npz, write_npz
from data_contracts.record import FileRef, Record


class Scene(Record):
    """Posed views that a Gaussian field is trained on (A7, A8)."""

    views: FileRef
    """NumPy .npz without pickle, the arrays of `PosedViews`: `read_views` reads it."""
    layers: FileRef
    """NumPy .npz without pickle, the arrays of every `RgbdLayer`: `read_layers` reads it."""
    sheet: FileRef
    """PNG contact sheet of the views, their holes and their depth."""
    fills: FileRef | None = None
    """PNG contact sheet of the views that were filled: warped with the hole marked, inpainted, aligned depth.
    None where there was no hole."""
    track: FileRef | None = None
    """The job's camera path in the scene's coordinates (camera JSON); None before expand_scene."""
    num_views: int = Field(ge=1)
    num_layers: int = Field(ge=1)
    width_px: int = Field(ge=1)
    height_px: int = Field(ge=1)
    near_m: float = Field(gt=0)
    """Depth of the nearest things, which limits how far a camera may travel."""
    pivot_m: float = Field(gt=0)
    """Depth of what the spiral looks at."""
    travel_limit: float | None = Field(None, gt=0)
    """How far a camera may travel, as a share of `near_m`, where the depth sets a limit: over a ground that
    was guessed, what stands on it leans as the camera passes."""
    metric: bool = False
    """Whether the unit is known to be a metre."""
    hole_share_before: float = Field(ge=0, le=1)
    """Mean share of pixels that warping left empty in the added views."""
    hole_share_after: float = Field(ge=0, le=1)
    method: str
    caption: str = ""
    """What the place is, in words, where a captioner was asked (`Background.caption`)."""


@dataclass(frozen=True)
class RgbdLayer:
    """One surface: a picture with depth, seen from one camera; it may be larger than the frame.

    rgb uint8 [h, w, 3], depth_m float32 [h, w] along z, valid bool [h, w], world_from_camera float64 [4, 4],
    intrinsics_px float64 [4] (fx, fy, cx, cy of this picture). Neighbouring pixels whose depths differ by
    more than the factor `cut_ratio` are not joined. Where surfaces compete for a pixel, this one counts as
    deeper by the share `handicap`: what was invented gives way to what was seen.
    """

    name: str
    rgb: NDArray[np.uint8]
    depth_m: NDArray[np.float32]
    valid: NDArray[np.bool_]
    world_from_camera: NDArray[np.float64]
    intrinsics_px: NDArray[np.float64]
    cut_ratio: float
    handicap: float = 0.0

    @property
    def invented(self) -> bool:
        """Whether it was filled in rather than seen: then it has a handicap, and is a whole view."""
        return self.handicap > 0


@dataclass(frozen=True)
class PosedViews:
    """Views of one size: what a Gaussian field is trained on.

    rgb uint8 [V, H, W, 3], depth_m float32 [V, H, W] (0 = none), valid bool [V, H, W], world_from_camera
    float64 [V, 4, 4], intrinsics_px float64 [V, 4]; hole_share_before and _after float64 [V]: the share of
    pixels that no surface covered before and after inpainting.
    """

    rgb: NDArray[np.uint8]
    depth_m: NDArray[np.float32]
    valid: NDArray[np.bool_]
    world_from_camera: NDArray[np.float64]
    intrinsics_px: NDArray[np.float64]
    hole_share_before: NDArray[np.float64]
    hole_share_after: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.rgb)

    def joined(self, more: PosedViews) -> PosedViews:
        """These views and more of them, of the same size."""
        return PosedViews(
            *(np.concatenate([getattr(self, name), getattr(more, name)]) for name in _VIEW_ARRAYS)
        )


_VIEW_ARRAYS = tuple(PosedViews.__dataclass_fields__)
_LAYER_ARRAYS = ("rgb", "depth_m", "valid", "world_from_camera", "intrinsics_px", "cut_ratio", "handicap")


def write_scene(
    out_dir: Path,
    views: PosedViews,
    layers: Sequence[RgbdLayer],
    *,
    sheet: NDArray[np.uint8],
    fills: NDArray[np.uint8] | None,
    near_m: float,
    pivot_m: float,
    travel_limit: float | None,
    metric: bool,
    method: str,
    caption: str = "",
    track: CameraPath | None = None,
    first_added: int = 0,
) -> Scene:
    """Write a scene's files into an empty folder and return their record.

    Args:
        out_dir: the folder.
        views: all views.
        layers: all surfaces.
        sheet: contact sheet of the views, uint8 [h, w, 3].
        fills: contact sheet of what was filled, or None.
        near_m, pivot_m, travel_limit, metric, method, caption: as the record has them.
        track: a job's path in the scene's coordinates.
        first_added: the hole shares are those of the views from this one on.
    """
    pictures = {"sheet": sheet} | ({} if fills is None else {"fills": fills})
    files = {name: write_png(out_dir / f"{name}.png", picture) for name, picture in pictures.items()}
    if track is not None:
        files["track"] = out_dir / "track.json"
        files["track"].write_text(format_json(track), encoding="utf-8")
    return Scene(
        views=FileRef.of(write_views(out_dir / "views.npz", views), out_dir),
        layers=FileRef.of(write_layers(out_dir / "layers.npz", layers), out_dir),
        **{name: FileRef.of(path, out_dir) for name, path in files.items()},
        num_views=len(views),
        num_layers=len(layers),
        width_px=views.rgb.shape[2],
        height_px=views.rgb.shape[1],
        near_m=near_m,
        pivot_m=pivot_m,
        travel_limit=travel_limit,
        metric=metric,
        hole_share_before=float(views.hole_share_before[first_added:].mean()),
        hole_share_after=float(views.hole_share_after[first_added:].mean()),
        method=method,
        caption=caption,
    )


def write_views(path: Path, views: PosedViews) -> Path:
    """Write views as .npz; equal views give equal bytes."""
    return write_npz(path, {name: getattr(views, name) for name in _VIEW_ARRAYS})


def read_views(scene: Scene) -> PosedViews:
    """Read the views of a placed Scene.

    Raises:
        ContractError: an array is missing or does not fit the record.
    """
    path = scene.path(scene.views)
    views = PosedViews(*read_npz(path, *_VIEW_ARRAYS))
    expected = (scene.num_views, scene.height_px, scene.width_px)
    if views.rgb.shape != (*expected, 3) or views.depth_m.shape != expected or views.valid.shape != expected:
        raise ContractError("not the views of this scene", where=path, expected=expected, got=views.rgb.shape)
    return views


def write_layers(path: Path, layers: Iterable[RgbdLayer]) -> Path:
    """Write layers as .npz; the arrays of layer 3 called 'fill_2' are '3.fill_2.rgb' and so on."""
    arrays = {
        f"{i}.{layer.name}.{name}": np.asarray(getattr(layer, name))
        for i, layer in enumerate(layers)
        for name in _LAYER_ARRAYS
    }
    return write_npz(path, arrays)


def read_layers(scene: Scene) -> list[RgbdLayer]:
    """Read the layers of a placed Scene, in their order.

    Raises:
        ContractError: an array is missing.
    """
    path = scene.path(scene.layers)
    with np.load(path, allow_pickle=False) as file:
        names = {int(key.split(".")[0]): key.split(".")[1] for key in file.files}
        if sorted(names) != list(range(scene.num_layers)):
            raise ContractError(
                "not the layers of this scene", where=path, expected=scene.num_layers, got=sorted(names)
            )
        layers = []
        for i in range(scene.num_layers):
            keys = [f"{i}.{names[i]}.{name}" for name in _LAYER_ARRAYS]
            missing = sorted(set(keys) - set(file.files))
            if missing:
                raise ContractError("arrays of a layer are missing", where=path, got=", ".join(missing))
            rgb, depth_m, valid, pose, intrinsics, cut, handicap = (file[key] for key in keys)
            numbers = float(cut), float(handicap)
            layers.append(RgbdLayer(names[i], rgb, depth_m, valid, pose, intrinsics, *numbers))
    return layers
