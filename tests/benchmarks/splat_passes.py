"""Forward and backward passes side by side: ours and C++ with one thread and two, plain torch."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_contracts.splats import Splats
from models.splatting import CpuSplattingConfig, FitConfig, GsplatConfig, load
from models.splatting.parameters import field_of, parameters_of
from models.splatting.rasterizer import Rasterizer
from models.splatting.rendering import camera_from_world
from models.splatting.workers import Workers
from tests.benchmarks import splat_cpp, splat_torch

THREADS = 2
TORCH_EVERY = 5
"""Torch takes as long as dozens of our passes: it has its turn in every so many rounds only."""
MEASURED_STEPS = 40


@dataclass(frozen=True)
class Relief:
    """Splats on a wavy surface, as a depth map gives them, and a camera beside the one that took it."""

    splats: Splats
    pose: NDArray[np.float64]
    lens: NDArray[np.float64]
    size_px: int


def relief(count: int, size_px: int) -> Relief:
    """Return about `count` splats, less than two pixels apart at 512 px and 100 000."""
    edge = round(np.sqrt(count))
    v, u = ((np.mgrid[0:edge, 0:edge] + 0.5) / edge).reshape(2, -1)
    step = (u - 0.45) ** 2 + (v - 0.55) ** 2 < 0.04
    depth = (
        2.5 + 0.5 * np.sin(6 * u + 1) * np.cos(5 * v) + 0.8 * ((u - 0.5) ** 2 + (v - 0.5) ** 2) - 0.9 * step
    )
    focal = 0.9
    rng = np.random.default_rng(0)
    splats = Splats(
        means=np.stack([(u - 0.5) / focal * depth, (v - 0.5) / focal * depth, depth], -1),
        rotation_wxyz=rng.normal(size=(len(u), 4)),
        scales_m=(0.5 * depth / focal / edge)[:, None] * np.exp(rng.normal(scale=0.1, size=(len(u), 3))),
        opacities=rng.uniform(0.65, 0.95, len(u)),
        rgb=np.stack([0.5 + 0.5 * np.sin(40 * u), 0.5 + 0.5 * np.cos(31 * v), u * v], -1),
    )
    pose = np.eye(4)
    pose[:3, 3] = 0.15, -0.1, 0.1
    return Relief(splats, pose, size_px * np.array([focal, focal, 0.5, 0.5]), size_px)


def seconds_of_passes(scene: Relief, rounds: int, folder: Path) -> tuple[dict[str, list[float]], str | None]:
    """Return the seconds of each pass by who took it, and why C++ is missing, if it is.

    All take turns, so that whatever else the machine does slows all alike.
    """
    size, count = scene.size_px, len(scene.splats)
    by_image = np.random.default_rng(1).normal(size=(5, size, size)).astype(np.float32)
    field, view = field_of(scene.splats), camera_from_world(scene.pose)
    rasterizers: dict[str, Rasterizer | splat_cpp.CppRasterizer] = {
        "ours": Rasterizer(count, size, size, Workers(THREADS)),
        "ours, 1 thread": Rasterizer(count, size, size, Workers(1)),
    }
    lack = None
    try:
        library = splat_cpp.build(folder)
        for name, threads in (("C++", THREADS), ("C++, 1 thread", 1)):
            rasterizers[name] = splat_cpp.CppRasterizer(library, count, size, size, threads)
    except splat_cpp.NoCompiler as error:
        lack = str(error)
    torch_pass = _torch_pass(scene, view, by_image)
    taken: dict[str, list[float]] = {name: [] for name in (*rasterizers, "torch")}
    for turn in range(-1, rounds):  # the first round is for compilers, caches and pages of memory
        for name, rasterizer in rasterizers.items():
            started = time.perf_counter()
            rasterizer.draw(field, view, scene.lens)
            rasterizer.gradient(field, by_image)
            taken[name].append(time.perf_counter() - started)
        if turn % TORCH_EVERY == 0 or turn < 0:
            started = time.perf_counter()
            torch_pass()
            taken["torch"].append(time.perf_counter() - started)
    return {name: seconds[1:] for name, seconds in taken.items()}, lack


def _torch_pass(
    scene: Relief, view: NDArray[np.float64], by_image: NDArray[np.float32]
) -> Callable[[], object]:
    import torch

    torch.set_num_threads(THREADS)
    start = parameters_of(scene.splats)[:, : len(scene.splats)]
    parameters = torch.tensor(start, requires_grad=True)
    camera = [torch.tensor(array, dtype=torch.float32) for array in (view, scene.lens)]
    gradient = torch.tensor(by_image)

    def run() -> None:
        parameters.grad = None
        image = splat_torch.draw(parameters, camera[0], camera[1], scene.size_px, scene.size_px)
        image.backward(gradient)  # type: ignore[no-untyped-call]

    return run


def fit_step_ms(scene: Relief) -> dict[str, float | str]:
    """Return the milliseconds of a step of the fit by backend, or why the backend cannot run here."""
    results: dict[str, float | str] = {}
    for config in (CpuSplattingConfig(threads=THREADS), GsplatConfig()):
        lack = config.missing()
        results[config.kind] = lack or round(1000 * _seconds_a_step(scene, config), 2)
    return results


def _seconds_a_step(scene: Relief, config: CpuSplattingConfig | GsplatConfig) -> float:
    """What a longer fit takes more than a shorter one, a step: without what both begin and end with."""
    taken = []
    for steps in (5, 5 + MEASURED_STEPS, 5, 5 + MEASURED_STEPS):  # the first two for compilers and caches
        started = time.perf_counter()
        _fit_one_view(scene, config, steps)
        taken.append(time.perf_counter() - started)
    return max(taken[3] - taken[2], 0.0) / MEASURED_STEPS


def _fit_one_view(scene: Relief, config: CpuSplattingConfig | GsplatConfig, steps: int) -> None:
    size = scene.size_px
    frame, mask = np.full((1, size, size, 3), 128, np.uint8), np.ones((1, size, size), bool)
    load(config).fit(scene.splats, frame, mask, scene.pose[None], scene.lens[None], FitConfig(steps=steps), 0)


def workspace_mb(scene: Relief) -> float:
    """Return the largest memory that a fit to one view holds, its result included."""
    tracemalloc.start()
    _fit_one_view(scene, CpuSplattingConfig(threads=THREADS), steps=2)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 1e6
