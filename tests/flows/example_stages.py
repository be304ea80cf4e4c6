"""Small stages that the runner's tests and benchmark carry over many items."""

import errno
import os
import signal
import time
from pathlib import Path

from pydantic import Field

from data_contracts.errors import InputError
from data_contracts.record import FileRef, Record
from tasks.stage import StageConfig, stage


class Number(Record):
    value: int


class Page(Record):
    text: FileRef
    value: int


class ArithmeticConfig(StageConfig):
    add: int = 1


@stage(version=1, timeout_s=60, chunk=128)
def increment(number: Number, config: ArithmeticConfig, out_dir: Path) -> Number:
    return Number(value=number.value + config.add)


@stage(version=1, timeout_s=60, chunk=128)
def double(number: Number, config: ArithmeticConfig, out_dir: Path) -> Number:
    return Number(value=number.value * 2)


@stage(version=1, timeout_s=60, chunk=128)
def square(number: Number, config: ArithmeticConfig, out_dir: Path) -> Number:
    return Number(value=number.value**2)


@stage(version=1, timeout_s=60)
def write_page(number: Number, config: ArithmeticConfig, out_dir: Path) -> Page:
    (out_dir / "page.txt").write_text(f"{number.value}\n")
    return Page(text=FileRef.of(out_dir / "page.txt", out_dir), value=number.value)


def misbehave(number: Number) -> None:
    """4: an input error. 5: the process dies. 6: it hangs. 7: a bug."""
    if number.value == 4:
        raise InputError("four is not a number", where="item 4", expected="any other", got=4)
    if number.value == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    if number.value == 6:
        time.sleep(3600)
    if number.value == 7:
        raise ZeroDivisionError("bug")


@stage(version=1, timeout_s=3)
def poison(number: Number, config: ArithmeticConfig, out_dir: Path) -> Number:
    misbehave(number)
    return number


@stage(version=1, timeout_s=3, chunk=16)
def poison_in_chunks(number: Number, config: ArithmeticConfig, out_dir: Path) -> Number:
    misbehave(number)
    return number


class RoomConfig(StageConfig):
    full: Path = Field(json_schema_extra={"cache": False})
    """While this file is there, the disk counts as full."""


@stage(version=1, timeout_s=60)
def keep(number: Number, config: RoomConfig, out_dir: Path) -> Number:
    if number.value > 2 and config.full.exists():
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as error:
            raise InputError("the encoder failed") from error
    return number


class LoggedConfig(StageConfig):
    log: Path = Field(json_schema_extra={"cache": False})
    """Every execution appends a line here, so that a test can count them."""
    seconds: float = 0.0


def execute_logged(number: Number, config: LoggedConfig, name: str) -> Number:
    time.sleep(config.seconds)
    with config.log.open("a") as stream:
        stream.write(f"{name} {number.value}\n")
    return Number(value=number.value + 1)


@stage(version=1, timeout_s=60)
def first(number: Number, config: LoggedConfig, out_dir: Path) -> Number:
    return execute_logged(number, config, "first")


@stage(version=1, timeout_s=60)
def second(number: Number, config: LoggedConfig, out_dir: Path) -> Number:
    return execute_logged(number, config, "second")
