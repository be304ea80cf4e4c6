"""Stage: a plain typed function, plus what the runner needs to know about it.

    @stage(version=1, timeout_s=120)
    def estimate_depth(background: Background, config: DepthConfig, out_dir: Path) -> Depth: ...

The signature is the contract: parameters typed as records are the item's inputs (optional with ``| None``,
several with ``list[...]``), ``config`` is the stage's settings, ``out_dir`` an empty folder for the files,
``seed`` (where declared) the job's seed. The function returns a record whose files lie in ``out_dir``, or
raises an error of `data_contracts.errors`. Tests call the function itself.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from data_contracts.record import Record, sha256_of_file

P = ParamSpec("P")
R = TypeVar("R", bound=Record)

_RESERVED = ("config", "out_dir", "seed", "return")


class StageConfig(BaseModel):
    """Base of the settings of stages. Frozen; unknown fields are refused.

    A field marked ``Field(..., json_schema_extra={"cache": False})`` does not change the output and stays
    out of the key.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    timeout_s: float | None = Field(None, gt=0, allow_inf_nan=False, json_schema_extra={"cache": False})
    """Wall-clock limit of one item, in place of the stage's own: long clips, slow machines."""

    def key_content(self) -> dict[str, Any]:
        """The part of the settings that changes the output, with backends' versions and weights."""
        return _key_content(self)


def _key_content(model: BaseModel) -> dict[str, Any]:
    content: dict[str, Any] = {}
    for name, field in type(model).model_fields.items():
        extra = field.json_schema_extra
        if isinstance(extra, dict) and extra.get("cache") is False:
            continue
        value = getattr(model, name)
        content[name] = _key_content(value) if isinstance(value, BaseModel) else _plain(value)
    if version := getattr(type(model), "version", None):
        content["version"] = version
    weights = getattr(model, "weights", None)
    if callable(weights):
        content["weights"] = [sha256_of_file(path) for path in weights() if path.is_file()]
    return content


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return value.as_posix()
    if isinstance(value, (list, tuple)):
        return [
            _key_content(element) if isinstance(element, BaseModel) else _plain(element) for element in value
        ]
    if isinstance(value, dict):
        return {str(name): _plain(element) for name, element in value.items()}
    return value


@dataclass(frozen=True)
class StageInput:
    """One input parameter of a stage."""

    name: str
    record_type: type[Record]
    optional: bool
    several: bool


@dataclass(frozen=True, eq=False)
class Stage(Generic[P, R]):
    """A stage function and the runner's facts about it. Calling it calls the function."""

    function: Callable[P, R]
    version: int
    timeout_s: float
    chunk: int
    """How many items one message to a worker carries: over 1 only for stages of milliseconds."""

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(*args, **kwargs)

    @property
    def name(self) -> str:
        """The function's name: a verb."""
        return self.function.__name__

    @property
    def address(self) -> str:
        """Where a worker process finds the stage: 'module:function'."""
        return f"{self.function.__module__}:{self.function.__qualname__}"

    @cached_property
    def _hints(self) -> dict[str, Any]:
        return typing.get_type_hints(self.function)

    @cached_property
    def inputs(self) -> tuple[StageInput, ...]:
        """The stage's input parameters, in order."""
        return tuple(
            _stage_input(self.name, name, hint) for name, hint in self._hints.items() if name not in _RESERVED
        )

    def limit_s(self, config: StageConfig) -> float:
        """Seconds after which the worker of an item (or of a chunk of items) is stopped."""
        return config.timeout_s or self.timeout_s

    @property
    def takes_seed(self) -> bool:
        """Whether the stage's output depends on the job's seed."""
        return "seed" in self._hints

    @property
    def config_type(self) -> type[StageConfig]:
        """The type of the stage's settings."""
        return typing.cast(type[StageConfig], self._hints["config"])

    @property
    def record_type(self) -> type[R]:
        """The type of the rows that the stage makes."""
        return typing.cast(type[R], self._hints["return"])


def _stage_input(stage_name: str, name: str, hint: Any) -> StageInput:
    optional = several = False
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        members = [member for member in typing.get_args(hint) if member is not types.NoneType]
        optional, hint = len(members) < len(typing.get_args(hint)), members[0]
    if typing.get_origin(hint) is list:
        several, hint = True, typing.get_args(hint)[0]
    if not (isinstance(hint, type) and issubclass(hint, Record)):
        raise TypeError(f"stage {stage_name}: input {name!r} must be a Record, got {hint!r}")
    return StageInput(name, hint, optional, several)


def stage(*, version: int, timeout_s: float, chunk: int = 1) -> Callable[[Callable[P, R]], Stage[P, R]]:
    """Declare a stage.

    Args:
        version: raised when the output's meaning changes; part of every item's key.
        timeout_s: wall-clock limit of one item, unless its settings say another; the worker is killed when
            it is passed.
        chunk: items per message to a worker.
    """

    def declare(function: Callable[P, R]) -> Stage[P, R]:
        return Stage(function, version, timeout_s, chunk)

    return declare
