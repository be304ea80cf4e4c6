"""The feature backend with weights: DINOv2 (Oquab et al., 2023) through timm.

VBench takes DINO for the subject and CLIP for the background, on whole frames. Here one network sees each
region by itself: what is outside of it is filled with the network's mean colour, and the picture is cropped
to a square around it.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, ClassVar, Literal, cast

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import BackendUnavailable
from models.torchvision_ops import register_missing_ops


class DinoV2Config(BaseModel):
    """DINOv2 features through timm, from a local checkpoint or from the model hub."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 1
    kind: Literal["dinov2"] = "dinov2"
    name: str = Field(
        "vit_small_patch14_dinov2.lvd142m", min_length=1, description="timm's name of the model."
    )
    checkpoint: Path | None = Field(
        None, description="Local .safetensors; None takes the hub's, cached by it."
    )
    revision: str | None = Field(None, description="Commit of the hub repository; not used for a checkpoint.")
    image_size_px: int = Field(224, ge=14, le=1024, description="Side of the square that the network sees.")
    batch: int = Field(16, ge=1, description="Frames at once.")
    device: Literal["auto", "cpu", "cuda"] = Field("auto", json_schema_extra={"cache": False})
    background_half: float = Field(0.25, gt=0, description="Distance that halves background consistency.")
    subject_half: float = Field(0.35, gt=0, description="Distance that halves subject consistency.")
    slope: float = Field(1.5, gt=0, description="How sudden the loss is around these distances.")

    def missing(self) -> str | None:
        """What keeps the backend from running here, and what to do; None if nothing does."""
        if importlib.util.find_spec("timm") is None:
            return "the package timm is not installed: run `make setup`"
        if self.checkpoint is not None:
            if self.checkpoint.is_file():
                return None
            return f"there is no checkpoint at {self.checkpoint}: put the model's .safetensors there"
        if self.revision is None:
            return (
                f"timm/{self.name} has no revision: pin the hub commit to download, "
                "or set `checkpoint` to a local .safetensors"
            )
        return None

    def weights(self) -> list[Path]:
        """The local checkpoint; weights of the hub are named by their revision."""
        return [self.checkpoint] if self.checkpoint else []


class DinoV2:
    """Describes regions by DINOv2's class token (or what the named model pools to)."""

    def __init__(self, config: DinoV2Config) -> None:
        self.config = config
        self._model: Any = None
        self._device = "cpu"
        self._mean = np.array([0.485, 0.456, 0.406], np.float32)
        self._std = np.array([0.229, 0.224, 0.225], np.float32)

    def describe(self, frames: NDArray[np.uint8], regions: NDArray[np.bool_]) -> NDArray[np.float32]:
        """Unit descriptors [T, D] of a region bool [T, H, W] (never empty) of frames uint8 [T, H, W, 3].

        Raises:
            BackendUnavailable: the weights cannot be loaded.
        """
        import torch

        self._load()
        pictures = np.stack([self._picture(f, r) for f, r in zip(frames, regions, strict=True)])
        rows = []
        with torch.inference_mode():
            for start in range(0, len(pictures), self.config.batch):
                block = torch.from_numpy(pictures[start : start + self.config.batch]).to(self._device)
                rows.append(torch.nn.functional.normalize(self._model(block), dim=-1).cpu().numpy())
        return cast("NDArray[np.float32]", np.concatenate(rows).astype(np.float32))

    def _picture(self, frame: NDArray[np.uint8], region: NDArray[np.bool_]) -> NDArray[np.float32]:
        """The region on the mean colour, cropped to a square: float32 [3, S, S], normalised."""
        scaled = np.where(region[..., None], frame.astype(np.float32) / 255.0, self._mean)
        rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
        crop = scaled[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        side = max(crop.shape[:2])
        square = np.broadcast_to(self._mean, (side, side, 3)).astype(np.float32).copy()
        top, left = (side - crop.shape[0]) // 2, (side - crop.shape[1]) // 2
        square[top : top + crop.shape[0], left : left + crop.shape[1]] = crop
        size = (self.config.image_size_px, self.config.image_size_px)
        resized = cv2.resize(
            square, size, interpolation=cv2.INTER_AREA if side > size[0] else cv2.INTER_CUBIC
        )
        return cast(
            "NDArray[np.float32]", ((resized - self._mean) / self._std).astype(np.float32).transpose(2, 0, 1)
        )

    def _load(self) -> None:
        if self._model is not None:
            return
        register_missing_ops()
        import timm
        import torch

        config = self.config
        use_cuda = config.device == "cuda" or (config.device == "auto" and torch.cuda.is_available())
        self._device = "cuda" if use_cuda else "cpu"
        options: dict[str, Any] = {"num_classes": 0, "img_size": config.image_size_px}
        try:
            if config.checkpoint is not None:
                model = timm.create_model(config.name, checkpoint_path=str(config.checkpoint), **options)
            else:
                model = timm.create_model(
                    f"hf-hub:timm/{config.name}@{config.revision}", pretrained=True, **options
                )
        except (OSError, RuntimeError) as error:
            raise BackendUnavailable(
                f"the weights of {config.name} could not be loaded: {error}",
                where="backend dinov2",
                hint=config.missing() or "Check that the checkpoint belongs to the named model",
            ) from error
        self._mean = np.array(model.pretrained_cfg.get("mean", self._mean), np.float32)
        self._std = np.array(model.pretrained_cfg.get("std", self._std), np.float32)
        self._model = model.eval().to(self._device)
