from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from models.pose.hand_cue import assign, hand_patches
from models.pose.silhouette_field import SilhouetteField, build_field

SKIN, SHIRT = (205, 150, 125), (60, 70, 130)


def scene(sleeve: tuple[int, int, int] = SHIRT) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A person of 300 px: face, shirt, and hands at (170, 150) and (130, 180), in front of the trunk."""
    frame = np.full((340, 300, 3), 225, np.uint8)
    mask = np.zeros((340, 300), np.uint8)
    cv2.rectangle(mask, (100, 80), (200, 320), 1, -1)
    cv2.circle(mask, (150, 50), 28, 1, -1)
    frame[mask > 0] = SHIRT
    cv2.circle(frame, (150, 50), 28, SKIN, -1)
    for x, y in ((170, 150), (130, 180)):
        cv2.line(frame, (150 + 3 * (x - 150) // 2, 130), (x, y), sleeve, 14)
        cv2.circle(frame, (x, y), 9, SKIN, -1)
    return frame[None], mask[None].astype(np.float32)


def field_of(mask: NDArray[np.float32]) -> SilhouetteField:
    return build_field(mask, side=112, samples=60, rng=np.random.default_rng(0))


def nose_of(field: SilhouetteField) -> NDArray[np.float64]:
    return (np.array([[150.5, 50.5]]) - field.origin_px) * field.scale - 0.5


def test_hands_before_the_trunk_are_found_by_the_faces_colour() -> None:
    frame, mask = scene()
    field = field_of(mask)
    found = hand_patches(field, frame, nose_of(field), 300 * field.scale)[0]
    xy = field.to_picture(found)
    xy = xy[np.argsort(xy[:, 0])]
    # A sixth of a grid's pixel: a patch's outline is told to a few tenths, and its centre is a mean of it.
    np.testing.assert_allclose(xy, [[130.5, 180.5], [170.5, 150.5]], atol=0.5)


@pytest.mark.parametrize("change", ["patterned face", "bare arms"])
def test_no_cue_where_colour_says_nothing(change: str) -> None:
    frame, mask = scene(SKIN if change == "bare arms" else SHIRT)
    if change == "patterned face":
        rng = np.random.default_rng(0)
        frame[0, 20:80, 120:180] = rng.integers(0, 256, (60, 60, 3))
    else:
        cv2.line(frame[0], (130, 180), (105, 260), SKIN, 20)
        cv2.line(frame[0], (170, 150), (190, 260), SKIN, 20)
    field = field_of(mask)
    assert len(hand_patches(field, frame, nose_of(field), 300 * field.scale)[0]) == 0


def test_wrists_go_to_the_nearer_patches_and_not_too_far() -> None:
    wrists = np.array([[0.0, 0.0], [10.0, 0.0]])
    assert assign(wrists, np.array([[11.0, 1.0], [-1.0, 0.0]]), 5) == [(0, 1), (1, 0)]
    assert assign(wrists, np.array([[8.0, 0.0]]), 5) == [(1, 0)]
    assert assign(wrists, np.array([[40.0, 0.0]]), 5) == []
    assert assign(wrists, np.zeros((0, 2)), 5) == []
