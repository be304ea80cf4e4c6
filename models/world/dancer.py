"""A person of shaded round limbs, clothed and with a face, seen by a level camera."""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.world.art.brush import Colour
from models.world.skeleton import JOINT_NAMES

Floats = NDArray[np.float64]

SKIN = (238, 190, 160)
SHIRT = (246, 182, 58)
COLLAR = (250, 244, 230)
TROUSERS = (44, 48, 92)
SHOE = (226, 84, 74)
SOLE = (250, 246, 240)
HAIR = (74, 42, 30)
LIGHT = np.array([-0.45, -0.7, -0.55]) / np.linalg.norm([0.45, 0.7, 0.55])
"""Direction to the light in camera axes: from the upper left, in front."""


class Limb(NamedTuple):
    """A cone with round ends: joints, shares along the bone, radii in cm, colour."""

    start: str
    end: str
    radius_start_cm: float
    radius_end_cm: float
    colour: Colour
    begin: float = 0.0
    stop: float = 1.0


def _limbs() -> list[Limb]:
    limbs = [
        Limb("LeftUpLeg", "RightUpLeg", 8.0, 8.0, TROUSERS),
        Limb("Chest", "Neck", 6.6, 6.2, COLLAR, 0.84, 0.98),
        Limb("Neck", "Head", 4.8, 4.8, SKIN, -0.2),
    ]
    for side in ("Left", "Right"):
        limbs += [
            Limb(f"{side}UpLeg", f"{side}Leg", 8.8, 6.6, TROUSERS),
            Limb(f"{side}Leg", f"{side}Foot", 6.6, 5.4, TROUSERS, 0.0, 0.86),
            Limb(f"{side}Leg", f"{side}Foot", 4.2, 4.0, SKIN, 0.8, 0.98),
            Limb(f"{side}Foot", f"{side}ToeBase", 5.8, 5.2, SHOE, -0.1),
            Limb(f"{side}ToeBase", f"{side}ToeBase_end", 5.2, 4.9, SHOE),
            Limb(f"{side}ToeBase", f"{side}ToeBase_end", 4.6, 4.4, SOLE, 0.95, 1.15),
            Limb(f"{side}Shoulder", f"{side}Arm", 7.0, 6.6, SHIRT),
            Limb(f"{side}Arm", f"{side}ForeArm", 6.2, 5.8, SHIRT, 0.0, 0.55),
            Limb(f"{side}Arm", f"{side}ForeArm", 4.6, 4.2, SKIN, 0.5),
            Limb(f"{side}ForeArm", f"{side}Hand", 4.2, 3.4, SKIN),
            Limb(f"{side}Hand", f"{side}Hand_end", 4.0, 3.4, SKIN, 0.15, 0.7),
        ]
    return limbs


LIMBS = _limbs()
HEAD_RADIUS_CM = 13.5

# The shirt in slices from the hem to the shoulders: share of the way from the hips to the neck, half of the
# distance between the ends of the slice, radius (cm).
TORSO = np.array(
    [(-0.16, 7.6, 11.2), (-0.06, 7.6, 11.6), (0.10, 6.4, 11.0), (0.24, 5.6, 10.5), (0.38, 5.8, 10.6),
     (0.52, 7.0, 11.0), (0.66, 8.6, 11.0), (0.78, 9.6, 10.0), (0.87, 9.4, 8.2)]
)  # fmt: skip
TORSO_SLICES = 20


class Eye(NamedTuple):
    """The camera's lens: focal length and the picture's centre in px, for x right, y down, z forward."""

    focal_px: float
    centre_x_px: float
    centre_y_px: float


def to_camera(points_cm: Floats, floor_m: float, distance_m: float) -> Floats:
    """BVH points (y up, towards the viewer +z, cm) to camera axes in metres.

    The person's left, +x, is on the picture's right: the camera looks at their front.
    """
    metres = np.asarray(points_cm, np.float64) / 100
    return np.stack([metres[..., 0], floor_m - metres[..., 1], distance_m - metres[..., 2]], axis=-1)


