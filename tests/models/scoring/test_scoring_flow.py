from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from models.dense_flow import Flow
from models.scoring.optical_flow import agreement, calmed, flows_between, follow, speeds


def pattern(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return cv2.resize(
        rng.integers(0, 256, (24, 32)).astype(np.uint8), (192, 144), interpolation=cv2.INTER_CUBIC
    )


def flows(first: np.ndarray, second: np.ndarray) -> tuple[Flow, Flow]:
    return flows_between(calmed(first), calmed(second))


def test_a_shift_is_found() -> None:
    first = pattern()
    second = np.roll(first, (2, 5), axis=(0, 1))
    flow, back = flows(first, second)
    inner = flow[20:-20, 20:-20]
    assert np.median(inner, axis=(0, 1)) == pytest.approx([5, 2], abs=0.2)
    assert agreement(flow, back)[20:-20, 20:-20].mean() > 0.95


def test_noise_on_a_flat_wall_is_no_motion() -> None:
    rng = np.random.default_rng(1)
    walls = np.clip(128 + rng.normal(0, 2, (2, 96, 96)), 0, 255).astype(np.uint8)
    assert (np.abs(flows(walls[0], walls[1])[0]).max(axis=-1) > 0).mean() < 0.02


def test_flicker_is_no_motion() -> None:
    first = pattern()
    brighter = np.clip(first.astype(int) + 12, 0, 255).astype(np.uint8)
    assert np.abs(flows(np.clip(first, 0, 240), np.clip(brighter, 12, 252))[0]).mean() < 0.05


def test_follow_reads_where_the_flow_leads() -> None:
    values = np.arange(48, dtype=np.float32).reshape(6, 8)
    flow = np.zeros((6, 8, 2), np.float32)
    flow[..., 0] = 1
    assert np.array_equal(follow(values, flow)[:, :-1], values[:, 1:])


def test_speeds_are_in_diagonals_a_second() -> None:
    flow = np.zeros((4, 30, 40, 2), np.float32)
    flow[:, :, :, 0] = 2.0  # 2 px a frame at 25 fps before a diagonal of 50 px
    flow[1] = 0
    assert speeds(flow, 25.0) == pytest.approx([1.0, 0.0, 1.0, 1.0])


@pytest.mark.slow
def test_motion_amount_does_not_depend_on_the_frame_rate(build: Any) -> None:
    from models.scoring.driver_motion import observe_driver

    fine = build(phases=2 * np.pi * np.arange(14) / 56.0)
    coarse = build(phases=2 * np.pi * np.arange(0, 14, 2) / 56.0)
    assert observe_driver(coarse.frames, 12.0).amount == pytest.approx(
        observe_driver(fine.frames, 24.0).amount, rel=0.15
    )
