"""Sheets to look at: a reference with its matte and joints, and below it its motions, frame beside frame."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np
from numpy.typing import NDArray

from models.rig.overlay import draw_overlay
from tests.benchmarks.character_drawing import Character, Drawn

Picture = NDArray[np.uint8]

WIDTH_PX, HEAD_PX, ROW_PX = 2400, 400, 420
SHOWN = 8
_PAPER = 128
_MARGIN_PX = 6


def sheet(character: Character, motions: Mapping[str, Drawn], shown: int = SHOWN) -> Picture:
    """uint8 [H, WIDTH_PX, 3]."""
    rows = [_fitted(_head(character), HEAD_PX)]
    for name, drawn in motions.items():
        row = _fitted(strip(drawn, shown), ROW_PX)
        ink = [255 - value for value in drawn.backdrop]
        cv2.putText(row, name, (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.45, ink, 1, cv2.LINE_AA)
        rows.append(row)
    return np.vstack(rows)


def strip(drawn: Drawn, shown: int) -> Picture:
    """Frames of a motion beside each other, cut to where the figure ever is."""
    rows, columns = (np.flatnonzero((drawn.alpha > 20).any((0, axis))) for axis in (2, 1))
    if len(rows) == 0:
        rows = columns = np.arange(drawn.alpha.shape[1])
    top, left = max(0, int(rows[0]) - _MARGIN_PX), max(0, int(columns[0]) - _MARGIN_PX)
    here = np.s_[top : rows[-1] + _MARGIN_PX, left : columns[-1] + _MARGIN_PX]
    frames = np.linspace(0, len(drawn.frames) - 1, shown).round().astype(int)
    return np.hstack([drawn.frames[frame][here] for frame in frames])


def _head(character: Character) -> Picture:
    """The picture, its matte, its joints."""
    alpha = np.rint(255 * character.matte.alpha).astype(np.uint8)
    height, width = alpha.shape
    overlay = draw_overlay(character.picture, character.skeleton, character.matte.alpha)
    overlay = np.asarray(cv2.resize(overlay, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
    return np.hstack([character.picture, np.dstack([alpha] * 3), overlay])


def _fitted(picture: Picture, height_px: int) -> Picture:
    """Scaled into WIDTH_PX x height_px, with paper to its right."""
    factor = min(WIDTH_PX / picture.shape[1], height_px / picture.shape[0])
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = min(WIDTH_PX, round(picture.shape[1] * factor)), max(1, round(picture.shape[0] * factor))
    scaled = cv2.resize(picture, size, interpolation=how)
    padding = ((0, 4), (0, WIDTH_PX - scaled.shape[1]), (0, 0))
    return np.ascontiguousarray(np.pad(scaled, padding, constant_values=_PAPER))
