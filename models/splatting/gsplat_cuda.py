"""The gsplat backend: the same fit and the same pictures, on a CUDA device."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

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
from models.splatting.kernels.layout import COLOUR, FIELD_ROWS, MEAN, OPACITY, ROTATION, SCALE
from models.splatting.parameters import parameters_of, splats_of
from models.splatting.protocol import SplattingBackend
from models.splatting.rendering import Rendering, camera_from_world, check_intrinsics, rendering_of_planes
from models.splatting.workers import Workers

if TYPE_CHECKING:
    import torch


class GsplatConfig(BaseModel):
    """gsplat 1.5.3 on a CUDA device."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 1

    kind: Literal["gsplat"] = "gsplat"
    device: str = "cuda"

    def missing(self) -> str | None:
        """Return what this backend lacks on this machine, and what to do; None if it can run."""
        if importlib.util.find_spec("torch") is None:
            return "package torch is not installed: pip install torch"
        import torch

        if self.device.startswith("cuda") and not torch.cuda.is_available():
            return "no CUDA device that torch can use: choose kind 'cpu', or install a CUDA build of torch"
        spec = importlib.util.find_spec("gsplat")
        if spec is None or spec.origin is None:
            return "package gsplat is not installed: pip install gsplat==1.5.3"
        if not any(Path(spec.origin).parent.glob("csrc*.so")) and shutil.which("nvcc") is None:
            return "gsplat has no compiled kernels: install the CUDA toolkit (nvcc), or its prebuilt wheel"
        return None

    def weights(self) -> list[Path]:
        """Return the files of weights: none."""
        return []


class GsplatSplatting(SplattingBackend):
    """Draws and fits splats with gsplat. Its atomic sums differ in the last bits from run to run."""

    def __init__(self, config: GsplatConfig) -> None:
        self._device = config.device

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
        import torch

        field = _Field(
            *(
                torch.from_numpy(a).to(self._device)
                for a in (splats.means, splats.rotation_wxyz, splats.scales_m, splats.opacities, splats.rgb)
            )
        )
        background = torch.tensor(background_rgb, dtype=torch.float32, device=self._device)
        workers = Workers()
        for pose, lens in zip(world_from_camera, intrinsics_px, strict=True):
            camera = camera_from_world(pose), check_intrinsics(lens)
            with torch.no_grad():
                planes = _draw(field, *camera, width, height, background)
            yield rendering_of_planes(planes.cpu().numpy(), workers)

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
        return _Fit(splats, views, config, self._device).run(seed)


class _Field(NamedTuple):
    """What gsplat draws: tensors [N, 3], [N, 4], [N, 3], [N], [N, 3]."""

    means: torch.Tensor
    rotation_wxyz: torch.Tensor
    scales_m: torch.Tensor
    opacities: torch.Tensor
    rgb: torch.Tensor


def _draw(
    field: _Field,
    view: NDArray[np.float64],
    lens: NDArray[np.float64],
    width: int,
    height: int,
    background_rgb: torch.Tensor,
) -> torch.Tensor:
    """Return the planes [5, H, W]: colour, depth times weight, alpha."""
    import gsplat
    import torch

    device = field.means.device
    fx, fy, cx, cy = (float(x) for x in lens)
    colours, alphas, _ = gsplat.rasterization(
        means=field.means,
        quats=field.rotation_wxyz,
        scales=field.scales_m,
        opacities=field.opacities,
        colors=field.rgb,
        viewmats=torch.tensor(view, dtype=torch.float32, device=device)[None],
        Ks=torch.tensor([[fx, 0, cx], [0, fy, cy], [0, 0, 1]], dtype=torch.float32, device=device)[None],
        width=width,
        height=height,
        backgrounds=background_rgb[None],
        render_mode="RGB+D",
        packed=False,
    )
    return torch.cat([colours[0], alphas[0]], dim=-1).permute(2, 0, 1)


class _Fit:
    """The state of one fit on the device."""

    def __init__(self, splats: Splats, views: TargetViews, config: FitConfig, device: str) -> None:
        import torch

        self._views, self._config, self._count = views, config, len(splats)
        start = parameters_of(splats)[:, : len(splats)]
        rates = (
            (MEAN, ROTATION, mean_rate_m(splats, views, config)),
            (ROTATION, SCALE, config.rotation_rate),
            (SCALE, OPACITY, config.scale_rate),
            (OPACITY, COLOUR, config.opacity_rate),
            (COLOUR, FIELD_ROWS, config.colour_rate),
        )
        self._parameters = [
            torch.tensor(start[a:b].T.copy(), device=device, requires_grad=True) for a, b, _ in rates
        ]
        groups = [
            {"params": [p], "lr": rate} for p, (_, _, rate) in zip(self._parameters, rates, strict=True)
        ]
        self._adam = torch.optim.Adam(groups, betas=(0.9, 0.999), eps=1e-15)
        self._rates = [rate for _, _, rate in rates]
        self._black = torch.zeros(3, device=device)

    def run(self, seed: int) -> tuple[Splats, FitReport]:
        """Take all steps."""
        before = self._psnr_db()
        order = view_of_each_step(len(self._views), self._config, seed)
        losses = tuple(self._step(step, view) for step, view in enumerate(order))
        report = FitReport(before, self._psnr_db(), len(losses), losses)
        rows = np.concatenate([p.detach().cpu().numpy() for p in self._parameters], axis=1).T
        return splats_of(rows, self._count), report

    def _draw(self, view: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return the drawn and the given colours [P, 3] of the view's masked pixels, and alpha [P]."""
        import torch

        means, turns, log_scales, logits, rgb = self._parameters
        field = _Field(means, turns, log_scales.exp(), logits[:, 0].sigmoid(), rgb)
        _, height, width = self._views.masks.shape
        camera = self._views.cameras_from_world[view], self._views.intrinsics_px[view]
        planes = _draw(field, *camera, width, height, self._black)
        mask = torch.from_numpy(self._views.masks[view]).to(means.device)
        given = torch.from_numpy(self._views.frames[view]).to(means.device)[mask] / 255.0
        return planes[:3].permute(1, 2, 0)[mask], given, planes[4][mask]

    def _step(self, step: int, view: int) -> float:
        """Take one step on one view; return its loss before the step."""
        decay = rate_decay(step, self._config)
        for group, rate in zip(self._adam.param_groups, self._rates, strict=True):
            group["lr"] = rate * decay
        drawn, given, alpha = self._draw(view)
        loss = (drawn - given).abs().mean()
        self._adam.zero_grad()
        total = loss + self._config.cover_weight * (1 - alpha).mean()
        total.backward()  # type: ignore[no-untyped-call]
        self._adam.step()
        return float(loss.detach())

    def _psnr_db(self) -> float:
        import torch

        errors, counts = [], []
        with torch.no_grad():
            for view in reported_views(len(self._views)):
                drawn, given, _ = self._draw(view)
                errors.append(float((drawn.clamp(0, 1) - given).double().square().sum()))
                counts.append(drawn.numel())
        return psnr_db(errors, counts)
