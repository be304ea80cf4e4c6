"""Reading ahead: every step's own, one step early, once, and errors where they belong."""

from __future__ import annotations

import threading

import pytest

from flows.train.read_ahead import ReadAhead


def test_each_step_gets_its_own_and_the_next_is_made_meanwhile() -> None:
    made: list[int] = []
    early = threading.Event()

    def make(step: int) -> int:
        made.append(step)
        if step == 4:
            early.set()
        return 10 * step

    with ReadAhead(make, last=6) as ahead:
        assert ahead(3) == 30
        assert early.wait(10), "made while step 3 is at work"
        assert [ahead(4), ahead(5)] == [40, 50]
    assert made == [3, 4, 5], "none twice, and none past the last"


def test_another_step_than_the_next_is_made_for_itself() -> None:
    with ReadAhead(lambda step: step, last=9) as ahead:
        assert [ahead(step) for step in (0, 5, 1, 1)] == [0, 5, 1, 1]


def test_an_error_is_raised_by_the_step_that_it_belongs_to() -> None:
    def make(step: int) -> int:
        if step == 1:
            raise ValueError("torn file")
        return step

    with ReadAhead(make, last=3) as ahead:
        assert ahead(0) == 0
        with pytest.raises(ValueError, match="torn file"):
            ahead(1)
