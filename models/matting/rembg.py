"""Matte by BiRefNet through rembg, from weights that lie on this machine.

BiRefNet is named outright: rembg's own default model comes under another licence. The network runs
through rembg's session; its mask is taken straight from the sigmoid, because rembg stretches every mask
to 0..1 and divides by zero on a constant one.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import BackendUnavailable, NoFigureError
from models.matting.figure_colour import decontaminate
from models.matting.matte import ClipMatte, StillMatte, check_clip, check_picture

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
NATIVE_SIDE = 1024
"""Side in pixels that BiRefNet was trained at, for weights whose input size is left open."""


class RembgMatting(BaseModel):
    """BiRefNet (MIT licence) through rembg and ONNX Runtime."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 3

    kind: Literal["rembg"] = "rembg"
    model: Literal["birefnet-general", "birefnet-general-lite", "birefnet-portrait", "birefnet-massive"] = (
        "birefnet-general"
    )
    home: Path | None = Field(None, json_schema_extra={"cache": False})
    """Folder that holds ``models/<model>/<model>.onnx``; None reads U2NET_HOME, then ~/.u2net."""
    sha256: str | None = Field(None, pattern=r"^[0-9a-f]{64}$")
    """Digest that the weights must have: rembg itself takes local files unchecked."""
    least_figure: float = Field(0.004, gt=0, lt=1)
    """Share of the picture that must be figure."""

    def weights(self) -> list[Path]:
        """The ONNX file."""
        home = self.home or Path(os.environ.get("U2NET_HOME") or "~/.u2net").expanduser()
        nested = home / "models" / self.model / f"{self.model}.onnx"
        flat = home / f"{self.model}.onnx"
        return [flat if flat.is_file() and not nested.is_file() else nested]

    def missing(self) -> str | None:
        """What is missing for this backend to run here, and what to do."""
        if importlib.util.find_spec("rembg") is None:
            return "package rembg; pip install 'rembg[cpu]'"
        path = self.weights()[0]
        if not path.is_file():
            return f"weights at {path}; docs/backends.md says how to download them"
        return None


class RembgMatte:
    """A loaded session. Loads at first use.

    Args:
        config: which weights.
    """

    def __init__(self, config: RembgMatting) -> None:
        self.config = config
        self._session: Any = None

    def _load(self) -> Any:
        if self._session is not None:
            return self._session
        lack = self.config.missing()
        if lack is not None:
            raise BackendUnavailable("rembg cannot run here", where="matting backend rembg", got=f"no {lack}")
        path = self.config.weights()[0]
        if self.config.sha256 is not None:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            if digest != self.config.sha256:
                raise BackendUnavailable(
                    "the weights are not the ones that the profile names",
                    where=path,
                    expected=self.config.sha256,
                    got=digest,
                    hint="Fetch them again, or change sha256 in the profile.",
                )
        # rembg looks under <home>/models/<name>, and its flat legacy place.
        home = path.parents[2] if path.parent.name == self.config.model else path.parent
        with _environment(U2NET_HOME=str(home)), _numba_idle():
            from rembg import new_session

            self._session = new_session(self.config.model)
        return self._session

    def _alpha(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        from PIL import Image

        session = self._load()
        shape = session.inner_session.get_inputs()[0].shape
        sides = [s if isinstance(s, int) and s > 0 else NATIVE_SIDE for s in shape[2:4]]
        picture = Image.fromarray(rgb)
        feed = session.normalize(picture, IMAGENET_MEAN, IMAGENET_STD, (sides[1], sides[0]))
        logits = np.asarray(session.inner_session.run(None, feed)[0][0, 0], np.float32)
        mask = (1 / (1 + np.exp(-np.clip(logits, -30, 30)))).astype(np.float32)
        alpha = cv2.resize(mask, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        return np.asarray(np.clip(alpha, 0, 1), np.float32)

    def still(
        self, image: NDArray[np.uint8], seed: int = 0, standard: NDArray[np.uint8] | None = None
    ) -> StillMatte:
        """See :class:`models.matting.matte.StillMatting`."""
        del seed  # the network is deterministic
        check_picture(image)
        rgb = np.ascontiguousarray(image[..., :3])
        finer = standard if standard is not None and standard.shape[0] > rgb.shape[0] else rgb
        alpha = cv2.resize(self._alpha(finer), rgb.shape[1::-1], interpolation=cv2.INTER_AREA)
        alpha = np.asarray(alpha, np.float32)
        if float((alpha > 0.5).mean()) < self.config.least_figure:
            raise self._nobody("picture")
        return StillMatte(alpha, decontaminate(rgb, alpha), _decided(alpha), self.config.model)

    def clip(self, frames: NDArray[np.uint8], seed: int = 0) -> ClipMatte:
        """See :class:`models.matting.matte.ClipMatting`. Each frame by itself; an empty one gets 0."""
        del seed
        check_clip(frames)
        alpha = np.stack([self._alpha(np.ascontiguousarray(frame)) for frame in frames])
        shown = (alpha > 0.5).mean(axis=(1, 2)) >= self.config.least_figure
        if not shown.any():
            raise self._nobody("clip")
        confidence = np.array([_decided(a) if s else 0.0 for a, s in zip(alpha, shown, strict=True)])
        return ClipMatte(alpha, confidence.astype(np.float32), self.config.model)

    def _nobody(self, what: str) -> NoFigureError:
        return NoFigureError(
            f"{self.config.model} finds no figure in the {what}",
            where="matting backend rembg",
            expected=f"a figure on at least {100 * self.config.least_figure:.1f} % of the picture",
            hint="Give another input, or one with its own alpha channel.",
        )


def _decided(alpha: NDArray[np.float32]) -> float:
    """Mean alpha of the pixels that count as figure: how far the network made up its mind."""
    return float(alpha[alpha > 0.5].mean())


@contextlib.contextmanager
def _numba_idle() -> Iterator[None]:
    """Decorate without compiling: importing rembg compiles pymatting for most of a minute, for nothing.

    Set on numba itself: NUMBA_DISABLE_JIT in the environment takes hold half-way where numba is loaded.
    """
    import numba

    before = numba.config.DISABLE_JIT
    numba.config.DISABLE_JIT = 1
    try:
        yield
    finally:
        numba.config.DISABLE_JIT = before


@contextlib.contextmanager
def _environment(**values: str) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, old in before.items():
            if old is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = old
