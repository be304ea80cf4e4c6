"""Points measured anew: what drifted is put right, what is hidden is left out."""

from __future__ import annotations

import numpy as np
import pytest

from data_contracts.camera_path import invert_rigid
from models.camera.alignment import path_error
from models.camera.clip import Clip
from models.camera.lens import Lens
from models.camera.presets import preset_path
from models.camera.reconstruction import best_pair, fit, reconstruct
from models.camera.refinement import refined
from models.camera.structure import Structure
from models.camera.tracks import FeatureTracks, track_features
from tests.models.camera.planes import FOV_DEG, render, with_walker

FRAMES = 14
TRUE = preset_path("orbit", FRAMES, {"angle_deg": 16})
ALL = np.arange(FRAMES)


def filmed(walker: bool = False) -> Clip:
    frames, movers = with_walker(render(TRUE)) if walker else (render(TRUE), None)
    return Clip(frames, movers, 480, FOV_DEG, (0.5, 0.5))


def drifted(tracks: FeatureTracks) -> FeatureTracks:
    """Every point a random walk of 0.15 px a frame off."""
    steps = np.random.default_rng(0).normal(0, 0.15, (tracks.track.max() + 1, FRAMES, 2)).cumsum(axis=1)
    return FeatureTracks(tracks.track, tracks.frame, tracks.xy_px + steps[tracks.track, tracks.frame], FRAMES)


def structure_of(clip: Clip, keyframes: int = FRAMES) -> Structure:
    tracks = drifted(track_features(clip.grays, clip.movers, 400))
    pair, _ = best_pair(tracks)
    assert pair is not None
    lenses = [Lens.steady(focal, FRAMES) for focal in clip.focals()]
    structure = reconstruct(tracks, clip.centre, pair, lenses, False, keyframes)
    assert structure is not None
    return structure


def error(structure: Structure) -> float:
    pose = np.tile(np.eye(4), (FRAMES, 1, 1))
    pose[:, :3, :3], pose[:, :3, 3] = structure.rotation, structure.translation
    return path_error(invert_rigid(pose), TRUE).ate_share


@pytest.mark.slow
@pytest.mark.parametrize("walker", [False, True])
def test_drift_is_put_right(walker: bool) -> None:
    clip = filmed(walker)
    before = structure_of(clip)
    after = refined(before, clip.grays, clip.movers, clip.centre, ALL, False)
    assert error(after) < 0.5 * error(before)
    assert fit(after)[0] < 0.5 * fit(before)[0]
    if clip.movers is not None:
        x, y = np.floor(after.xy + clip.centre).astype(int).T
        on_walker = clip.movers[after.frame, np.clip(y, 0, clip.height - 1), np.clip(x, 0, clip.width - 1)]
        assert on_walker.mean() < 0.02


@pytest.mark.slow
def test_frames_between_are_placed_by_the_points_of_the_keys() -> None:
    clip = filmed()
    before = structure_of(clip)
    after = refined(before, clip.grays, None, clip.centre, ALL[::3], False)
    assert after.registered.all()
    assert error(after) < 0.5 * error(before)


@pytest.mark.slow
def test_a_frame_that_shows_nothing_of_the_points_leaves_all_as_it_was() -> None:
    clip = filmed()
    before = structure_of(clip)
    other = clip.grays.copy()
    other[5] = np.random.default_rng(1).integers(0, 256, other[5].shape)
    assert refined(before, other, None, clip.centre, ALL, False) is before


def test_points_that_are_found_nowhere_leave_all_as_it_was() -> None:
    clip = filmed()
    before = structure_of(clip)
    plain = np.full_like(clip.grays, 128)
    assert refined(before, plain, None, clip.centre, ALL, False) is before
