# mypy: allow-untyped-defs, allow-untyped-calls
"""Tiling: which splats fall on which tile, nearest first."""

from __future__ import annotations

import numpy as np

from models.compiling import inlined, kernel
from models.splatting.kernels.layout import COLUMNS, DEPTH, RECORD, ROWS, TILE

DIGITS, _DIGIT_BITS = 256, np.uint64(8)
_FEW = 64
_INDEX_BITS = np.uint64(32)


@inlined
def pixel_bounds(record_bits, splat):
    """Return first and last column, first and last row of a projected splat."""
    columns = record_bits[splat * RECORD + COLUMNS]
    rows = record_bits[splat * RECORD + ROWS]
    low, shift = np.int32(0xFFFF), np.int32(16)
    return columns & low, columns >> shift, rows & low, rows >> shift


@kernel
def place(histogram, tile_starts, tiles, slot_starts):
    """Turn counts into places; return the number of (splat, tile) pairs.

    `histogram` [CHUNKS, tiles] becomes the place of each chunk's first pair on a tile, `tile_starts`
    [tiles + 1] that of each tile, `slot_starts` [N] the first gradient slot of each splat.
    """
    total = 0
    for tile in range(tile_starts.size - 1):
        tile_starts[tile] = total
        for chunk in range(histogram.shape[0]):
            here = histogram[chunk, tile]
            histogram[chunk, tile] = total
            total += here
    tile_starts[tile_starts.size - 1] = total
    slot = 0
    for splat in range(tiles.size):
        slot_starts[splat] = slot
        slot += tiles[splat]
    return total


@kernel
def scatter(part, parts, bounds, tiles, record_bits, places, across, pairs):
    """Write each splat's pair, depth << 32 | index, to the tiles that it falls on.

    The bits of a positive float32 sort like the number itself.
    """
    for chunk in range(part, bounds.size - 1, parts):
        for splat in range(bounds[chunk], min(bounds[chunk + 1], tiles.size)):
            if tiles[splat] == 0:
                continue
            pair = (np.uint64(record_bits[splat * RECORD + DEPTH]) << _INDEX_BITS) | np.uint64(splat)
            x0, x1, y0, y1 = pixel_bounds(record_bits, splat)
            for tile_y in range(y0 // TILE, y1 // TILE + 1):
                for tile_x in range(x0 // TILE, x1 // TILE + 1):
                    tile = tile_y * across + tile_x
                    pairs[places[chunk, tile]] = pair
                    places[chunk, tile] += 1


@inlined
def _insertion_sort(pairs, start, end):
    for i in range(start + 1, end):
        pair = pairs[i]
        j = i - 1
        while j >= start and pairs[j] > pair:
            pairs[j + 1] = pairs[j]
            j -= 1
        pairs[j + 1] = pair


@inlined
def _radix_pass(source, source_start, target, target_start, count, shift, counts):
    """Stable pass over one digit of the depth bits; return False if all splats share it."""
    mask = np.uint64(DIGITS - 1)
    for d in range(DIGITS):
        counts[d] = 0
    for i in range(source_start, source_start + count):
        counts[np.int64((source[i] >> shift) & mask)] += 1
    if counts[np.int64((source[source_start] >> shift) & mask)] == count:
        return False
    place = target_start
    for d in range(DIGITS):
        here = counts[d]
        counts[d] = place
        place += here
    for i in range(source_start, source_start + count):
        digit = np.int64((source[i] >> shift) & mask)
        target[counts[digit]] = source[i]
        counts[digit] += 1
    return True


@inlined
def sort_pairs(pairs, start, end, scratch, counts):
    """Sort pairs[start:end] by depth, then by index (they come in the order of their index).

    `scratch` is as large, `counts` has DIGITS places.
    """
    count = end - start
    if count <= _FEW:
        _insertion_sort(pairs, start, end)
        return
    source, source_start, in_scratch = pairs, start, False
    target, target_start = scratch, start - start
    for digit in range(4):
        shift = _INDEX_BITS + np.uint64(digit) * _DIGIT_BITS
        if _radix_pass(source, source_start, target, target_start, count, shift, counts):
            source, target = target, source
            source_start, target_start = target_start, source_start
            in_scratch = not in_scratch
    if in_scratch:
        for i in range(count):
            pairs[start + i] = scratch[i]
