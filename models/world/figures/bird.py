"""Birds: songbirds, crows, ducks and parrots, with wings that fold and spread."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.world.figures.animal_keypoints import add_keypoints
from models.world.figures.coats import Coat, Eye, Plain, draw_coat
from models.world.figures.feathers import FeatheredBody, grow_feathers, vane_picture
from models.world.figures.layout import Draft
from models.world.figures.sculptor import Sculptor
from models.world.figures.skeleton import JOINTS, Floats, Skeleton
from models.world.figures.species import Plan, draw_plan

SIDES = (("Left", 1.0), ("Right", -1.0))

FOOT_HEIGHT = 0.03
"""Of a foot's joint above the floor, in legs: half of the toes' thickness."""

_WING_SHARES = (0.26, 0.30, 0.44)
"""Of a wing's length: upper arm, forearm, hand."""

_KEYPOINTS = {
    "shoulder": ("Wing1", "wing"), "elbow": ("Wing2", "wing"), "front_paw": ("Wing3_end", "wing"),
    "hip": ("UpLeg", "upper_leg"), "knee": ("Leg", "lower_leg"), "back_paw": ("Foot_end", "foot"),
}  # fmt: skip
"""Keypoints of the limbs: the joint, and the part that it lies on. A bird's wings stand for fore legs."""


def draw_bird(seed: int) -> FeatheredBody:
    """A bird of a species, build and plumage that follow from the seed."""
    rng = np.random.default_rng(seed)
    plan = draw_plan(rng)
    draft = Draft(_skeleton(plan))
    coat = draw_coat(rng, plan.leg_m, plan.patterns[rng.integers(len(plan.patterns))], plan.colours)
    coat = replace(coat, socks=0.0, belly_height=float(rng.choice([0.0, rng.uniform(0.95, 1.15)])))
    sculptor = Sculptor(draft, texel_m=0.016 * plan.leg_m)
    _body(sculptor, plan, coat)
    bare = np.array([[0.85, 0.50, 0.12], [0.22, 0.20, 0.20], [0.80, 0.62, 0.50]])[rng.integers(3)]
    _legs(sculptor, plan, coat, bare)
    _wing_bones(sculptor, plan, coat)
    eyes = _head(sculptor, plan, coat, bare, rng)
    _tail(sculptor, plan, coat)
    add_keypoints(draft, _KEYPOINTS, eyes, "torso")
    bars = int(rng.choice([0, 0, 4, 6]))
    dark = 0.35 * coat.second
    forearm = draft.texture(vane_picture(0.85 * coat.base, coat.second, dark, bars))
    hand = draft.texture(vane_picture(0.6 * coat.second + 0.2 * coat.base, dark, dark, bars))
    feathers = grow_feathers(draft.skeleton, plan.chord * plan.leg_m, forearm, hand)
    return FeatheredBody(draft.body(), feathers)


def _skeleton(plan: Plan) -> Skeleton:
    """Joints at rest: the body rises ahead, above the feet; the wings are spread."""
    rise, up = np.radians(plan.rise_deg), np.radians(plan.neck_deg)
    ahead = np.array([0.0, np.sin(rise), np.cos(rise)])
    above = np.array([0.0, np.cos(rise), -np.sin(rise)])
    places: dict[str, Floats] = {}
    middle = np.array([0.0, 1.0 + 0.32 * plan.girth, 0.02])
    places["Hips"] = middle - 0.42 * plan.body * ahead
    places["Spine"] = middle
    places["Chest"] = middle + 0.42 * plan.body * ahead
    places["Neck"] = places["Chest"] + 0.35 * plan.body * ahead + 0.25 * plan.girth * above
    places["Head"] = places["Neck"] + plan.neck * np.array([0.0, np.sin(up), np.cos(up)])
    places["Head_end"] = places["Head"] + [0.0, -0.06, 0.92 * plan.skull + plan.beak]
    places["Tail1"] = places["Hips"] - 0.42 * plan.body * ahead + 0.15 * plan.girth * above
    # No tail sweeps the floor.
    lowest = np.arcsin(np.clip((places["Tail1"][1] - 0.22) / plan.tail, -1, 1))
    dip = min(rise - (0.35 if plan.name == "duck" else 0.12), float(lowest))
    places["Tail1_end"] = places["Tail1"] - plan.tail * np.array([0.0, np.sin(dip), np.cos(dip)])
    for side, sign in SIDES:
        half = 0.42 * plan.girth
        for name, height, z in (
            ("UpLeg", 1.0, -0.12), ("Leg", 0.80, 0.14), ("Foot", 0.36, -0.12), ("Foot_end", FOOT_HEIGHT, 0.03)
        ):  # fmt: skip
            places[side + name] = np.array([sign * half, height, z])
        places[f"{side}Wing1"] = (
            places["Chest"] + 0.84 * plan.girth * np.array([sign, 0, 0]) + 0.3 * plan.girth * above
        )
        reach = plan.wing * np.cumsum(_WING_SHARES)
        for name, length in zip(("Wing2", "Wing3", "Wing3_end"), reach, strict=True):
            places[side + name] = places[f"{side}Wing1"] + np.array([sign * length, 0.0, 0.0])
    offsets = [places[name] - (places[parent] if parent else np.zeros(3)) for name, parent in JOINTS["bird"]]
    return Skeleton("bird", plan.leg_m * np.array(offsets))


