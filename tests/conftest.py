"""What all tests share: where real pictures, clips and motions lie, if they are here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def assets() -> Path:
    """Folder of real inputs: $BUNRAKU_ASSETS, or shared/assets beside the checkout."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "assets"
    folder = Path(os.environ.get("BUNRAKU_ASSETS") or beside)
    if not folder.is_dir():
        pytest.skip(f"no real inputs at {folder}; set BUNRAKU_ASSETS to their folder to run this test")
    return folder
