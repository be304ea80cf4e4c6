"""Reading ahead: what the next step needs is made while the present one is computed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")


class ReadAhead(Generic[T]):
    """What a function of the step gives, made one step ahead in a thread. It must depend on nothing else."""

    def __init__(self, make: Callable[[int], T], last: int) -> None:
        """Make steps up to `last`, which is not one of them."""
        self._make, self._last = make, last
        self._thread = ThreadPoolExecutor(1, "read ahead")
        self._waiting: tuple[int, Future[T]] | None = None

    def __enter__(self) -> ReadAhead[T]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(wait=True, cancel_futures=True)

    def __call__(self, step: int) -> T:
        """What a step needs; raises what making it raised."""
        asked, future = self._waiting or (None, None)
        if future is None or asked != step:
            future = self._thread.submit(self._make, step)
        found = future.result()
        self._waiting = (
            (step + 1, self._thread.submit(self._make, step + 1)) if step + 1 < self._last else None
        )
        return found
