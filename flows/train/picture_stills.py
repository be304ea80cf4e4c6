"""A folder of anybody's pictures with masks as training clips (A14).

FOLDER/NAME/PICTURE.png         with transparency; or without it, beside
FOLDER/NAME/PICTURE.mask.png    its mask, bright on the figure
FOLDER/NAME/PICTURE.pose.json   the figure's pose, in any form that the pipeline reads; left out, the picture
                                is shown without a pose

Pictures of a folder NAME show one character in one style and are each other's references.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ConfigError, InputError
from data_contracts.image import read_image
from data_contracts.pose_formats import read_poses
from flows.train.stills import Cutout, Posed, ReadStill, Still
from models.inpainting.pull_push import pull_push

SUFFIXES = (".png", ".jpg", ".jpeg", ".webp")
MARGIN_SHARE = 0.06
"""Widening of a picture's mask where the figure may be, as a share of the picture's shorter side."""


def picture_stills(folder: Path) -> list[ReadStill]:
    """The pictures of a folder's characters.

    Raises:
        ConfigError: no pictures there.
    """
    pictures = sorted(
        path
        for path in folder.glob("*/*")
        if path.suffix.lower() in SUFFIXES and not path.stem.endswith(".mask")
    )
    if not pictures:
        raise ConfigError(
            "no pictures to train on",
            where=folder,
            expected=f"a folder a character, with pictures ({', '.join(SUFFIXES)}) in it",
            got="none",
            hint="Put the pictures of each character into a folder of its own, even where there is one only.",
        )
    return [partial(_still, path, pictures) for path in pictures]


def _still(path: Path, pictures: list[Path]) -> Still:
    figure = _cutout(path)
    mask = _widened(figure.alpha)
    clean = pull_push(figure.rgb.astype(np.float32), mask == 0)
    return Still(
        figure,
        np.rint(clean).clip(0, 255).astype(np.uint8),
        mask,
        _pose(path, figure),
        [_cutout(other) for other in pictures if other.parent == path.parent and other != path],
    )


def _cutout(path: Path) -> Cutout:
    picture = read_image(path)
    beside = path.with_name(f"{path.stem}.mask.png")
    if picture.shape[2] == 4:
        alpha = picture[..., 3]
    elif beside.is_file():
        alpha = read_image(beside)[..., 0]
    else:
        raise InputError(
            "a picture without a mask",
            where=path,
            expected=f"transparency, or {beside.name} beside it",
            got="neither",
        )
    if alpha.shape != picture.shape[:2]:
        raise InputError(
            "a mask of another size", where=beside, expected=list(picture.shape[:2]), got=list(alpha.shape)
        )
    return Cutout(picture[..., :3], alpha.astype(np.float32) / np.float32(255))


def _pose(path: Path, figure: Cutout) -> Posed | None:
    beside = path.with_name(f"{path.stem}.pose.json")
    if not beside.is_file():
        return None
    height, width = figure.alpha.shape
    poses = read_poses(beside, width_px=width, height_px=height)
    return Posed(poses.keypoints_xy_px[0, 0], poses.confidence[0, 0])


def _widened(alpha: NDArray[np.float32]) -> NDArray[np.uint8]:
    reach = 2 * round(MARGIN_SHARE * min(alpha.shape)) + 1
    round_brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    return np.asarray(cv2.dilate((alpha > 0).astype(np.uint8) * 255, round_brush), np.uint8)
