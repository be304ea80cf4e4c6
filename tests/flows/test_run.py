"""What a run is asked for, before anything of it starts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from data_contracts.errors import ConfigError
from data_contracts.image import write_png
from flows.run import RunRequest


@pytest.mark.parametrize(
    ("camera", "said"),
    [
        ("preset:fly", r"--camera: there is no such camera preset .*orbit.*got 'fly'"),
        ("preset:orbit?degrees=5", r"no such parameter .*expected angle_deg; got degrees"),
    ],
)
def test_a_wrong_preset_of_all_jobs_is_one_error(tmp_path: Path, camera: str, said: str) -> None:
    for folder in ("pictures", "motions"):
        (tmp_path / folder).mkdir()
    write_png(tmp_path / "pictures" / "fox.png", np.zeros((8, 8, 3), np.uint8))
    (tmp_path / "motions" / "waltz.bvh").touch()
    folders = {"references": tmp_path / "pictures", "drivings": tmp_path / "motions"}
    with pytest.raises(ConfigError, match=said):
        RunRequest(**folders, out=tmp_path / "out", defaults={"camera": camera}).read_jobs()
    good = RunRequest(**folders, out=tmp_path / "out", defaults={"camera": "preset:orbit"}).read_jobs()
    assert [row.status for row in good.rows] == ["ok"]
