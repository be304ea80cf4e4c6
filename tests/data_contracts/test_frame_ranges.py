from __future__ import annotations

import pytest

from data_contracts.errors import InputError
from data_contracts.frame_ranges import check_frame_ranges, parse_frame_ranges


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        ("all", ((0, 99),)),
        (" ALL ", ((0, 99),)),
        ("7", ((7, 7),)),
        ("12-40", ((12, 40),)),
        ("12-40,66-80", ((12, 40), (66, 80))),
        (" 0 - 3 , 4-99 ", ((0, 3), (4, 99))),
    ],
)
def test_frames_as_people_write_them(text: str, ranges: tuple[tuple[int, int], ...]) -> None:
    assert check_frame_ranges(text) == text
    assert parse_frame_ranges(text, 100) == ranges


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "got nothing"),
        ("12-40,", "got nothing"),
        ("most", "'most'"),
        ("-5", "no frames"),
        ("1.5-2", "no frames"),
        ("12-", "no frames"),
        ("12:40", "no frames"),
        ("٣-٤", "no frames"),
        ("all,3-4", "no frames"),
        ("40-12", "expected 12-40"),
        ("5-9,9-12", "after frame 9"),
        ("66-80,12-40", "out of order"),
    ],
)
def test_nonsense_is_refused_and_named(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_frame_ranges(text)
    with pytest.raises(InputError, match=said):
        parse_frame_ranges(text, 100)


def test_frames_beyond_the_clip_are_refused() -> None:
    assert parse_frame_ranges("0-9", 10) == ((0, 9),)
    with pytest.raises(InputError, match=r"0 to 9, as the clip has 10; got 10"):
        parse_frame_ranges("0-10", 10)
