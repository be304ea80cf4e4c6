from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from data_contracts.errors import InputError
from flows import cli, full_disk


def full() -> OSError:
    return OSError(errno.ENOSPC, "No space left on device", "runs/a/state.json")


def test_what_came_of_a_full_disk_is_told_through_other_errors() -> None:
    told = InputError("the encoder failed")
    told.__cause__ = full()
    assert full_disk.says_full(told)
    assert full_disk.says_full(OSError(errno.EROFS, "Read-only file system"))
    assert not full_disk.says_full(InputError("the encoder failed"))
    assert not full_disk.says_full(OSError(errno.EACCES, "Permission denied"))


def test_an_encoder_that_only_says_that_it_failed_is_believed_while_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    silent = InputError("the encoder failed")
    assert not full_disk.came_of_full_disk(silent, tmp_path)
    with monkeypatch.context() as only_read:
        only_read.setattr(full_disk.os, "access", lambda folder, how: False)
        assert full_disk.came_of_full_disk(silent, tmp_path)
    usage = full_disk.shutil.disk_usage(tmp_path)._replace(free=4096)
    monkeypatch.setattr(full_disk.shutil, "disk_usage", lambda folder: usage)
    assert full_disk.came_of_full_disk(silent, tmp_path)


def test_the_command_line_says_so_and_has_an_exit_code_for_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def profiles(*_: Any, **__: Any) -> None:
        raise full()

    monkeypatch.setattr("configs.profile.profile_names", profiles)
    assert cli.invoke(["profiles"]) == 3
    said = capsys.readouterr().err
    assert "StorageFull" in said and "runs/a/state.json" in said and "Make room" in said
