"""Rig: lay a skeleton into a reference, or take the one that a user gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import InputError
from data_contracts.given_file import GivenFile
from data_contracts.image import flatten, read_image, write_png
from data_contracts.matte import Matte
from data_contracts.media import Media
from data_contracts.plausible_rig import require_plausible_rig
from data_contracts.record import FileRef
from data_contracts.rig import Rig, RigMethod, Skeleton, read_skeleton, write_skeleton
from models.rig import RigConfig as RigBackendConfig
from models.rig import load
from models.rig.capsules import CapsulesConfig
from models.rig.overlay import draw_overlay
from tasks.stage import StageConfig, stage

_SUFFIXES = (".json", ".yaml", ".yml")


class GivenRigs(BaseModel):
    """Rigs by hand: a folder with NAME.json, NAME.yaml or NAME_cfg.yaml for a reference called NAME.png.

    rig.json is as this stage writes it; the YAML is the char_cfg.yaml of AnimatedDrawings.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    folder: Path | None = None

    def weights(self) -> list[Path]:
        """The files whose content the result depends on."""
        if self.folder is None or not self.folder.is_dir():
            return []
        return sorted(path for path in self.folder.iterdir() if path.suffix.lower() in _SUFFIXES)

    def find(self, name: str) -> Path | None:
        """The rig for a reference's file name, if there is one.

        Raises:
            InputError: there is no such folder.
        """
        if self.folder is None:
            return None
        if not self.folder.is_dir():
            raise InputError(
                "there is no such folder of rigs",
                where=self.folder,
                hint="Set rig.given.folder to a folder, or leave it out",
            )
        stem = Path(name).stem
        stems = (stem, f"{stem}_cfg", f"{stem}_rig", f"{stem.removesuffix('_texture')}_cfg")
        for candidate in stems:
            for suffix in _SUFFIXES:
                if (path := self.folder / f"{candidate}{suffix}").is_file():
                    return path
        return None


class RigConfig(StageConfig):
    """Settings of the stage."""

    backend: RigBackendConfig = Field(default_factory=CapsulesConfig)
    given: GivenRigs = GivenRigs()
    """A user's rig wins over the backend; one that a job names wins over both."""
    sure_outline: float = Field(0.5, ge=0, le=1)
    """Limbs are told by the outline: where the matte is trusted less, a figure moves as a whole, rather than
    in pieces that took something of the scene along."""
    seed: int = Field(0, ge=0)
    """Of the search. It is not the job's, so that jobs with other seeds share the rig."""


@stage(version=2, timeout_s=180)
def rig(media: Media, matte: Matte, config: RigConfig, out_dir: Path, given: GivenFile | None = None) -> Rig:
    """Find the sixteen joints of a reference's figure, or take those that the job or the profile gives.

    Raises:
        InputError: the media is no still, or the given rig is not usable.
        NoFigureError: the matte is empty.
    """
    if media.kind != "still" or matte.kind != "still":
        raise InputError(
            "only a still picture can be rigged", where=media.name, expected="still", got=media.kind
        )
    rgb = flatten(read_image(media.path(media.content)))
    alpha = read_alpha(matte)
    height, width = alpha.shape
    by_hand = given.unchanged() if given else config.given.find(media.name)
    method: RigMethod = "given" if by_hand else "fitted"
    if by_hand:
        skeleton = given_rig(by_hand, width, height)
    else:
        sure = matte.confidence >= config.sure_outline
        skeleton = load(config.backend)(rgb, alpha, config.seed, sure)
    write_skeleton(out_dir / "rig.json", skeleton)
    write_png(out_dir / "overlay.png", draw_overlay(rgb, skeleton, alpha))
    return Rig(
        rig=FileRef.of(out_dir / "rig.json", out_dir),
        overlay=FileRef.of(out_dir / "overlay.png", out_dir),
        method=method,
        body=skeleton.body,
        cropped=skeleton.cropped,
        limbs=skeleton.limbs,
        width_px=width,
        height_px=height,
        confidence=float(np.clip(skeleton.confidence.mean(), 0, 1)),
    )


def read_alpha(matte: Matte) -> NDArray[np.float32]:
    """The matte of a still, float32 [H, W] in 0..1."""
    picture = read_image(matte.path(matte.alpha), min_side_px=1)
    return (picture[..., 0] / 255).astype(np.float32)


def given_rig(path: Path, width: int, height: int) -> Skeleton:
    """The rig in a file, for the picture at a size in pixels.

    Raises:
        InputError: it is not readable, for a picture of another shape, or its joints lie far outside.
    """
    skeleton = read_skeleton(path)
    wide, tall = width / skeleton.width_px, height / skeleton.height_px
    if abs(wide / tall - 1) > 0.03:
        raise InputError(
            "the rig is for a picture of another shape",
            where=path,
            expected=f"the proportions of {width}x{height}",
            got=f"{skeleton.width_px}x{skeleton.height_px}",
            hint="Crop the rig's picture like the reference, or correct width and height in the rig",
        )
    require_plausible_rig(skeleton, path)
    return skeleton.resized(width, height)
