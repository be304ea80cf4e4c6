"""Who is in the picture: mattes of stills and of clips."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from pydantic import Field

from models.hub import kept
from models.matting.classical import ClassicalMatting, matte_still
from models.matting.keyframes import KeyframeMatting, matte_from_keyframes
from models.matting.matte import (
    ClipMatte,
    ClipMatting,
    FrameMatte,
    KeyedMatting,
    StillMatte,
    StillMatting,
)
from models.matting.motion import MotionMatting, matte_clip
from models.matting.rembg import RembgMatte, RembgMatting

StillMattingConfig = Annotated[ClassicalMatting | RembgMatting, Field(discriminator="kind")]
ClipMattingConfig = Annotated[MotionMatting | RembgMatting, Field(discriminator="kind")]
KeyedMattingConfig = KeyframeMatting

__all__ = [
    "ClassicalMatting",
    "ClipMatte",
    "ClipMatting",
    "ClipMattingConfig",
    "FrameMatte",
    "KeyedMatting",
    "KeyedMattingConfig",
    "KeyframeMatting",
    "MotionMatting",
    "RembgMatting",
    "StillMatte",
    "StillMatting",
    "StillMattingConfig",
    "load_clip",
    "load_keyed",
    "load_still",
]


def load_still(config: ClassicalMatting | RembgMatting) -> StillMatting:
    """The backend that mattes pictures: ``(image, seed=0) -> StillMatte``."""
    return (
        partial(matte_still, config)
        if isinstance(config, ClassicalMatting)
        else kept(RembgMatte, config).still
    )


def load_clip(config: MotionMatting | RembgMatting) -> ClipMatting:
    """The backend that mattes clips: ``(frames, seed=0) -> ClipMatte``."""
    return partial(matte_clip, config) if isinstance(config, MotionMatting) else kept(RembgMatte, config).clip


def load_keyed(config: KeyframeMatting) -> KeyedMatting:
    """The backend that mattes clips from masks of some frames: ``(frames, masks, seed=0)``."""
    return partial(matte_from_keyframes, config)
