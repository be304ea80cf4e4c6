"""The server that Prefect starts where none is named lives no longer than the run, even a killed one."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

_LOOK_UP_S = 0.1


@contextmanager
def temporary_server_followed() -> Iterator[None]:
    """Within the block, Prefect's temporary server is ended as soon as this process is gone.

    Prefect ends it on the way out, which a SIGKILL leaves no time for. A shell reads from a pipe: the kernel
    closes it with this process, and only then does the reading end. The server starts somewhere within the
    block and takes up to a minute, in which the run may be killed as well: so a thread looks out for it.
    """
    from prefect.settings import PREFECT_API_URL

    if PREFECT_API_URL.value():  # a server of the user's own, which goes on
        yield
        return
    over = threading.Event()
    watch = subprocess.Popen(
        ["sh", "-c", 'while read -r pid; do server=$pid; done; [ -z "$server" ] || kill "$server"'],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C in a terminal is told to the whole group
        text=True,
    )
    assert watch.stdin is not None
    thread = threading.Thread(target=_tell, args=(watch.stdin, over), daemon=True)
    with watch:
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            watch.kill()


def _tell(watch: IO[str], over: threading.Event) -> None:
    """Name the server to the watch, and its successor where it found its port taken."""
    from prefect.server.api.server import SubprocessASGIServer

    told = None
    while not over.wait(_LOOK_UP_S):
        server = SubprocessASGIServer().server_process
        if server is not None and server.pid != told:
            told = server.pid
            watch.write(f"{told}\n")
            watch.flush()
