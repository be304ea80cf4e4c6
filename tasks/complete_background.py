"""Complete the background: fill the hole that the character leaves (A4); a scene picture has none (A17)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from data_contracts.background import Background
from data_contracts.errors import BackendUnavailable, ContractError, InputError
from data_contracts.image import read_image, write_png
from data_contracts.matte import Matte
from data_contracts.media import Media
from data_contracts.record import FileRef
from models import captioning as captioning_role
from models import inpainting as inpainting_role
from models.captioning import CaptioningConfig
from models.inpainting import InpaintingConfig
from models.inpainting.hole import grow_hole
from models.inpainting.patchmatch import PatchMatchConfig
from models.inpainting.pull_push import pull_push
from tasks.stage import StageConfig, stage

OPAQUE = 250


class CompleteBackgroundConfig(StageConfig):
    """Settings of complete_background."""

    inpainting: InpaintingConfig = Field(default_factory=PatchMatchConfig)
    prompt: str = ""
    """What stands in the hole, for backends that read it; empty takes the caption, or the backend's own."""
    captioning: CaptioningConfig | None = None
    """Describes each picture's place, for inpainting backends that read it, here and in the scene (A4)."""
    alpha_threshold: float = Field(0.05, ge=0, lt=1)
    """Pixels with more of the character in them are filled."""
    grow: float = Field(0.014, ge=0, le=0.1)
    """How far the hole is widened round the matte, as a share of the longer side (7 px at 512): mattes end
    inside soft outlines, and what is left of the character becomes a ghost."""
    least_background: float = Field(0.02, gt=0, lt=1)
    """With less of the picture left, the background is a plain colour."""
    plain_rgb: tuple[int, int, int] = (255, 255, 255)
    """That colour, where not a single pixel tells one (a cut-out on nothing)."""


@stage(version=1, timeout_s=600)
def complete_background(
    media: Media, matte: Matte | None, config: CompleteBackgroundConfig, out_dir: Path, seed: int = 0
) -> Background:
    """Make the background of a still.

    Args:
        media: a still.
        matte: its figure; None takes the whole picture for background.
        config: settings.
        out_dir: where the files go.
        seed: decides random choices of the inpainting.

    Raises:
        InputError: the media is not a still.
        ContractError: the matte is not of this still.
        BackendUnavailable: the inpainting backend lacks something.
    """
    if media.kind != "still":
        raise InputError(
            "only a picture has a background to build a scene from",
            where=media.name,
            expected="a still",
            got=media.kind,
            hint="Give a picture as the reference or scene.",
        )
    picture = read_image(media.path(media.content))
    rgb = np.ascontiguousarray(picture[..., :3])
    hole = _hole(picture, media, matte, config)
    caption = _caption(rgb, hole, config)
    filled, method = _fill(rgb, hole, config, seed, config.prompt or caption)
    return Background(
        image=FileRef.of(write_png(out_dir / "background.png", filled), out_dir),
        hole=FileRef.of(write_png(out_dir / "hole.png", hole), out_dir),
        width_px=rgb.shape[1],
        height_px=rgb.shape[0],
        hole_share=float(hole.mean()),
        method=method,
        caption=caption,
    )


def _hole(
    picture: NDArray[np.uint8], media: Media, matte: Matte | None, config: CompleteBackgroundConfig
) -> NDArray[np.bool_]:
    hole = np.zeros(picture.shape[:2], np.bool_)
    if matte is not None:
        alpha = read_image(matte.path(matte.alpha))[..., 0]
        if alpha.shape != picture.shape[:2]:
            raise ContractError(
                "the matte is not of this picture",
                where=media.name,
                expected=picture.shape[:2],
                got=alpha.shape,
            )
        hole = alpha > config.alpha_threshold * 255
    if picture.shape[2] == 4:
        hole = hole | (picture[..., 3] < OPAQUE)
    return grow_hole(hole, round(config.grow * max(hole.shape))) if hole.any() else hole


def _caption(rgb: NDArray[np.uint8], hole: NDArray[np.bool_], config: CompleteBackgroundConfig) -> str:
    """What the place is; nothing where nobody is asked, or too little of the place is seen."""
    captioning = config.captioning
    if captioning is None or 1 - hole.mean() < config.least_background:
        return ""
    if reason := captioning.missing():
        raise BackendUnavailable(f"captioning {captioning.kind} cannot run here", hint=reason)
    # A figure that is still to be seen would be described, and then painted again.
    smoothed = np.rint(pull_push(rgb.astype(np.float32), ~hole)).astype(np.uint8)
    return captioning_role.load(captioning).describe(smoothed)


def _fill(
    rgb: NDArray[np.uint8], hole: NDArray[np.bool_], config: CompleteBackgroundConfig, seed: int, prompt: str
) -> tuple[NDArray[np.uint8], str]:
    if not hole.any():
        return rgb, "whole"
    if 1 - hole.mean() < config.least_background:
        known = rgb[~hole]
        colour = np.median(known, axis=0) if len(known) else np.array(config.plain_rgb)
        plain = np.broadcast_to(colour.astype(np.uint8), rgb.shape)
        return np.where(hole[..., None], plain, rgb), "plain"
    if reason := config.inpainting.missing():
        raise BackendUnavailable(f"inpainting {config.inpainting.kind} cannot run here", hint=reason)
    return inpainting_role.load(config.inpainting).fill(rgb, hole, seed, prompt), config.inpainting.kind
