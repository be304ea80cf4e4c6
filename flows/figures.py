"""Figures: the references of jobs with what a person gave along with them, each combination once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from data_contracts.given_file import GivenFile
from data_contracts.job import name_of


class Given(NamedTuple):
    """An item of another stage's, and the file that a person gave for it, if any."""

    of: str
    file: GivenFile | None


@dataclass
class Variants:
    """Items of a stage that a person's file may override, under which names."""

    items: dict[str, Given] = field(default_factory=dict)
    """By name: 'fox' as it is found, 'fox+hand_mask' with a file by hand."""
    _names: dict[tuple[str, str], str] = field(default_factory=dict)

    def name(self, of: str, location: str | None, digest: Callable[[str], str]) -> str:
        """The name of an item with, or without, a given file; files of equal bytes are one item."""
        if location is None:
            self.items.setdefault(of, Given(of, None))
            return of
        sha256 = digest(location)
        known = self._names.get((of, sha256))
        if known:
            return known
        name = f"{of}+{name_of(location)}"
        if name in self.items:
            name = next(
                f"{name}-{n}" for n in range(2, len(self.items) + 3) if f"{name}-{n}" not in self.items
            )
        self._names[of, sha256] = name
        self.items[name] = Given(of, GivenFile(location=location, sha256=sha256))
        return name
