"""Stills as clips: one picture throughout, its style shared by its references, masks and poses in place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import ConfigError, InputError
from data_contracts.image import write_png
from data_contracts.pose_formats import write_poses
from data_contracts.pose_sequence import PoseSequence
from flows.train.framing import ClipSize
from flows.train.picture_stills import picture_stills
from flows.train.stills import Stills
from models.video.training_example import ExampleConfig, draw_example

SIZE = ClipSize(32, 48, 3)
RED, BLUE, GREEN = (230, 30, 20), (20, 40, 230), (40, 160, 60)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A red figure with one picture and transparency, a blue one with two, a mask each, and one pose."""
    (tmp_path / "red").mkdir()
    (tmp_path / "blue").mkdir()
    alpha = np.zeros((64, 96), np.uint8)
    alpha[10:60, 20:40] = 255
    for name, colour in (("red/a", RED), ("blue/a", BLUE), ("blue/b", BLUE)):
        mask = alpha if name.endswith("a") else np.roll(alpha, 30, axis=1)
        rgb = np.where(mask[..., None] > 0, colour, GREEN).astype(np.uint8)
        if name == "red/a":
            write_png(tmp_path / f"{name}.png", np.dstack([rgb, mask]))
        else:
            write_png(tmp_path / f"{name}.png", rgb)
            write_png(tmp_path / f"{name}.mask.png", np.repeat(mask[..., None], 3, axis=-1))
    points = np.zeros((1, 1, 133, 2), np.float32)
    points[..., :] = np.random.default_rng(0).uniform((22, 12), (38, 58), (1, 1, 133, 2))
    poses = PoseSequence(points, np.ones((1, 1, 133), np.float32), 24.0, 96, 64)
    write_poses(poses, tmp_path / "red/a.pose.json")
    return tmp_path


def test_a_picture_is_one_clip_in_each_style(folder: Path) -> None:
    stills = Stills(picture_stills(folder), SIZE, styles=4)
    assert len(stills) == 3 * 4
    seen = set()
    for clip in stills:
        assert clip.video.shape == clip.background.shape == (3, 32, 48, 3)
        assert (clip.video == clip.video[:1]).all() and (clip.mask == clip.mask[:1]).all()
        figure = np.zeros((32, 48), bool)
        inside = clip.mask[0] > 0
        # Coordinates are halved; blue's second picture stands further to the right.
        x = 15 if inside[16, 15] else 30
        figure[8:28, x - 3 : x + 3] = True
        assert inside[figure].all() and inside.mean() < 0.5
        np.testing.assert_array_equal(clip.video[0][~inside], clip.background[0][~inside])
        shown, behind = clip.video[0][figure], clip.background[0][figure]
        assert np.abs(shown.astype(int) - behind).sum(-1).min() > 20, "the figure is gone from the background"
        seen.add(tuple(int(level) for level in clip.video[0, 16, x]))
    assert len(seen) > 6, "a figure has other colours in every style"


def test_references_are_other_pictures_in_the_same_style_or_the_mirror_image(folder: Path) -> None:
    stills = Stills(picture_stills(folder), SIZE, styles=3)
    for number, clip in enumerate(stills):
        assert len(clip.references) == 1
        x = 15 if clip.mask[0, 16, 15] else 30
        colour = clip.video[0, 16, x].astype(int)
        assert np.abs(clip.references[0, 16, 24].astype(int) - colour).max() < 12, number
        assert (clip.references[0, 0] > 250).all(), "on white"


def test_a_picture_without_a_pose_is_shown_without_one(folder: Path) -> None:
    config, never = ExampleConfig(dropout=0), np.random.default_rng(0)
    found = {}
    for clip in Stills(picture_stills(folder), SIZE, styles=1):
        example = draw_example(clip, config, 0, 1000, never)
        assert example.without_pose == (not clip.pose_known)
        found[clip.pose_known] = clip.body.any()
    assert found == {True: True, False: False}


def test_styles_are_the_same_from_run_to_run(folder: Path) -> None:
    first, again = (Stills(picture_stills(folder), SIZE) for _ in range(2))
    for number in (0, 7, 23):
        np.testing.assert_array_equal(first[number].video, again[number].video)
    assert len(first[:2]) == 2 and first[-1] is first[23]


def test_pictures_that_cannot_be_used_are_named(folder: Path, tmp_path: Path) -> None:
    (folder / "blue/b.mask.png").unlink()
    with pytest.raises(InputError, match=r"blue/b.png: a picture without a mask .*b.mask.png beside it"):
        Stills(picture_stills(folder), SIZE)[1]
    write_png(folder / "blue/b.mask.png", np.zeros((20, 20), np.uint8))
    with pytest.raises(InputError, match=r"a mask of another size .*\[64, 96\]; got \[20, 20\]"):
        Stills(picture_stills(folder), SIZE)[1]
    (tmp_path / "empty").mkdir()
    with pytest.raises(ConfigError, match=r"no pictures to train on .*a folder a character"):
        picture_stills(tmp_path / "empty")
