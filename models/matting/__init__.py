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
from models.matting.sam2 import Sam2Matte, Sam2Matting

StillMattingConfig = Annotated[ClassicalMatting | RembgMatting | Sam2Matting, Field(discriminator="kind")]
ClipMattingConfig = Annotated[MotionMatting | RembgMatting | Sam2Matting, Field(discriminator="kind")]
KeyedMattingConfig = Annotated[KeyframeMatting | Sam2Matting, Field(discriminator="kind")]

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
    "Sam2Matting",
    "StillMatte",
    "StillMatting",
    "StillMattingConfig",
    "load_clip",
    "load_keyed",
    "load_still",
]


def load_still(config: ClassicalMatting | RembgMatting | Sam2Matting) -> StillMatting:
    """The backend that mattes pictures: ``(image, seed=0) -> StillMatte``."""
    match config:
        case ClassicalMatting():
            return partial(matte_still, config)
        case RembgMatting():
            return kept(RembgMatte, config).still
        case Sam2Matting():
            return kept(Sam2Matte, config).still


def load_clip(config: MotionMatting | RembgMatting | Sam2Matting) -> ClipMatting:
    """The backend that mattes clips: ``(frames, seed=0) -> ClipMatte``."""
    match config:
        case MotionMatting():
            return partial(matte_clip, config)
        case RembgMatting():
            return kept(RembgMatte, config).clip
        case Sam2Matting():
            return kept(Sam2Matte, config).clip


def load_keyed(config: KeyframeMatting | Sam2Matting) -> KeyedMatting:
    """The backend that mattes clips from masks of some frames: ``(frames, masks, seed=0)``."""
    match config:
        case KeyframeMatting():
            return partial(matte_from_keyframes, config)
        case Sam2Matting():
            return kept(Sam2Matte, config).keyed
