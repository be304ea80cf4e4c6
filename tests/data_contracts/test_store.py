import json
import os
from pathlib import Path

import pytest

from data_contracts.errors import ConfigError, ContractError
from data_contracts.record import FileRef, Record
from data_contracts.store import Cost, ItemStore

KEY = "ab" * 32
COST = Cost(seconds=1.5, peak_memory_mb=20.0, device="cpu")


class Note(Record):
    text: FileRef
    words: int


def write_note(folder: Path, text: str = "hello") -> Note:
    (folder / "pages").mkdir(exist_ok=True)
    (folder / "pages" / "note.txt").write_text(text)
    return Note(text=FileRef.of(folder / "pages" / "note.txt", folder), words=1)


def commit_note(store: ItemStore, text: str = "hello") -> Note:
    with store.partial("note") as partial:
        return store.commit("note", KEY, partial, write_note(partial, text), COST)


def test_an_item_comes_back_with_its_files_and_its_cost(tmp_path: Path) -> None:
    store = ItemStore(tmp_path)
    assert store.find("note", KEY, Note) is None
    commit_note(store)
    item = store.find("note", KEY, Note, verify=True)
    assert item is not None
    assert item.record.path(item.record.text).read_text() == "hello"
    assert item.cost == COST
    assert list((tmp_path / ".partial").iterdir()) == []


def test_an_item_is_never_overwritten(tmp_path: Path) -> None:
    store = ItemStore(tmp_path)
    commit_note(store, "first")
    commit_note(store, "second")
    item = store.find("note", KEY, Note)
    assert item is not None
    assert item.record.path(item.record.text).read_text() == "first"


def test_a_failed_stage_leaves_nothing(tmp_path: Path) -> None:
    store = ItemStore(tmp_path)
    with pytest.raises(ZeroDivisionError), store.partial("note") as partial:
        write_note(partial)
        raise ZeroDivisionError
    assert list((tmp_path / ".partial").iterdir()) == []
    assert store.find("note", KEY, Note) is None


def test_what_killed_processes_left_is_swept_once_it_is_old(tmp_path: Path) -> None:
    store = ItemStore(tmp_path)
    for name, age_s in (("note-dead", 2 * 86400), ("note-alive", 60)):
        folder = tmp_path / ".partial" / name
        folder.mkdir(parents=True)
        os.utime(folder, (folder.stat().st_mtime - age_s,) * 2)
    assert store.sweep() == 1
    assert [folder.name for folder in (tmp_path / ".partial").iterdir()] == ["note-alive"]


def test_a_record_that_names_a_missing_file_is_not_committed(tmp_path: Path) -> None:
    store = ItemStore(tmp_path)
    with store.partial("note") as partial:
        note = write_note(partial)
        (partial / "pages" / "note.txt").unlink()
        with pytest.raises(ContractError, match="missing"):
            store.commit("note", KEY, partial, note, COST)
    assert store.find("note", KEY, Note) is None


@pytest.mark.parametrize("damage", ["delete", "shorten", "record", "no record"])
def test_a_damaged_item_is_moved_aside_and_made_anew(tmp_path: Path, damage: str) -> None:
    store = ItemStore(tmp_path)
    commit_note(store)
    folder = store.folder("note", KEY)
    if damage == "delete":
        (folder / "pages" / "note.txt").unlink()
    elif damage == "shorten":
        (folder / "pages" / "note.txt").write_text("hell")
    elif damage == "record":
        (folder / "record.json").write_text("{")
    else:
        (folder / "record.json").unlink()
    assert store.find("note", KEY, Note) is None
    commit_note(store)
    assert store.find("note", KEY, Note, verify=True) is not None
    assert len(list((tmp_path / ".retired").glob(f"*/{KEY}"))) == 1


def test_an_item_that_lost_its_record_here_is_fetched_again(tmp_path: Path) -> None:
    store = ItemStore(tmp_path / "one", (tmp_path / "bucket").as_uri())
    commit_note(store)
    (store.folder("note", KEY) / "record.json").unlink()
    assert store.find("note", KEY, Note, verify=True) is not None


def test_an_item_that_cannot_be_read_is_told_and_not_made_anew(tmp_path: Path) -> None:
    store = ItemStore(tmp_path)
    commit_note(store)
    record = store.folder("note", KEY) / "record.json"
    record.unlink()
    record.symlink_to("record.json")  # a loop: as unreadable as a file of somebody else's
    with pytest.raises(
        ConfigError, match=r"item of the artifact store cannot be read .*Check its permissions"
    ):
        store.find("note", KEY, Note)


def test_changed_bytes_of_the_same_size_are_found_when_asked(tmp_path: Path) -> None:
    store = ItemStore(tmp_path)
    commit_note(store)
    (store.folder("note", KEY) / "pages" / "note.txt").write_text("hullo")
    assert store.find("note", KEY, Note) is not None
    assert store.find("note", KEY, Note, verify=True) is None


def test_a_file_outside_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "item").mkdir()
    (tmp_path / "secret").write_text("x")
    (tmp_path / "item" / "link").symlink_to(tmp_path / "secret")
    for path in (tmp_path / "secret", tmp_path / "item" / "link"):
        with pytest.raises(ContractError, match="outside"):
            FileRef.of(path, tmp_path / "item")


def test_keys_are_hexadecimal(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="64 hexadecimal"):
        ItemStore(tmp_path).folder("note", "../../etc")


def test_a_remote_store_serves_another_machine(tmp_path: Path) -> None:
    remote = (tmp_path / "bucket").as_uri()
    commit_note(ItemStore(tmp_path / "one", remote))
    other = ItemStore(tmp_path / "two", remote)
    item = other.find("note", KEY, Note, verify=True)
    assert item is not None
    assert item.record.path(item.record.text).is_relative_to(tmp_path / "two")


def test_a_half_uploaded_item_is_not_there(tmp_path: Path) -> None:
    bucket = tmp_path / "bucket"
    commit_note(ItemStore(tmp_path / "one", bucket.as_uri()))
    (record,) = bucket.rglob("record.json")
    record.unlink()
    assert ItemStore(tmp_path / "two", bucket.as_uri()).find("note", KEY, Note) is None


def test_a_retired_item_does_not_come_back_from_the_remote_store(tmp_path: Path) -> None:
    store = ItemStore(tmp_path / "one", (tmp_path / "bucket").as_uri())
    commit_note(store, "first")
    store.retire("note", KEY)
    assert store.find("note", KEY, Note) is None
    commit_note(store, "second")
    other = ItemStore(tmp_path / "two", (tmp_path / "bucket").as_uri()).find("note", KEY, Note, verify=True)
    assert other is not None
    assert other.record.path(other.record.text).read_text() == "second"


def test_the_digest_covers_content_and_not_place(tmp_path: Path) -> None:
    one, two = commit_note(ItemStore(tmp_path / "1")), commit_note(ItemStore(tmp_path / "2"))
    other = commit_note(ItemStore(tmp_path / "3"), "other")
    assert one.digest() == two.digest() != other.digest()


def test_the_record_is_readable_by_people(tmp_path: Path) -> None:
    commit_note(ItemStore(tmp_path))
    document = json.loads((ItemStore(tmp_path).folder("note", KEY) / "record.json").read_text())
    assert document["type"] == "Note"
    assert document["record"]["text"]["path"] == os.path.join("pages", "note.txt")  # noqa: PTH118
