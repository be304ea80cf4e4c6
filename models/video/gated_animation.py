"""Role `animate`, backend `gated`: a trained gated video model draws the figure into the coarse video."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from models.hub import local_folder, local_weights, missing_network
from models.video.memory_config import MemoryConfig
from models.video.sampling import SamplingConfig
from models.video.video_conditions import VideoConditions

if TYPE_CHECKING:
    from models.video.inpaint_video import VideoInpainter

Video = NDArray[np.uint8]
WHITE = np.uint8(255)


class GatedConfig(BaseModel):
    """Which trained model, where it runs, and how it samples."""

    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())
    version: ClassVar[int] = 1
    kind: Literal["gated"] = "gated"
    model: Path | None = Field(
        None, description="Folder that training wrote (docs/backends.md), or a repository of the model hub."
    )
    revision: str | None = Field(None, description="Commit of the repository; not used for a folder.")
    device: str = Field("cuda", min_length=1)
    half_precision: bool = Field(True, description="bfloat16 weights.")
    on_white: bool = Field(False, description="The figure alone on white, before no background.")
    sampling: SamplingConfig = SamplingConfig()
    memory: MemoryConfig = MemoryConfig()

    def missing(self) -> str | None:
        """What keeps this backend from running here, with what to do; None if nothing does."""
        if self.model is None:
            return "no trained model is named: set model to the folder of one (docs/backends.md)"
        return missing_network(
            "diffusers", self.model.as_posix(), self.revision, "model_index.json", self.device
        )

    def weights(self) -> list[Path]:
        """The model's files of weights."""
        return [] if self.model is None else local_weights(str(self.model))


class GatedAnimation:
    """Draws clips with a trained model; weights are loaded at the first one."""

    def __init__(self, config: GatedConfig) -> None:
        self.config = config
        self._inpainter: VideoInpainter | None = None

    def draw(self, conditions: VideoConditions, seed: int) -> Video:
        """Animate the character.

        Args:
            conditions: one clip of any size.
            seed: decides the noise.

        Returns:
            uint8 [T, H, W, 3], of the coarse video's size. With `on_white` the coarse video counts for
            nothing but its size: the network is shown white, and what lies outside of the mask is white.
        """
        if self.config.on_white:
            conditions = replace(conditions, coarse=np.full_like(conditions.coarse, WHITE))
        inpainter = self._load()
        parts = inpainter.parts
        multiple = parts.codec.pixels_per_latent * int(parts.network.config.patch_size)
        height, width = conditions.coarse.shape[1:3]
        whole = _padded(conditions, -height % multiple, -width % multiple)
        made = inpainter.inpaint(whole, self.config.sampling, seed)[:, :height, :width]
        return np.where(conditions.mask[..., None] > 0, made, WHITE) if self.config.on_white else made

    def _load(self) -> VideoInpainter:
        if self._inpainter is None:
            import torch

            from models.video.folder import load_gated
            from models.video.inpaint_video import VideoInpainter

            config = self.config
            assert config.model is not None, "missing() says so before"
            kind = torch.bfloat16 if config.half_precision else torch.float32
            folder = local_folder(config.model.as_posix(), config.revision)
            self._inpainter = VideoInpainter(load_gated(folder, kind), config.device, config.memory)
        return self._inpainter


def _padded(conditions: VideoConditions, down: int, right: int) -> VideoConditions:
    """All conditions with their last rows and columns repeated."""
    if down == right == 0:
        return conditions

    def pad(picture: Video, leading: int) -> Video:
        ends = [(0, 0)] * leading + [(0, down), (0, right)] + [(0, 0)] * (picture.ndim - leading - 2)
        return np.pad(picture, ends, mode="edge")

    clips: dict[str, Any] = {
        name: pad(getattr(conditions, name), 1) for name in ("coarse", "mask", "face", "hands", "body")
    }
    return replace(conditions, **clips, character=pad(conditions.character, 0))
