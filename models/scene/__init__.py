"""Scenes: posed RGBD views of a background, along a spiral and along a job's own camera track (A6-A8)."""

from typing import Annotated

from pydantic import Field

from models.scene.build import DioramaConfig, SceneBuilder, WarpInpaintConfig

SceneConfig = Annotated[DioramaConfig | WarpInpaintConfig, Field(discriminator="kind")]


def load(config: DioramaConfig | WarpInpaintConfig) -> SceneBuilder:
    """The backend that a config asks for."""
    return SceneBuilder(config)
