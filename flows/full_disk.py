"""A full disk: no item's fault, and so the end of a run, which goes on once there is room."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from data_contracts.errors import StorageFull

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_LEAST_FREE_BYTES = 1 << 20
"""With less, an encoder that is a process of its own has failed for want of room, whatever it says."""


def says_full(error: BaseException) -> bool:
    """Whether an error, or what it came of, is the system's word that there is no room."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in _FULL:
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def came_of_full_disk(error: BaseException, folder: Path) -> bool:
    """Whether an error over work in a folder came of its disk being full."""
    return says_full(error) or (folder.exists() and shutil.disk_usage(folder).free < _LEAST_FREE_BYTES)


def storage_full(folder: Path, got: object = "") -> StorageFull:
    """The error that ends a run whose results find no room."""
    return StorageFull(
        "there is no room left to keep results",
        where=folder,
        got=got,
        hint="Make room and start the run again: what is made stays made, and nothing was put in quarantine "
        "for this",
    )
