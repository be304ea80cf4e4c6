"""Clips of one person each for the gated model's proof, filmed by the puppet world straight into memory.

`bunraku world` films animals and groups as well, with every kind of truth beside them; here each identity
performs several motions before several cameras and places, at the side that is trained at. Seeds decide the
splits as in any world: no identity, motion, camera or place of one is in another.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from data_contracts.rig import INDEX
from flows.accuracy.true_rigs import true_joints_m, true_joints_px
from flows.train.framing import ClipSize, Framing
from flows.train.pose_videos import pose_videos
from flows.train.world_clips import MARGIN
from models.puppet.inpainting_mask import inpainting_mask
from models.video.character_picture import character_picture
from models.video.training_example import TrainingClip
from models.world.cameras.move import CAMERA_MOVES
from models.world.film_still import FilmedStill, film_still
from models.world.film_take import FilmedTake, film_take
from models.world.motions.perform import HUMAN_ACTS
from models.world.places.build import PLACE_KINDS, build_place
from models.world.places.place import Place
from models.world.planning import SUBJECT_HEIGHT_M
from models.world.shot import (
    NUM_SEEDS,
    SPLITS,
    Drawn,
    Performers,
    Role,
    Shares,
    ShotPlan,
    Split,
    StillPlan,
)
from models.world.true_poses import true_poses
from tests.benchmarks.gated_rivals import puppet_video

Video = NDArray[np.uint8]

FPS = 8.0
STYLE = "shaded"
PLACES = 24
"""Of each split: places take longer to build than clips to film."""
REFERENCES = 2
FILMED, ROOM = 2, 1.15
"""Clips are filmed at twice their side, and a square round the figure is cut out, with so much room."""
_REST_PX = 200.0
"""Pixels a metre of the body at rest that tells the mask how thick limbs are."""


@dataclass(frozen=True)
class WorldClip:
    """One clip with what is true of it."""

    clip: TrainingClip
    alpha: Video
    """[T, H, W]: coverage by the figure, without its shadow."""
    reference_alpha: Video
    """[H, W]: coverage by the figure of the first reference."""
    puppet: Video
    """[T, H, W, 3]: what the embedded puppet makes of that reference (`gated_rivals.puppet_video`)."""
    identity: str
    motion: str
    camera: str


def film_clips(
    split: Split, identities: int, clips_each: int, side_px: int, frames: int, seed: int = 0
) -> Iterator[list[WorldClip]]:
    """Film identity after identity; the first n of more are the same n."""
    for number in range(identities):
        rng = np.random.default_rng((seed, SPLITS.index(split), number))
        identity = _drawn("human", split, rng)
        shots = [_shot(split, identity, side_px, frames, rng) for _ in range(clips_each)]
        stills = [_still(shot) for shot in shots[:REFERENCES]]
        yield [_clip(shot, stills, side_px, rivals=split != "train") for shot in shots]


def save_clips(clips: Sequence[WorldClip], path: Path) -> None:
    """Write clips to one NPZ."""
    arrays = {name: np.stack([getattr(one.clip, name) for one in clips]) for name in _VIDEOS}
    arrays |= {name: np.array([getattr(one, name) for one in clips]) for name in _BESIDE}
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)


def load_clips(path: Path) -> list[WorldClip]:
    """Read what `save_clips` wrote."""
    with np.load(path) as stored:
        arrays = dict(stored.items())
    return [
        WorldClip(
            TrainingClip(**{name: arrays[name][i] for name in _VIDEOS}),
            *(arrays[name][i] for name in _BESIDE[:3]),
            *(str(arrays[name][i]) for name in _BESIDE[3:]),
        )
        for i in range(len(arrays["alpha"]))
    ]


_VIDEOS = tuple(field.name for field in fields(TrainingClip))
_BESIDE = tuple(field.name for field in fields(WorldClip))[1:]


def _drawn(kind: str, split: Split, rng: np.random.Generator) -> Drawn:
    seeds = [seed for seed in range(NUM_SEEDS) if Shares().split_of(seed) == split]
    return Drawn(kind=kind, seed=int(rng.choice(seeds)))


def _any(options: Sequence[str], rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]


def _place_of(split: Split, rng: np.random.Generator) -> Drawn:
    number = int(rng.integers(PLACES))
    kind = PLACE_KINDS[number % len(PLACE_KINDS)]
    return _drawn(kind, split, np.random.default_rng((SPLITS.index(split), number)))


@lru_cache(maxsize=PLACES)
def _built(kind: str, seed: int) -> Place:
    return build_place(kind, seed)


def _shot(split: Split, identity: Drawn, side_px: int, frames: int, rng: np.random.Generator) -> ShotPlan:
    place, still_place = _place_of(split, rng), _place_of(split, rng)
    still = StillPlan(
        pose_seed=_drawn("pose", split, rng).seed, yaw_deg=round(rng.uniform(-25, 25), 1), place=still_place,
        camera=_drawn("static", split, rng), style=STYLE, width_px=3 * side_px // 2, height_px=2 * side_px,
    )  # fmt: skip
    role = Role(
        kind="human", motion=_drawn(_any(tuple(HUMAN_ACTS), rng), split, rng),
        position_m=(round(rng.uniform(-0.12, 0.12), 3), round(rng.uniform(-0.45, 0.35), 3)),
        yaw_deg=round(rng.uniform(-40, 40), 1),
    )  # fmt: skip
    return ShotPlan(
        shot="shot0001", split=split, place=place, camera=_drawn(_any(CAMERA_MOVES, rng), split, rng),
        style=STYLE, width_px=FILMED * side_px, height_px=FILMED * side_px, fps=FPS, num_frames=frames,
        subject_height_m=SUBJECT_HEIGHT_M["human"], cast=(role,),
        performers=(Performers(identities=(identity,), still=still),), num_views=0,
    )  # fmt: skip


def _still(shot: ShotPlan) -> FilmedStill:
    where = shot.performers[0].still.place
    return film_still(shot, shot.performers[0], _built(where.kind, where.seed))


def _clip(shot: ShotPlan, stills: Sequence[FilmedStill], side_px: int, rivals: bool) -> WorldClip:
    filmed = film_take(shot, shot.performers[0], _built(shot.place.kind, shot.place.seed), {})
    framing = _framing(filmed.alpha, side_px)
    poses = true_poses(filmed.truths, filmed.camera_path(FPS), FPS)
    drawn = pose_videos(poses.keypoints_xy_px, poses.confidence, framing)
    rgb, clean, alpha = (framing.cut(video) for video in (filmed.rgb, filmed.clean, filmed.alpha))
    references = np.stack([_laid(one.frame.rgb, one.frame.alpha, side_px) for one in stills])
    nothing = np.zeros_like(stills[0].frame.rgb)
    return WorldClip(
        TrainingClip(rgb, clean, _mask(filmed, framing), drawn.face, drawn.hands, drawn.body, references),
        alpha,
        255 - _laid(nothing, stills[0].frame.alpha, side_px)[..., 0],
        framing.cut(puppet_video(filmed, stills[0], FPS)) if rivals else np.zeros_like(rgb),
        shot.performers[0].name,
        shot.cast[0].motion_name,
        shot.camera.name,
    )


def _laid(rgb: Video, alpha: Video, side_px: int) -> Video:
    return character_picture(rgb, alpha.astype(np.float32) / 255, side_px, side_px)


def _framing(alpha: Video, side_px: int) -> Framing:
    """A square that stays where it is over the clip, round all that the figure covers [T, H, W]."""
    shown, size = alpha.max(axis=0) > 127, ClipSize(side_px, side_px, len(alpha))
    filmed_px = len(shown)
    rows, columns = (np.flatnonzero(shown.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return Framing(size, 0, 0, filmed_px, filmed_px)
    cut_px = int(np.clip(round(ROOM * max(np.ptp(rows), np.ptp(columns))), side_px, filmed_px))
    left, top = (
        int(np.clip(round((ends[0] + ends[-1] + 1 - cut_px) / 2), 0, filmed_px - cut_px))
        for ends in (columns, rows)
    )
    return Framing(size, left, top, cut_px, cut_px)


def _mask(filmed: FilmedTake, framing: Framing) -> Video:
    """Where the figure may be, from its pose alone, as `draw_conditions` has it."""
    figure = filmed.truths[0]
    metres, pose = true_joints_m(figure), filmed.world_from_camera
    away = np.einsum("ti,ti->t", metres[:, INDEX["root"]] - pose[:, :3, 3], pose[:, :3, 2])
    size = framing.scale * filmed.intrinsics_px[:, 0] / np.maximum(away, 1e-3) / _REST_PX
    side_px = framing.size.height_px
    joints = np.nan_to_num(framing.points(true_joints_px(figure)), nan=-4.0 * side_px)
    return inpainting_mask(joints, _REST_PX * metres[0], size, (side_px, side_px), MARGIN, legs=True)
