"""Side swaps as a person writes them: of which parts of a driver left and right are exchanged, and when."""

from __future__ import annotations

import re
from typing import Literal, cast, get_args

from data_contracts.frame_ranges import check_frame_ranges, parse_frame_ranges

SwappedPart = Literal["body", "arms", "legs"]
"""``body`` is everything that has two sides."""
_GROUP = re.compile(rf"\s*(?:({'|'.join(get_args(SwappedPart))})\b)?(.*)", re.DOTALL | re.IGNORECASE)


def check_side_swaps(text: str) -> str:
    """The text, if `parse_side_swaps` reads it for a clip that is long enough.

    Raises:
        InputError: it does not.
    """
    for _, frames in _groups(text):
        check_frame_ranges(frames)
    return text


def parse_side_swaps(text: str, n_frames: int) -> list[tuple[SwappedPart, tuple[tuple[int, int], ...]]]:
    """Parts and frames of '12-40', 'all', or 'legs 12-40,66-80; arms all'.

    Args:
        text: groups of frames between semicolons, each with ``arms``, ``legs`` or nothing before it.
        n_frames: length of the clip.

    Raises:
        InputError: a group's frames are none, or not in the clip.
    """
    return [(part, parse_frame_ranges(frames, n_frames)) for part, frames in _groups(text)]


def _groups(text: str) -> list[tuple[SwappedPart, str]]:
    matches = [_GROUP.fullmatch(group) for group in text.split(";")]
    return [(cast(SwappedPart, (m[1] or "body").lower()), m[2].strip()) for m in matches if m is not None]
