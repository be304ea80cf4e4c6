"""Each proxy must fall when its own dimension gets worse, step by step, and a clean clip must pass."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
import pytest
from scipy.stats import spearmanr

from data_contracts.errors import EstimationError, InputError, NoFigureError
from models.scoring.aesthetic_quality import proxy_aesthetic_quality
from models.scoring.background_consistency import proxy_background_consistency
from models.scoring.clip_scores import Reference, score_clip
from models.scoring.colour_texture import ColourTexture, ColourTextureConfig
from models.scoring.driver_motion import DriverMotion, observe_driver
from models.scoring.imaging_quality import proxy_imaging_quality
from models.scoring.motion_smoothness import proxy_motion_smoothness
from models.scoring.observation import ClipObservation, observe
from models.scoring.subject_consistency import describe_reference, proxy_subject_consistency
from models.scoring.temporal_consistency import proxy_temporal_consistency

pytestmark = pytest.mark.slow

CONFIG = ColourTextureConfig()
BASE_PHASES = 2 * np.pi * np.arange(14) / 28.0


def observed(clip: Any) -> ClipObservation:
    return observe(clip.frames, clip.alpha, clip.fps)


def background(clip: ClipObservation) -> float:
    return proxy_background_consistency(clip, ColourTexture(CONFIG), CONFIG.background_half, CONFIG.slope)


def subject(clip: ClipObservation) -> float:
    return proxy_subject_consistency(clip, ColourTexture(CONFIG), CONFIG.subject_half, CONFIG.slope)


def assert_falls(scores: Sequence[float], *, below: float = 4.0) -> None:
    """From the clean clip on, stronger degradation gives a lower score, and the strongest fails."""
    rank, _ = spearmanr(range(len(scores)), scores)
    assert rank <= -0.99, scores
    assert scores[0] > 4.2, scores
    assert scores[-1] < below, scores


def test_a_clean_clip_passes_in_every_dimension(clean: Any) -> None:
    scores = score_clip(clean.frames, clean.alpha, clean.fps, CONFIG)
    assert set(scores.dimensions()) == {
        "proxy_imaging_quality",
        "proxy_aesthetic_quality",
        "proxy_temporal_consistency",
        "proxy_motion_smoothness",
        "proxy_background_consistency",
        "proxy_subject_consistency",
    }
    assert all(4.2 < score <= 5.0 for score in scores.dimensions().values()), scores
    assert scores.mean == pytest.approx(np.mean(list(scores.dimensions().values())))


def test_the_same_clip_gets_the_same_scores(clean: Any) -> None:
    first = score_clip(clean.frames, clean.alpha, clean.fps, CONFIG)
    assert first == score_clip(clean.frames.copy(), clean.alpha.copy(), clean.fps, CONFIG)


def test_imaging_falls_with_noise(clean: Any) -> None:
    noise = np.random.default_rng(1).normal(0, 1, clean.frames.shape)
    assert_falls(
        [
            proxy_imaging_quality(observed(clean.with_frames(clean.frames + s * noise)))
            for s in (0, 3, 6, 12, 24)
        ]
    )


def test_imaging_falls_with_blur(clean: Any) -> None:
    def blurred(sigma: float) -> Any:
        return clean.with_frames(np.stack([cv2.GaussianBlur(frame, (0, 0), sigma) for frame in clean.frames]))

    assert_falls([proxy_imaging_quality(observed(blurred(sigma))) for sigma in (0.3, 0.8, 1.2, 2, 4)])


def test_imaging_falls_with_compression(clean: Any) -> None:
    def compressed(quality: int) -> Any:
        coded = [
            cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, quality])[1] for frame in clean.frames
        ]
        return clean.with_frames(np.stack([cv2.imdecode(code, cv2.IMREAD_COLOR) for code in coded]))

    assert_falls([proxy_imaging_quality(observed(compressed(quality))) for quality in (95, 50, 30, 15, 4)])


def test_imaging_falls_when_contrast_is_washed_out(clean: Any) -> None:
    frames = clean.frames.astype(np.float32)
    faded = [clean.with_frames(140 + share * (frames - 140)) for share in (1, 0.6, 0.3, 0.15)]
    assert_falls([proxy_imaging_quality(observed(clip)) for clip in faded])


def test_aesthetics_fall_as_the_light_fails(clean: Any) -> None:
    dark = [clean.with_frames(clean.frames * share) for share in (1.0, 0.5, 0.25, 0.1)]
    assert_falls([proxy_aesthetic_quality(observed(clip)) for clip in dark])


def test_aesthetics_fall_as_colour_fades(clean: Any) -> None:
    grey = clean.frames.mean(axis=-1, keepdims=True)
    faded = [clean.with_frames((1 - s) * clean.frames + s * grey) for s in (0, 0.4, 0.7, 1.0)]
    # A grey clip is dull, not bad: a pen drawing must be able to pass.
    assert_falls([proxy_aesthetic_quality(observed(clip)) for clip in faded], below=4.6)


def test_aesthetics_fall_as_the_figure_leaves_the_frame(build: Callable[..., Any]) -> None:
    moved = [build(shifts_px=np.tile([float(shift), 0.0], (14, 1))) for shift in (0, 86, 105, 118)]
    assert_falls([proxy_aesthetic_quality(observed(clip)) for clip in moved], below=4.4)


def test_temporal_consistency_falls_with_flicker(clean: Any) -> None:
    flicker = np.random.default_rng(2).normal(0, 1, (len(clean.frames), 1, 1, 1))
    clips = [clean.with_frames(clean.frames + s * flicker) for s in (0, 2, 4, 8, 16)]
    assert_falls([proxy_temporal_consistency(observed(clip)) for clip in clips])


def test_temporal_consistency_falls_with_boiling_texture(clean: Any) -> None:
    rng = np.random.default_rng(3)
    coarse = rng.normal(0, 1, (len(clean.frames), 24, 24, 1)).astype(np.float32)
    boil = np.stack([cv2.resize(grain, clean.frames.shape[1:3])[..., None] for grain in coarse])
    clips = [clean.with_frames(clean.frames + s * boil) for s in (0, 3, 6, 12, 24)]
    assert_falls([proxy_temporal_consistency(observed(clip)) for clip in clips])


def test_smoothness_falls_with_jitter(build: Callable[..., Any]) -> None:
    jitter = np.random.default_rng(4).normal(0, 1, (14, 2))
    clips = [build(shifts_px=strength * jitter) for strength in (0, 0.5, 1, 2, 4)]
    assert_falls([proxy_motion_smoothness(observed(clip), driver=DriverMotion(0.3)) for clip in clips])


def test_smoothness_falls_with_stutter(build: Callable[..., Any], clean: Any) -> None:
    smooth = proxy_motion_smoothness(observed(clean), driver=DriverMotion(0.3))
    stutter = build(phases=BASE_PHASES[(np.arange(14) // 2) * 2])
    one_hitch = build(phases=BASE_PHASES[np.where(np.arange(14) == 7, 6, np.arange(14))])
    scores = [smooth] + [
        proxy_motion_smoothness(observed(clip), driver=DriverMotion(0.3)) for clip in (one_hitch, stutter)
    ]
    assert_falls(scores, below=2.5)


def test_smoothness_falls_as_motion_dies_away(build: Callable[..., Any]) -> None:
    clips = [observed(build(phases=np.pi / 2 - share * BASE_PHASES)) for share in (1, 0.3, 0.1, 0)]
    driver = clips[0].motion_amount
    assert_falls([proxy_motion_smoothness(clip, driver=DriverMotion(driver)) for clip in clips], below=1.1)


def test_a_frozen_clip_never_passes_in_silence(build: Callable[..., Any]) -> None:
    frozen = build(phases=np.zeros(14))
    unknown = score_clip(frozen.frames, frozen.alpha, frozen.fps, CONFIG)
    driven = score_clip(frozen.frames, frozen.alpha, frozen.fps, CONFIG, driver=DriverMotion(0.3))
    assert unknown.motion_amount < 0.002
    assert unknown.proxy_motion_smoothness < 1.5
    assert driven.proxy_motion_smoothness < 1.1
    # A driver that stands still asks for nothing else.
    still = score_clip(frozen.frames, frozen.alpha, frozen.fps, CONFIG, driver=DriverMotion(0.0))
    assert still.proxy_motion_smoothness > 4.8


def test_stutter_is_seen_in_the_dark(build: Callable[..., Any]) -> None:
    stutter = build(phases=BASE_PHASES[(np.arange(14) // 2) * 2])
    dark = observed(stutter.with_frames(stutter.frames * 0.12))
    assert proxy_motion_smoothness(dark, driver=DriverMotion(0.3)) < 3


@pytest.mark.parametrize("fps", [8.0, 12.0, 16.0, 24.0, 48.0])
def test_true_motion_is_smooth_at_any_frame_rate(build: Callable[..., Any], fps: float) -> None:
    # A swing of 1.2 s, sampled exactly; at 8 fps a limb turns back within three frames.
    phases = 2 * np.pi * np.arange(14) / (1.2 * fps)
    clip = build(phases=phases)
    seen = observe(clip.frames, clip.alpha, fps)
    alone = proxy_motion_smoothness(seen)
    driven = proxy_motion_smoothness(seen, observe_driver(clip.frames, fps))
    assert alone > (4.2 if fps > 8 else 3.7), alone
    assert driven > 4.2, driven
    jittery = build(phases, np.random.default_rng(4).normal(0, 3, (14, 2)))
    assert proxy_motion_smoothness(observe(jittery.frames, jittery.alpha, fps)) < alone - 0.5


def test_smoothness_falls_the_longer_a_clip_stands_while_its_driver_moves(build: Callable[..., Any]) -> None:
    driver = observe_driver(build().frames, 24.0)
    clips = [build(phases=BASE_PHASES[np.minimum(np.arange(14), last)]) for last in (13, 10, 7, 4, 0)]
    assert_falls([proxy_motion_smoothness(observed(clip), driver) for clip in clips], below=1.2)


def test_a_clip_may_pause_where_its_driver_does(build: Callable[..., Any]) -> None:
    pausing = build(phases=BASE_PHASES[np.minimum(np.arange(14), 8)])
    driver = observe_driver(pausing.frames, 24.0)
    assert proxy_motion_smoothness(observed(pausing), driver) > 4.5
    assert proxy_motion_smoothness(observed(pausing), observe_driver(build().frames, 24.0)) < 3.0


def test_background_falls_as_it_is_swapped(build: Callable[..., Any], backgrounds: Any) -> None:
    here, there = backgrounds

    def swapped(share: float) -> Any:
        return build(background=lambda index: here if index < 7 else (1 - share) * here + share * there)

    assert_falls([background(observed(swapped(share))) for share in (0, 0.15, 0.3, 0.6, 1)])


def test_background_is_not_judged_by_the_figure(build: Callable[..., Any]) -> None:
    drifting = build(recolour=lambda index, colour: colour if index < 7 else colour[..., ::-1])
    assert background(observed(drifting)) > 4.9
    assert subject(observed(drifting)) < 3


def test_subject_falls_as_identity_drifts(build: Callable[..., Any]) -> None:
    def drifting(share: float) -> Any:
        def recolour(index: int, colour: np.ndarray) -> np.ndarray:
            part = share * index / 13
            return (1 - part) * colour + part * colour[..., ::-1]

        return build(recolour=recolour)

    assert_falls([subject(observed(drifting(share))) for share in (0, 0.1, 0.2, 0.4, 0.8)])


def test_subject_falls_with_frames_without_it(clean: Any) -> None:
    def without(count: int) -> ClipObservation:
        alpha = clean.alpha.copy()
        alpha[len(alpha) - count :] = 0
        return observe(clean.frames, alpha, clean.fps)

    assert_falls([subject(without(count)) for count in (0, 1, 3, 7)])


def test_subject_is_compared_with_the_reference(clean: Any, build: Callable[..., Any]) -> None:
    recoloured = build(recolour=lambda index, colour: colour[..., ::-1])
    reference = Reference(clean.frames[0], clean.alpha[0])
    alone = score_clip(recoloured.frames, recoloured.alpha, 24.0, CONFIG)
    against = score_clip(recoloured.frames, recoloured.alpha, 24.0, CONFIG, reference=reference)
    same = score_clip(clean.frames, clean.alpha, 24.0, CONFIG, reference=reference)
    assert alone.proxy_subject_consistency > 4.9
    assert against.proxy_subject_consistency < 3.5
    assert same.proxy_subject_consistency > 4.9


def test_what_cannot_be_judged_is_said(clean: Any) -> None:
    with pytest.raises(InputError, match="too short"):
        observe(clean.frames[:2], clean.alpha[:2], 24.0)
    with pytest.raises(InputError, match="does not fit"):
        observe(clean.frames, clean.alpha[:, :10], 24.0)
    with pytest.raises(InputError, match="uint8"):
        observe(clean.frames.astype(np.float32), clean.alpha, 24.0)  # type: ignore[arg-type]
    full = observe(clean.frames, np.ones_like(clean.alpha), 24.0)
    with pytest.raises(EstimationError, match="no background"):
        background(full)
    empty = observe(clean.frames, np.zeros_like(clean.alpha), 24.0)
    with pytest.raises(NoFigureError):
        subject(empty)
    with pytest.raises(NoFigureError):
        describe_reference(ColourTexture(CONFIG), clean.frames[0], np.zeros_like(clean.alpha[0]))
