"""The render part of the table, on a wall whose later views are known exactly."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import cv2
import numpy as np
import pytest

from data_contracts.take import Take
from flows.accuracy.held_out_views import HeldOut, Travelled, plane_view, seen_before
from flows.accuracy.role import Case, Values
from flows.accuracy.roles import render_background
from flows.accuracy.roles.render_background import (
    DEPTH,
    FLICKER,
    PSNR,
    ROLE,
    SEEN_PSNR,
    VOID,
    Ablation,
    AblationKind,
)

WALL_M = 3.0
FOCAL_PX = 80.0
HEIGHT, WIDTH = 64, 96


def test_a_wall_is_where_the_plane_puts_it() -> None:
    view = _wall()
    for pick in map(int, view.picks):
        picture, depth = plane_view(view, pick)
        seen = seen_before(view, pick)
        np.testing.assert_allclose(depth, WALL_M, atol=1e-5)
        assert np.abs(picture[seen].astype(int) - view.frames[pick][seen]).max() <= 1
        # The camera went right by 1 px a frame: so many columns are new.
        assert (~seen).sum(axis=1).max() in (pick - 1, pick, pick + 1)


@pytest.mark.slow
def test_the_whole_chain_stands_between_first_frame_and_oracle(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rows = _rows(monkeypatch, tmp_path)
    still, ours, true, best = (rows[name] for name in ("first frame", "diorama", "true depth", "oracle"))
    assert still[SEEN_PSNR.name] < ours[SEEN_PSNR.name] < best[SEEN_PSNR.name]
    assert still[SEEN_PSNR.name] + 3 < true[SEEN_PSNR.name]
    assert best[PSNR.name] > 25 and best[DEPTH.name] < 0.02
    assert true[DEPTH.name] < 0.02 < ours[DEPTH.name]
    assert DEPTH.name not in still
    assert ours[VOID.name] < 1
    parts = [rows[name] for name in get_args(AblationKind)]
    assert all(still[SEEN_PSNR.name] < row[SEEN_PSNR.name] < best[SEEN_PSNR.name] for row in parts)
    assert len({row[PSNR.name] for row in [ours, *parts]}) == len(parts) + 1
    assert FLICKER.name not in still and best[FLICKER.name] < 5


def test_parts_are_not_taken_away_in_the_quick_table(tmp_path: Path) -> None:
    case = Case("wall", "wall", Travelled(Take.model_construct(), all_ways=False))
    assert ROLE.measure(case, Ablation(kind="frame by frame"), tmp_path) == {}


def _rows(monkeypatch: pytest.MonkeyPatch, folder: Path) -> dict[str, Values]:
    monkeypatch.setattr(render_background, "read_held_out", lambda _: _wall())
    case = Case("wall", "wall", Travelled(Take.model_construct(), all_ways=True))
    assert ROLE.oracle is not None
    rows = {backend.kind: ROLE.measure(case, backend, folder) for backend in ROLE.backends}
    return {**rows, "oracle": ROLE.oracle(case)}


def _wall() -> HeldOut:
    """A textured wall, 3 m away; the camera goes right by what moves it 1 px a frame."""
    rng = np.random.default_rng(0)
    grain = cv2.resize(rng.integers(0, 256, (16, 40, 3)).astype(np.uint8), (WIDTH + 24, HEIGHT))
    frames = np.stack([grain[:, t : t + WIDTH] for t in range(13)])
    poses = np.tile(np.eye(4), (13, 1, 1))
    poses[:, 0, 3] = np.arange(13) * WALL_M / FOCAL_PX
    lens = np.tile([FOCAL_PX, FOCAL_PX, WIDTH / 2, HEIGHT / 2], (13, 1))
    depth = np.full((13, HEIGHT, WIDTH), WALL_M, np.float32)
    return HeldOut(np.ascontiguousarray(frames), depth, poses, lens, np.array([4, 8, 12]))
