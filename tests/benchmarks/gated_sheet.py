"""Pictures of the gated model's proof: a contact sheet, and the gates over the denoising steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.image import write_png
from tests.benchmarks.gated_world import WorldClip

Video = NDArray[np.uint8]
SHOWN_FRAMES = (0, 3, 6)
ZOOM, GAP_PX = 3, 2


def write_sheet(
    path: Path, clips: Sequence[WorldClip], drawn: Sequence[Mapping[str, Video]], columns: Sequence[str]
) -> None:
    """A row a clip: reference, then for the truth and for each named video some frames.

    Args:
        path: PNG.
        clips: the true ones.
        drawn: videos by name for each clip.
        columns: which of them, in order.
    """
    rows = []
    for one, videos in zip(clips, drawn, strict=True):
        groups = [one.clip.references[:1], one.clip.video, one.clip.body, *(videos[name] for name in columns)]
        rows.append(_beside([_beside(_frames(group), 0) for group in groups], GAP_PX))
    sheet = np.concatenate(rows, axis=0)
    large = cv2.resize(sheet, None, fx=ZOOM, fy=ZOOM, interpolation=cv2.INTER_NEAREST)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_png(path, np.asarray(large, np.uint8))


def _frames(video: Video) -> list[Video]:
    return [video[t] for t in SHOWN_FRAMES if t < len(video)]


def _beside(pictures: Sequence[Video], gap_px: int) -> Video:
    height = pictures[0].shape[0]
    gap = np.full((height, gap_px, 3), 255, np.uint8)
    spaced = [part for picture in pictures for part in (gap, picture)][1:]
    return np.concatenate(spaced, axis=1)
