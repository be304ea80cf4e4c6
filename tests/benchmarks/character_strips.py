"""The pictures of docs/character.md: our own characters, moved by acts of the puppet world.

python -m tests.benchmarks.character_strips docs/images
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from data_contracts.image import flatten
from tests.benchmarks.character_cast import motions, references
from tests.benchmarks.character_drawing import draw, find_joints, matte_of
from tests.benchmarks.character_sheets import strip

Picture = NDArray[np.uint8]

STRIPS = {
    "own_girl": ("dance", "walk"),
    "own_robot": ("dance", "jumping jacks"),
    "own_person": ("jumping jacks", "wave"),
    "own_person_drawn": ("dance", "jumping jacks"),
}
"""Reference -> the acts that are shown of it."""
CARD, PAPER = (236, 236, 241), 255
SHOWN, WIDTH_PX, ROW_PX, GAP_PX = 7, 1100, 190, 6
SIZE_LIMIT_BYTES = 100_000


def rows_of(name: str) -> Picture:
    """A reference, and beside it the frames of its motions, one below the other; uint8 [H, W, 3]."""
    picture = next(each for each in references(None) if each.name == name).read()
    character = find_joints(picture, matte_of(picture))
    acts = {motion.name: motion.driver for motion in motions(None)[0]}
    strips = [_scaled(strip(draw(character, acts[act], CARD), SHOWN), ROW_PX) for act in STRIPS[name]]
    width = max(row.shape[1] for row in strips)
    lines = [
        np.pad(row, ((0, 0), (0, width - row.shape[1]), (0, 0)), constant_values=PAPER) for row in strips
    ]
    gap = np.full((GAP_PX, width, 3), PAPER, np.uint8)
    moving = np.vstack([part for line in lines for part in (line, gap)][:-1])
    still = _scaled(flatten(picture, CARD), len(moving))
    return np.hstack([still, np.full((len(moving), 2 * GAP_PX, 3), PAPER, np.uint8), moving])


def _scaled(picture: Picture, height_px: int) -> Picture:
    width = round(picture.shape[1] * height_px / picture.shape[0])
    how = cv2.INTER_AREA if picture.shape[0] > height_px else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (width, height_px), interpolation=how), np.uint8)


def main() -> None:
    """Write character_NAME.webp into the folder that the command line names."""
    folder = Path(sys.argv[1])
    for name in STRIPS:
        whole = rows_of(name)
        whole = _scaled(whole, round(whole.shape[0] * min(1, WIDTH_PX / whole.shape[1])))
        target = folder / f"character_{name.removeprefix('own_')}.webp"
        Image.fromarray(whole).save(target, quality=86, method=6)
        if target.stat().st_size > SIZE_LIMIT_BYTES:
            sys.exit(f"{target} is larger than {SIZE_LIMIT_BYTES} bytes: lower its quality")


if __name__ == "__main__":
    main()
