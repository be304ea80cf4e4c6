"""What can be saved of memory while a network makes a video (A16)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class MemoryConfig(BaseModel):
    """Each of these saves memory and costs time; what is made stays the same but for tiling's seams."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    vae_tiling: bool = False
    """Encode and decode pictures in overlapping tiles."""
    vae_slicing: bool = False
    """Encode and decode the clips of a batch one after the other."""
    offload: Literal["none", "model", "sequential"] = "none"
    """Keep on the device all networks, the one that runs, or the one layer that runs."""
