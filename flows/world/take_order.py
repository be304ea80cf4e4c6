"""TakeOrder: what a worker is asked to film, and the key by which a finished take is known again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from data_contracts.bvh import BvhMotion, format_bvh
from data_contracts.record import canonical_json
from models.world.shot import Performers, ShotPlan

_ROOT = Path(__file__).resolve().parents[2]
_SOURCES = (
    "models/world/**/*.py",
    "models/motion/*.py",
    "models/compiling.py",
    "flows/world/write_take.py",
    "flows/world/joints_file.py",
    "data_contracts/take.py",
    "data_contracts/npz.py",
    "data_contracts/image.py",
    "data_contracts/lossless_video.py",
    "data_contracts/video.py",
)
"""What the bytes of a take depend on, beside its plan."""
_PACKAGES = ("numpy", "numba", "scipy", "opencv-python", "imageio-ffmpeg", "pillow")


@dataclass(frozen=True)
class TakeOrder:
    """One take to film.

    Attributes:
        plan: the shot.
        performers: one of the plan's sets.
        motions: the motion files that the plan's roles name.
        folder: where takes lie, each in a folder of its name.
    """

    plan: ShotPlan
    performers: Performers
    motions: Mapping[str, BvhMotion]
    folder: Path

    @property
    def name(self) -> str:
        """'shot0001.human-0012'."""
        return f"{self.plan.shot}.{self.performers.name}"

    def key(self) -> str:
        """Changes with the plan, the motion files, the code that films and its libraries."""
        own = self.plan.model_copy(update={"performers": (self.performers,)})
        files = {name: format_bvh(motion) for name, motion in sorted(self.motions.items())}
        content = [own.model_dump(mode="json"), files, sources_digest(), package_versions()]
        return hashlib.sha256(canonical_json(content)).hexdigest()


@cache
def sources_digest() -> str:
    """SHA-256 of the code that films."""
    digest = hashlib.sha256()
    for pattern in _SOURCES:
        for path in sorted(_ROOT.glob(pattern)):
            digest.update(f"{path.relative_to(_ROOT)}\0".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def package_versions() -> dict[str, str]:
    """Versions of the libraries that the bytes of a take depend on."""
    return {name: version(name) for name in _PACKAGES}
