"""Estimate depth: how far away the background is (A5)."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError

from data_contracts.background import Background
from data_contracts.depth import Depth
from data_contracts.errors import BackendUnavailable, InputError
from data_contracts.given_depth import is_layout, read_given_depth, read_given_layout
from data_contracts.given_file import GivenFile
from data_contracts.image import read_image, write_png
from data_contracts.mask import mask_of_pixels
from data_contracts.record import FileRef
from models.depth import DepthConfig, load
from models.depth.depth_estimate import DepthEstimate
from models.depth.given import given_estimate
from models.depth.layout import LEAST_SIDE_PX, LayoutDepthConfig
from models.depth.standing import stand_up
from tasks.stage import StageConfig, stage

_OVER_THE_BACKGROUND = "Paint it over the background: complete_background's image.png in the run's store"


class EstimateDepthConfig(StageConfig):
    """Settings of estimate_depth."""

    depth: DepthConfig = Field(default_factory=LayoutDepthConfig)


@stage(version=2, timeout_s=300)
def estimate_depth(
    background: Background,
    config: EstimateDepthConfig,
    out_dir: Path,
    given: GivenFile | None = None,
    standing: GivenFile | None = None,
) -> Depth:
    """Estimate the depth of every pixel of a background.

    What a person knows goes before what is found: `given` is a depth map (`data_contracts.given_depth`), or
    settings of the layout as JSON; `standing` a mask of the things that stand on the ground.

    Raises:
        BackendUnavailable: the depth backend lacks something.
        EstimationError: it found no usable depth.
        InputError: a file by hand is not usable.
    """
    rgb = np.ascontiguousarray(read_image(background.path(background.image))[..., :3])
    by_hand = given.unchanged() if given else None
    method = "given" if by_hand and not is_layout(by_hand) else config.depth.kind
    estimate = _estimate(rgb, config, by_hand, background.path(background.image))
    if standing:
        estimate = stand_up(estimate, _standing(standing.unchanged(), rgb))
    depth_m = estimate.depth_m
    near, far = float(depth_m.min()), float(depth_m.max())
    np.save(out_dir / "depth.npy", depth_m, allow_pickle=False)
    layout = None
    if estimate.layout is not None:
        path = out_dir / "layout.json"
        path.write_text(json.dumps(asdict(estimate.layout), indent=1) + "\n", encoding="utf-8")
        layout = FileRef.of(path, out_dir)
    preview = np.rint(255 * near / depth_m).astype(np.uint8)
    return Depth(
        depth=FileRef.of(out_dir / "depth.npy", out_dir),
        preview=FileRef.of(write_png(out_dir / "preview.png", preview), out_dir),
        sky=FileRef.of(write_png(out_dir / "sky.png", estimate.sky), out_dir),
        upright=FileRef.of(write_png(out_dir / "upright.png", estimate.upright), out_dir),
        layout=layout,
        focal_px=estimate.focal_px,
        width_px=depth_m.shape[1],
        height_px=depth_m.shape[0],
        near_m=near,
        far_m=far,
        metric=estimate.metric,
        scene_kind=estimate.kind,
        horizon_y_px=estimate.horizon_y_px,
        confidence=estimate.confidence,
        method=method,
    )


def _estimate(
    rgb: NDArray[np.uint8], config: EstimateDepthConfig, by_hand: Path | None, picture: Path
) -> DepthEstimate:
    """By the backend, by the layout with a person's settings, or the person's own map."""
    backend = config.depth
    if by_hand and not is_layout(by_hand):
        depth_m, metric = read_given_depth(by_hand, rgb.shape[1], rgb.shape[0])
        return given_estimate(rgb, depth_m, metric)
    if by_hand:
        backend = _layout_of(by_hand, backend if isinstance(backend, LayoutDepthConfig) else None)
    if reason := backend.missing():
        raise BackendUnavailable(f"depth {backend.kind} cannot run here", hint=reason)
    if isinstance(backend, LayoutDepthConfig) and min(rgb.shape[:2]) < LEAST_SIDE_PX:
        raise InputError(
            "the picture is too small, or too narrow, to tell a layout from",
            where=picture,
            expected=f"{LEAST_SIDE_PX} px and more on the shorter side, at the size that is worked at",
            got=f"{rgb.shape[1]}x{rgb.shape[0]}",
            hint="Give a larger or less narrow picture, work at a larger size, or paint a depth map for it.",
        )
    return load(backend).estimate(rgb)


def _layout_of(path: Path, found: LayoutDepthConfig | None) -> LayoutDepthConfig:
    """The layout's settings with those of a file instead."""
    values = read_given_layout(path)
    before = found.model_dump(exclude_unset=True) if found else {}
    try:
        return LayoutDepthConfig.model_validate(before | values)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(map(str, first["loc"]))
        settings = ", ".join(LayoutDepthConfig.model_fields)
        if first["type"] == "extra_forbidden":
            raise InputError(
                "the layout has no such setting", where=path, expected=settings, got=field
            ) from None
        raise InputError(
            f"{field} of the layout is wrong" if field else "the layout contradicts itself",
            where=path,
            expected=first["msg"].removeprefix("Value error, ").removeprefix("Input should be "),
            got=repr(values.get(field, values)),
            hint=f"Settings: {settings}",
        ) from None


def _standing(path: Path, rgb: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Painted things bool [H, W]; a black picture says that nothing stands."""
    pixels = read_image(path, min_side_px=1)
    height, width = rgb.shape[:2]
    return np.asarray(mask_of_pixels(pixels, width, height, path, _OVER_THE_BACKGROUND) > 0.5, np.bool_)
