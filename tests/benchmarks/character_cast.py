"""Who stands on the stage and what they do: references and motions of the character's benchmark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from data_contracts.bvh import read_bvh
from data_contracts.errors import BunrakuError
from data_contracts.frames import scale_down
from data_contracts.image import read_image
from data_contracts.video import read_clip
from flows.demo_inputs import SEED
from flows.rig_editor.motions import MOTIONS
from models.matting import MotionMatting, load_clip
from models.motion.poses import bvh_poses
from models.pose.silhouette import SilhouettePose, estimate_pose
from models.puppet.driver import DriverMotion
from models.world.art.girl import draw_girl
from models.world.art.robot_picture import draw_robot_picture
from models.world.figures.human import draw_human
from models.world.film_still import film_still
from models.world.motions.as_bvh import bvh_of
from models.world.motions.perform import perform
from models.world.places.build import build_place
from models.world.shot import Drawn, Performers, Role, ShotPlan, StillPlan

Picture = NDArray[np.uint8]

FRAMES, FPS = 48, 24.0
STILL_PX = 512
"""Long side of references: a job's usual size."""
_PLANE_PX = 768

NO_REFERENCES = ("_mask", "_skeleton")
"""Endings of files in refs/ that show no character: masks, and a drawn skeleton."""
WALK = "xia_neutral_walk"
CAPTURES = {"dab": 7.5, "jesse_dance": 3.0, "jumping_jacks": 1.0, WALK: 0.0}
"""Motion files, and the second from which on each is taken: that in which most happens."""
CLIP, CLIP_PX = "dance_bluedress_static", 360
"""A filmed person before a camera at rest, and the long side at which its poses are found."""
ACTS = ("Walk", "Wave", "Dance", "Jumping jacks")
"""Of the puppet world, where there are no captures."""


class Reference(NamedTuple):
    """A picture by name; `own` ones are drawn by this project and may be shown anywhere."""

    name: str
    own: bool
    read: Callable[[], Picture]
    """uint8 [H, W, 3 or 4], as a job would see it."""


class Motion(NamedTuple):
    """What a driver does."""

    name: str
    driver: DriverMotion


def references(assets: Path | None) -> list[Reference]:
    """Our own characters, then every character in the folder's refs/."""
    found = [Reference(name, True, draw) for name, draw in _OWN.items()]
    paths = sorted((assets / "refs").iterdir()) if assets else []
    for path in paths:
        shown = path.suffix.lower() in (".png", ".jpg", ".jpeg") and not path.stem.endswith(NO_REFERENCES)
        if shown:
            found.append(Reference(path.stem, False, _reader(path)))
    return found


def motions(assets: Path | None, filmed: bool = True) -> tuple[list[Motion], dict[str, str]]:
    """Captures and, if asked for, a filmed clip of the folder; without one, acts of the puppet world.

    Returns:
        the motions, and why a driver gave none, by its name.
    """
    if assets is None:
        return [_act(title) for title in ACTS], {}
    found, refused = [_capture(assets, name) for name in CAPTURES], {}
    found.append(_from_the_side(assets))
    try:
        found += [_filmed(assets)] if filmed else []
    except BunrakuError as error:
        refused[CLIP] = error.what
    return found, refused


def _reader(path: Path) -> Callable[[], Picture]:
    return lambda: scale_down(read_image(path), STILL_PX)


def _capture(assets: Path, name: str) -> Motion:
    first = round(CAPTURES[name] * FPS)
    seen = bvh_poses(
        read_bvh(assets / "bvh" / f"{name}.bvh"), _PLANE_PX, _PLANE_PX, fps=FPS, max_frames=first + FRAMES
    )
    return Motion(name, _tail(DriverMotion.of(seen, 0, first + FRAMES), first))


def _from_the_side(assets: Path) -> Motion:
    """The walk as a clip filmed from the side shows it: in two dimensions, one leg before the other."""
    motion = read_bvh(assets / "bvh" / f"{WALK}.bvh")
    seen = bvh_poses(motion, _PLANE_PX, _PLANE_PX, fps=FPS, max_frames=FRAMES, yaw_deg=90)
    flat = replace(seen, xyz_camera=None)
    return Motion("walk_from_the_side", DriverMotion.of(flat, 0, FRAMES))


def _act(title: str) -> Motion:
    act, seed = MOTIONS[title]
    skeleton = draw_human(SEED).skeleton
    poses = perform("human", act, skeleton, FRAMES, FPS, seed)
    seen = bvh_poses(bvh_of(skeleton, poses, FPS), _PLANE_PX, _PLANE_PX, fps=FPS)
    return Motion(title.lower(), DriverMotion.of(seen, 0, FRAMES))


def _tail(driver: DriverMotion, first: int) -> DriverMotion:
    depth = None if driver.depth is None else driver.depth[first:]
    return replace(driver, xy=driver.xy[first:], confidence=driver.confidence[first:], depth=depth)


def _filmed(assets: Path) -> Motion:
    """A filmed person, found without weights: matte by motion, poses by silhouettes."""
    path = assets / "videos" / f"{CLIP}.mp4"
    frames = read_clip(path, fps=FPS, num_frames=FRAMES, long_side_px=CLIP_PX)
    found = estimate_pose(SilhouettePose(), frames, load_clip(MotionMatting())(frames, 0).alpha)
    confidence = found.confidence[:, 0].astype(np.float64)
    return Motion(CLIP, DriverMotion(found.keypoints_xy_px[:, 0].astype(np.float64), confidence, FPS))


def _still(kind: str, seed: int, place: str, style: str) -> Picture:
    """The still of an identity of the puppet world, as its jobs have it."""
    camera, where = Drawn(kind="static", seed=seed), Drawn(kind=place, seed=seed)
    size = {"width_px": STILL_PX, "height_px": STILL_PX, "style": style}
    still = StillPlan.model_validate(
        {"pose_seed": seed, "yaw_deg": 0.0, "place": where, "camera": camera, **size}
    )
    performers = Performers(identities=(Drawn(kind=kind, seed=seed),), still=still)
    role = Role.model_validate(
        {"kind": kind, "motion": Drawn(kind="idle", seed=seed), "position_m": (0.0, 0.0), "yaw_deg": 0.0}
    )
    plan = ShotPlan.model_validate(
        {
            "shot": "still",
            "split": "train",
            "place": where,
            "camera": camera,
            **size,
            "fps": FPS,
            "num_frames": 1,
            "subject_height_m": 1.75,
            "cast": (role,),
            "performers": (performers,),
            "num_views": 0,
        }
    )
    return film_still(plan, performers, build_place(place, seed)).frame.rgb


_OWN: dict[str, Callable[[], Picture]] = {
    "own_girl": lambda: scale_down(draw_girl(), STILL_PX),
    "own_robot": lambda: scale_down(draw_robot_picture(720, SEED), STILL_PX),
    "own_person": lambda: _still("human", SEED, "studio", "shaded"),
    "own_person_drawn": lambda: _still("human", SEED + 1, "studio", "cel"),
    "own_dog": lambda: _still("quadruped", SEED, "studio", "shaded"),
    "own_bird": lambda: _still("bird", SEED, "studio", "shaded"),
}
