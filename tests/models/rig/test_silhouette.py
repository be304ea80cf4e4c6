from __future__ import annotations

import numpy as np
import pytest

from models.rig.silhouette import Silhouette, fit_grid, silhouette_of


def dressed(side_px: int, *, room: float = 0.0) -> np.ndarray:
    """A head over a dress whose straight end is the picture's; ``room``: beside it, as a share."""
    ys, xs = np.mgrid[:side_px, :side_px] / side_px
    head = np.hypot(xs - 0.5, ys - 0.15 - room) < 0.13
    dress = (np.abs(xs - 0.5) < (0.5 - room) * ys) & (ys > 0.25)
    return np.asarray(head | dress, np.float32)


@pytest.mark.parametrize("side_px", [192, 256, 384, 512])
def test_a_dress_that_ends_straight_at_the_border_is_cut_at_any_size(side_px: int) -> None:
    for room in (0.0, 0.1):
        found = silhouette_of(dressed(side_px, room=room))
        assert found.cropped and found.on_border


def stout(stroke_px: int) -> Silhouette:
    """A trunk 500 px high with an arm on each side, as thin as a stroke."""
    alpha = np.zeros((600, 700), np.float32)
    alpha[50:550, 270:430] = 1
    alpha[200 : 200 + stroke_px, 100:600] = 1
    return silhouette_of(alpha)


def test_arms_that_are_strokes_are_widened_where_they_would_be_lost_on_the_grid() -> None:
    thin, broad = stout(3), stout(40)
    arms = [found.mask[:, 150].sum() for found in (thin, broad)]
    assert 6 <= arms[0] <= 14 and arms[1] == 40
    grid = fit_grid(thin, 1.0, 72, np.empty((0, 4)))
    assert grid.matte[:, int(grid.offset[0] - 5)].max() > 0.5 or len(grid.extremities) >= 2


def test_what_is_above_the_eyes_may_be_a_hat_and_counts_little() -> None:
    found = stout(40)
    eyes = np.array([350.0, 150.0, 40.0])
    plain, hat = (fit_grid(found, 1.0, 72, np.empty((0, 4)), None, seen) for seen in (None, eyes))
    assert np.isnan(plain.eyes).all() and hat.eyes[2] == pytest.approx(40 * 72 / 500)
    x, y = (int(value) for value in hat.eyes[:2])
    assert hat.weight[2 + y // 2, x] < plain.weight[2 + y // 2, x]
    assert np.array_equal(hat.weight[y:], plain.weight[y:])
