"""Expand the scene: bring a job's camera track into it and add the views along that track (A8)."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from data_contracts.camera import CameraTrack
from data_contracts.camera_formats import read_camera
from data_contracts.camera_path import CameraPath
from data_contracts.errors import BackendUnavailable
from data_contracts.scene import Scene, read_layers, read_views, write_scene
from models import depth as depth_role
from models import inpainting as inpainting_role
from models import scene as scene_role
from models.depth import DepthConfig
from models.depth.layout import LayoutDepthConfig
from models.inpainting import InpaintingConfig
from models.inpainting.patchmatch import PatchMatchConfig
from models.scene import SceneConfig
from models.scene.build import DioramaConfig
from models.scene.contact_sheet import contact_sheet
from models.scene.fill_view import SceneFiller
from models.scene.fills_sheet import fills_sheet
from models.scene.scene_model import SceneModel
from tasks.stage import StageConfig, stage


class ExpandSceneConfig(StageConfig):
    """Settings of expand_scene."""

    scene: SceneConfig = Field(default_factory=DioramaConfig)
    """Number of views along the track, and how the track is scaled into the scene."""
    inpainting: InpaintingConfig = Field(default_factory=PatchMatchConfig)
    """Fills what the track newly sees."""
    depth: DepthConfig = Field(default_factory=LayoutDepthConfig)
    """Depth of what is newly seen, where the backend can tell it for a single view."""
    prompt: str = ""
    """What the surroundings are, for inpainting backends that read it; empty takes the caption, if any."""


@stage(version=2, timeout_s=900)
def expand_scene(
    scene: Scene, camera: CameraTrack, config: ExpandSceneConfig, out_dir: Path, seed: int = 0
) -> Scene:
    """Add to a scene what a camera track sees of it.

    The record's `track` is the job's path in the scene's coordinates, with intrinsics for the scene's frame.
    Its hole shares are those of the views along the track.

    Raises:
        ContractError: the scene's files or the track do not keep their contracts.
        BackendUnavailable: a backend lacks something.
    """
    for role, backend in (("inpainting", config.inpainting), ("depth", config.depth)):
        if reason := backend.missing():
            raise BackendUnavailable(f"{role} {backend.kind} cannot run here", hint=reason)
    built = SceneModel(
        tuple(read_layers(scene)), read_views(scene), scene.near_m, scene.pivot_m, scene.travel_limit
    )
    wanted = read_camera(camera.path(camera.track))
    filler = SceneFiller(
        inpainting_role.load(config.inpainting),
        depth_role.load(config.depth),
        seed,
        config.prompt or scene.caption,
    )
    larger, track, intrinsics = scene_role.load(config.scene).expand(
        built,
        wanted.world_from_camera,
        wanted.intrinsics_px,
        filler,
        track_unit_m=1.0 if camera.metric and scene.metric else None,
    )
    aligned = CameraPath.of(
        track,
        time_s=wanted.time_s,
        intrinsics_px=intrinsics,
        width_px=scene.width_px,
        height_px=scene.height_px,
    )
    return write_scene(
        out_dir,
        larger.views,
        larger.layers,
        sheet=contact_sheet(larger.views),
        fills=fills_sheet(larger.layers),
        near_m=scene.near_m,
        pivot_m=scene.pivot_m,
        travel_limit=scene.travel_limit,
        metric=scene.metric,
        method=scene.method,
        caption=scene.caption,
        track=aligned,
        first_added=scene.num_views,
    )
