"""A run that makes nothing: which items each stage would get, and under which keys."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from configs.profile import Profile, load_profile
from data_contracts.job import Job
from data_contracts.manifest import Manifest, Row
from data_contracts.record import Record
from flows.order import Item
from flows.pipeline import synthesize
from flows.prepare import prepare
from tasks.stage import Stage, StageConfig


class Made(Record):
    """Stands for what a stage would have made: its content is the key that it would have."""

    key: str
    kind: str = "clip"
    num_frames: int = 8
    fps: float = 12.0


class KeysOnly:
    """Walks the pipeline, makes nothing, and notes each item's key."""

    def __init__(self) -> None:
        self.keys: dict[tuple[str, str], str] = {}
        self.parents: dict[tuple[str, str], set[str]] = {}

    def stage(self, stage: Stage[Any, Any], items: Sequence[Item], config: StageConfig) -> Manifest[Any]:
        rows = []
        for prepared in prepare(stage, items, config):
            assert prepared.order is not None
            key = prepared.order.key
            self.keys[stage.name, prepared.item.name] = key
            given = prepared.item.parents.items()
            self.parents[stage.name, prepared.item.name] = {name for name, parent in given if parent}
            rows.append(
                Row[Any].model_construct(
                    item=prepared.item.name, key=key, parents=[], status="ok", record=Made(key=key)
                )
            )
        return Manifest[Any].model_construct(stage=stage.name, rows=rows)


def keys_of(*jobs: Job) -> dict[tuple[str, str], str]:
    return walked(load_profile("embedded"), *jobs).keys


def walked(profile: Profile, *jobs: Job) -> KeysOnly:
    run = KeysOnly()
    synthesize(jobs, profile, run, {})
    return run
