from pathlib import Path
from typing import ClassVar, Literal

import pytest
from pydantic import BaseModel, Field

from data_contracts.record import Record
from tasks.stage import StageConfig, stage


class Apple(Record):
    weight: int


class Brush(BaseModel):
    kind: Literal["brush"] = "brush"
    version: ClassVar[int] = 3
    path: Path

    def weights(self) -> list[Path]:
        return [self.path]


class PeelConfig(StageConfig):
    depth_mm: float = 1.0
    verbose: bool = Field(False, json_schema_extra={"cache": False})
    backend: Brush | None = None


@stage(version=2, timeout_s=9)
def peel(apple: Apple, worm: Apple | None, others: list[Apple], config: PeelConfig, out_dir: Path) -> Apple:
    return Apple(weight=apple.weight - 1)


@stage(version=1, timeout_s=9)
def roll(apple: Apple, config: PeelConfig, out_dir: Path, seed: int = 0) -> Apple:
    return Apple(weight=seed)


def test_the_signature_is_the_contract() -> None:
    assert [(i.name, i.record_type, i.optional, i.several) for i in peel.inputs] == [
        ("apple", Apple, False, False),
        ("worm", Apple, True, False),
        ("others", Apple, False, True),
    ]
    assert (peel.name, peel.config_type, peel.record_type) == ("peel", PeelConfig, Apple)
    assert (peel.takes_seed, roll.takes_seed) == (False, True)
    assert peel.address.endswith("test_stage:peel")


def test_a_stage_is_still_a_function(tmp_path: Path) -> None:
    assert peel(Apple(weight=3), None, [], PeelConfig(), tmp_path) == Apple(weight=2)


def test_inputs_must_be_records() -> None:
    @stage(version=1, timeout_s=1)
    def wrong(number: int, config: PeelConfig, out_dir: Path) -> Apple:
        return Apple(weight=number)

    with pytest.raises(TypeError, match="'number' must be a Record"):
        _ = wrong.inputs


def test_the_key_holds_what_changes_the_output(tmp_path: Path) -> None:
    weights = tmp_path / "weights.bin"
    weights.write_bytes(b"one")
    brush = Brush(path=weights)
    content = PeelConfig(backend=brush).key_content()
    assert PeelConfig(backend=brush, verbose=True).key_content() == content
    assert PeelConfig(backend=brush, depth_mm=2.0).key_content() != content
    assert content["backend"]["version"] == 3
    weights.write_bytes(b"two")
    assert PeelConfig(backend=brush).key_content() != content
