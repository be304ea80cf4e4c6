"""From arrays to arrays, with every way of saving memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from data_contracts.errors import ContractError
from models.video.folder import GatedParts, gate_folder, load_gated, save_gated
from models.video.inpaint_video import VideoInpainter
from models.video.memory_config import MemoryConfig
from models.video.sampling import SamplingConfig
from models.video.video_conditions import VideoConditions
from tests.models.video.tiny_base import filled
from tests.models.video.tiny_folder import save_base, save_clip

FRAMES, HEIGHT, WIDTH = 10, 64, 96
QUICK = SamplingConfig(steps=2, window_latent_frames=2, overlap_latent_frames=1)
LEVEL = 1
"""Levels of 255 that sums in another order may move a pixel by."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("gated")
    parts = gate_folder(str(save_base(where / "base")), str(save_clip(where / "clip")))
    filled(parts.network)
    save_gated(parts, where / "gated")
    return where / "gated"


@pytest.fixture(scope="module")
def plain(folder: Path) -> NDArray[np.uint8]:
    return VideoInpainter(load_gated(folder)).inpaint(clip(), QUICK, seed=4)


def clip(**changes: Any) -> VideoConditions:
    draw = np.random.default_rng(0)
    video = draw.integers(0, 256, (4, FRAMES, HEIGHT, WIDTH, 3), np.uint8)
    arrays = {
        "coarse": video[0], "mask": video[1, ..., 0], "face": video[1], "hands": video[2], "body": video[3],
        "character": video[0, 0],
    }  # fmt: skip
    return VideoConditions(**(arrays | changes))


@pytest.mark.slow
def test_a_video_of_the_clip_s_length_and_size_that_the_seed_decides(
    folder: Path, plain: NDArray[np.uint8]
) -> None:
    assert plain.shape == (FRAMES, HEIGHT, WIDTH, 3)
    assert plain.std() > 1
    parts: GatedParts = load_gated(folder)
    np.testing.assert_array_equal(VideoInpainter(parts).inpaint(clip(), QUICK, seed=4), plain)
    other = VideoInpainter(parts).inpaint(clip(), QUICK, seed=5)
    assert np.abs(other.astype(int) - plain).mean() > 1


@pytest.mark.slow
@pytest.mark.parametrize("memory", [
    MemoryConfig(vae_slicing=True), MemoryConfig(offload="model"), MemoryConfig(offload="sequential"),
])  # fmt: skip
def test_saving_memory_changes_nothing(folder: Path, plain: NDArray[np.uint8], memory: MemoryConfig) -> None:
    found = VideoInpainter(load_gated(folder), "cpu", memory).inpaint(clip(), QUICK, seed=4)
    assert np.abs(found.astype(int) - plain).max() <= LEVEL


@pytest.mark.slow
def test_tiles_are_used(folder: Path, plain: NDArray[np.uint8]) -> None:
    parts = load_gated(folder)
    found = VideoInpainter(parts, "cpu", MemoryConfig(vae_tiling=True)).inpaint(clip(), QUICK, seed=4)
    assert found.shape == plain.shape
    assert (found != plain).any()  # seams of tiles of half the trained size


def test_sizes_that_do_not_fit_are_refused(folder: Path) -> None:
    with pytest.raises(ContractError, match=r"body: .*expected uint8 \(10, 64, 96, 3\); got uint8 \(9, "):
        clip(body=np.zeros((9, HEIGHT, WIDTH, 3), np.uint8))
    with pytest.raises(ContractError, match=r"mask: .*got float64"):
        clip(mask=np.zeros((FRAMES, HEIGHT, WIDTH)))
    with pytest.raises(ContractError, match=r"coarse: .*expected uint8 \[T, H, W, 3\]"):
        clip(coarse=np.zeros((HEIGHT, WIDTH, 3), np.uint8))
    small = np.zeros((1, 24, 20, 3), np.uint8)
    odd = VideoConditions(small, small[..., 0], small, small, small, small[0])
    with pytest.raises(ContractError, match="H and W multiples of 8"):
        VideoInpainter(load_gated(folder)).inpaint(odd, QUICK, seed=0)
