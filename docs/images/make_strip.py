"""Make docs/images/strip.webp from a finished run of the demo: references, drivers and results.

python docs/images/make_strip.py runs/demo girl_dances robot_waves
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from data_contracts.errors import BunrakuError, InputError
from data_contracts.image import flatten, read_image
from data_contracts.job import Job
from data_contracts.manifest import Manifest, read_manifest
from data_contracts.pair import Pair
from data_contracts.store import ItemStore
from data_contracts.video import read_clip

Picture = NDArray[np.uint8]

MOMENTS = (0.04, 0.3, 0.56, 0.82)
"""Which frames are shown, as shares of the clip."""
COLUMN_PX, REFERENCE_PX, GAP_PX, CAPTION_PX = 220, 330, 8, 32
PAPER, CARD, INK = (255, 255, 255), (238, 238, 242), (70, 70, 78)
SIZE_LIMIT_BYTES = 600_000


def covering(picture: Picture, width_px: int, height_px: int) -> Picture:
    """The middle of a picture, scaled to cover a box of this size."""
    scale = max(width_px / picture.shape[1], height_px / picture.shape[0])
    size = max(width_px, round(picture.shape[1] * scale)), max(height_px, round(picture.shape[0] * scale))
    large = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    left, top = (size[0] - width_px) // 2, (size[1] - height_px) // 2
    return np.asarray(large[top : top + height_px, left : left + width_px], np.uint8)


def driver_frames(pair: Pair) -> Picture:
    """The driver's clip: a filmed one without its black bars, a drawn one closer to its skeleton."""
    frames = read_clip(pair.path(pair.source))
    lit = frames.max(axis=(0, 3)) > 24
    rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    if pair.signal == "rgb":
        return frames[:, top:bottom, left:right]
    side = round(1.1 * max(bottom - top, right - left))
    wide = np.pad(frames, ((0, 0), (side, side), (side, side), (0, 0)))
    top, left = side + (top + bottom - side) // 2, side + (left + right - side) // 2
    return wide[:, top : top + side, left : left + side]


def row_of(job: Job, pair: Pair) -> Picture:
    """One job: its reference, and above each other its driver and its result at four moments."""
    result, driver = read_clip(pair.path(pair.synthesized)), driver_frames(pair)
    height = round(COLUMN_PX * result.shape[1] / result.shape[2])
    columns = []
    for index in (round(moment * (len(result) - 1)) for moment in MOMENTS):
        cells = [covering(driver[index], COLUMN_PX, COLUMN_PX), _paper(GAP_PX, COLUMN_PX)]
        columns.append(np.concatenate([*cells, covering(result[index], COLUMN_PX, height)]))
        columns.append(_paper(len(columns[0]), GAP_PX))
    whole = len(columns[0])
    still = read_image(Path(job.reference))
    if still.shape[2] == 4:  # cut close to the figure: give it air
        margin = still.shape[0] // 25
        still = np.pad(still, ((margin, margin), (margin, margin), (0, 0)))
    reference = covering(flatten(still, CARD), REFERENCE_PX, whole)
    return np.concatenate([reference, _paper(whole, 2 * GAP_PX), *columns[:-1]], axis=1)


def _paper(height_px: int, width_px: int) -> Picture:
    return np.full((height_px, width_px, 3), PAPER, np.uint8)


def strip(rows: list[Picture]) -> Image.Image:
    """The jobs below each other, with captions over the columns."""
    width = rows[0].shape[1]
    parts = [_paper(CAPTION_PX, width)]
    for row in rows:
        parts += [row, _paper(2 * GAP_PX, width)]
    picture = Image.fromarray(np.concatenate(parts[:-1]))
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(size=20)
    draw.text((2, 3), "reference", fill=INK, font=font)
    moving = REFERENCE_PX + 2 * GAP_PX
    draw.text((moving + 2, 3), "driving input (above) and result (below)", fill=INK, font=font)
    return picture


def jobs_and_pairs(run: Path, names: list[str]) -> list[tuple[Job, Pair]]:
    """The named jobs of a run with the first pair that each gave.

    Raises:
        InputError: a job is not of this run, or has no result.
    """
    store = ItemStore(run / "store")

    def read(stage: str, record_type: type) -> Manifest:
        path = run / "manifests" / stage / f"{stage}.parquet"
        return read_manifest(path, stage, record_type, lambda key: store.folder(stage, key))

    jobs, pairs = read("jobs", Job), read("synthesize_pairs", Pair)
    found = {row.item: row.record for row in pairs.rows if row.record is not None}
    absent = [name for name in names if name not in found]
    if absent:
        raise InputError(
            "jobs without a pair", where=run, expected=", ".join(found) or "a finished run", got=absent
        )
    return [(jobs[name].record, found[name]) for name in names]


def main() -> None:
    """Write the strip of the jobs that the command line names."""
    if len(sys.argv) < 3:
        sys.exit("usage: python docs/images/make_strip.py RUN JOB [JOB ...]")
    try:
        rows = [row_of(job, pair) for job, pair in jobs_and_pairs(Path(sys.argv[1]), sys.argv[2:])]
    except BunrakuError as error:
        sys.exit(str(error))
    target = Path(__file__).with_name("strip.webp")
    strip(rows).save(target, quality=88, method=6)
    if target.stat().st_size > SIZE_LIMIT_BYTES:
        sys.exit(f"{target} is larger than {SIZE_LIMIT_BYTES} bytes: lower its quality")


if __name__ == "__main__":
    main()
