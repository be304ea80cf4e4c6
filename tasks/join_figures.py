"""Join figures: lay the characters of one picture over each other, each of them animated by itself."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, repeat
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_contracts.animation import Animation, Drawn, write_animation
from data_contracts.coarse_video import CoarseVideo
from data_contracts.conditions import Conditions
from data_contracts.errors import ContractError
from data_contracts.lossless_video import iterate_lossless
from data_contracts.placement import read_placement
from models.puppet.joined import back_to_front, joined
from tasks.stage import StageConfig, stage


class JoinFiguresConfig(StageConfig):
    """Settings of the stage: none."""


@stage(version=2, timeout_s=900)
def join_figures(
    animations: list[Animation],
    conditions: list[Conditions],
    coarse: CoarseVideo,
    config: JoinFiguresConfig,
    out_dir: Path,
) -> Animation:
    """Lay figures over each other, the farthest first.

    A network may draw the whole picture anew: then the farthest one's picture stands, and of the others what
    lies in their masks.

    Args:
        animations: each figure before the coarse background, the first one's picture.
        conditions: where each stands.
        coarse: that background.
        config: settings.
        out_dir: for the files.

    Raises:
        ContractError: the clips do not fit.
    """
    for animation in animations:
        if (animation.width_px, animation.height_px) != (coarse.width_px, coarse.height_px):
            raise ContractError(
                "a figure was drawn before another background",
                expected=f"{coarse.width_px}x{coarse.height_px}",
                got=f"{animation.width_px}x{animation.height_px}",
            )
    first, frames = animations[0], min(animation.num_frames for animation in animations)
    depth, ground = zip(*(_stand(found) for found in conditions), strict=True)
    farthest, *nearer = back_to_front(depth, ground)
    figures = [
        _figure(animations[farthest], frames),
        *(_cut_out(animations[k], frames, _behind(first, coarse, frames)) for k in nearer),
    ]
    drawn = joined(_behind(first, coarse, frames), figures)
    return write_animation(out_dir, drawn, first.fps, first.backend, first.on_white)


def _stand(conditions: Conditions) -> tuple[float, float]:
    """How far away a figure is, and where in the picture it stands, over all frames."""
    placed = read_placement(conditions.path(conditions.placement))
    ground = placed.ground_y_px * placed.scale + placed.offset_px[:, 1]
    return float(placed.depth_m.mean()), float(ground.mean())


def _behind(animation: Animation, coarse: CoarseVideo, frames: int) -> Iterator[NDArray[np.uint8]]:
    """What the figures were drawn before."""
    if animation.on_white:
        return repeat(np.full((coarse.height_px, coarse.width_px, 3), 255, np.uint8), frames)
    return islice(iterate_lossless(coarse.path(coarse.video)), frames)


def _figure(animation: Animation, frames: int) -> Iterator[Drawn]:
    video, alpha = (iterate_lossless(animation.path(ref)) for ref in (animation.video, animation.alpha))
    return islice(zip(video, alpha, strict=True), frames)


def _cut_out(animation: Animation, frames: int, behind: Iterator[NDArray[np.uint8]]) -> Iterator[Drawn]:
    """The same; of a figure that a network drew, only within its mask. A puppet's shadow falls beside it."""
    if animation.backend == "puppet":
        return _figure(animation, frames)
    return (
        (np.where(alpha[..., None] > 0, picture, place), alpha)
        for (picture, alpha), place in zip(_figure(animation, frames), behind, strict=False)
    )
