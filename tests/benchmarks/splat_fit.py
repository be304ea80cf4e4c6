"""The fit of a room and the rendering of a track, in units of forward-backward and forward passes."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from data_contracts.splats import Splats
from models.splatting import (
    CpuSplattingConfig,
    FitConfig,
    InitConfig,
    SplattingBackend,
    load,
    splats_from_views,
)
from models.splatting.parameters import field_of
from models.splatting.rasterizer import Rasterizer
from models.splatting.rendering import camera_from_world
from models.splatting.workers import Workers
from tests.benchmarks.splat_room import HELD_OUT_SHIFT, room
from tests.models.splatting.room import RoomViews

THREADS = 2
HELD_OUT = 6


@dataclass(frozen=True)
class FittedRoom:
    """What a fit of the room gave and cost."""

    splats: int
    psnr_db: float
    fit_s: float
    pass_s: float
    frames_per_s: float
    forward_s: float


def fit_room(num_views: int, size_px: int, steps: int, frames: int) -> FittedRoom:
    """Fit the room, rate it on views that the fit never saw, and render a track of `frames` views."""
    with ThreadPoolExecutor(THREADS) as pool:
        given = pool.submit(room, num_views, size_px)
        held_out = pool.submit(room, HELD_OUT, size_px, HELD_OUT_SHIFT)
        views, others = given.result(), held_out.result()
    cameras = views.world_from_camera, views.intrinsics_px
    backend = load(CpuSplattingConfig(threads=THREADS))
    start = splats_from_views(views.frames, views.depth_m, views.masks, *cameras, InitConfig(), backend)
    config = FitConfig(steps=steps, first_view_every=0)  # on a ring no view is more than the others
    passes = _seconds_of_passes(start, views, steps // 10)
    started = time.perf_counter()
    fitted, _ = backend.fit(start, views.frames, views.masks, *cameras, config, 0)
    fit_s = time.perf_counter() - started
    passes += _seconds_of_passes(fitted, views, steps // 10)
    frame_s, forward_s = _seconds_of_frames(backend, fitted, views, frames)
    pass_s = float(np.median(passes))
    return FittedRoom(len(start), _psnr_db(backend, fitted, others), fit_s, pass_s, 1 / frame_s, forward_s)


def _seconds_of_passes(splats: Splats, views: RoomViews, count: int) -> list[float]:
    """Return the seconds of `count` forward-backward passes, one view after the other."""
    size = views.frames.shape[1]
    rasterizer, field = Rasterizer(len(splats), size, size, Workers(THREADS)), field_of(splats)
    by_image = np.random.default_rng(0).normal(size=(5, size, size)).astype(np.float32)
    seconds = []
    for k in range(count + 1):
        view = camera_from_world(views.world_from_camera[k % len(views.frames)])
        started = time.perf_counter()
        rasterizer.draw(field, view, views.intrinsics_px[0])
        rasterizer.gradient(field, by_image)
        seconds.append(time.perf_counter() - started)
    return seconds[1:]


def _seconds_of_frames(
    backend: SplattingBackend, splats: Splats, views: RoomViews, frames: int
) -> tuple[float, float]:
    """Return the medians of the seconds of a frame of a rendered track and of a forward pass, in turns."""
    size = views.frames.shape[1]
    order = np.arange(frames) * len(views.frames) // frames
    cameras = views.world_from_camera[order], views.intrinsics_px[order]
    rasterizer, field = Rasterizer(len(splats), size, size, Workers(THREADS)), field_of(splats)
    track = backend.render_track(splats, *cameras, size, size)
    rendered, forward = [], []
    for pose, lens in zip(*cameras, strict=True):
        view = camera_from_world(pose)
        started = time.perf_counter()
        next(track)
        between = time.perf_counter()
        rasterizer.draw(field, view, lens)
        rendered.append(between - started)
        forward.append(time.perf_counter() - between)
    return float(np.median(rendered)), float(np.median(forward))


def _psnr_db(backend: SplattingBackend, splats: Splats, views: RoomViews) -> float:
    """Return the mean PSNR of the views."""
    size = views.frames.shape[1]
    track = backend.render_track(splats, views.world_from_camera, views.intrinsics_px, size, size)
    errors = [
        np.square(drawn.rgb.clip(0, 1) - frame / 255).mean()
        for drawn, frame in zip(track, views.frames, strict=True)
    ]
    return float(np.mean(-10 * np.log10(errors)))
