"""The server that Prefect starts where none is named lives no longer than the run, even a killed one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def temporary_server_followed() -> Iterator[None]:
    """Within the block, Prefect's temporary server is ended as soon as this process is gone.

    Prefect ends it on the way out, which a SIGKILL leaves no time for. A shell reads from a pipe that nobody
    writes to: the kernel closes it with this process, and only then does the reading end.
    """
    from prefect.server.api.server import SubprocessASGIServer  # seconds, where the user has a server

    server = SubprocessASGIServer().server_process
    if server is None:  # a server of the user's own, which goes on
        yield
        return
    watch = subprocess.Popen(
        ["sh", "-c", f"read -r _; kill {server.pid}"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C in a terminal is told to the whole group
    )
    with watch:
        try:
            yield
        finally:
            watch.kill()
