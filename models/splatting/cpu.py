"""The CPU backend: our own rasteriser, its gradient and Adam."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.splats import Splats
from models.splatting.fitting import (
    FitConfig,
    FitReport,
    TargetViews,
    mean_rate_m,
    psnr_db,
    rate_decay,
    reported_views,
    target_views,
    view_of_each_step,
)
from models.splatting.kernels.layout import (
    COLOUR,
    FIELD_ROWS,
    MEAN,
    OPACITY,
    PLANES,
    ROTATION,
    SCALE,
)
from models.splatting.kernels.optimising import LOSS_BLOCK, activate, adam, masked_l1
from models.splatting.parameters import field_of, parameters_of, splats_of
from models.splatting.protocol import SplattingBackend
from models.splatting.rasterizer import Rasterizer
from models.splatting.rendering import Rendering, camera_from_world, check_intrinsics, rendering_of_planes
from models.splatting.workers import Workers

_DECAY_1, _DECAY_2, _EPSILON = 0.9, 0.999, 1e-15
"""Adam's constants, as 3DGS sets them."""


class CpuSplattingConfig(BaseModel):
    """Our rasteriser on the CPU; needs nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 2

    kind: Literal["cpu"] = "cpu"
    threads: int = Field(1, ge=1, le=256, json_schema_extra={"cache": False})
    """The result does not depend on it."""

    def missing(self) -> str | None:
        """Return what this backend lacks on this machine: nothing."""
        return None

    def weights(self) -> list[Path]:
        """Return the files of weights: none."""
        return []


class CpuSplatting(SplattingBackend):
    """Draws and fits splats on the CPU; bit for bit the same from run to run."""

    def __init__(self, config: CpuSplattingConfig) -> None:
        self._workers = Workers(config.threads)

    def render_track(
        self,
        splats: Splats,
        world_from_camera: NDArray[np.float64],
        intrinsics_px: NDArray[np.float64],
        width: int,
        height: int,
        background_rgb: tuple[float, float, float] = (0.0, 0.0, 0.0),
    ) -> Iterator[Rendering]:
        """Yield one rendering for each of the cameras [T, 4, 4] and [T, 4]."""
        rasterizer = Rasterizer(len(splats), width, height, self._workers)
        field = field_of(splats)
        for pose, lens in zip(world_from_camera, intrinsics_px, strict=True):
            view = camera_from_world(pose)
            planes = rasterizer.draw(field, view, check_intrinsics(lens), background_rgb)
            yield rendering_of_planes(planes, self._workers)

    def fit(
        self,
        splats: Splats,
        frames: NDArray[np.uint8],
        masks: NDArray[np.bool_],
        world_from_camera: NDArray[np.float64],
        intrinsics_px: NDArray[np.float64],
        config: FitConfig,
        seed: int,
    ) -> tuple[Splats, FitReport]:
        """Fit `splats` to posed views; see `fitting` for the method, `target_views` for shapes and errors."""
        views = target_views(frames, masks, world_from_camera, intrinsics_px)
        return _Fit(splats, views, config, self._workers).run(seed)


class _Fit:
    """The state of one fit: parameters, Adam's moments, workspace."""

    def __init__(self, splats: Splats, views: TargetViews, config: FitConfig, workers: Workers) -> None:
        _, height, width = views.masks.shape
        self._views, self._config, self._count = views, config, len(splats)
        self._workers = workers
        self._targets = np.ascontiguousarray(views.frames.transpose(0, 3, 1, 2)).reshape(len(views), -1)
        self._masks = views.masks.reshape(len(views), -1).view(np.uint8)
        self._mask_pixels = np.count_nonzero(self._masks, axis=1)
        self._parameters = parameters_of(splats)
        self._field = np.empty_like(self._parameters)
        workers.run(activate, self._parameters.reshape(-1), self._field.reshape(-1))
        self._first = np.zeros_like(self._parameters)
        self._second = np.zeros_like(self._parameters)
        self._by_image = np.zeros((PLANES, height, width), np.float32)
        self._losses = np.zeros((-(-height * width // LOSS_BLOCK), 3), np.float32)
        self._rasterizer = Rasterizer(len(splats), width, height, workers)
        self._rates = np.empty(FIELD_ROWS, np.float32)
        self._rates[MEAN : MEAN + 3] = mean_rate_m(splats, views, config)
        self._rates[ROTATION : ROTATION + 4] = config.rotation_rate
        self._rates[SCALE : SCALE + 3] = config.scale_rate
        self._rates[OPACITY] = config.opacity_rate
        self._rates[COLOUR : COLOUR + 3] = config.colour_rate

    def run(self, seed: int) -> tuple[Splats, FitReport]:
        """Take all steps."""
        before = self._psnr_db()
        order = view_of_each_step(len(self._views), self._config, seed)
        losses = tuple(self._step(step, view) for step, view in enumerate(order))
        report = FitReport(before, self._psnr_db(), len(losses), losses)
        return splats_of(self._parameters, self._count), report

    def _draw(self, view: int) -> NDArray[np.float32]:
        camera = self._views.cameras_from_world[view], self._views.intrinsics_px[view]
        return self._rasterizer.draw(self._field, *camera)

    def _step(self, step: int, view: int) -> float:
        """Take one step on one view; return its loss before the step."""
        image = self._draw(view).reshape(-1)
        loss = self._loss(image, view)
        gradient = self._rasterizer.gradient(self._field, self._by_image)
        bias = math.sqrt(1 - _DECAY_2 ** (step + 1)) / (1 - _DECAY_1 ** (step + 1))
        rates = self._rates * np.float32(rate_decay(step, self._config) * bias)
        flat = (a.reshape(-1) for a in (self._parameters, gradient, self._first, self._second))
        constants = (np.float32(c) for c in (_DECAY_1, _DECAY_2, _EPSILON))
        self._workers.run(adam, *flat, rates, *constants, self._field.reshape(-1))
        return loss

    def _loss(self, image: NDArray[np.float32], view: int) -> float:
        """Return the mean |difference| on the view's mask; write the gradient of the whole loss."""
        mask = self._masks[view]
        weight = 1.0 / (3 * int(self._mask_pixels[view]))
        weights = np.float32(weight), np.float32(3 * weight * self._config.cover_weight)
        by_image = self._by_image.reshape(-1)
        self._workers.run(masked_l1, image, self._targets[view], mask, *weights, by_image, self._losses)
        return float(self._losses.sum(dtype=np.float64)) * weight

    def _psnr_db(self) -> float:
        errors, counts = [], []
        for view in reported_views(len(self._views)):
            drawn = self._draw(view)[:3].transpose(1, 2, 0)[self._views.masks[view]].clip(0, 1)
            given = self._views.frames[view][self._views.masks[view]] * np.float32(1 / 255)
            errors.append(float(np.square(drawn - given, dtype=np.float64).sum()))
            counts.append(drawn.size)
        return psnr_db(errors, counts)
