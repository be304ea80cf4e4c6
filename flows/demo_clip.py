"""The demo's driving clip and motion: a puppet dances before a static camera, and waves in a motion file."""

from __future__ import annotations

from data_contracts.bvh import BvhMotion
from models.world.figures.draw import draw_body
from models.world.film_take import FilmedTake, film_take
from models.world.motions.as_bvh import bvh_of
from models.world.motions.perform import perform
from models.world.places.build import build_place
from models.world.shot import Drawn, Performers, Role, ShotPlan, StillPlan

SEED = 7
_DANCER = Drawn(kind="human", seed=SEED)
_CAMERA = Drawn(kind="static", seed=SEED)
_PLACE = Drawn(kind="studio", seed=SEED)
_DANCE = Role(kind="human", motion=Drawn(kind="sway_dance", seed=SEED), position_m=(0.0, 0.0), yaw_deg=0.0)


def film_dance(num_frames: int, fps: float, size_px: int, dancer: int = SEED) -> FilmedTake:
    """The dance in a studio, square frames, with all that is true of them; `dancer` is who dances it."""
    still = StillPlan(
        pose_seed=SEED,
        yaw_deg=0.0,
        place=_PLACE,
        camera=_CAMERA,
        style="shaded",
        width_px=size_px,
        height_px=size_px,
    )
    plan = ShotPlan(
        shot="dance",
        split="train",
        place=_PLACE,
        camera=_CAMERA,
        style="shaded",
        width_px=size_px,
        height_px=size_px,
        fps=fps,
        num_frames=num_frames,
        subject_height_m=1.75,
        cast=(_DANCE,),
        performers=(Performers(identities=(_DANCER.model_copy(update={"seed": dancer}),), still=still),),
        num_views=0,
    )
    return film_take(plan, plan.performers[0], build_place(_PLACE.kind, _PLACE.seed), {})


def wave(num_frames: int, fps: float) -> BvhMotion:
    """The same person waves, as a motion file."""
    skeleton = draw_body("human", _DANCER.seed).skeleton
    return bvh_of(skeleton, perform("human", "wave", skeleton, num_frames, fps, SEED), fps)
