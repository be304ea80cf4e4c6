"""Clips of which everything is true, to be given known faults: the puppet world's takes, the demo's dance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from data_contracts.pose_sequence import PoseSequence
from data_contracts.take import Take
from flows.accuracy.role import Sources
from models.measures.layers import Clip, Pictures
from models.scoring.clip_scores import Reference
from models.scoring.driver_motion import DriverMotion, observe_driver

DRAWN = "the demo's dance"
_SIZE_PX, _SEED, _OTHER_SEED = 320, 7, 9


@dataclass(frozen=True)
class TrueClip:
    """Where a true clip comes from; small, and it can be a key."""

    world: Path | None
    """Folder of the world, None for the drawn dance."""
    take: str
    """'shot.identity', or the drawn clip's name."""
    driver: str
    """The take of the same shot with another identity, which drives; the take itself where there is none."""
    num_frames: int
    fps: float = 24.0
    """Only of the drawn dance, which can be sampled exactly at any rate."""
    split: str = "train"
    """The world's split that the take belongs to."""


@dataclass(frozen=True, eq=False)
class Loaded:
    """A true clip with what a pair of it would know."""

    clip: Clip
    fps: float
    poses: PoseSequence | None
    reference: Reference
    """The figure as its last frame shows it: what a perfect animation would have started from."""
    driver_frames: Pictures
    """uint8 [T, H, W, 3]: another identity in the same motion."""

    @cached_property
    def driver(self) -> DriverMotion:
        """How the driver moves."""
        return observe_driver(self.driver_frames, self.fps)

    def every(self, step: int) -> Loaded:
        """The same at a lower frame rate: every so many of its frames."""
        poses = None if self.poses is None else _picked(self.poses, slice(None, None, step))
        clip = Clip(self.clip.frames[::step], self.clip.alpha[::step], self.clip.place[::step])
        return Loaded(clip, self.fps / step, poses, self.reference, self.driver_frames[::step])


def true_clips(sources: Sources, count: int, num_frames: int) -> list[TrueClip]:
    """At most so many takes of one figure, of as many shots as can be; the drawn dance without a world."""
    from flows.world.read import read_takes

    if not (sources.world / "manifests").is_dir():
        return [TrueClip(None, DRAWN, DRAWN, num_frames)]
    takes = [take for take in read_takes(sources.world) if take.num_figures == 1]
    ordered = sorted(takes, key=lambda take: (_turn(takes, take), take.shot))
    return [
        TrueClip(sources.world, take.name, _driver(takes, take), num_frames, split=take.split)
        for take in ordered[:count]
    ]


def load(source: TrueClip) -> Loaded:
    """Read or draw a true clip.

    Raises:
        ContractError: a file of the take is damaged.
    """
    if source.world is None:
        return film_graded(source.num_frames, source.fps, _SIZE_PX)
    return _filmed(source, source.world)


def _filmed(source: TrueClip, world: Path) -> Loaded:
    from flows.world.read import read_alpha, read_clean, read_frames, read_takes, read_true_poses

    takes = {take.name: take for take in read_takes(world)}
    take, driver = takes[source.take], takes[source.driver]
    count = min(source.num_frames, take.num_frames)
    clip = Clip(read_frames(take)[:count], read_alpha(take)[:count], read_clean(take)[:count])
    poses = read_true_poses(take)
    if poses is not None:
        poses = _picked(poses, slice(count))
    reference = Reference(clip.frames[-1], clip.alpha[-1])
    return Loaded(clip, take.fps, poses, reference, read_frames(driver)[:count])


def film_graded(num_frames: int, fps: float, size_px: int) -> Loaded:
    """The demo's dance, and somebody else dancing it as its driver."""
    from flows.demo_clip import film_dance
    from models.world.true_poses import true_poses

    filmed, other = (film_dance(num_frames, fps, size_px, dancer) for dancer in (_SEED, _OTHER_SEED))
    alpha = filmed.alpha.astype(np.float32) / np.float32(255)
    clip = Clip(filmed.rgb, alpha, filmed.clean)
    poses = true_poses(filmed.truths, filmed.camera_path(fps), fps)
    return Loaded(clip, fps, poses, Reference(clip.frames[-1], clip.alpha[-1]), other.rgb)


def _picked(poses: PoseSequence, frames: slice) -> PoseSequence:
    xy, confidence = poses.keypoints_xy_px[frames], poses.confidence[frames]
    return PoseSequence(xy, confidence, poses.fps / (frames.step or 1), poses.width_px, poses.height_px)


def _turn(takes: Sequence[Take], take: Take) -> int:
    """How many takes of the same shot come before this one."""
    return [other.identity for other in takes if other.shot == take.shot].index(take.identity)


def _driver(takes: Sequence[Take], take: Take) -> str:
    others = [other for other in takes if other.shot == take.shot and other.identity != take.identity]
    return (others[0] if others else take).name
