"""Frames of a clip as a person writes them: 'all', '12', '12-40', '12-40,66-80', counted from 0."""

from __future__ import annotations

import re

from data_contracts.errors import InputError

ALL = "all"
_RANGE = re.compile(r"(\d{1,7})(?:\s*-\s*(\d{1,7}))?", re.ASCII)
_EXPECTED = "'all', or frames as 12-40,66-80, counted from 0"


def check_frame_ranges(text: str) -> str:
    """The text, if it is one that `parse_frame_ranges` reads for a clip that is long enough.

    Raises:
        InputError: it is not, or its ranges run backwards or into one another.
    """
    _ranges(text)
    return text


def parse_frame_ranges(text: str, n_frames: int) -> tuple[tuple[int, int], ...]:
    """First and last frame of each range, both included, in order.

    Args:
        text: as a person writes it.
        n_frames: length of the clip that it is about.

    Raises:
        InputError: as `check_frame_ranges`, or a frame is not in the clip.
    """
    ranges = _ranges(text)
    if ranges is None:
        return ((0, n_frames - 1),)
    if ranges[-1][1] >= n_frames:
        raise InputError(
            "there are no such frames",
            where=f"frames {text!r}",
            expected=f"0 to {n_frames - 1}, as the clip has {n_frames}",
            got=ranges[-1][1],
        )
    return ranges


def _ranges(text: str) -> tuple[tuple[int, int], ...] | None:
    """The ranges as written, at least one; None for all frames."""
    if text.strip().lower() == ALL:
        return None
    ranges: list[tuple[int, int]] = []
    for part in text.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None:
            raise InputError(
                "these are no frames",
                where=f"frames {text!r}",
                expected=_EXPECTED,
                got=repr(part.strip()) if part.strip() else "nothing",
            )
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise InputError(
                "a range of frames runs backwards",
                where=f"frames {text!r}",
                expected=f"{last}-{first}",
                got=f"{first}-{last}",
            )
        if ranges and first <= ranges[-1][1]:
            raise InputError(
                "ranges of frames are out of order or overlap",
                where=f"frames {text!r}",
                expected=f"a range after frame {ranges[-1][1]}",
                got=part.strip(),
            )
        ranges.append((first, last))
    return tuple(ranges)
