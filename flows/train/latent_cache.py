"""Latents and image tokens on disk: what the VAE and CLIP made once is not made again.

FOLDER/ab/ab34….safetensors     one encoding, float32

A file's name is a digest of the pixels and of all that encodes them, so that no file is ever out of date:
another VAE, another precision, another version of a library or of this code asks for other files. What is
roughened anew each time (degraded backgrounds, black boxes) is not kept.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from flows.reached_code import ROOT, code_digest
from models.video.encoding import TOKENS
from models.video.folder import GatedParts

if TYPE_CHECKING:
    import torch

_LIBRARIES = ("torch", "diffusers", "transformers", "numpy", "pillow")


class LatentCache:
    """`models.video.encoding.Keep` on a folder, which runs and processes may share."""

    def __init__(self, folder: Path, parts: GatedParts) -> None:
        """Look at the encoders' weights once; they must not change afterwards."""
        code = code_digest("models.video.encoding", ROOT / "models/video/patch_codec.py")
        versions = {name: version(name) for name in _LIBRARIES}
        self.folder = folder
        self._codec = _digest(parts.codec.identity(), code, versions)
        self._image_encoder = _digest(parts.image_encoder.identity(), code, versions)

    def __call__(
        self, kind: str, pixels: NDArray[np.uint8], encode: Callable[[], torch.Tensor]
    ) -> torch.Tensor:
        """The encoding of pixels, from its file, or made and written."""
        from safetensors import SafetensorError
        from safetensors.torch import load_file, save_file

        path = self._path(kind, pixels)
        try:
            return load_file(path)["encoding"]
        except (FileNotFoundError, SafetensorError):  # never made, or damaged
            made = encode().contiguous()
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        save_file({"encoding": made}, unfinished)
        unfinished.replace(path)
        return made

    def _path(self, kind: str, pixels: NDArray[np.uint8]) -> Path:
        encoder = self._image_encoder if kind == TOKENS else self._codec
        digest = hashlib.blake2b(f"{kind} {encoder} {pixels.shape}\0".encode(), digest_size=20)
        digest.update(np.ascontiguousarray(pixels).data)
        name = digest.hexdigest()
        return self.folder / name[:2] / f"{name}.safetensors"


def _digest(*told: object) -> str:
    text = json.dumps(told, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
