"""Profile: which backend and which settings each stage uses.

Defaults and bounds live in the stages' own settings; a YAML profile holds only differences from them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from data_contracts.errors import ConfigError
from tasks.animate import AnimateConfig
from tasks.build_scene import BuildSceneConfig
from tasks.complete_background import CompleteBackgroundConfig
from tasks.draw_conditions import DrawConditionsConfig
from tasks.erase_figure import EraseFigureConfig
from tasks.estimate_depth import EstimateDepthConfig
from tasks.expand_scene import ExpandSceneConfig
from tasks.export import ExportConfig
from tasks.extend_splats import ExtendSplatsConfig
from tasks.filter import FilterConfig
from tasks.ingest import IngestConfig
from tasks.join_figures import JoinFiguresConfig
from tasks.optimize_splats import OptimizeSplatsConfig
from tasks.refine import RefineConfig
from tasks.render_background import RenderBackgroundConfig
from tasks.review import ReviewConfig
from tasks.rig import RigConfig
from tasks.score import ScoreConfig
from tasks.segment import SegmentConfig
from tasks.synthesize_pairs import SynthesizePairsConfig
from tasks.track_camera import TrackCameraConfig
from tasks.track_pose import TrackPoseConfig

_FOLDER = Path(__file__).parent


class Profile(BaseModel):
    """The settings of every stage of a run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    attempts: int = Field(default=2, ge=1, le=5)
    """How often an item is tried whose worker process dies."""
    ingest: IngestConfig = Field(default_factory=IngestConfig)
    segment: SegmentConfig = Field(default_factory=SegmentConfig)
    track_pose: TrackPoseConfig = Field(default_factory=TrackPoseConfig)
    track_camera: TrackCameraConfig = Field(default_factory=TrackCameraConfig)
    rig: RigConfig = Field(default_factory=RigConfig)
    complete_background: CompleteBackgroundConfig = Field(default_factory=CompleteBackgroundConfig)
    estimate_depth: EstimateDepthConfig = Field(default_factory=EstimateDepthConfig)
    build_scene: BuildSceneConfig = Field(default_factory=BuildSceneConfig)
    optimize_splats: OptimizeSplatsConfig = Field(default_factory=OptimizeSplatsConfig)
    expand_scene: ExpandSceneConfig = Field(default_factory=ExpandSceneConfig)
    extend_splats: ExtendSplatsConfig = Field(default_factory=ExtendSplatsConfig)
    render_background: RenderBackgroundConfig = Field(default_factory=RenderBackgroundConfig)
    erase_figure: EraseFigureConfig = Field(default_factory=EraseFigureConfig)
    draw_conditions: DrawConditionsConfig = Field(default_factory=DrawConditionsConfig)
    animate: AnimateConfig = Field(default_factory=AnimateConfig)
    join_figures: JoinFiguresConfig = Field(default_factory=JoinFiguresConfig)
    refine: RefineConfig = Field(default_factory=RefineConfig)
    synthesize_pairs: SynthesizePairsConfig = Field(default_factory=SynthesizePairsConfig)
    score: ScoreConfig = Field(default_factory=ScoreConfig)
    filter: FilterConfig = Field(default_factory=FilterConfig)
    review: ReviewConfig = Field(default_factory=ReviewConfig)
    export: ExportConfig = Field(default_factory=ExportConfig)


def profile_names() -> list[str]:
    """The profiles that Bunraku brings."""
    paths = [path.relative_to(_FOLDER).with_suffix("") for path in _FOLDER.rglob("*.yaml")]
    return sorted(path.as_posix() for path in paths)


def load_profile(name: str) -> Profile:
    """Load a profile by its name ('embedded', 'hub') or by the path of a YAML file.

    Raises:
        ConfigError: there is no such profile, or a value in it is wrong; says where and what is allowed.
    """
    path = Path(name) if name.endswith((".yaml", ".yml")) else _FOLDER / f"{name}.yaml"
    if not path.is_file():
        raise ConfigError(
            "there is no such profile",
            where=name,
            expected=f"one of {', '.join(profile_names())}, or a YAML file",
        )
    try:
        values: Any = yaml.load(path.read_text(encoding="utf-8"), _EachKeyOnce)
    except (yaml.YAMLError, UnicodeDecodeError, OSError) as error:
        raise ConfigError("the profile is not YAML that can be read", where=path, got=error) from error
    return profile_from({} if values is None else values, path)


class _EachKeyOnce(yaml.SafeLoader):
    """YAML lets a later key win in silence: of two `segment:` blocks the first would be lost."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        names = [self.construct_object(key, deep=True) for key, _ in node.value]
        for (key, _), name in zip(node.value, names, strict=True):
            if names.count(name) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"{name!r} stands twice", key.start_mark)
        return super().construct_mapping(node, deep)


def profile_from(values: Any, where: object) -> Profile:
    """Check the values of a profile.

    Raises:
        ConfigError: a value is wrong.
    """
    try:
        return Profile.model_validate(values)
    except ValidationError as error:
        faults = "; ".join(_fault(detail) for detail in error.errors()[:5])
        raise ConfigError("the profile has wrong values", where=where, got=faults) from None


def missing_backends(settings: BaseModel, path: str = "") -> dict[str, str]:
    """What keeps the chosen backends from running on this machine, by the setting that chooses them."""
    missing = {}
    for name in type(settings).model_fields:
        value, place = getattr(settings, name), f"{path}.{name}" if path else name
        if not isinstance(value, BaseModel):
            continue
        check = getattr(value, "missing", None)
        reason = check() if check else None
        if reason:
            missing[place] = f"{getattr(value, 'kind', '')}: {reason}"
        missing.update(missing_backends(value, place))
    return missing


def _fault(detail: Any) -> str:
    place = ".".join(str(part) for part in detail["loc"]) or "profile"
    if detail["type"] == "extra_forbidden":
        return f"{place}: there is no such setting"
    if detail["type"] == "union_tag_not_found":
        return f"{place}: it needs a kind; docs/backends.md names them"
    if detail["type"] == "union_tag_invalid":
        return f"{place}: there is no kind {detail['ctx']['tag']!r}, but {detail['ctx']['expected_tags']}"
    return f"{place} = {detail['input']!r}: {detail['msg']}"
