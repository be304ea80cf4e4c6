"""A disk that takes no more: no item's fault, and so the end of a run, which goes on once there is room."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from data_contracts.errors import StorageFull

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
"""The last: Linux keeps a disk that fails from being written."""
_LEAST_FREE_BYTES = 1 << 20
"""With less, an encoder that is a process of its own has failed for want of room, whatever it says."""


def says_full(error: BaseException) -> bool:
    """Whether an error, or what it came of, is the system's word that a disk takes no more."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno in _FULL:
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def came_of_full_disk(error: BaseException, folder: Path) -> bool:
    """Whether an error over work in a folder came of its disk taking no more."""
    if says_full(error):
        return True
    full = folder.exists() and shutil.disk_usage(folder).free < _LEAST_FREE_BYTES
    return full or (folder.exists() and not os.access(folder, os.W_OK))


def storage_full(folder: Path, got: object = "") -> StorageFull:
    """The error that ends a run whose results find no room."""
    return StorageFull(
        "there is no room left to keep results",
        where=folder,
        got=got,
        hint="Make room, or mend a disk that can only be read, and start the run again: what is made stays "
        "made, and nothing was put in quarantine for this",
    )
