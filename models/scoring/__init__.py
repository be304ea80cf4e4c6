"""Scoring: the six filter dimensions as measurable proxies (D8), and full-reference metrics (A18).

The role's backends describe regions for the two consistency proxies; the other four need none.
"""

from typing import Annotated

from pydantic import Field

from models.hub import kept
from models.scoring.colour_texture import ColourTexture, ColourTextureConfig
from models.scoring.dinov2 import DinoV2, DinoV2Config
from models.scoring.region_consistency import RegionFeatures

FeaturesConfig = Annotated[ColourTextureConfig | DinoV2Config, Field(discriminator="kind")]


def load(config: ColourTextureConfig | DinoV2Config) -> RegionFeatures:
    """The feature backend that a config asks for; weights are loaded at its first use."""
    match config:
        case ColourTextureConfig():
            return ColourTexture(config)
        case DinoV2Config():
            return kept(DinoV2, config)
