from __future__ import annotations

import pytest

from data_contracts.errors import InputError
from data_contracts.side_swaps import check_side_swaps, parse_side_swaps


@pytest.mark.parametrize(
    ("text", "swaps"),
    [
        ("all", [("body", ((0, 99),))]),
        ("12-40,66", [("body", ((12, 40), (66, 66)))]),
        ("legs 12-40, 66-80; Arms all", [("legs", ((12, 40), (66, 80))), ("arms", ((0, 99),))]),
        ("body 3 ;legs 4", [("body", ((3, 3),)), ("legs", ((4, 4),))]),
    ],
)
def test_parts_and_frames_as_people_write_them(text: str, swaps: object) -> None:
    assert check_side_swaps(text) == text
    assert parse_side_swaps(text, 100) == swaps


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("legs", "got nothing"),
        ("legs 4;", "got nothing"),
        ("head 4-5", "'head 4-5'"),
        ("legsy 4", "'legsy 4'"),
        ("legs 9-4", "backwards"),
    ],
)
def test_nonsense_is_refused_and_named(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        check_side_swaps(text)


def test_frames_beyond_the_clip_are_refused() -> None:
    with pytest.raises(InputError, match="no such frames"):
        parse_side_swaps("legs 2-12", 10)
