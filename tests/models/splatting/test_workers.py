"""Every part is done once, by as many threads as there are, and an error comes out."""

from __future__ import annotations

import threading
import time

import pytest

from models.splatting.workers import Workers


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_every_part_is_done_once(threads: int) -> None:
    workers, done = Workers(threads), []
    for _ in range(20):
        done.clear()
        workers.run(lambda part, parts, word: done.append((part, parts, word)), "given")
        parts = done[0][1]
        assert sorted(done) == [(part, parts, "given") for part in range(parts)]
        assert parts == 1 if threads == 1 else parts > threads


def test_the_caller_and_another_thread_work_at_the_same_time() -> None:
    seen = set()

    def kernel(part: int, parts: int) -> None:
        seen.add(threading.get_ident())
        time.sleep(0.002)

    Workers(2).run(kernel)
    assert len(seen) == 2 and threading.get_ident() in seen


@pytest.mark.parametrize("threads", [1, 3])
def test_an_error_comes_out_and_the_workers_stay_usable(threads: int) -> None:
    workers, done = Workers(threads), []

    def kernel(part: int, parts: int) -> None:
        if part == parts - 1:
            raise ValueError("of the last part")
        done.append(part)

    with pytest.raises(ValueError, match="of the last part"):
        workers.run(kernel)
    workers.run(lambda part, parts: done.append("again"))
    assert "again" in done
