"""What every inpainting backend asks of a picture and its hole."""

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import ContractError, InputError


def check_fill_input(rgb: NDArray[np.uint8], hole_mask: NDArray[np.bool_]) -> None:
    """Refuse a picture and hole that do not fit.

    Raises:
        ContractError: wrong type or shape.
        InputError: a hole that leaves nothing to copy from.
    """
    if rgb.dtype != np.uint8 or rgb.ndim != 3 or rgb.shape[2] != 3:
        raise ContractError(
            "not an RGB picture",
            where="inpainting",
            expected="uint8 [H, W, 3]",
            got=f"{rgb.dtype} {rgb.shape}",
        )
    if hole_mask.dtype != np.bool_ or hole_mask.shape != rgb.shape[:2]:
        raise ContractError(
            "the hole does not fit the picture",
            where="inpainting",
            expected=f"bool {rgb.shape[:2]}",
            got=f"{hole_mask.dtype} {hole_mask.shape}",
        )
    if hole_mask.all():
        raise InputError(
            "the hole covers the whole picture, so there is nothing to continue",
            where="inpainting",
            hint="Check the matte, or give a custom scene picture.",
        )


def grow_hole(hole_mask: NDArray[np.bool_], grow_px: int) -> NDArray[np.bool_]:
    """Widen a hole by a disc, because mattes end inside the character's soft outline."""
    if grow_px <= 0:
        return hole_mask.copy()
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * grow_px + 1, 2 * grow_px + 1))
    return np.asarray(cv2.dilate(hole_mask.astype(np.uint8), disc) > 0)


def is_margin(hole_mask: NDArray[np.bool_]) -> bool:
    """Whether the hole lies round the picture (outpainting): over half of the border is unknown."""
    border = np.concatenate([hole_mask[0], hole_mask[-1], hole_mask[:, 0], hole_mask[:, -1]])
    return bool(border.mean() > 0.5)
