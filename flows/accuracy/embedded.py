"""Which backends the embedded profile is made of: the ones that targets and the gate are about."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pydantic import BaseModel

from configs.profile import load_profile


def is_embedded(backend: BaseModel) -> bool:
    """Whether the embedded profile uses such a backend, or a stage with such settings."""
    return type(backend) in _types()


@cache
def _types() -> frozenset[type[BaseModel]]:
    return frozenset(type(part) for part in _parts(load_profile("embedded")))


def _parts(model: BaseModel) -> Iterator[BaseModel]:
    for name in type(model).model_fields:
        value = getattr(model, name)
        for part in value if isinstance(value, (list, tuple)) else [value]:
            if isinstance(part, BaseModel):
                yield part
                yield from _parts(part)
