"""Threads that share the work of a kernel."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

PARTS_A_THREAD = 16
"""Work is cut finer than there are threads: who is ready first takes the next part, so that a thread which
the system interrupts does not keep the others waiting."""


class Workers:
    """The caller's thread and `threads` - 1 others.

    Args:
        threads: how many work at the same time.
    """

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads - 1) if threads > 1 else None

    def run(self, kernel: Callable[..., Any], *arguments: Any) -> None:
        """Call `kernel(part, parts, *arguments)` for every part, and return when all are done.

        A kernel must write each number in one part only, and compute it in a way that does not depend on
        how many parts there are: then results are the same bit for bit for any number of threads.
        """
        if self._pool is None:
            kernel(0, 1, *arguments)
            return
        parts = self._threads * PARTS_A_THREAD
        waiting = iter(range(parts))  # the interpreter's lock lets only one thread at a time take the next

        def work() -> None:
            for part in waiting:
                kernel(part, parts, *arguments)

        others = [self._pool.submit(work) for _ in range(self._threads - 1)]
        work()
        for other in others:
            other.result()
