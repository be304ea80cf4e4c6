"""The cache of machine code must not outlive the sources that it was made from."""

from __future__ import annotations

import shutil
from pathlib import Path

from models import compiling
from models.pose import capsule_figure, fit_energy
from models.splatting.kernels import drawing


def test_an_edit_of_any_kernel_file_changes_the_digest(tmp_path: Path) -> None:
    folder = tmp_path / "kernels"
    source = Path(drawing.__file__).parent
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
    before = compiling.sources_digest(folder)
    assert before == compiling.sources_digest(source)
    for path in sorted(folder.glob("*.py")):
        text = path.read_bytes()
        path.write_bytes(text + b"\n")
        assert compiling.sources_digest(folder) != before, path.name
        path.write_bytes(text)
    assert compiling.sources_digest(folder) == before


def test_kernels_keep_their_machine_code_in_the_digests_folder() -> None:
    for made in (drawing.draw, capsule_figure.place, fit_energy.evaluate):
        source = Path(made.__code__.co_filename)
        assert compiling.sources_digest(source.parent) in made.stats.cache_path  # type: ignore[attr-defined]


def test_a_read_only_installation_falls_back_to_the_temporary_folder(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where the folder would be")
    assert "bunraku-numba" in str(compiling.cache_folder(blocked))
