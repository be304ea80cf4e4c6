"""The order in which a tile's splats are drawn, against NumPy's."""

from __future__ import annotations

import numba
import numpy as np
import pytest

from models.splatting.kernels.tiling import DIGITS, sort_pairs


@numba.njit  # type: ignore[untyped-decorator]
def sort(pairs, start, end, scratch, counts):  # type: ignore[no-untyped-def]
    sort_pairs(pairs, start, end, scratch, counts)


@pytest.mark.parametrize("start", [0, 7])
@pytest.mark.parametrize("count", [0, 1, 2, 64, 65, 3000])
@pytest.mark.parametrize("nearest_m", [0.011, 2.0, 1e6], ids=["near", "room", "far"])
def test_pairs_are_sorted_by_depth_then_by_index(start: int, count: int, nearest_m: float) -> None:
    """Depths from several decades and from one binade: some of their bytes are the same in all."""
    rng = np.random.default_rng(count)
    for spread in (1.0001, 1.3, 1e4):
        depths = (nearest_m * rng.uniform(1, spread, count)).astype(np.float32)
        depths[::3] = depths[:1]
        tile = depths.view(np.uint32).astype(np.uint64) << np.uint64(32) | np.arange(count, dtype=np.uint64)
        pairs = np.concatenate([np.full(start, 99, np.uint64), tile, np.full(5, 11, np.uint64)])
        sort(pairs, start, start + count, np.empty(count, np.uint64), np.empty(DIGITS, np.int64))
        np.testing.assert_array_equal(pairs[start : start + count], np.sort(tile))
        assert (pairs[:start] == 99).all() and (pairs[start + count :] == 11).all()
