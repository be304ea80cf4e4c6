"""The best that copying patches of a picture could do, told what is behind: an upper bound to measure by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import InputError
from models.inpainting.hole import check_fill_input
from models.inpainting.patch_field import improve_field
from models.inpainting.patchmatch import patch_centres, random_field

_SWEEPS = 8
"""The nearest-neighbour field hardly changes after five (Barnes et al. 2009, section 3.2)."""


def best_copies(
    clean: NDArray[np.uint8], hole: NDArray[np.bool_], radius_px: int = 3, seed: int = 0
) -> NDArray[np.uint8]:
    """Fill a hole with the middles of the known patches that are most like the true ones.

    Args:
        clean: uint8 [H, W, 3], the truth everywhere.
        hole: bool [H, W]; nothing of it may be copied.
        radius_px: of a patch.
        seed: of the random search.

    Returns:
        uint8 [H, W, 3], equal to `clean` outside of the hole.

    Raises:
        ContractError: shapes or types that do not fit.
        InputError: no whole patch lies outside of the hole.
    """
    check_fill_input(clean, hole)
    usable = patch_centres(~hole, radius_px)
    if not usable.any():
        side = f"{2 * radius_px + 1} px a side"
        raise InputError("no whole patch is known", where="inpainting", expected=side, got="none")
    rng = np.random.default_rng(seed)
    field = random_field(usable, rng)
    rgb = (clean / 255).astype(np.float32)
    targets, sources = (np.argwhere(mask).astype(np.int32) for mask in (hole, usable))
    improve_field(
        rgb, np.ones(hole.shape, np.float32), targets, hole, usable, sources, field,
        np.zeros(hole.shape, np.float32), radius_px, np.float32(0), _SWEEPS,
        rng.integers(1, 2**63, 1).astype(np.uint64),
    )  # fmt: skip
    filled = clean.copy()
    source = field[hole]
    filled[hole] = clean[source[:, 0], source[:, 1]]
    return filled
