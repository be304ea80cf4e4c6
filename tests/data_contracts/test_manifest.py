from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data_contracts import manifest as manifests
from data_contracts.depth import Depth
from data_contracts.errors import ContractError
from data_contracts.manifest import Manifest, Row, read_manifest, write_manifest
from data_contracts.record import FileRef

KEY = "a" * 64


def depth_record() -> Depth:
    ref = FileRef(path="depth.npy", sha256="0" * 64, bytes=3)
    return Depth(
        depth=ref,
        preview=ref,
        sky=ref,
        upright=ref,
        focal_px=300.0,
        width_px=4,
        height_px=3,
        near_m=1.0,
        far_m=9.0,
        scene_kind="indoor",
        confidence=0.5,
        method="layout",
    )


def written(folder: Path) -> Path:
    rows = [
        Row[Depth](item="fox", key=KEY, parents=["b" * 64], status="ok", record=depth_record()),
        Row[Depth](
            item="owl",
            key="c" * 64,
            parents=[],
            status="quarantined",
            error_class="InputError",
            error_message="too dark",
        ),
    ]
    path = folder / "estimate_depth.parquet"
    write_manifest(Manifest[Depth](stage="estimate_depth", rows=rows), Depth, path)
    return path


def read(path: Path) -> Manifest[Depth]:
    return read_manifest(path, "estimate_depth", Depth, lambda key: Path("/store") / key)


def test_round_trip_keeps_rows_records_and_the_place_of_their_files(tmp_path: Path) -> None:
    manifest = read(written(tmp_path))
    assert manifest["fox"].record.digest() == depth_record().digest()
    assert manifest["fox"].record.path(depth_record().depth) == Path("/store") / KEY / "depth.npy"
    assert manifest["owl"].record is None
    assert manifest.counts() == {"ok": 1, "filtered": 0, "quarantined": 1, "skipped": 0}


def test_the_footer_names_schema_and_version(tmp_path: Path) -> None:
    metadata = pq.read_schema(written(tmp_path)).metadata
    assert (metadata[b"bunraku.schema"], metadata[b"bunraku.schema_version"]) == (b"Depth", b"1")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda table: table.drop_columns(["status"]), "missing: status"),
        (lambda table: table.append_column("mood", pa.array(["a", "b"])), "extra: mood"),
        (
            lambda table: table.set_column(
                table.schema.names.index("seconds"), "seconds", pa.array(["1", "2"])
            ),
            "'seconds' has another type",
        ),
        (lambda table: table.replace_schema_metadata({}), "no schema name"),
        (
            lambda table: table.replace_schema_metadata(
                {b"bunraku.schema": b"Depth", b"bunraku.schema_version": b"7"}
            ),
            "newer version",
        ),
    ],
)
def test_a_manifest_that_breaks_its_contract_is_refused(tmp_path: Path, change, message: str) -> None:
    path = written(tmp_path)
    pq.write_table(change(pq.read_table(path)), path)
    with pytest.raises(ContractError, match=message):
        read(path)


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"hello")
    with pytest.raises(ContractError, match="not a Parquet manifest"):
        read(path)


def test_an_old_version_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path)
    old = pq.read_table(path).rename_columns({"item": "name"})
    old = old.replace_schema_metadata({b"bunraku.schema": b"Depth", b"bunraku.schema_version": b"0"})
    pq.write_table(old, path)
    with pytest.raises(ContractError, match="no migration of Depth from version 0"):
        read(path)
    monkeypatch.setitem(
        manifests.MIGRATIONS, ("Depth", 0), lambda table: table.rename_columns({"name": "item"})
    )
    assert read(path)["fox"].status == "ok"


def without(path: Path, name: str) -> None:
    """Write the manifest again as it was before a field of its records was added."""
    table = pq.read_table(path)
    rows = table.to_pylist()
    for row in rows:
        if row["record"] is not None:
            del row["record"][name]
    place = table.schema.get_field_index("record")
    fields = [field for field in table.schema.field(place).type if field.name != name]
    schema = table.schema.set(place, pa.field("record", pa.struct(fields)))
    pq.write_table(pa.Table.from_pylist(rows, schema=schema), path)


def test_a_field_with_a_default_may_be_younger_than_the_file(tmp_path: Path) -> None:
    path = written(tmp_path)
    without(path, "metric")
    assert read(path)["fox"].record.digest() == depth_record().digest()


def test_a_field_without_a_default_may_not_be_missing(tmp_path: Path) -> None:
    path = written(tmp_path)
    without(path, "focal_px")
    with pytest.raises(ContractError, match="another type"):
        read(path)


def test_a_manifest_that_lost_an_item_or_a_reason_is_refused(tmp_path: Path) -> None:
    manifest = read(written(tmp_path))
    manifest.check(2)
    with pytest.raises(ContractError, match="do not add up"):
        manifest.check(3)
    silent = Row[Depth](item="elk", key=KEY, parents=[], status="skipped")
    with pytest.raises(ContractError, match="must have a reason"):
        Manifest[Depth](stage="s", rows=[silent]).check(1)
