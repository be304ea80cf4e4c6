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
from flows.reached_code import code_digest
from models.world.shot import Performers, ShotPlan

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
    return code_digest("flows.world.write_take")


def package_versions() -> dict[str, str]:
    """Versions of the libraries that the bytes of a take depend on."""
    return {name: version(name) for name in _PACKAGES}
