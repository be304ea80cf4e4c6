import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.gpus import take_gpu, visible_gpus

HOLD = """
import sys, time
from pathlib import Path
from flows.gpus import take_gpu
print(take_gpu(["0", "1"], Path(sys.argv[1])), flush=True)
time.sleep(60)
"""


def hold(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """A process that takes a GPU and keeps it, and which one it took."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", HOLD, str(folder)]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return process, process.stdout.readline().strip()


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def test_each_worker_has_its_own_and_the_next_takes_over_from_a_dead_one(tmp_path: Path) -> None:
    first, gpu_of_first = hold(tmp_path)
    second, gpu_of_second = hold(tmp_path)
    end(first)
    third, gpu_of_third = hold(tmp_path)
    end(second)
    end(third)
    assert (gpu_of_first, gpu_of_second, gpu_of_third) == ("0", "1", "0")


def test_the_environment_chooses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,GPU-4f")
    assert visible_gpus() == ["2", "GPU-4f"]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    assert visible_gpus() == []


def test_a_machine_without_a_gpu_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert take_gpu([], tmp_path) == ""
    assert "CUDA_VISIBLE_DEVICES" not in os.environ
