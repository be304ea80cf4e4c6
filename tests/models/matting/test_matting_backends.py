"""What every matting backend must keep, whatever its method. New members of the unions are tested by this."""

from __future__ import annotations

import typing
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from models.matting import (
    ClipMattingConfig,
    KeyedMattingConfig,
    StillMattingConfig,
    load_clip,
    load_keyed,
    load_still,
)


def members(union: Any) -> list[Any]:
    return list(typing.get_args(typing.get_args(union)[0]))


UNIONS = (StillMattingConfig, ClipMattingConfig, KeyedMattingConfig)
BACKENDS = sorted({member for union in UNIONS for member in members(union)}, key=lambda c: c.__name__)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_backend_names_itself_and_its_needs(backend: Any) -> None:
    config = backend()
    assert config.kind == backend.model_fields["kind"].default and backend.version >= 1
    assert all(isinstance(path, Path) for path in config.weights())
    lack = config.missing()
    assert lack is None or len(lack) > 10, "says what is missing and what to do"
    # Weights that are not there make the backend unusable, and only they, a hub commit or a package can.
    assert lack is None or config.weights() or config.revision is None


@pytest.mark.parametrize("backend", BACKENDS)
def test_settings_are_frozen_and_unknown_ones_refused(backend: Any) -> None:
    with pytest.raises(ValidationError):
        backend(no_such_setting=1)
    with pytest.raises(ValidationError):
        backend().kind = "other"


def test_every_member_loads_without_its_weights() -> None:
    for backend in members(StillMattingConfig):
        assert callable(load_still(backend()))
    for backend in members(ClipMattingConfig):
        assert callable(load_clip(backend()))
    for backend in members(KeyedMattingConfig):
        assert callable(load_keyed(backend()))
