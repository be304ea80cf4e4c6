"""Quadrupeds: dogs, cats, deer, horses and stocky animals, in coats of their own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from models.world.figures.animal_keypoints import add_keypoints
from models.world.figures.breeds import Build, draw_build
from models.world.figures.coats import Coat, Eye, Plain, draw_coat
from models.world.figures.layout import Draft, LaidOutBody
from models.world.figures.sculptor import Sculptor
from models.world.figures.skeleton import JOINTS, Floats, Skeleton

SIDES = (("Left", 1.0), ("Right", -1.0))

PAW_HEIGHT = 0.035
"""Of a paw's joint above the floor, in legs: half of the paw's thickness."""

_HIND = {"1": (0.0, 1.0, 0.0), "2": (0.0, 0.62, 0.17), "3": (0.0, 0.27, -0.21), "3_end": (0.0, 0.0, -0.09)}
_FORE = {"1": (0.0, 0.95, 0.16), "2": (0.0, 0.53, -0.10), "3": (0.0, 0.20, -0.03), "3_end": (0.0, 0.0, 0.0)}
"""Joints of the legs at rest, in legs: sideways unused, height, ahead of the hips or of the chest."""

_KEYPOINTS = {
    "shoulder": ("Fore1", "upper_arm"), "elbow": ("Fore2", "lower_arm"), "front_paw": ("Fore3_end", "hand"),
    "hip": ("Hind1", "upper_leg"), "knee": ("Hind2", "lower_leg"), "back_paw": ("Hind3_end", "foot"),
}  # fmt: skip
"""Keypoints of the legs: the joint, and the part that it lies on."""


def draw_quadruped(seed: int) -> LaidOutBody:
    """A quadruped of a breed, build and coat that follow from the seed."""
    rng = np.random.default_rng(seed)
    build = draw_build(rng)
    draft = Draft(_skeleton(build))
    coat = draw_coat(rng, build.leg_m, build.patterns[rng.integers(len(build.patterns))])
    sculptor = Sculptor(draft, texel_m=0.014 * build.leg_m)
    _trunk(sculptor, build, coat)
    _legs(sculptor, build, coat)
    eyes = _head(sculptor, build, coat, rng)
    add_keypoints(draft, _KEYPOINTS, eyes, "tail")
    return draft.body()


def _skeleton(build: Build) -> Skeleton:
    """Joints at rest: the trunk level, the legs below, the middle of the trunk above the origin."""
    places: dict[str, Floats] = {}
    hips_z, chest_z = -0.5 * build.trunk, 0.5 * build.trunk
    places["Hips"] = np.array([0.0, 1.06, hips_z])
    places["Spine"] = np.array([0.0, 1.05, hips_z + 0.5 * build.trunk])
    places["Chest"] = np.array([0.0, 1.04, chest_z])
    rise, nod = np.radians(build.neck_deg), np.radians(build.head_deg)
    places["Neck"] = places["Chest"] + [0.0, 0.45 * build.chest, 0.35 * build.chest]
    places["Head"] = places["Neck"] + build.neck * np.array([0.0, np.sin(rise), np.cos(rise)])
    ahead = np.array([0.0, -np.sin(nod), np.cos(nod)])
    places["Head_end"] = places["Head"] + build.muzzle * ahead
    for side, sign in SIDES:
        for chain, legs, half, z in (
            ("Fore", _FORE, 0.52 * build.chest, chest_z),
            ("Hind", _HIND, 0.62 * build.rump, hips_z),
        ):
            for name, (_, height, along) in legs.items():
                height = max(height, PAW_HEIGHT)
                places[f"{side}{chain}{name}"] = np.array([sign * half, height, z + along])
        ear = places["Head"] + build.skull * np.array([0.62 * sign, 0.62, -0.15])
        reach = {"pointed": [0.35 * sign, 1.0, -0.1], "floppy": [0.55 * sign, -0.75, 0.1]}
        places[f"{side}Ear"] = ear
        tip = np.array(reach.get(build.ear_shape, [0.5 * sign, 0.6, 0.0]))
        places[f"{side}Ear_end"] = ear + build.ear * tip / np.linalg.norm(tip)
    rise = np.radians(build.tail_deg)
    places["Tail1"] = places["Hips"] + build.rump * np.array([0.0, 0.55, -0.85])
    places["Tail2"] = places["Tail1"] + 0.5 * build.tail * np.array([0.0, np.sin(rise), -np.cos(rise)])
    rise -= 0.35
    places["Tail2_end"] = places["Tail2"] + 0.5 * build.tail * np.array([0.0, np.sin(rise), -np.cos(rise)])
    offsets = [
        places[name] - (places[parent] if parent else np.zeros(3)) for name, parent in JOINTS["quadruped"]
    ]
    return Skeleton("quadruped", build.leg_m * np.array(offsets))


def _trunk(sculptor: Sculptor, build: Build, coat: Coat) -> None:
    leg = build.leg_m
    low = np.array([0.0, -0.12 * build.chest, 0.0]) * leg
    sculptor.ellipsoid(
        "Chest",
        sculptor.at("Chest") + low + [0, 0, -0.12 * leg],
        leg * np.array([0.86 * build.chest, 1.06 * build.chest, 1.35 * build.chest]),
        "torso",
        coat,
    )
    sculptor.ellipsoid(
        "Hips",
        sculptor.at("Hips"),
        leg * np.array([0.92 * build.rump, build.rump, 1.15 * build.rump]),
        "torso",
        coat,
    )
    waist, chest = leg * build.waist, leg * 0.84 * build.chest
    for joint, end, radii in (
        ("Hips", "Spine", (leg * 0.9 * build.rump, waist)),
        ("Spine", "Chest", (waist, chest)),
    ):
        sculptor.cone((joint, end), (sculptor.at(joint), sculptor.at(end)), radii, "torso", coat)
    neck = leg * build.neck_radius
    sculptor.cone(
        ("Chest", "Head"),
        (
            sculptor.at("Chest", [0, 0.02 * leg, 0.1 * leg * build.chest]),
            sculptor.at("Head", [0, -0.1 * neck, 0]),
        ),
        (max(0.82 * leg * build.chest, 1.2 * neck), 0.9 * neck),
        "torso",
        coat,
    )
    tail = leg * build.tail_radius
    sculptor.cone(
        ("Hips", "Tail1"), (sculptor.at("Hips"), sculptor.at("Tail1")), (1.6 * tail, tail), "tail", coat
    )
    bushy = 1.7 if build.mane else 1.0
    sculptor.bone("Tail1", "Tail2", (tail, tail * bushy), "tail", coat)
    sculptor.bone("Tail2", "Tail2_end", (tail * bushy, 0.5 * tail), "tail", coat)


def _legs(sculptor: Sculptor, build: Build, coat: Coat) -> None:
    leg, limb = build.leg_m, build.leg_m * build.limb
    thigh = leg * build.thigh
    # The belly's colour ends where the legs begin.
    coat = replace(coat, belly_height=0.0)
    for side, _ in SIDES:
        for chain, label, width in (("Fore", "arm", 0.85 * thigh), ("Hind", "leg", thigh)):
            first, second, third, end = (f"{side}{chain}{n}" for n in ("1", "2", "3", "3_end"))
            upper, lower = (f"{side.lower()}_{part}_{label}" for part in ("upper", "lower"))
            foot = f"{side.lower()}_{'hand' if chain == 'Fore' else 'foot'}"
            sculptor.bone(first, second, (width, 1.55 * limb), upper, coat)
            sculptor.bone(second, third, (1.45 * limb, 0.95 * limb), lower, coat)
            paw = leg * build.paw
            thick = leg * PAW_HEIGHT
            ankle = sculptor.at(end, [0, max(0.85 * limb - thick, 0.0) + 0.5 * thick, 0])
            sculptor.cone((third, end), (sculptor.at(third), ankle), (0.95 * limb, 0.85 * limb), lower, coat)
            sculptor.ellipsoid(
                end, sculptor.at(end, [0, 0, 0.35 * paw]), (0.78 * paw, thick, paw), foot, _paw(build, coat)
            )


def _paw(build: Build, coat: Coat) -> Coat:
    """Hooves are dark and bare; paws are in the coat."""
    if build.breed != "deer":
        return coat
    dark = np.array([0.13, 0.11, 0.10])
    return replace(coat, pattern="plain", base=dark, second=dark, belly=dark)


def _head(sculptor: Sculptor, build: Build, coat: Coat, rng: np.random.Generator) -> dict[str, Floats]:
    """Sculpts the head; returns where the eyes are."""
    leg, skull = build.leg_m, build.leg_m * build.skull
    nose_r = leg * build.muzzle_radius
    nose = sculptor.at("Head_end")
    ahead = (nose - sculptor.at("Head")) / np.linalg.norm(nose - sculptor.at("Head"))
    face = coat
    if rng.random() < 0.5:
        # A muzzle of its own colour, as many animals have.
        tone = coat.belly if rng.random() < 0.6 else 0.35 * coat.base
        face = replace(coat, pattern="plain", base=tone, second=tone, belly_height=0.0)
    centre = sculptor.at("Head") + ahead * 0.25 * skull + [0, 0.1 * skull, 0]
    sculptor.ellipsoid("Head", centre, (0.92 * skull, 0.9 * skull, 1.08 * skull), "head", coat)
    stop = sculptor.at("Head") + ahead * 0.9 * skull + [0, -0.22 * skull, 0]
    tip = nose - ahead * nose_r + [0, -0.2 * nose_r, 0]
    sculptor.cone(("Head", "Head"), (stop, tip), (min(1.45 * nose_r, 0.7 * skull), nose_r), "head", face)
    dark = np.array([0.08, 0.06, 0.06]) if rng.random() < 0.75 else np.array([0.72, 0.42, 0.40])
    sculptor.ellipsoid(
        "Head",
        nose + [0, 0.35 * nose_r, -0.35 * nose_r],
        (0.5 * nose_r, 0.36 * nose_r, 0.42 * nose_r),
        "head",
        Plain(dark),
    )
    _ears(sculptor, build, coat)
    _mane(sculptor, build, coat)
    iris = np.array([[0.30, 0.18, 0.08], [0.75, 0.58, 0.15], [0.35, 0.55, 0.25]])[rng.integers(3)]
    eyes = {}
    for side, sign in SIDES:
        out = np.array([0.62 * sign, 0.30, 0.72 if build.breed != "deer" else 0.45])
        out = out / np.linalg.norm(out)
        eye = centre + 0.93 * skull * out * [0.92, 0.9, 1.08]
        size = skull * (0.24 if build.breed == "cat" else 0.19)
        sculptor.ellipsoid("Head", eye, (size, size, size), "head", Eye(eye, out, iris, 0.92))
        eyes[side.lower()] = eye + 0.8 * size * out
    return eyes


def _ears(sculptor: Sculptor, build: Build, coat: Coat) -> None:
    leg, inner = build.leg_m, 0.6 * coat.base + 0.4 * np.array([0.85, 0.60, 0.55])
    for side, sign in SIDES:
        root, tip = sculptor.at(f"{side}Ear"), sculptor.at(f"{side}Ear_end")
        along = (tip - root) / np.linalg.norm(tip - root)
        middle, half = 0.5 * (root + tip), 0.5 * leg * build.ear
        facing = (
            np.array([0.25 * sign, 0.0, 1.0]) if build.ear_shape != "floppy" else np.array([sign, 0, 0.3])
        )
        facing = facing - along * (facing @ along)
        facing /= np.linalg.norm(facing)
        axes = np.stack([np.cross(along, facing), along, facing], axis=1)
        width = {"pointed": 0.52, "floppy": 0.55, "round": 0.9}[build.ear_shape] * half
        sculptor.ellipsoid(
            f"{side}Ear", middle, (width, 1.15 * half, 0.28 * width), "head",
            replace(coat, belly_height=0.0), axes,
        )  # fmt: skip
        if build.ear_shape != "floppy":
            sculptor.ellipsoid(
                f"{side}Ear",
                middle + 0.16 * width * facing,
                (0.6 * width, 0.8 * half, 0.2 * width),
                "head",
                Plain(inner),
                axes,
            )


def _mane(sculptor: Sculptor, build: Build, coat: Coat) -> None:
    """A horse's mane or a stag's antlers."""
    leg = build.leg_m
    dark = Plain(np.clip(0.4 * coat.second, 0.03, 1))
    if build.mane:
        neck = leg * build.neck_radius
        top, bottom = (
            sculptor.at("Head", [0, 0.9 * neck, -0.4 * neck]),
            sculptor.at("Neck", [0, 0.9 * neck, -neck]),
        )
        for k in range(5):
            share = (k + 0.3) / 5
            joint = "Head" if k == 0 else "Neck"
            centre = top + share * (bottom - top)
            sculptor.ellipsoid(joint, centre, (0.35 * neck, 0.95 * neck, 0.8 * neck), "hair", dark)
    if build.antlers:
        for _, sign in SIDES:
            root = sculptor.at("Head", leg * build.skull * np.array([0.35 * sign, 0.8, -0.1]))
            fork = root + leg * np.array([0.16 * sign, 0.20, -0.10])
            bone = Plain(np.array([0.62, 0.52, 0.38]))
            for start, end in (
                (root, fork),
                (fork, fork + leg * np.array([0.10 * sign, 0.22, 0.02])),
                (fork, fork + leg * np.array([0.04 * sign, 0.12, 0.16])),
            ):
                sculptor.cone(("Head", "Head"), (start, end), (0.022 * leg, 0.012 * leg), "head", bone)
