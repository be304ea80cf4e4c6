"""A rendering as a picture: gaps between splats do not show the black behind."""

from __future__ import annotations

import numpy as np

from models.splatting.rendering import Rendering


def test_what_is_partly_covered_has_the_colour_of_what_covers_it() -> None:
    alpha = np.array([[1.0, 0.8, 0.5, 0.25, 0.0]], np.float32)
    colour = np.array([0.2, 0.6, 1.0], np.float32)
    drawn = Rendering(alpha[..., None] * colour, alpha, np.zeros_like(alpha))
    picture = drawn.picture(0.5)
    full = np.rint(255 * colour).astype(np.uint8)
    np.testing.assert_array_equal(picture[0, :3], np.tile(full, (3, 1)))
    np.testing.assert_allclose(picture[0, 3], 0.5 * 255 * colour, atol=0.51)
    assert not picture[0, 4].any()
