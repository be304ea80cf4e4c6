from __future__ import annotations

import numpy as np

from models.puppet.laying_over import lay_over


def test_a_figure_is_mixed_as_its_equation_says_and_the_rest_is_left() -> None:
    rng = np.random.default_rng(3)
    alpha = np.clip(rng.normal(0.3, 0.6, (40, 50)), 0, 1.02).astype(np.float32)
    alpha[:8] = 0
    figure = np.dstack([rng.random((40, 50, 3), np.float32) * alpha[..., None], alpha])
    dark = (rng.random((40, 50)) * (rng.random((40, 50)) < 0.5)).astype(np.float32)
    dark[:4] = 0
    behind = rng.integers(0, 256, (40, 50, 3), np.uint8)

    picture, cover = behind.copy(), np.zeros((40, 50), np.uint8)
    lay_over(figure, dark, picture, cover)
    share = np.clip(alpha, 0, 1)
    mixed = 255 * figure[..., :3] + behind.astype(np.float32) * (1 - dark[..., None]) * (1 - share[..., None])
    np.testing.assert_array_equal(picture, np.clip(np.rint(mixed), 0, 255).astype(np.uint8))
    np.testing.assert_array_equal(cover, np.rint(255 * share).astype(np.uint8))
    np.testing.assert_array_equal(picture[:4], behind[:4])
