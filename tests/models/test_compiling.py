"""The cache of machine code must not outlive the sources that it was made from."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

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


TOY = {
    "models/toy/kernel.py": """
from models.compiling import compiled
from models.elsewhere.constant import SHIFT
from models.toy.inner import scaled

@compiled()
def shifted(x):
    return scaled(x) + SHIFT
""",
    "models/toy/inner.py": """
from models.compiling import inlined

@inlined
def scaled(x):
    return 2.0 * x
""",
    "models/elsewhere/constant.py": "SHIFT = 1.0",
}


@pytest.mark.slow
def test_machine_code_follows_every_file_that_a_kernel_is_made_from(tmp_path: Path) -> None:
    """Processes one after the other: the second takes the first one's code, any edit makes it anew."""
    for path, text in TOY.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    shutil.copy(str(compiling.__file__), tmp_path / "models/compiling.py")

    def run() -> tuple[float, int]:
        """What the kernel says of 3, and how often it was loaded instead of compiled."""
        code = "from models.toy.kernel import shifted as k; print(k(3.0), sum(k.stats.cache_hits.values()))"
        made = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        value, hits = made.stdout.split()
        return float(value), int(hits)

    assert run() == (7.0, 0)
    assert run() == (7.0, 1)
    for path, old, new, expected in (
        ("models/toy/inner.py", "2.0", "5.0", 16.0),
        ("models/elsewhere/constant.py", "1.0", "4.0", 19.0),
        ("models/compiling.py", '"contract"', '"reassoc"', 19.0),
    ):
        source = tmp_path / path
        source.write_text(source.read_text().replace(old, new))
        assert run() == (expected, 0), path


def test_imports_are_followed_out_of_the_folder() -> None:
    """The films' kernels take types from other folders: an edit there starts an empty cache, too."""
    filming = Path(drawing.__file__).parents[2] / "world/filming"
    reached = {path.name for source in filming.glob("*.py") for path in compiling._imported(source)}
    assert {"place.py", "solids.py", "compiling.py"} <= reached
