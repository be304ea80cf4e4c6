"""The roles of the accuracy table, one file each that exports `ROLE`."""

from __future__ import annotations

import importlib

from data_contracts.errors import ConfigError
from flows.accuracy.role import Role

ROLES: tuple[str, ...] = (
    "segment",
    "track_pose",
    "track_camera",
    "estimate_depth",
    "complete_background",
    "render_background",
    "rig",
    "animate",
    "score",
    "filter",
)
"""Names of the modules of this package, in the table's order. They are imported when they are asked for, so
that the command line answers at once."""


def module_of(name: str) -> str:
    """Dotted name of a role's module."""
    return f"{__name__}.{name}"


def load_role(name: str) -> Role:
    """The role that a module of this package exports.

    Raises:
        ConfigError: there is none of this name.
    """
    if name not in ROLES:
        raise ConfigError(
            "there is no such role",
            where=name,
            expected=f"one of {', '.join(ROLES)}",
            hint="bunraku accuracy --role NAME, repeatable",
        )
    role = importlib.import_module(module_of(name)).ROLE
    assert isinstance(role, Role)
    return role


def role_names() -> list[str]:
    """What the roles call themselves, in the table's order."""
    return [load_role(name).name for name in ROLES]
