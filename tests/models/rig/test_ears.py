from __future__ import annotations

import cv2
import numpy as np
import pytest

from models.rig.ears import without_ears


def figure(ears: int = 2, arm_up: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """A figure with a large head, and its ears: masks [300, 240]."""
    body, tips = np.zeros((300, 240), np.uint8), np.zeros((300, 240), np.uint8)
    cv2.circle(body, (120, 120), 38, 1, -1)
    cv2.rectangle(body, (95, 150), (145, 230), 1, -1)
    for side in (-1, 1):
        cv2.line(body, (120 + 15 * side, 225), (120 + 18 * side, 285), 1, 18)
        if arm_up:
            cv2.line(body, (120 + 20 * side, 165), (120 + 75 * side, 40), 1, 14)
    for side in (-1, 1)[:ears]:
        cv2.line(tips, (120 + 18 * side, 90), (120 + 30 * side, 25), 1, 20)
    return body > 0, (tips > 0) & (body == 0)


def test_a_pair_of_ears_is_taken_off_and_nothing_else() -> None:
    body, ears = figure()
    bare = without_ears(body | ears)
    assert bare is not None
    assert (bare & ears).sum() < 0.15 * ears.sum()
    assert (body & ~bare).sum() < 0.02 * body.sum()


@pytest.mark.parametrize(("ears", "arm_up"), [(0, False), (0, True), (1, False)])
def test_raised_arms_and_a_single_tuft_are_left(ears: int, arm_up: bool) -> None:
    body, tips = figure(ears, arm_up)
    assert without_ears(body | tips) is None


def test_a_head_beside_a_raised_arm_is_no_ear() -> None:
    """A head that is no broader than an opening's disc stands up from its shoulders as ears do from heads."""
    body = np.zeros((300, 240), np.uint8)
    cv2.rectangle(body, (80, 90), (160, 290), 1, -1)
    cv2.ellipse(body, (120, 58), (15, 27), 0, 0, 360, 1, -1)
    cv2.line(body, (120, 95), (120, 80), 1, 14)
    cv2.line(body, (152, 95), (190, 30), 1, 14)
    assert without_ears(body > 0) is None


def test_nothing_has_no_ears() -> None:
    assert without_ears(np.zeros((40, 40), bool)) is None
