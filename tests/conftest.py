"""What all tests share: where real pictures, clips and motions lie, and which files are begun with."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

LONGEST = (
    "flows/test_bad_input.py",
    "flows/test_cli.py",
    "flows/test_prefect.py",
    "models/matting/test_motion.py",
    "benchmarks/test_scene.py",
    "flows/world/test_world.py",
    "models/scoring/test_proxies.py",
    "models/camera/test_camera_ground_truth.py",
    "models/scene/test_scene.py",
    "models/camera/test_camera_robust.py",
    "models/world/places/test_build.py",
    "flows/test_resume.py",
    "flows/train/test_two_processes.py",
)
"""Files of over 15 s. Where several processes take whole files, one of these at the end would keep all others
waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    tests = Path(__file__).parent
    begun_with = {tests / name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: begun_with.get(item.path, len(LONGEST)))


@pytest.fixture(scope="session")
def assets() -> Path:
    """Folder of real inputs: $BUNRAKU_ASSETS, or shared/assets beside the checkout."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "assets"
    folder = Path(os.environ.get("BUNRAKU_ASSETS") or beside)
    if not folder.is_dir():
        pytest.skip(f"no real inputs at {folder}; set BUNRAKU_ASSETS to their folder to run this test")
    return folder
