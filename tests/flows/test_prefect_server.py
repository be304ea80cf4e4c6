"""Prefect's temporary server ends with the run that started it, however that ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

RUN = """
import os, signal, subprocess, sys, time
from prefect.server.api.server import SubprocessASGIServer
from flows.prefect_server import temporary_server_followed

with temporary_server_followed():
    # As in Prefect: only within the flow's start.
    server = subprocess.Popen(["sleep", "300"], stdout=subprocess.DEVNULL)
    SubprocessASGIServer().server_process = server
    time.sleep(0.5)
    if sys.argv[1] == "killed":
        print(server.pid, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
print(server.pid, flush=True)
"""


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("end", ["killed", "well"])
def test_a_killed_run_takes_its_server_along(end: str) -> None:
    run = subprocess.run([sys.executable, "-c", RUN, end], stdout=subprocess.PIPE, text=True, timeout=120)
    server = int(run.stdout)
    deadline = time.monotonic() + 20
    while is_running(server) and time.monotonic() < deadline and end == "killed":
        time.sleep(0.05)
    try:
        # Whoever ends well ends its server itself, as Prefect does.
        assert (run.returncode, is_running(server)) == ((-signal.SIGKILL, False), (0, True))[end == "well"]
    finally:
        if is_running(server):
            os.kill(server, signal.SIGKILL)
