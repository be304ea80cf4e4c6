"""Build the scene: posed RGBD views of a background along a spiral (A6, A7), once a reference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydantic import Field

from data_contracts.background import Background
from data_contracts.depth import Depth, read_depth
from data_contracts.errors import BackendUnavailable, ContractError
from data_contracts.image import read_image
from data_contracts.scene import Scene, write_scene
from models import depth as depth_role
from models import inpainting as inpainting_role
from models import scene as scene_role
from models.depth import DepthConfig
from models.depth.depth_estimate import DepthEstimate
from models.depth.layout import LayoutDepthConfig
from models.depth.layout_planes import LayoutPlanes
from models.inpainting import InpaintingConfig
from models.inpainting.patchmatch import PatchMatchConfig
from models.scene import SceneConfig
from models.scene.build import DioramaConfig
from models.scene.contact_sheet import contact_sheet
from models.scene.fill_view import SceneFiller
from models.scene.fills_sheet import fills_sheet
from tasks.stage import StageConfig, stage


class BuildSceneConfig(StageConfig):
    """Settings of build_scene."""

    scene: SceneConfig = Field(default_factory=DioramaConfig)
    inpainting: InpaintingConfig = Field(default_factory=PatchMatchConfig)
    """Fills what the layers hide, and what the spiral newly sees."""
    depth: DepthConfig = Field(default_factory=LayoutDepthConfig)
    """Depth of newly seen parts, where the backend can tell it for a single view; the background's own depth
    comes from estimate_depth."""
    prompt: str = ""
    """What the surroundings are, for inpainting backends that read it; empty takes the caption, if any."""


@stage(version=2, timeout_s=900)
def build_scene(
    background: Background, depth: Depth, config: BuildSceneConfig, out_dir: Path, seed: int = 0
) -> Scene:
    """Build a scene from a background with depth.

    Raises:
        ContractError: background and depth are not of the same picture.
        BackendUnavailable: a backend lacks something.
    """
    for role, backend in (("inpainting", config.inpainting), ("depth", config.depth)):
        if reason := backend.missing():
            raise BackendUnavailable(f"{role} {backend.kind} cannot run here", hint=reason)
    if (background.width_px, background.height_px) != (depth.width_px, depth.height_px):
        raise ContractError(
            "background and depth are not of the same picture",
            expected=f"{background.width_px}x{background.height_px}",
            got=f"{depth.width_px}x{depth.height_px}",
        )
    rgb = np.ascontiguousarray(read_image(background.path(background.image))[..., :3])
    filler = SceneFiller(
        inpainting_role.load(config.inpainting),
        depth_role.load(config.depth),
        seed,
        config.prompt or background.caption,
    )
    built = scene_role.load(config.scene).build(rgb, _estimate(depth), filler)
    return write_scene(
        out_dir,
        built.views,
        built.layers,
        sheet=contact_sheet(built.views),
        fills=fills_sheet(built.layers),
        near_m=built.near_m,
        pivot_m=built.pivot_m,
        travel_limit=built.travel_limit,
        metric=depth.metric,
        method=config.scene.kind,
        caption=background.caption,
    )


def _estimate(depth: Depth) -> DepthEstimate:
    maps = read_depth(depth)
    return DepthEstimate(
        depth_m=maps.depth_m,
        focal_px=depth.focal_px,
        kind="outdoor" if depth.scene_kind == "outdoor" else "indoor" if maps.layout else "unknown",
        confidence=depth.confidence,
        sky=maps.sky,
        upright=maps.upright,
        layout=None if maps.layout is None else LayoutPlanes.from_json(maps.layout),
        metric=depth.metric,
    )
