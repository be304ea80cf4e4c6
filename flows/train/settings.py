"""How the gated model is trained (A13–A16)."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.video.sampling import SamplingConfig
from models.video.training_example import ExampleConfig


class TrainSettings(BaseModel):
    """The paper's recipe where it gives one: 60k steps, batch 32, learning rate 1e-4."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(60_000, ge=1)
    batch: int = Field(32, ge=1, description="Clips a step, of all processes together.")
    learning_rate: float = Field(1e-4, gt=0)
    gate_rate: float = Field(
        1.0, ge=0, description="The gates' learning rate, as a share; 0 leaves them open: no gating."
    )
    warmup_steps: int = Field(500, ge=0)
    weight_decay: float = Field(1e-2, ge=0)
    largest_gradient: float = Field(1.0, gt=0, description="Norm that gradients are clipped to.")
    ema_decay: float = Field(0.9999, ge=0, lt=1)
    precision: Literal["no", "bf16"] = "no"
    checkpoint_gradients: bool = False
    vae_tiling: bool = Field(False, description="Encode pictures in tiles: less memory, and seams.")
    lora_rank: int = Field(
        0,
        ge=0,
        description="Train the base's blocks by sums of this rank, new layers in full; 0: all in full.",
    )
    stills_share: float = Field(
        0.1, ge=0, le=1, description="Of a batch: pictures repeated as clips (A14; the paper gives no share)."
    )
    example: ExampleConfig = ExampleConfig()
    seed: int = Field(0, ge=0)

    save_every: int = Field(1_000, ge=1)
    checkpoints_kept: int = Field(2, ge=1, description="16 bytes a weight each.")
    sample_every: int = Field(1_000, ge=1, description="Steps between sample videos of the averaged weights.")
    samples: int = Field(2, ge=0, description="Clips sampled, the first ones.")
    sampling: SamplingConfig = SamplingConfig()

    def deciding_weights(self) -> dict[str, Any]:
        """The settings that decide the weights after a number of steps; a resumed run must have the same."""
        reports = {"steps", "save_every", "checkpoints_kept", "sample_every", "samples", "sampling"}
        return self.model_dump(mode="json", exclude=reports)

    def learning_rate_at(self, step: int) -> float:
        """The learning rate of a step counted from 0: a linear rise, then constant."""
        return self.learning_rate * min(1.0, (step + 1) / max(self.warmup_steps, 1))