def _body_axes(plan: Plan) -> Floats:
    """Columns: left, up, ahead of the body at rest."""
    rise = np.radians(plan.rise_deg)
    return np.array([[1.0, 0, 0], [0, np.cos(rise), np.sin(rise)], [0, -np.sin(rise), np.cos(rise)]])


def _body(sculptor: Sculptor, plan: Plan, coat: Coat) -> None:
    leg, axes = plan.leg_m, _body_axes(plan)
    girth = leg * plan.girth
    sculptor.ellipsoid(
        "Spine", sculptor.at("Spine"), (0.88 * girth, girth, leg * plan.body), "torso", coat, axes
    )
    breast = sculptor.at("Chest", axes @ [0, -0.08 * girth, -0.05 * girth])
    sculptor.ellipsoid("Chest", breast, (0.86 * girth, 0.92 * girth, 0.95 * girth), "torso", coat, axes)
    rump = sculptor.at("Tail1")
    sculptor.cone(("Hips", "Tail1"), (sculptor.at("Hips"), rump), (0.72 * girth, 0.24 * girth), "torso", coat)
    skull = leg * plan.skull
    root = sculptor.at("Chest", axes @ [0, 0.1 * girth, 0.1 * girth])
    sculptor.cone(("Chest", "Neck"), (root, sculptor.at("Neck")), (0.78 * girth, 0.82 * skull), "torso", coat)
    sculptor.cone(
        ("Neck", "Head"),
        (sculptor.at("Neck"), sculptor.at("Head")),
        (0.82 * skull, 0.72 * skull),
        "torso",
        coat,
    )


def _legs(sculptor: Sculptor, plan: Plan, coat: Coat, bare: Floats) -> None:
    leg, skin = plan.leg_m, Plain(bare)
    shank, toe = leg * plan.shank, leg * plan.toe
    for side, _ in SIDES:
        name = side.lower()
        upper, lower, foot = f"{name}_upper_leg", f"{name}_lower_leg", f"{name}_foot"
        sculptor.bone(
            f"{side}UpLeg", f"{side}Leg", (0.36 * leg * plan.girth, 0.26 * leg * plan.girth), upper, coat
        )
        sculptor.bone(f"{side}Leg", f"{side}Foot", (0.26 * leg * plan.girth, 1.15 * shank), lower, coat)
        end, thick = f"{side}Foot_end", FOOT_HEIGHT * leg
        heel = (sculptor.at(f"{side}Foot"), sculptor.at(end, [0, max(shank - thick, 0.0), 0]))
        sculptor.cone((f"{side}Foot", end), heel, (1.05 * shank, shank), foot, skin)
        root = sculptor.at(end)
        tips = [root + toe * np.array([np.sin(a), 0.0, np.cos(a)]) for a in (-0.55, 0.0, 0.55)]
        for tip in tips:
            sculptor.cone((end, end), (root, tip), (thick, 0.5 * thick), foot, skin)
        sculptor.cone((end, end), (root, root - [0, 0, 0.55 * toe]), (thick, 0.5 * thick), foot, skin)
        if plan.web:
            for first, second in ((0, 1), (1, 2)):
                sculptor.triangle((end, end, end), np.array([root, tips[first], tips[second]]), foot, skin)