def draw_person(
    picture: NDArray[np.uint8], joints_m: Floats, head_turn: Floats, eye: Eye, oversampling: int = 2
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Draw a person over a picture.

    Args:
        picture: uint8 RGB [H, W, 3].
        joints_m: positions [J, 3] of ``JOINT_NAMES`` in camera axes, metres.
        head_turn: rotation [3, 3] of the head in the motion's axes.
        eye: the camera's lens in pixels of the picture.
        oversampling: how much larger the person is drawn before it is averaged down.

    Returns:
        The picture with the person, and its alpha uint8 [H, W].
    """
    height, width = picture.shape[:2]
    size = (height * oversampling, width * oversampling)
    lens = Eye(*(value * oversampling for value in eye))
    paint, depth = np.zeros((*size, 3), np.float32), np.full(size, np.inf)
    for part in LIMBS:
        start, end = joints_m[JOINT_NAMES.index(part.start)], joints_m[JOINT_NAMES.index(part.end)]
        ends = start + (end - start) * part.begin, start + (end - start) * part.stop
        _draw_limb(paint, depth, part, ends, lens)
    _draw_torso(paint, depth, joints_m, lens)
    _draw_head(paint, depth, joints_m, head_turn, lens)
    cover = _outlined(paint, depth)
    small = (width, height)
    alpha = cv2.resize(cover, small, interpolation=cv2.INTER_AREA)
    colour = cv2.resize(paint * cover[..., None], small, interpolation=cv2.INTER_AREA)
    mixed = picture * (1 - alpha[..., None]) + colour
    return (
        np.asarray(np.clip(np.round(mixed), 0, 255), dtype=np.uint8),
        np.asarray(np.round(alpha * 255), dtype=np.uint8),
    )


def _pixel(point: Floats, lens: Eye) -> Floats:
    return np.asarray(point[:2] / point[2] * lens.focal_px + (lens.centre_x_px, lens.centre_y_px))


def _window(depth: Floats, low: Floats, high: Floats) -> tuple[slice, slice]:
    left, top = np.maximum(np.floor(low).astype(int), 0)
    right, bottom = np.ceil(high).astype(int) + 1
    return slice(int(top), max(int(bottom), int(top))), slice(int(left), max(int(right), int(left)))


def _draw_limb(
    paint: NDArray[np.float32], depth: Floats, part: Limb, ends: tuple[Floats, Floats], lens: Eye
) -> None:
    a, b = (_pixel(end, lens) for end in ends)
    radii = [
        r / 100 * lens.focal_px / end[2]
        for r, end in zip((part.radius_start_cm, part.radius_end_cm), ends, strict=True)
    ]
    reach = max(radii) + 1
    box = _window(depth, np.minimum(a, b) - reach, np.maximum(a, b) + reach)
    y, x = _centres(box, depth)
    along = b - a
    share = np.clip(((x - a[0]) * along[0] + (y - a[1]) * along[1]) / max(float(along @ along), 1e-9), 0, 1)
    dx, dy = x - a[0] - share * along[0], y - a[1] - share * along[1]
    radius = radii[0] + (radii[1] - radii[0]) * share
    inside = dx * dx + dy * dy < radius * radius
    bulge = np.sqrt(np.maximum(radius * radius - dx * dx - dy * dy, 0))
    z = ends[0][2] + (ends[1][2] - ends[0][2]) * share - bulge * ends[0][2] / lens.focal_px
    normal = np.stack([dx, dy, -bulge], -1) / np.maximum(radius, 1e-9)[..., None]
    _keep_nearest(paint, depth, box, inside, z, _lit(np.array(part.colour, np.float64), normal))


def _draw_torso(paint: NDArray[np.float32], depth: Floats, joints_m: Floats, lens: Eye) -> None:
    at = {name: joints_m[number] for number, name in enumerate(JOINT_NAMES)}
    across_hips = _unit(at["LeftUpLeg"] - at["RightUpLeg"])
    across_chest = _unit(at["LeftShoulder"] - at["RightShoulder"])
    for share in np.linspace(TORSO[0, 0], TORSO[-1, 0], TORSO_SLICES):
        half_cm, radius_cm = (float(np.interp(share, TORSO[:, 0], TORSO[:, k])) for k in (1, 2))
        # The spine bends at its joints: below the chest joint along the lower part, above along the upper.
        knots = np.array([at["Hips"], at["Spine"], at["Chest"], at["Neck"]])
        stations = np.array([0.0, 10.0, 28.0, 49.0]) / 49.0
        middle = np.array([np.interp(share, stations, knots[:, axis]) for axis in range(3)])
        if share < 0:
            middle = at["Hips"] + (at["Spine"] - at["Hips"]) * share * 4.9
        blend = np.clip(share, 0, 1)
        side = _unit(across_hips * (1 - blend) + across_chest * blend) * half_cm / 100
        _draw_limb(
            paint, depth, Limb("", "", radius_cm, radius_cm, SHIRT), (middle + side, middle - side), lens
        )


def _unit(vector: Floats) -> Floats:
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float64)


def draw_shadow(picture: NDArray[np.uint8], joints_m: Floats, floor_m: float, eye: Eye) -> NDArray[np.uint8]:
    """The picture [H, W, 3] with a soft shadow on the floor below each foot, weaker below a lifted one."""
    height, width = picture.shape[:2]
    y, x = np.mgrid[:height, :width] + 0.5
    dark = np.zeros((height, width))
    for side in ("Left", "Right"):
        foot = joints_m[JOINT_NAMES.index(f"{side}ToeBase")]
        lift_m = max(0.0, floor_m - float(foot[1]) - 0.02)
        centre = _pixel(np.array([foot[0], floor_m, foot[2] + 0.03]), eye)
        wide = (0.15 + lift_m) * eye.focal_px / foot[2]
        squared = ((x - centre[0]) / wide) ** 2 + ((y - centre[1]) / (wide * 0.42)) ** 2
        dark += np.exp(-squared) * 0.36 / (1 + 9 * lift_m)
    shaded = (
        picture * (1 - np.clip(dark, 0, 0.6)[..., None]) + (30, 20, 40) * np.clip(dark, 0, 0.6)[..., None]
    )
    return np.asarray(np.round(shaded), dtype=np.uint8)


def _centres(box: tuple[slice, slice], depth: Floats) -> tuple[Floats, Floats]:
    rows = np.arange(box[0].start, min(box[0].stop, depth.shape[0])) + 0.5
    columns = np.arange(box[1].start, min(box[1].stop, depth.shape[1])) + 0.5
    return rows[:, None], columns[None, :]


def _lit(colour: Floats, normal: Floats) -> Floats:
    """Soft two-tone light with a bright rim: painted rather than photographed."""
    facing = normal @ LIGHT
    tone = 0.70 + 0.30 / (1 + np.exp(-9 * (facing - 0.12))) + 0.10 * np.clip(facing, 0, 1)
    return np.asarray(np.clip(colour * tone[..., None] + (0, 0, 6), 0, 255), dtype=np.float64)


def _keep_nearest(
    paint: NDArray[np.float32],
    depth: Floats,
    box: tuple[slice, slice],
    inside: NDArray[np.bool_],
    z: Floats,
    colour: Floats,
) -> None:
    nearer = inside & (z < depth[box])
    depth[box][nearer] = z[nearer]
    paint[box][nearer] = colour[nearer]


def _draw_head(paint: NDArray[np.float32], depth: Floats, joints_m: Floats, turn: Floats, lens: Eye) -> None:
    # In the motion's axes y is up and z towards the viewer; in the camera's both are turned round.
    axes = np.diag([1.0, -1.0, -1.0]) @ turn @ np.diag([1.0, -1.0, -1.0])
    base, top = joints_m[JOINT_NAMES.index("Head")], joints_m[JOINT_NAMES.index("Head_end")]
    centre = base + (top - base) * 0.46
    radius_m = HEAD_RADIUS_CM / 100
    bun = centre + axes @ np.array([0.0, -0.135, 0.05])
    _draw_limb(paint, depth, Limb("", "", 6.5, 6.5, HAIR), (bun, bun + 1e-4), lens)
    middle, radius = _pixel(centre, lens), radius_m * lens.focal_px / centre[2]
    box = _window(depth, middle - radius - 1, middle + radius + 1)
    y, x = _centres(box, depth)
    dx, dy = (x - middle[0]) / radius, (y - middle[1]) / radius
    inside = dx * dx + dy * dy < 1
    normal = np.stack(np.broadcast_arrays(dx, dy, -np.sqrt(np.maximum(1 - dx * dx - dy * dy, 0))), -1)
    local = normal @ axes  # head axes: x to the person's left, y down, z backwards
    colour = _face(local)
    z = centre[2] + normal[..., 2] * radius_m
    _keep_nearest(paint, depth, box, inside, z, _lit(colour, normal))


def _face(local: Floats) -> Floats:
    """Colours of the head by direction from its middle: hair, face, eyes, cheeks, mouth."""
    x, y, z = local[..., 0], local[..., 1], local[..., 2]
    colour = np.broadcast_to(np.array(SKIN, np.float64), local.shape).copy()

    def put(where: NDArray[np.bool_], tint: Colour, share: float = 1.0) -> None:
        colour[where] = colour[where] * (1 - share) + np.array(tint) * share

    front = z < 0
    for side in (-1, 1):
        put(front & (((x - side * 0.50) / 0.15) ** 2 + ((y - 0.36) / 0.09) ** 2 < 1), (240, 130, 120), 0.45)
        put(front & (((x - side * 0.31) / 0.125) ** 2 + ((y - 0.10) / 0.165) ** 2 < 1), (255, 255, 255))
        put(front & (((x - side * 0.30) / 0.085) ** 2 + ((y - 0.11) / 0.135) ** 2 < 1), (60, 36, 34))
        put(
            front & (((x - side * 0.30 + 0.03) / 0.035) ** 2 + ((y - 0.05) / 0.045) ** 2 < 1), (255, 255, 255)
        )
        put(
            front
            & (np.abs(x - side * 0.32) < 0.13)
            & (np.abs(y + 0.15 + 0.5 * (x - side * 0.32) ** 2) < 0.028),
            HAIR,
        )
    put(front & (np.abs(x) < 0.17) & (y > 0.44) & (y < 0.60 - 4.5 * x**2), (176, 56, 60))
    put(front & (np.abs(x) < 0.13) & (y > 0.44) & (y < 0.485), (255, 255, 255))
    fringe = -0.30 + 0.10 * np.cos(9 * x + 0.6) + 0.25 * np.abs(x)
    put((y < fringe) | (z > 0.12) | ((np.abs(x) > 0.80) & (y < 0.45)), HAIR)
    put((y < -0.48) & (y > -0.60) & (z < 0.1) & (x < 0.5), (128, 80, 58))
    return colour


def _outlined(paint: NDArray[np.float32], depth: Floats) -> NDArray[np.float32]:
    """Darken where near meets far, as an ink line would, and return the cover 0..1."""
    seen = np.isfinite(depth)
    filled = np.where(seen, depth, 9.0).astype(np.float32)
    kernel = np.ones((3, 3), np.uint8)
    step = cv2.dilate(filled, kernel) - filled
    paint[seen & (step > 0.05)] *= 0.45
    return seen.astype(np.float32)
