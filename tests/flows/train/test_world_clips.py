"""Training clips from a really filmed world."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console

from data_contracts.errors import ConfigError
from flows.train.buckets import buckets_of
from flows.train.framing import ClipSize, framing_of
from flows.train.world_clips import WorldClips
from flows.world.make import make_world
from flows.world.read import read_alpha, read_still, read_takes
from models.world.planning import Production

SIDE, FRAMES = 64, 3
Video = NDArray[np.uint8]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("worlds") / "world"
    production = Production(seed=3, size_px=96, num_frames=6, views=0)  # a shot of two people, filmed twice
    make_world(1, folder, production, workers=1, console=Console(quiet=True), plain=True)
    return folder


@pytest.mark.slow
def test_clips_hold_the_figure_where_the_pose_says(world: Path) -> None:
    clips = WorldClips(world, "train", ClipSize(SIDE, SIDE, FRAMES), stride=1)
    assert len(clips) == 4  # two casts of one shot, two windows each
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
        ConfigError, match=r"of the split train with at least 9 frames; got 2 takes of people"
    ):
        WorldClips(world, "train", ClipSize(SIDE, SIDE, 9))
    with pytest.raises(ConfigError, match="no world"):
        WorldClips(tmp_path, "train", ClipSize(SIDE, SIDE, FRAMES))


@pytest.mark.slow
def test_a_world_s_stills_are_clips_too(world: Path) -> None:
    (bucket,) = buckets_of(world, "train", [ClipSize(SIDE, SIDE, FRAMES)], stride=1)
    takes = [t for t in read_takes(world) if t.split == "train" and t.figure_kind == "human"]
    assert len(bucket.stills) == 8 * len(takes) == 16, "eight styles each, the first its own"
    own = bucket.stills[: len(takes)]
    for clip, take in zip(own, takes, strict=True):
        still = read_still(take)
        framing = framing_of(still.alpha.shape[1], still.alpha.shape[0], ClipSize(SIDE, SIDE, FRAMES))
        figure = framing.cut((still.alpha * 255).astype(np.uint8)[None])[0] > 128
        mask = clip.mask[0] > 0
        assert mask[figure].mean() > 0.9 and mask.mean() < 6 * figure.mean()
        assert clip.pose_known and (mask | ~clip.body[0].any(-1)).mean() > 0.99
        error = np.abs(clip.video[0].astype(int) - clip.background[0]).mean(-1)
        assert error[figure].mean() > 5 * error[~mask].mean()
    changed = np.abs(bucket.stills[len(takes)].video.astype(int) - own[0].video).mean()
    assert changed > 5, "the first one in another style"
