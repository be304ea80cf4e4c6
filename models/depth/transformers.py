"""Depth by a network of the model hub: Depth Pro, Depth Anything and their kin."""

from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import ContractError, EstimationError
from models.depth.depth_estimate import DepthEstimate, focal_of_size
from models.depth.foreground import STANDS_OUT, stands_before
from models.hub import local_weights, missing_network


class TransformersDepthConfig(BaseModel):
    """Which network, from where, and what its output means."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 1

    kind: Literal["transformers"] = "transformers"
    model: str = Field(
        "apple/DepthPro-hf",
        min_length=1,
        description="A transformers folder on this machine, or a repository of the model hub.",
    )
    revision: str | None = Field(None, description="Commit of the repository; not used for a folder.")
    device: str = Field("cuda", min_length=1)
    output: Literal["metric_depth", "relative_disparity"] = Field(
        "metric_depth", description="Depth Pro gives metres; Depth Anything's base models relative disparity."
    )
    nearest_m: float = Field(1.0, gt=0, description="Depth of the nearest pixels of a relative network.")
    farthest_ratio: float = Field(12.0, gt=1, description="Farthest depth, in near depths.")
    upright_ratio: float = Field(
        STANDS_OUT, gt=1, description="How much nearer than its surroundings a thing is."
    )

    def missing(self) -> str | None:
        """What keeps this backend from running here, with what to do; None if nothing does."""
        return missing_network("transformers", self.model, self.revision, "config.json", self.device)

    def weights(self) -> list[Path]:
        """Weight files of a local folder; those of a hub repository are named by its revision."""
        return local_weights(self.model)


class TransformersDepth:
    """Estimates depth with `AutoModelForDepthEstimation`; weights are loaded at the first estimate."""

    per_view = True

    def __init__(self, config: TransformersDepthConfig) -> None:
        self.config = config
        self._network: Any = None
        self._processor: Any = None

    def estimate(self, rgb: NDArray[np.uint8]) -> DepthEstimate:
        """Depth of a picture, uint8 [H, W, 3].

        Raises:
            ContractError: another type or shape.
            EstimationError: the network's output holds no usable depth.
        """
        import torch

        if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3:
            raise ContractError(
                "not a picture", where="depth", expected="uint8 [H, W, 3]", got=f"{rgb.dtype} {rgb.shape}"
            )
        self._load()
        height, width = rgb.shape[:2]
        inputs = self._processor(images=rgb, return_tensors="pt").to(self.config.device)
        with torch.inference_mode():
            output = self._network(**inputs)
        found = self._processor.post_process_depth_estimation(output, target_sizes=[(height, width)])[0]
        raw = found["predicted_depth"].float().cpu().numpy()
        if not np.isfinite(raw).all() or float(np.ptp(raw)) == 0:
            raise EstimationError(
                "the depth network gave no usable map",
                where=self.config.model,
                expected="finite, varying values",
                got=f"{np.nanmin(raw):.3g} .. {np.nanmax(raw):.3g}",
                hint="Check that the weights are complete.",
            )
        depth = self._to_depth(raw)
        focal = found.get("focal_length")
        upright = stands_before(np.reciprocal(depth), self.config.upright_ratio)
        return DepthEstimate(
            depth_m=depth,
            focal_px=focal_of_size(height, width) if focal is None else float(focal),
            kind="unknown",
            confidence=1.0 if self.config.output == "metric_depth" else 0.8,
            sky=np.zeros((height, width), np.bool_),
            upright=upright,
            metric=self.config.output == "metric_depth",
        )

    def _to_depth(self, raw: NDArray[np.float32]) -> NDArray[np.float32]:
        ratio = self.config.farthest_ratio
        if self.config.output == "relative_disparity":
            low, high = np.percentile(raw, [2, 98])
            share = np.clip((raw - low) / max(high - low, 1e-9), 0, 1)
            disparity = (1 / ratio + (1 - 1 / ratio) * share) / self.config.nearest_m
            return np.asarray(1 / disparity, np.float32)
        positive = raw[raw > 0]
        near = float(np.percentile(positive, 2)) if len(positive) else 1.0
        return np.asarray(np.clip(raw, 0.5 * near, ratio * near), np.float32)

    def _load(self) -> None:
        if self._network is not None:
            return
        from models.torchvision_ops import register_missing_ops

        register_missing_ops()
        import torch
        from transformers import AutoImageProcessor, AutoModelForDepthEstimation

        where = {"revision": self.config.revision}
        self._processor = AutoImageProcessor.from_pretrained(self.config.model, **where)
        # Transformers 5 else computes in the precision that was saved: in half, depth comes in steps.
        network = AutoModelForDepthEstimation.from_pretrained(self.config.model, dtype=torch.float32, **where)
        self._network = network.to(self.config.device).eval()
