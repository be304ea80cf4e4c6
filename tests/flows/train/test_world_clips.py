"""Training clips from a really filmed world."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from data_contracts.errors import ConfigError
from flows.train.framing import ClipSize, framing_of
from flows.train.world_clips import WorldClips
from flows.world.make import make_world
from flows.world.read import read_alpha
from models.world.planning import Production

SIDE, FRAMES = 64, 3
Video = NDArray[np.uint8]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("worlds") / "world"
    production = Production(seed=0, size_px=96, num_frames=7, views=1)
    make_world(5, folder, production, workers=1, console=Console(quiet=True), plain=True)
    return folder


@pytest.mark.slow
def test_clips_hold_the_figure_where_the_pose_says(world: Path) -> None:
    clips = WorldClips(world, "train", ClipSize(SIDE, SIDE, FRAMES), stride=1)
    assert len(clips) == 4  # two performers of one shot, two windows each
    assert {first for _, first in clips.windows} == {0, 3}
    assert clips[-1] is clips[3:][0]  # read once
    for (take, first), clip in zip(clips.windows, clips, strict=True):
        assert clip.video.shape == clip.body.shape == (FRAMES, SIDE, SIDE, 3)
        framing = framing_of(take.width_px, take.height_px, clips.size)
        alpha = framing.cut((read_alpha(take) * 255).astype(np.uint8))
        figure = alpha[first : first + FRAMES] > 128
        mask = clip.mask > 0
        assert figure.any()
        assert mask[figure].mean() > 0.9  # clothes may reach out of it
        assert mask.mean() < 6 * figure.mean()
        assert (mask | ~clip.body.any(-1)).mean() > 0.99
        error = np.abs(clip.video.astype(int) - clip.background).mean(-1)
        assert error[figure].mean() > 5 * error[~mask].mean()
        assert (clip.references[0][0] > 250).all()
        assert (clip.references[0][SIDE // 3 : -SIDE // 3, SIDE // 3 : -SIDE // 3] < 250).any()


@pytest.mark.slow
def test_worlds_without_such_takes_are_refused(world: Path, tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"of the split train with at least 9 frames, got 2 takes of people"
    ):
        WorldClips(world, "train", ClipSize(SIDE, SIDE, 9))
    with pytest.raises(ConfigError, match="no world"):
        WorldClips(tmp_path, "train", ClipSize(SIDE, SIDE, FRAMES))
