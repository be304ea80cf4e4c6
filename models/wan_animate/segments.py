"""Into what segments a clip is cut: all of one length, each shown the end of the one before."""

from __future__ import annotations

from math import ceil

FRAMES_PER_LATENT = 4
"""Of Wan's VAE; a clip's first frame has a latent of its own."""


def segment_length(frames: int, longest: int, overlap: int) -> int:
    """Frames of each segment: as few segments as the longest would take, and little that nobody asked for.

    Args:
        frames: of the clip, over `overlap`.
        longest: 4k + 1, over twice the overlap.
        overlap: frames that a segment shares with the one before.

    Returns:
        4k + 1, at most `longest`, over twice the overlap: the pipeline counts its segments wrongly otherwise.
    """
    fresh = frames - overlap
    pieces = ceil(fresh / (longest - overlap))
    needed = max(overlap + ceil(fresh / pieces), 2 * overlap + 1)
    return FRAMES_PER_LATENT * ceil((needed - 1) / FRAMES_PER_LATENT) + 1
