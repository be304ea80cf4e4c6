"""Depth by hand: a map that a person measured or painted, or what is known of the layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from data_contracts.image import read_image
from data_contracts.mask import check_proportions

LEAST_MEASURED = 0.05
"""Share of a map that must hold depth: the rest is filled from it."""
FARTHEST = 30.0
"""Painted black is so many times as far as the brightest: nothing moves there, as in the sky."""
SMALLEST, LARGEST = 1e-6, 1e9
"""Depth in any unit that anybody counts in: beyond, its squares vanish or overflow."""
_GREY_TOLERANCE = 12


class GivenDepth(NamedTuple):
    """A map of the background's size."""

    depth_m: NDArray[np.float32]
    """[H, W] along z; 0 where nothing was measured."""
    metric: bool
    """Whether the unit is known to be a metre."""


def is_layout(path: Path) -> bool:
    """Whether a file tells the layout and not a map."""
    return path.suffix.lower() == ".json"


def read_given_layout(path: Path) -> dict[str, Any]:
    """What a person says of the layout: an object of settings, not yet checked.

    Raises:
        InputError: it is no JSON object.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError("the layout is not JSON", where=path, got=str(error)) from error
    if not isinstance(values, dict):
        raise InputError(
            "the layout is no JSON object", where=path, expected='such as {"horizon": 0.45}', got=repr(values)
        )
    return values


def read_given_depth(path: Path, width: int, height: int) -> GivenDepth:
    """Read a map for a picture of a size.

    A `.npy` holds depth in any unit; a grey picture of 16 bits holds millimetres; one of 8 bits is painted
    as a run writes `preview.png`: brightness is one over depth, white the nearest. 0 in the first two, and
    NaN in the first, is where nothing was measured. Another size of the same shape is taken at the nearest
    pixels: edges stay.

    Raises:
        InputError: it cannot be read, is in colours, of another shape, not finite, negative, of one value
            where it was painted, or mostly empty.
    """
    depth, metric = _array(path) if path.suffix.lower() == ".npy" else _picture(path)
    hint = "Paint it over the background: estimate_depth's preview.png in the run's store"
    check_proportions(depth.shape, width, height, "the depth", path, hint)
    least = depth.min(where=depth != 0, initial=LARGEST)
    if not (np.isfinite(depth).all() and least >= SMALLEST and depth.max() <= LARGEST):
        raise InputError(
            "depth must be finite, and not below 0",
            where=path,
            expected=f"0 for what is not known, else {SMALLEST:g} to {LARGEST:g}",
            got=f"{depth.min():g} .. {depth.max():g}",
        )
    if (share := float((depth > 0).mean())) < LEAST_MEASURED:
        raise InputError(
            "the map holds next to no depth",
            where=path,
            expected=f"at least {LEAST_MEASURED:.0%} of it over 0",
            got=f"{share:.1%}",
        )
    return GivenDepth(cv2.resize(depth, (width, height), interpolation=cv2.INTER_NEAREST), metric)


def _array(path: Path) -> tuple[NDArray[np.float32], bool]:
    try:
        stored = np.load(path, mmap_mode="r", allow_pickle=False)  # a header alone claims no memory
    except (OSError, ValueError, EOFError) as error:
        raise InputError("not an array that can be read", where=path, got=str(error)) from error
    if (
        not isinstance(stored, np.ndarray)
        or stored.ndim != 2
        or 0 in stored.shape
        or stored.dtype.kind not in "fiu"
    ):
        got = f"{getattr(stored, 'dtype', type(stored).__name__)} {getattr(stored, 'shape', '')}"
        raise InputError("not a map of depth", where=path, expected="numbers [H, W]", got=got)
    depth = stored.astype(np.float32)
    return np.where(np.isnan(depth), np.float32(0), depth), False


def _picture(path: Path) -> tuple[NDArray[np.float32], bool]:
    stored = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if stored is not None and stored.dtype == np.uint16 and stored.ndim == 2:
        return stored.astype(np.float32) / 1000, True
    grey = read_image(path)  # says what is wrong with the file
    if int(np.ptp(grey[..., :3], axis=2).max()) > _GREY_TOLERANCE:
        raise InputError(
            "the depth is a picture in colours",
            where=path,
            expected="grey: 8 bits with the nearest in white, or 16 bits of millimetres",
        )
    plane = grey[..., 1].astype(np.float32)
    if float(np.ptp(plane)) == 0:
        raise InputError(
            "the painted depth is of one grey", where=path, expected="near things brighter than far ones"
        )
    return plane.max() / np.maximum(plane, plane.max() / FARTHEST), False
