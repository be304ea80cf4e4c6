"""Several figures in one picture: each was drawn alone before the same background."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from data_contracts.animation import Drawn


def back_to_front(depth: Sequence[float], ground_y: Sequence[float]) -> list[int]:
    """Order in which figures are laid over each other, the farthest first.

    Of figures equally far away the one that stands lower in the picture is nearer; of equals the first one.

    Args:
        depth: of each figure, away from the camera.
        ground_y: where each stands in the picture, y down.
    """
    return sorted(range(len(depth)), key=lambda k: (-depth[k], ground_y[k], -k))


def joined(background: Iterable[NDArray[np.uint8]], figures: Sequence[Iterable[Drawn]]) -> Iterator[Drawn]:
    """Lay figures over each other, frame by frame.

    Args:
        background: frames uint8 [H, W, 3] before which each was drawn.
        figures: the farthest first; each a picture and an alpha a frame.

    Yields:
        the picture and the alpha of all.
    """
    for behind, *layers in zip(background, *figures, strict=True):
        picture, cover = layers[0][0].astype(np.float32), layers[0][1] / np.float32(255)
        for drawn, alpha in layers[1:]:
            share = alpha / np.float32(255)
            picture = _laid_over(picture, drawn, share, behind)
            cover = cover + share - cover * share
        yield (
            np.clip(np.rint(picture), 0, 255).astype(np.uint8),
            np.rint(255 * cover).astype(np.uint8),
        )


def _laid_over(
    picture: NDArray[np.float32],
    drawn: NDArray[np.uint8],
    share: NDArray[np.float32],
    behind: NDArray[np.uint8],
) -> NDArray[np.float32]:
    """A figure, taken off the background that it was drawn before, over a picture.

    Where only its shadow falls it darkens the picture by the share by which it darkened the background.
    """
    place = behind.astype(np.float32)
    own = drawn - place * (1 - share[..., None])
    over = picture * (1 - share[..., None]) + own
    shade = picture * np.minimum(1, (drawn + np.float32(1)) / (place + 1))
    return np.where(share[..., None] > 0, over, shade)
