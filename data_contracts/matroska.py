"""Matroska's checksums: ffmpeg writes one for each cluster of frames, and does not look at them again."""

from __future__ import annotations

import mmap
import zlib
from pathlib import Path

_MAGIC = b"\x1a\x45\xdf\xa3"
_SEGMENT, _CLUSTER = 0x18538067, 0x1F43B675
_CRC_32 = b"\xbf\x84"
"""Id and length of the checksum, which is the first thing in an element that has one (RFC 8794, 11.3.1)."""


def damaged_cluster(path: Path) -> int | None:
    """Find the first cluster of frames, counted from 0, whose bytes are not those that were written.

    Returns:
        None where all is well, and where there is nothing to go by: files of other programs need not have
        checksums.
    """
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:4] != _MAGIC:
            return None
        place = clusters = 0
        while place < len(data) - 12:  # what is shorter is no element with something in it
            identity, body = _number(data, place, marked=True)
            size, body = _number(data, body)
            if identity == _SEGMENT:
                place = body
                continue
            if identity == _CLUSTER:
                if data[body : body + 2] == _CRC_32 and not _holds(data[body + 2 : body + size]):
                    return clusters
                clusters += 1
            place = body + size
    return None


def _number(data: mmap.mmap, place: int, marked: bool = False) -> tuple[int, int]:
    """A number of EBML, whose leading zeros tell its bytes (8 at most), and where it ends."""
    length = min(9 - data[place].bit_length(), 8)
    value = int.from_bytes(data[place : place + length], "big")
    return value if marked else value & ((1 << 7 * length) - 1), place + length


def _holds(data: bytes) -> bool:
    return zlib.crc32(data[4:]) == int.from_bytes(data[:4], "little")
