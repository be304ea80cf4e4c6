"""Shards as Prefect tasks: named after their stage, `Cached` when the store had everything.

Prefect schedules shards, shows them and limits their concurrency. It is given nothing but a number: items
and their results stay with the runner, whose store and manifests are the one mechanism for resuming.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.runner import Shard, ShardOutcomes


class PrefectShards:
    """Runs the shards of a stage as tasks of the flow run that it is called in."""

    def __call__(
        self, stage: str, shards: Sequence[Shard], carry_out: Callable[[Shard], ShardOutcomes]
    ) -> list[ShardOutcomes]:
        """Carry out every shard and return their outcomes by key, in the shards' order."""
        results: list[ShardOutcomes] = [{} for _ in shards]

        @task(name=stage, cache_policy=NO_CACHE, persist_result=False)
        def run_shard(index: int) -> State[None]:
            results[index] = carry_out(shards[index])
            return _state(results[index])

        names = [f"{stage} {index + 1} of {len(shards)}" for index in range(len(shards))]
        futures = [
            run_shard.with_options(task_run_name=name).submit(index) for index, name in enumerate(names)
        ]
        for future in futures:
            future.result()
        return results


def _state(outcomes: ShardOutcomes) -> State[None]:
    cached = sum(outcome.cached for outcome in outcomes.values())
    failed = sum(outcome.record is None for outcome in outcomes.values())
    message = f"{len(outcomes)} items: {cached} cached, {failed} failed"
    if outcomes and cached == len(outcomes) and not failed:
        return Completed(name="Cached", message=message)
    return Completed(name="Completed with failures" if failed else "Completed", message=message)
