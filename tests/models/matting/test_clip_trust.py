from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.matting.background_plate import movers
from models.matting.clip_cut import ClipCut
from models.matting.clip_evidence import ClipEvidence
from models.matting.clip_trust import clip_cues, clip_trust
from models.matting.residual_motion import ClipFlow
from models.matting.stabilise import Stabilised

HEIGHT, WIDTH, FRAMES = 120, 160, 4
Mask = NDArray[np.bool_]


def walker() -> Mask:
    """Somebody who goes to the right, [T, H, W]."""
    masks = np.zeros((FRAMES, HEIGHT, WIDTH), np.uint8)
    for t, mask in enumerate(masks):
        cv2.ellipse(mask, (60 + 2 * t, 62), (14, 44), 0, 0, 360, 1, -1)
    return masks > 0


def cut_to(masks: Mask, beside: Mask | None = None) -> ClipCut:
    """A clip of the walker in red before a green wall with a blue window, cut to some masks.

    What is ``beside`` the walker, [H, W], seems to move, too.
    """
    picture = np.full((FRAMES, HEIGHT, WIDTH, 3), (150, 170, 140), np.uint8)
    picture[:, 10:60, 100:150] = (90, 130, 210)
    picture[walker()] = (190, 40, 50)
    noise = np.random.default_rng(0).normal(0, 2, picture.shape)
    frames = np.clip(picture + noise, 0, 255).astype(np.uint8)
    anywhere, nowhere = np.ones((HEIGHT, WIDTH), np.bool_), np.zeros((HEIGHT, WIDTH), np.bool_)
    everywhere = np.ones(masks.shape, np.bool_)
    step, flow = np.tile(np.eye(3), (FRAMES, 1, 1)), np.zeros((FRAMES - 1, HEIGHT, WIDTH, 2), np.float32)
    flow[..., 0][walker()[:-1]] = 2
    back = np.zeros_like(flow)
    back[..., 0][walker()[1:]] = -2
    seeds = walker().astype(np.float32)
    stirring = seeds if beside is None else np.maximum(seeds, beside.astype(np.float32))
    evidence = ClipEvidence(seeds, everywhere, (anywhere,), None, nowhere, seeds[0], None, stirring)
    clip = Stabilised(frames, step, everywhere, step[1:], "locked")
    return ClipCut(clip, ClipFlow(flow, back), evidence, masks.astype(np.float32))


@pytest.mark.slow
def test_a_figure_is_trusted_more_than_with_a_window() -> None:
    window = walker()
    window[:, 10:60, 70:150] = True
    sure, scenery = (float(clip_trust(cut_to(m)).mean()) for m in (walker(), window))
    assert sure > scenery + 0.2


def test_frames_without_a_figure_have_no_trust() -> None:
    masks = walker()
    masks[2] = False
    trust = clip_trust(cut_to(masks))
    assert trust.dtype == np.float32 and trust.shape == (FRAMES,)
    assert trust[2] == 0 < trust[[0, 1, 3]].min()
    assert not clip_trust(cut_to(np.zeros_like(masks))).any()


@pytest.mark.slow
def test_what_moves_and_is_left_out_tells() -> None:
    half = walker()
    half[:, :62] = False
    held = clip_cues(cut_to(half))[:, 0]
    np.testing.assert_allclose(held, half.sum(axis=(1, 2)) / walker().sum(axis=(1, 2)), rtol=1e-6)


def test_what_is_held_and_does_not_move_tells() -> None:
    more = walker()
    more[:, 10:60, 100:150] = True
    held = clip_cues(cut_to(more))[:, 0]
    np.testing.assert_allclose(held, walker().sum(axis=(1, 2)) / more.sum(axis=(1, 2)), rtol=1e-6)


def test_one_of_many_things_that_seem_to_move_is_trusted_less() -> None:
    streets = np.zeros((HEIGHT, WIDTH), np.bool_)
    streets[70:] = True
    alone, among = (float(clip_trust(cut_to(walker(), beside)).mean()) for beside in (None, streets))
    assert among < alone - 0.2


def test_two_who_are_about_as_large_are_two_movers_and_a_curtain_is_none() -> None:
    evidence = np.zeros((FRAMES, HEIGHT, WIDTH), np.float32)
    evidence[:, 30:100, 20:50] = 1
    evidence[:, 40:100, 100:130] = 1
    evidence[:, 5:17, 72:82] = 1
    prior = np.ones((HEIGHT, WIDTH), np.float32)
    first, second = movers(evidence, prior, WIDTH / 480, "locked")
    assert first[60, 35] and second[60, 115]
    assert not (first | second)[10, 77] and not (first & second).any()
