"""Training settings from a YAML file, with every fault named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from data_contracts.errors import ConfigError
from flows.train.settings import TrainSettings


def read_settings(path: Path | None, **overrides: Any) -> TrainSettings:
    """Settings: the defaults, then the file's, then those given that are not None.

    Raises:
        ConfigError: a file that is none, or a setting that does not exist or is out of its bounds.
    """
    told: Any = {}
    if path is not None:
        try:
            told = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise ConfigError("settings that cannot be read", where=path, got=error) from None
    if not isinstance(told, dict):
        raise ConfigError(
            "settings that are no settings", where=path, expected="names and values", got=type(told).__name__
        )
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return TrainSettings(**(told | given))
    except ValidationError as error:
        first = error.errors()[0]
        raise ConfigError(
            "a setting is wrong",
            where=f"{path or 'options'}: {'.'.join(map(str, first['loc']))}",
            expected=first["msg"].removeprefix("Input should be "),
            got=first["input"],
            hint=f"Settings are: {', '.join(TrainSettings.model_fields)}.",
        ) from None
