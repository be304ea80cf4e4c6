"""Human: one identity drawn from a seed, with build, face, hair and clothes of its own."""

from __future__ import annotations

import numpy as np

from models.world.figures.clothes import Outfit, draw_outfit
from models.world.figures.face import Face, draw_face
from models.world.figures.hair import Hair, add_hair, draw_hair, roots_plane
from models.world.figures.hands import add_hands
from models.world.figures.human_keypoints import add_keypoints, nose_middle
from models.world.figures.layout import Draft, LaidOutBody
from models.world.figures.limbs import add_limbs
from models.world.figures.palette import shade
from models.world.figures.patterns import bake
from models.world.figures.portrait import head_picture, paint_portrait
from models.world.figures.proportions import Proportions, draw_proportions, human_skeleton
from models.world.figures.skeleton import Floats
from models.world.figures.skirt import add_skirt
from models.world.figures.torso import add_torso


def draw_human(seed: int) -> LaidOutBody:
    """Draw an identity; equal seeds give equal bodies to the byte."""
    rng = np.random.default_rng(seed)
    of = draw_proportions(rng)
    outfit, hair = draw_outfit(rng, of), draw_hair(rng, of)
    face = draw_face(rng, of, outfit.skin, hair.colour)
    draft = Draft(human_skeleton(of))
    add_torso(draft, of, outfit)
    add_limbs(draft, of, outfit)
    add_hands(draft, of, outfit)
    if outfit.lower in ("skirt", "dress"):
        add_skirt(draft, of, outfit, float(rng.uniform(0.0, 0.14)), float(rng.choice([0.0, 0.06, 0.12])))
    head_m, ears_m = _add_head(draft, of, outfit, face, hair, seed)
    add_hair(draft, of, hair, head_m)
    add_keypoints(draft, of, face, head_m, ears_m)
    return draft.body()


def _add_head(
    draft: Draft, of: Proportions, outfit: Outfit, face: Face, hair: Hair, seed: int
) -> tuple[Floats, Floats]:
    """Add head, nose and ears; the middle of the head and where the ears are from there, left first."""
    unit = float(of.head_m[1])
    middle = np.array([0.0, of.height_m - unit, 0.12 * unit])
    portrait = paint_portrait(face, outfit.skin, seed)
    skin = draft.texture(
        head_picture(portrait, face, outfit.skin, hair.colour, roots_plane(0.04), hair.fringe)
    )
    draft.ellipsoid("Head", middle, of.head_m, skin, "head")

    def ear(u: Floats, v: Floats) -> Floats:
        inside = (np.hypot((u - 0.5) * 2.2, v - 0.5) < 0.24)[..., None]
        return np.where(inside, shade(outfit.skin, -0.14), outfit.skin)

    plain = draft.texture(bake(lambda u, v: np.broadcast_to(outfit.skin, (*u.shape, 3)), 8, 8))
    tip = draft.texture(bake(ear, 32, 32))
    draft.ellipsoid("Head", middle + nose_middle(face, of), face.nose * unit, plain, "head")
    if face.style == "real":
        bridge = middle + np.array([[0, face.eye[1] * unit, 0], [0, 0, 0]]) + [0, 0, of.head_m[2] * 0.93]
        bridge[1] = middle + nose_middle(face, of)
        draft.cone(("Head", "Head"), bridge, np.array([0.05, 0.065]) * unit, plain, "head")
    ears = np.array([[sign * 0.99 * of.head_m[0], -0.1 * unit, -0.08 * unit] for sign in (1.0, -1.0)])
    for at in ears:
        draft.ellipsoid("Head", middle + at, np.array([0.09, 0.19, 0.12]) * unit, tip, "head")
    return middle, ears + [[0.05 * unit, 0, 0.03 * unit], [-0.05 * unit, 0, 0.03 * unit]]
