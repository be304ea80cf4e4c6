"""The splat rasteriser in C++ with AVX intrinsics: compiled here and now, and used by the benchmark only."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.splatting.kernels.layout import FIELD_ROWS, PLANES

SOURCE = Path(__file__).with_name("rasterizer.cpp")
OPTIONS = ("-O3", "-march=native", "-fopenmp", "-shared", "-fPIC", "-std=c++17")


class NoCompiler(Exception):
    """The C++ rasteriser cannot be built here; the message says why."""


def build(folder: Path) -> ctypes.CDLL:
    """Compile the source into `folder` and load it.

    Raises:
        NoCompiler: there is no g++, or it cannot compile AVX2 intrinsics for this processor.
    """
    compiler = shutil.which("g++")
    if compiler is None:
        raise NoCompiler("no g++ on this machine: the comparison with C++ is skipped")
    library = folder / "rasterizer.so"
    made = subprocess.run(
        [compiler, *OPTIONS, str(SOURCE), "-o", str(library)], capture_output=True, text=True
    )
    if made.returncode:
        first = next((line for line in made.stderr.splitlines() if "error" in line), made.stderr[:200])
        raise NoCompiler(f"g++ cannot build it, the comparison with C++ is skipped: {first}")
    return ctypes.CDLL(str(library))


class CppRasterizer:
    """Draws and takes gradients as `models.splatting.rasterizer.Rasterizer` does, on black."""

    def __init__(self, library: ctypes.CDLL, count: int, width: int, height: int, threads: int) -> None:
        self._library = library
        library.create.restype = ctypes.c_void_p
        library.draw.restype = ctypes.POINTER(ctypes.c_float)
        made = library.create(ctypes.c_int64(count), width, height, threads)
        self._state = ctypes.c_void_p(made)
        self._shape = (PLANES, height, width)
        self._gradient = np.zeros((FIELD_ROWS, (count + 7) // 8 * 8), np.float32)

    def __del__(self) -> None:
        self._library.destroy(self._state)

    def draw(
        self,
        field: NDArray[np.float32],
        camera_from_world: NDArray[np.float64],
        intrinsics_px: NDArray[np.float64],
    ) -> NDArray[np.float32]:
        """Return the image [PLANES, H, W]. Overwritten by the next call."""
        view = np.ascontiguousarray(camera_from_world[:3], dtype=np.float32)
        lens, black = np.asarray(intrinsics_px, dtype=np.float32), np.zeros(3, np.float32)
        image = self._library.draw(self._state, *map(_pointer, (field, view, lens, black)))
        return np.ctypeslib.as_array(image, self._shape)

    def gradient(self, field: NDArray[np.float32], by_image: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the gradient [FIELD_ROWS, stride] at the last `draw`. Overwritten by the next call."""
        self._library.gradient(self._state, *map(_pointer, (field, by_image, self._gradient)))
        return self._gradient


def _pointer(array: NDArray[np.float32]) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)
