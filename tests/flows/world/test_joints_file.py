"""The joints' JSON: what is written comes back, and damage is named."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import ContractError
from flows.world.joints_file import read_joints, write_joints
from models.world.figures.skeleton import JOINTS
from models.world.truth import FigureTruth, Points


def _figure(kind: str, points: int, seed: int) -> FigureTruth:
    rng = np.random.default_rng(seed)

    def some(count: int) -> Points:
        xy = rng.uniform(-10, 400, (4, count, 2))
        xy[1, 0] = np.nan
        return Points(rng.normal(size=(4, count, 3)), xy, rng.random((4, count)) < 0.5)

    names = tuple(name for name, _ in JOINTS[kind])  # type: ignore[index]
    return FigureTruth(
        f"{kind}-0007",
        kind,
        names,
        tuple(range(-1, len(names) - 1)),
        some(len(names)),
        some(points),  # type: ignore[arg-type]
    )


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    figures = [_figure("human", 133, 1), _figure("bird", 17, 2)]
    back = read_joints(write_joints(tmp_path / "joints.json", figures))
    assert [one.identity for one in back] == ["human-0007", "bird-0007"]
    for before, after in zip(figures, back, strict=True):
        assert (before.kind, before.joint_names, before.parents) == (
            after.kind,
            after.joint_names,
            after.parents,
        )
        for a, b in ((before.joints, after.joints), (before.keypoints, after.keypoints)):
            # The file keeps tenths of a millimetre and thousandths of a pixel.
            assert np.allclose(a.xyz_world_m, b.xyz_world_m, atol=5.1e-5)
            assert np.allclose(a.xy_px, b.xy_px, atol=5.1e-4, equal_nan=True)
            assert (a.visible == b.visible).all()


def test_equal_joints_give_equal_bytes(tmp_path: Path) -> None:
    a, b = (write_joints(tmp_path / name, [_figure("bird", 17, 3)]) for name in ("a.json", "b.json"))
    assert a.read_bytes() == b.read_bytes()


@pytest.mark.parametrize(
    "text", ["", "[]", '{"format": "other"}', '{"format": "bunraku-joints", "version": 1}']
)
def test_damage_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "joints.json"
    path.write_text(text)
    with pytest.raises(ContractError, match="joints cannot be read"):
        read_joints(path)
