"""Previews: small copies of pictures and clips that every browser shows.

Clips between stages are lossless Matroska, which no browser plays. Previews lie in ``<run>/report_media``
under their item's key, so that a second report makes only what is new; the folder may be deleted.
"""

from __future__ import annotations

import base64
import io
import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from data_contracts.camera_formats import read_camera
from data_contracts.errors import BunrakuError
from data_contracts.frames import scale_down
from data_contracts.image import flatten, read_image
from data_contracts.preview_video import write_preview
from flows.report.camera_plot import camera_plot
from flows.report.ledger import LedgerRow

MAX_SECONDS = 12.0
"""Longer clips are shown up to here."""

_FOLDER = "report_media"


class Previews:
    """Makes and finds previews for one run."""

    def __init__(self, run: Path) -> None:
        self._folder = run / _FOLDER
        self._pictures: dict[tuple[str, str, int], str] = {}
        self.troubles: dict[str, None] = {}
        """Files that could not be shown, with the reason."""

    def picture(self, row: LedgerRow | None, field: str, long_side_px: int = 320) -> str:
        """A ``data:`` URI of a picture; '' where there is none. Transparency is kept."""
        path = row.file(field) if row else None
        if row is None or path is None:
            return ""
        known = self._pictures.get((row.key, field, long_side_px))
        if known is None:
            known = self._pictures[row.key, field, long_side_px] = self._encoded(path, long_side_px)
        return known

    def _encoded(self, path: Path, long_side_px: int) -> str:
        try:
            pixels = scale_down(read_image(path, min_side_px=1), long_side_px)
        except BunrakuError as error:
            self.troubles[str(error)] = None
            return ""
        return picture_uri(pixels)

    def camera(self, row: LedgerRow | None) -> str:
        """A ``data:`` URI of a drawing of a camera's path; '' where there is none."""
        path = row.file("track") if row else None
        if row is None or path is None:
            return ""
        try:
            drawing = camera_plot(read_camera(path), "m" if row.record.get("metric") else "scene depths")
        except BunrakuError as error:
            self.troubles[str(error)] = None
            return ""
        return f"data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}"

    def clip(self, row: LedgerRow | None, field: str, long_side_px: int = 320) -> Path | None:
        """An MP4 of a clip, below the run's folder; None where there is none."""
        path = row.file(field) if row else None
        if row is None or path is None:
            return None
        preview = self._folder / f"{row.key[:24]}-{field}-{long_side_px}.mp4"
        if preview.is_file():
            return preview
        self._folder.mkdir(parents=True, exist_ok=True)
        # Threads may want the same one at once.
        partial = preview.with_suffix(f".{threading.get_ident()}.partial.mp4")
        try:
            return write_preview(partial, path, long_side_px, MAX_SECONDS).replace(preview)
        except BunrakuError as error:
            self.troubles[str(error)] = None
            return None


def picture_uri(pixels: NDArray[np.uint8]) -> str:
    """uint8 [H, W, 3] as JPEG, [H, W, 4] as PNG, in a ``data:`` URI."""
    buffer = io.BytesIO()
    if pixels.shape[2] == 4 and pixels[..., 3].min() < 255:
        Image.fromarray(pixels).save(buffer, "PNG", optimize=True)
        kind = "png"
    else:
        Image.fromarray(np.ascontiguousarray(flatten(pixels))).save(buffer, "JPEG", quality=86)
        kind = "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(buffer.getvalue()).decode()}"
