"""Subject: the picture that is edited, with the joints and the matte to start from."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError, NoFigureError
from data_contracts.frames import scale_down
from data_contracts.image import MIN_SIDE_PX, flatten, read_image
from data_contracts.mask import read_mask
from data_contracts.media import STANDARD_SIDE_PX
from data_contracts.rig import Skeleton
from flows.rig_editor.default_figure import default_alpha, default_skeleton
from models.matting import ClassicalMatting, load_still
from models.rig import load as load_rig
from models.rig.capsules import CapsulesConfig
from tasks.rig import given_rig

WORK_SIDE_PX = 1536
"""Long side of the picture that is worked on: three times a job's usual size."""
_FIT_SIDE_PX = 512
"""Joints are found at a job's usual size: what the editor shows first is what a run would find."""
_AT_REST = (
    "The arms and legs are not sure enough to be moved. "
    "Put their joints where they belong, then tick “Arms and legs move”."
)


@dataclass(frozen=True)
class Subject:
    """A picture, and what is known of the figure in it, all at the size that is worked on."""

    picture: Path
    rgb: NDArray[np.uint8]
    """[H, W, 3]"""
    own_size: tuple[int, int]
    """Width and height of the picture's file."""
    skeleton: Skeleton
    alpha: NDArray[np.uint8]
    """[H, W]"""
    mask_by_hand: bool
    """The matte is not what a run would find, so that it is saved even if nothing more is painted."""
    notes: tuple[str, ...] = ()
    """What the person must know: no figure was found, ..."""


def open_picture(picture: Path, rig: Path | None = None, mask: Path | None = None) -> Subject:
    """Read a picture, and find what is not given of the figure in it.

    Where no figure is found, an upright one is laid over the picture's middle, and a note says so.

    Raises:
        InputError: the picture, the rig or the mask cannot be used.
    """
    read = read_image(picture)
    rgba = scale_down(read, WORK_SIDE_PX)
    height, width = rgba.shape[:2]
    if min(width, height) < MIN_SIDE_PX:
        raise InputError(
            "the picture is too narrow to work on",
            where=picture,
            expected=f"a short side of {MIN_SIDE_PX} px at a long side of {WORK_SIDE_PX} px",
            got=f"{width}x{height}",
        )
    skeleton = given_rig(rig, width, height) if rig else None
    notes: list[str] = []
    alpha = read_mask(mask, width, height) if mask else _found_alpha(rgba, read, notes)
    by_hand = mask is not None or alpha is None
    if alpha is None:  # and so there is no outline to find joints by
        skeleton = skeleton or default_skeleton(width, height)
        alpha = default_alpha(skeleton)
    levels = np.rint(255 * alpha).astype(np.uint8)
    skeleton = skeleton or _found_skeleton(flatten(rgba), levels, notes)
    if not skeleton.limbs:
        notes.append(_AT_REST)
    size = (read.shape[1], read.shape[0])
    return Subject(picture.absolute(), flatten(rgba), size, skeleton, levels, by_hand, tuple(notes))


def find_skeleton(rgb: NDArray[np.uint8], alpha: NDArray[np.uint8]) -> Skeleton:
    """The joints that the rig backend finds by a matte.

    Raises:
        NoFigureError: the matte is empty, or is all of the picture.
    """
    scale = min(1.0, _FIT_SIDE_PX / max(alpha.shape))
    size = (max(1, round(alpha.shape[1] * scale)), max(1, round(alpha.shape[0] * scale)))
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    matte = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) / np.float32(255)
    found = load_rig(CapsulesConfig())(small, matte.astype(np.float32), 0)
    return found.resized(alpha.shape[1], alpha.shape[0])


def _found_alpha(
    rgba: NDArray[np.uint8], read: NDArray[np.uint8], notes: list[str]
) -> NDArray[np.float32] | None:
    standard = np.ascontiguousarray(scale_down(read, STANDARD_SIDE_PX)[..., :3])
    try:
        return load_still(ClassicalMatting())(rgba, 0, standard).alpha
    except NoFigureError as error:
        notes.append(
            f"No figure was found in the picture: {error.what}. "
            "A body has been drawn round upright joints instead: drag them, and paint the mask."
        )
        return None


def _found_skeleton(rgb: NDArray[np.uint8], alpha: NDArray[np.uint8], notes: list[str]) -> Skeleton:
    try:
        return find_skeleton(rgb, alpha)
    except NoFigureError as error:
        notes.append(
            f"No joints were found: {error.what}. "
            "An upright figure has been laid over the mask: drag its joints."
        )
        ys, xs = np.nonzero(alpha > 127)
        box = (float(xs.min()), float(ys.min()), float(xs.max() + 1), float(ys.max() + 1))
        return default_skeleton(alpha.shape[1], alpha.shape[0], box)
