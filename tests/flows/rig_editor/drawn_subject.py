"""A drawn figure as files, and the editor on it, for the editor's tests."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from data_contracts.image import write_png
from data_contracts.rig import write_skeleton
from flows.rig_editor.command import open_session
from flows.rig_editor.server import EditorServer
from flows.rig_editor.session import Session
from tests.tasks.character_scene import figure, skeleton

TIMES = 2
WIDTH, HEIGHT = 320, 400


def write_subject(folder: Path) -> Path:
    """Write doll.png with rig.json and mask.png beside it: nothing has to be found."""
    rgb, alpha = figure()
    block = np.ones((TIMES, TIMES), np.uint8)
    picture = write_png(folder / "doll.png", np.kron(rgb, block[..., None]))
    write_png(folder / "mask.png", np.kron((alpha * 255).astype(np.uint8), block))
    write_skeleton(folder / "rig.json", skeleton().resized(WIDTH, HEIGHT))
    return picture


def session_of(folder: Path) -> Session:
    """The editor's session on the drawn figure; saves to folder/out."""
    picture = write_subject(folder)
    return open_session(picture, rig=folder / "rig.json", mask=folder / "mask.png", out=folder / "out")


@contextmanager
def served(session: Session) -> Iterator[EditorServer]:
    """A server at work."""
    with EditorServer(session) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
