"""What compiling the splat kernels costs: a process's first fit without machine code on disk, and with it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]

FIRST_FIT = """
import time
import numpy as np
from data_contracts.splats import Splats
from models.splatting import CpuSplattingConfig, FitConfig, load
from models.splatting.from_views import InitConfig, splats_from_views

frame, depth = np.full((1, 32, 32, 3), 90, np.uint8), np.full((1, 32, 32), 2.0, np.float32)
camera = np.eye(4)[None], np.array([[30.0, 30.0, 16.0, 16.0]])
started = time.perf_counter()
backend = load(CpuSplattingConfig())
views = frame, depth, depth > 0, *camera
splats = splats_from_views(*views, InitConfig(), backend)
backend.fit(splats, frame, depth > 0, *camera, FitConfig(steps=1), 0)
backend.render(splats, camera[0][0], camera[1][0], 32, 32)
print(time.perf_counter() - started)
"""


def cold_and_cached_s() -> tuple[float, float]:
    """Return the seconds of a process's first start, fit and rendering, imports not counted.

    In a copy of the sources, which has no machine code yet: first without, then with what the first left.
    """
    with tempfile.TemporaryDirectory() as folder:
        for floor in ("data_contracts", "models"):
            shutil.copytree(
                PROJECT / floor, Path(folder) / floor, ignore=shutil.ignore_patterns("__pycache__")
            )
        cold, cached = (_run(Path(folder)) for _ in range(2))
    return cold, cached


def _run(folder: Path) -> float:
    made = subprocess.run(
        [sys.executable, "-c", FIRST_FIT], cwd=folder, capture_output=True, text=True, check=True
    )
    return float(made.stdout)
