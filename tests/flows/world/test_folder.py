"""The world's folder refuses what would be spoilt or mixed up."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_contracts.errors import ConfigError
from flows.world.folder import WorldFolder
from models.world.planning import Production

PRODUCTION = Production(seed=1)


@pytest.mark.slow
def test_a_world_may_grow(tmp_path: Path) -> None:
    folder = WorldFolder(tmp_path / "world")
    for count in (1, 3):
        with folder.opened(count, PRODUCTION):
            assert f'"count": {count}' in folder.description.read_text()


def test_another_world_is_refused(tmp_path: Path) -> None:
    folder = WorldFolder(tmp_path)
    with folder.opened(1, PRODUCTION):
        pass
    other = PRODUCTION.model_copy(update={"seed": 2, "fps": 12.0})
    with (
        pytest.raises(ConfigError, match=r"another world.*fps 24.*seed 1.*fps 12.*seed 2"),
        folder.opened(1, other),
    ):
        pass


def test_a_folder_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(ConfigError, match="no world"), WorldFolder(tmp_path).opened(1, PRODUCTION):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(ConfigError, match="a file is in"),
        WorldFolder(tmp_path / "file").opened(1, PRODUCTION),
    ):
        pass


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    folder = WorldFolder(tmp_path)
    with (
        folder.opened(1, PRODUCTION),
        pytest.raises(ConfigError, match="another process"),
        folder.opened(1, PRODUCTION),
    ):
        pass


def test_a_folder_that_was_left_before_it_was_described_is_new(tmp_path: Path) -> None:
    (tmp_path / "takes").mkdir()
    for name in (".lock", ".world.json.17.partial"):
        (tmp_path / name).touch()
    folder = WorldFolder(tmp_path)
    with folder.opened(1, PRODUCTION):
        assert folder.description.is_file()


def test_takes_without_a_description_are_not_taken_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "takes" / "shot0001.bird-0007").mkdir(parents=True)
    with pytest.raises(ConfigError, match="no world"), WorldFolder(tmp_path).opened(1, PRODUCTION):
        pass


def test_a_damaged_description_is_named(tmp_path: Path) -> None:
    (tmp_path / "world.json").write_text('{"format": ')
    with pytest.raises(ConfigError, match=r"world\.json.*cannot be read"):
        WorldFolder(tmp_path).opened(1, PRODUCTION).__enter__()
