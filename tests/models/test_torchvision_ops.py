from __future__ import annotations

import subprocess
import sys

import pytest

from models import torchvision_ops


def _in_fresh_process(code: str) -> subprocess.CompletedProcess[str]:
    # torchvision can be imported once a process, so each case gets its own.
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)


@pytest.mark.slow
def test_torchvision_and_timm_import_and_a_second_call_is_harmless() -> None:
    result = _in_fresh_process(
        "from models.torchvision_ops import extension_loads, register_missing_ops\n"
        "mismatch = not extension_loads()\n"
        "assert register_missing_ops() is mismatch\n"
        "assert register_missing_ops() is mismatch\n"
        "import timm\n"
        "from torchvision.transforms import v2\n"
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.slow
def test_the_declarations_are_what_the_import_lacks() -> None:
    result = _in_fresh_process(
        "from models import torchvision_ops\n"
        "if torchvision_ops.extension_loads(): raise SystemExit(3)\n"
        "try:\n"
        "    import torchvision\n"
        "except RuntimeError as error:\n"
        "    assert 'torchvision::nms' in str(error)\n"
        "else:\n"
        "    raise AssertionError('torchvision imports without the workaround')\n"
    )
    if result.returncode == 3:
        pytest.skip("torch and torchvision are of the same build here")
    assert result.returncode == 0, result.stderr


def test_does_nothing_where_the_builds_match(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torchvision_ops, "extension_loads", lambda: True)
    monkeypatch.setattr(torchvision_ops, "_declarations", [])
    assert torchvision_ops.register_missing_ops() is False
    assert torchvision_ops._declarations == []
