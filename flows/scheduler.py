"""Threads: the scheduler that needs no Prefect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from flows.runner import Shard, ShardOutcomes


class Threads:
    """Runs the shards of a stage in threads of this process (the work itself is done by the workers)."""

    def __init__(self, threads: int) -> None:
        self._threads = threads

    def __call__(
        self, stage: str, shards: Sequence[Shard], carry_out: Callable[[Shard], ShardOutcomes]
    ) -> list[ShardOutcomes]:
        """Carry out every shard and return their outcomes by key, in the shards' order."""
        pool = ThreadPoolExecutor(self._threads, thread_name_prefix=stage)
        try:
            return list(pool.map(carry_out, shards))
        finally:
            # Not waiting: after an interruption the threads end once the workers have been stopped.
            pool.shutdown(wait=False, cancel_futures=True)
