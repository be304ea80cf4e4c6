"""Buckets: what a run is shown, in each of its sizes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from data_contracts.take import Split
from flows.train.data_order import Bucket
from flows.train.framing import ClipSize
from flows.train.picture_stills import picture_stills
from flows.train.stills import Stills
from flows.train.world_clips import WorldClips
from flows.train.world_stills import world_stills


def buckets_of(
    world: Path, split: Split, sizes: Sequence[ClipSize], stride: int, pictures: Path | None = None
) -> list[Bucket]:
    """A world's clips and stills, and anybody's pictures, in each size.

    Args:
        world: folder of `bunraku world`.
        split: which identities, motions and cameras.
        sizes: of the buckets; every take that is long enough is in every bucket.
        stride: every so many frames of a take are used.
        pictures: folder of `picture_stills`.

    Raises:
        ConfigError: no world there, no take long enough for a size, or no pictures.
    """
    stills = [*world_stills(world, split), *(picture_stills(pictures) if pictures else [])]
    return [Bucket(WorldClips(world, split, size, stride), Stills(stills, size)) for size in sizes]
