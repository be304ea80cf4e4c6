"""A world's common properties as a user gives them, checked."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from data_contracts.errors import ConfigError
from models.world.planning import Production


def production_of(**values: Any) -> Production:
    """Check what all shots have in common.

    Raises:
        ConfigError: a value is out of its bounds.
    """
    try:
        return Production(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0])
        raise ConfigError(
            f"--{name.removesuffix('_px').replace('_', '-')} is wrong",
            expected=first["msg"].removeprefix("Input should be "),
            got=first["input"],
        ) from None
