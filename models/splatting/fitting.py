"""How splats are fitted to posed views (DreamDance, character art, eq. 3-4): settings, data, report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import InputError
from data_contracts.splats import Splats
from models.splatting.rendering import camera_from_world, check_intrinsics


class FitConfig(BaseModel):
    """Adam on the L1 difference of drawn and given pixels and on their cover, one view a step.

    The rates were measured on rooms of 48 views with known geometry: they give 2 dB more on held-out views
    than those of 3DGS in 300 steps. A D-SSIM term gave nothing there; fixed means lost 3 dB.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: int = Field(150, ge=0, le=30_000)
    mean_rate: float = Field(5e-4, ge=0)
    """Of the median depth of the splats a step, so that the scene's unit does not matter."""
    rotation_rate: float = Field(5e-3, ge=0)
    scale_rate: float = Field(2e-2, ge=0)
    opacity_rate: float = Field(5e-2, ge=0)
    colour_rate: float = Field(1e-2, ge=0)
    cover_weight: float = Field(0.1, ge=0)
    """Weight of 1 - alpha beside the L1 difference: without it dark pixels are drawn by letting the black
    behind through, and count as void. It cut such voids to a tenth for 0.2-0.6 dB; backgrounds of random
    colours cost 3 dB."""
    last_rate_share: float = Field(0.1, gt=0, le=1)
    """All rates fall exponentially to this share."""
    first_view_every: int = Field(4, ge=0)
    """Every so many steps it is the turn of the first view, which all was made from. 0: never."""


@dataclass(frozen=True)
class FitReport:
    """What a fit did.

    Attributes:
        psnr_before_db: over the masked pixels of up to eight of the views, before the first step.
        psnr_after_db: the same, after the last.
        steps: how many were taken.
        losses: mean |difference| (0..1) of the view of each step.
    """

    psnr_before_db: float
    psnr_after_db: float
    steps: int
    losses: tuple[float, ...]


@dataclass(frozen=True)
class TargetViews:
    """Pictures to fit to; see `target_views`."""

    frames: NDArray[np.uint8]
    masks: NDArray[np.bool_]
    cameras_from_world: NDArray[np.float64]
    intrinsics_px: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.frames)


def target_views(
    frames: NDArray[np.uint8],
    masks: NDArray[np.bool_],
    world_from_camera: NDArray[np.float64],
    intrinsics_px: NDArray[np.float64],
) -> TargetViews:
    """Return checked views; those whose mask is empty are left out.

    Args:
        frames: [V, H, W, 3].
        masks: [V, H, W], pixels that have a value.
        world_from_camera: [V, 4, 4].
        intrinsics_px: [V, 4].

    Raises:
        InputError: if shapes disagree, a camera is unusable, or no pixel has a value.
    """
    if frames.ndim != 4 or frames.shape[3] != 3 or frames.dtype != np.uint8:
        got = f"{frames.dtype} {frames.shape}"
        raise InputError("views to fit", where="frames", expected="uint8 [V, H, W, 3]", got=got)
    for name, array, shape in (
        ("masks", masks, frames.shape[:3]),
        ("world_from_camera", world_from_camera, (len(frames), 4, 4)),
        ("intrinsics_px", intrinsics_px, (len(frames), 4)),
    ):
        if array.shape != shape:
            raise InputError("views to fit disagree", where=name, expected=shape, got=array.shape)
    used = np.flatnonzero(masks.any(axis=(1, 2)))
    if not len(used):
        raise InputError(
            "no pixel of any view has a value", where="masks", hint="There is nothing to fit to."
        )
    return TargetViews(
        np.ascontiguousarray(frames[used]),
        np.ascontiguousarray(masks[used].astype(bool)),
        np.stack([camera_from_world(world_from_camera[i]) for i in used]),
        np.stack([check_intrinsics(intrinsics_px[i]) for i in used]),
    )


def view_of_each_step(num_views: int, config: FitConfig, seed: int) -> Iterator[int]:
    """Yield the view of each step: shuffled rounds over all views, with the first one's extra turns."""
    rng = np.random.default_rng(seed)
    queue: list[int] = []
    for step in range(config.steps):
        if config.first_view_every and step % config.first_view_every == 0:
            yield 0
            continue
        if not queue:
            queue = [int(i) for i in rng.permutation(num_views)]
        yield queue.pop()


def mean_rate_m(splats: Splats, views: TargetViews, config: FitConfig) -> float:
    """Return the learning rate of the means in the scene's unit.

    Raises:
        InputError: if there are no splats, or the first camera sees none.
    """
    first = views.cameras_from_world[0]
    depths = splats.means @ first[2, :3] + first[2, 3]
    if not (depths > 0).any():
        hint = "Start from splats_from_views, or check the direction of world_from_camera."
        raise InputError(
            "no splat lies before the first camera", where="fit", got=f"{len(splats)} splats", hint=hint
        )
    return config.mean_rate * float(np.median(depths[depths > 0]))


def rate_decay(step: int, config: FitConfig) -> float:
    """Return the factor on all learning rates at `step`."""
    return float(config.last_rate_share ** (step / max(config.steps, 1)))


def reported_views(num_views: int) -> list[int]:
    """Return up to eight views, evenly spaced, that the report's PSNR is measured on."""
    return [int(i) for i in np.unique(np.linspace(0, num_views - 1, min(8, num_views)).round())]


def psnr_db(squared_errors: list[float], counts: list[int]) -> float:
    """Return the PSNR of colours in 0..1 from sums of squared errors and numbers of values.

    A perfect match gives 100 dB, not infinity: the number goes into tables.
    """
    return float(-10 * np.log10(max(sum(squared_errors) / sum(counts), 1e-10)))