def _wing_bones(sculptor: Sculptor, plan: Plan, coat: Coat) -> None:
    leg = plan.leg_m
    chord = leg * plan.chord
    for side, sign in SIDES:
        part = f"{side.lower()}_wing"
        thick = 0.075 * leg
        girth = leg * plan.girth
        shoulder = f"{side}Wing1"
        inside = sculptor.at(shoulder, [-0.4 * sign * girth, 0, 0])
        sculptor.cone(("Chest", shoulder), (inside, sculptor.at(shoulder)), (0.32 * girth, thick), part, coat)
        for joint, end, radii in (
            ("Wing1", "Wing2", (1.2 * thick, thick)),
            ("Wing2", "Wing3", (thick, 0.8 * thick)),
        ):
            sculptor.bone(side + joint, side + end, radii, part, coat)
        tip = sculptor.at(f"{side}Wing3") + 0.62 * (
            sculptor.at(f"{side}Wing3_end") - sculptor.at(f"{side}Wing3")
        )
        hand = f"{side}Wing3"
        sculptor.cone((hand, hand), (sculptor.at(hand), tip), (0.8 * thick, 0.3 * thick), part, coat)
        half = 0.5 * sculptor.draft.skeleton.length_m(f"{side}Wing3")
        centre = sculptor.at(f"{side}Wing2", [sign * half, 0.0, -0.18 * chord])
        sculptor.ellipsoid(f"{side}Wing2", centre, (1.15 * half, 0.4 * thick, 0.3 * chord), part, coat)


def _head(
    sculptor: Sculptor, plan: Plan, coat: Coat, bare: Floats, rng: np.random.Generator
) -> dict[str, Floats]:
    """Sculpts the head; returns where the eyes are."""
    leg, skull = plan.leg_m, plan.leg_m * plan.skull
    tone = coat.second if rng.random() < 0.5 else coat.base
    face = replace(coat, pattern="plain", base=tone, belly_height=0.0)
    centre = sculptor.at("Head")
    sculptor.ellipsoid("Head", centre, (0.93 * skull, 0.96 * skull, 1.04 * skull), "head", face)
    beak, tip = Plain(bare), sculptor.at("Head_end")
    radius = leg * plan.beak_radius
    root = centre + [0, -0.12 * skull, 0.78 * skull]
    if plan.flat_beak:
        middle = 0.5 * (root + tip)
        sculptor.ellipsoid("Head", middle, (1.5 * radius, 0.6 * radius, 0.56 * (tip - root)[2]), "head", beak)
    elif plan.name == "parrot":
        hook = tip + [0, -0.55 * radius, -0.25 * radius]
        sculptor.cone(("Head", "Head"), (root, tip - [0, 0, radius]), (1.2 * radius, radius), "head", beak)
        sculptor.cone(
            ("Head", "Head"), (tip - [0, 0, radius], hook), (0.95 * radius, 0.25 * radius), "head", beak
        )
    else:
        sculptor.cone(("Head", "Head"), (root, tip), (radius, 0.12 * radius), "head", beak)
    if rng.random() < 0.35:
        crest = centre + [0, 0.75 * skull, -0.1 * skull]
        for k in range(3):
            end = crest + skull * np.array([0.0, 0.75 - 0.2 * k, -0.45 - 0.25 * k])
            sculptor.cone(
                ("Head", "Head"), (crest, end), (0.2 * skull, 0.06 * skull), "head", Plain(coat.second)
            )
    iris = np.array([[0.25, 0.14, 0.06], [0.85, 0.62, 0.15], [0.10, 0.09, 0.09]])[rng.integers(3)]
    eyes = {}
    for side, sign in SIDES:
        out = np.array([0.80 * sign, 0.25, 0.55])
        out = out / np.linalg.norm(out)
        eye = centre + 0.95 * skull * out * [0.93, 0.96, 1.04]
        size = 0.2 * skull
        sculptor.ellipsoid("Head", eye, (size, size, size), "head", Eye(eye, out, iris, 0.95))
        eyes[side.lower()] = eye + 0.8 * size * out
    return eyes


def _tail(sculptor: Sculptor, plan: Plan, coat: Coat) -> None:
    """Vanes side by side, the middle one longest."""
    leg, width = plan.leg_m, plan.leg_m * plan.tail_width
    root, end = sculptor.at("Tail1"), sculptor.at("Tail1_end")
    tone = replace(coat, pattern="plain", base=0.5 * coat.base + 0.35 * coat.second, belly_height=0.0)
    for k in (-2, -1, 1, 2, 0):
        fan = np.array([0.55 * width * k, 0.012 * leg * (2 - abs(k)), 0.0])
        tip = root + (1 - 0.09 * abs(k)) * (end - root) + fan
        base = root + 0.25 * fan
        wide = np.array([0.42 * width, 0.0, 0.0])
        near, far = base - 0.15 * (end - root), base + 0.92 * (tip - base)
        for corners in (
            (near - 0.6 * wide, near + 0.6 * wide, far - wide),
            (near + 0.6 * wide, far + wide, far - wide),
            (far - wide, far + wide, tip),
        ):
            sculptor.triangle(("Tail1", "Tail1", "Tail1"), np.array(corners), "tail", tone)
