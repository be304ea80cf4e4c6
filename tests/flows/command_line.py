"""The command line, as a process of its own or in this one."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

from flows.cli import invoke

BUNRAKU = Path(sys.executable).with_name("bunraku")

Done = subprocess.CompletedProcess[str]


def bunraku(*arguments: str | Path) -> Done:
    """Start `bunraku` as its users do."""
    return subprocess.run([BUNRAKU, *arguments], capture_output=True, text=True, timeout=600)


def bunraku_here(*arguments: str | Path) -> Done:
    """Carry out a command line in this process: three seconds of imports less, for verbs that only look."""
    words, out, err = [str(word) for word in arguments], io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = invoke(words)
    return subprocess.CompletedProcess(words, code, out.getvalue(), err.getvalue())
