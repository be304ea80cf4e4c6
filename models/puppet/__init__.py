"""Role ``animate``, backend ``puppet``: a picture moved by its skeleton and laid over a background."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.puppet.compose import ComposeConfig
from models.puppet.face_motion import FaceConfig

__all__ = ["ComposeConfig", "FaceConfig", "PuppetConfig"]


class PuppetConfig(BaseModel):
    """An elastic sheet with slits, as rigid as possible; no weights."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 16
    kind: Literal["puppet"] = "puppet"
    cells: int = Field(36, ge=8, le=120)
    """Lattice cells over the figure's height."""
    compose: ComposeConfig = ComposeConfig()
    face: FaceConfig = FaceConfig()

    def missing(self) -> str | None:
        """What is missing for it to run here: nothing."""
        return None

    def weights(self) -> list[Path]:
        """Files of weights: none."""
        return []
