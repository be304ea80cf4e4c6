"""Estimate depth: how far away the background is (A5)."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
from pydantic import Field

from data_contracts.background import Background
from data_contracts.depth import Depth
from data_contracts.errors import BackendUnavailable
from data_contracts.image import read_image, write_png
from data_contracts.record import FileRef
from models.depth import DepthConfig, load
from models.depth.layout import LayoutDepthConfig
from tasks.stage import StageConfig, stage


class EstimateDepthConfig(StageConfig):
    """Settings of estimate_depth."""

    depth: DepthConfig = Field(default_factory=LayoutDepthConfig)


@stage(version=1, timeout_s=300)
def estimate_depth(background: Background, config: EstimateDepthConfig, out_dir: Path) -> Depth:
    """Estimate the depth of every pixel of a background.

    Raises:
        BackendUnavailable: the depth backend lacks something.
        EstimationError: it found no usable depth.
    """
    if reason := config.depth.missing():
        raise BackendUnavailable(f"depth {config.depth.kind} cannot run here", hint=reason)
    rgb = np.ascontiguousarray(read_image(background.path(background.image))[..., :3])
    estimate = load(config.depth).estimate(rgb)
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
        method=config.depth.kind,
    )
