"""The exceptions of Bunraku.

    BunrakuError                 base: says what, where, expected, got, and what to do next
    ├── InputError               something that a user gave is not usable
    │   └── NoFigureError        there is nobody to animate or to follow in the picture or clip
    ├── ConfigError              a profile, a job table or an option is wrong (exit code 1)
    ├── ContractError            an artifact or a manifest does not keep its contract
    ├── BackendUnavailable       a backend lacks a package, weights or a device
    ├── EstimationError          a method could not find an answer that can be trusted
    ├── StorageFull              no room is left for results: the run ends (exit code 3)
    └── StageCrash               a worker process died on an item
        └── StageTimeout         an item ran past its wall-clock limit

An error is raised where the fact is known, travels to the runner, and ends as a row of the stage's
manifest. Nothing is ever replaced by a sentinel value.
"""

from __future__ import annotations

from typing import Self


class BunrakuError(Exception):
    """Base of all errors that Bunraku raises on purpose.

    Args:
        what: what is wrong, in a few words.
        where: the file, field, row or frame that it is about.
        expected: what would have been right.
        got: what was found instead.
        hint: what the reader can do next.
    """

    def __init__(
        self, what: str, *, where: object = "", expected: object = "", got: object = "", hint: str = ""
    ) -> None:
        self.what = what
        self.where = _printable(where)
        self.expected = _printable(expected)
        self.got = _printable(got)
        self.hint = hint
        super().__init__(str(self))

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        facts = [f"{name} {fact}" for name, fact in (("expected", self.expected), ("got", self.got)) if fact]
        if facts:
            text += f" ({'; '.join(facts)})"
        return f"{text}. {self.hint}" if self.hint else text

    def at(self, place: object) -> Self:
        """The same error, said of a place that the one who raised it did not know: a file's name."""
        where = f"{place}, {self.where}" if self.where else str(place)
        return type(self)(self.what, where=where, expected=self.expected, got=self.got, hint=self.hint)

    @classmethod
    def of(cls, error: BunrakuError) -> Self:
        """What another kind of error says, as one of this kind."""
        return cls(error.what, where=error.where, expected=error.expected, got=error.got, hint=error.hint)

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions cross process borders; keyword-only arguments need their own way.
        return _rebuild, (type(self), self.what, self.where, self.expected, self.got, self.hint)


def _printable(fact: object) -> str:
    # Names of files may hold bytes that are no UTF-8: those would break the manifest that they are told in.
    return str(fact).encode(errors="backslashreplace").decode()


def _rebuild(
    kind: type[BunrakuError], what: str, where: str, expected: str, got: str, hint: str
) -> BunrakuError:
    return kind(what, where=where, expected=expected, got=got, hint=hint)


class InputError(BunrakuError):
    """Something that a user gave is not usable."""


class NoFigureError(InputError):
    """There is nobody to animate or to follow in the picture or clip."""


class ConfigError(BunrakuError):
    """A profile, a job table or a command-line option is wrong."""


class ContractError(BunrakuError):
    """An artifact or a manifest does not keep its contract."""


class BackendUnavailable(BunrakuError):
    """A backend lacks a package, weights or a device."""


class EstimationError(BunrakuError):
    """A method could not find an answer that can be trusted."""


class StorageFull(BunrakuError):
    """No room is left where results are kept. No item's fault: the run ends, and goes on once there is."""


class StageCrash(BunrakuError):
    """A worker process died while it worked on an item."""


class StageTimeout(StageCrash):
    """An item ran past its wall-clock limit."""
