"""Atlas: all textures of some solids in one array, each at full size and halved again and again."""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from models.world.solids import Texture


class Atlas(NamedTuple):
    """Pyramids of textures (Williams, 1983) as one list of texels."""

    texels: NDArray[np.uint8]
    """[all, 3]."""
    levels: NDArray[np.int64]
    """[T, L, 3]: first texel, width, height of each level; the last one repeats where a texture has fewer."""
    depth: NDArray[np.int64]
    """[T]: how many levels a texture has."""
    lit: NDArray[np.bool_]
    """[T]."""


_MOST_KEPT = 8
_kept: OrderedDict[tuple[tuple[int, bool], ...], tuple[tuple[Texture, ...], Atlas]] = OrderedDict()


def atlas_of(textures: tuple[Texture, ...]) -> Atlas:
    """The atlas of some textures; those of the last few are kept, since every frame asks for the same ones.

    A texture is known by its array, which must not be written to any more.
    """
    key = tuple((id(texture.rgb), texture.lit) for texture in textures)
    if key not in _kept:
        _kept[key] = (textures, _build(textures))  # holding the arrays keeps their ids theirs
        while len(_kept) > _MOST_KEPT:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key][1]


def _build(textures: tuple[Texture, ...]) -> Atlas:
    pyramids = [_pyramid(texture.rgb) for texture in textures]
    most = max((len(pyramid) for pyramid in pyramids), default=1)
    levels = np.zeros((len(textures), most, 3), np.int64)
    first = 0
    for number, pyramid in enumerate(pyramids):
        for level, picture in enumerate(pyramid):
            levels[number, level:] = first, picture.shape[1], picture.shape[0]
            first += picture.shape[0] * picture.shape[1]
    flat = [picture.reshape(-1, 3) for pyramid in pyramids for picture in pyramid]
    return Atlas(
        np.concatenate(flat) if flat else np.zeros((0, 3), np.uint8),
        levels,
        np.array([len(pyramid) for pyramid in pyramids], np.int64),
        np.array([texture.lit for texture in textures], np.bool_),
    )


def _pyramid(rgb: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3 or not rgb.size:
        raise InputError(
            "a texture is no RGB picture",
            where="solids.textures",
            expected="uint8 [H, W, 3]",
            got=f"{rgb.dtype} {list(rgb.shape)}",
        )
    exact = rgb.astype(np.float32)
    pyramid = [np.ascontiguousarray(rgb)]
    while max(exact.shape[:2]) > 1:
        size = max(1, exact.shape[1] // 2), max(1, exact.shape[0] // 2)
        exact = np.asarray(cv2.resize(exact, size, interpolation=cv2.INTER_AREA), np.float32).reshape(
            size[1], size[0], 3
        )
        pyramid.append(np.rint(exact).astype(np.uint8))
    return pyramid
