"""One texture a part of the body, overlapping at the joints, and a torso that is whole behind the arms."""

from __future__ import annotations

from collections.abc import Collection

import cv2
import numpy as np
import scipy.ndimage as ndi
from numpy.typing import NDArray

from data_contracts.rig import ANIMALS, BLOBS, INDEX
from models.puppet.animal_layers import leg_layer, trunk_layer
from models.puppet.blob_parts import blob_parts
from models.puppet.body_parts import ARMS, LEGS, NAMES, girths
from models.puppet.layer import Layer, premultiplied, soft_cover
from models.puppet.parts import segment_parts
from models.puppet.skinning import distance_to_bone

_MIN_PIXELS = 40
_NARROWEST_RIM_PX, _BROADEST_RIM_PX, _RIM_SHARE = 3, 9, 0.25
"""Width at a part's border that may show its neighbour and lends no colours to fills, by the arm's girth: a
small figure's trunk may have no more than a few pixels of its own colour beside an arm."""
_HEM_PX = 7
"""Of a kernel that reaches as far beside a part as its softened rim."""
_THIGH = 0.85
"""Half-width of a thigh in hip girths, where hands hide all of it."""
_FAINT = 0.3
SIDES = ("right", "left")
_LIMB_ENDS = {"arm": ("shoulder", "elbow"), "leg": ("hip", "knee")}


def cut_layers(
    rgb: NDArray[np.float32],
    alpha: NDArray[np.float32],
    joints: NDArray[np.float64],
    moving: Collection[str] = NAMES,
    body: str = "human",
) -> list[Layer]:
    """Cut a figure into layers.

    Args:
        rgb: float32 [H, W, 3] in 0..1, with the background's colour taken out of the edge pixels.
        alpha: float32 [H, W].
        joints: [16, 2] xy in pixels.
        moving: parts that move by themselves; the others stay whole with the torso, as there is no cut that
            could not open (skirts, figures cut by the picture, limbs that nobody knows).
        body: what kind of body it is. The legs of animals, seen from their side, are drawn behind the trunk
            and reach up into it; the limbs of blobs are what grows out of them.
    """
    animal, blob = body in ANIMALS, body in BLOBS
    if blob:
        labels = blob_parts(alpha > _FAINT, joints, [name for name in (*ARMS, *LEGS) if name in moving])
    else:
        labels = segment_parts(rgb, alpha, joints, body)
    still = [NAMES.index(name) for name in NAMES if name not in moving]
    labels = np.where(np.isin(labels, still), 0, labels).astype(np.uint8)
    girth = girths(joints, body)
    rim_px = round(np.clip(_RIM_SHARE * girth["right_arm"], _NARROWEST_RIM_PX, _BROADEST_RIM_PX))
    depth = cv2.distanceTransform((alpha > 0.5).astype(np.uint8), cv2.DIST_L2, 5)
    layers = []
    for index, name in enumerate(NAMES):
        part = labels == index
        if not part.any():
            continue
        if name == "torso":
            whole = trunk_layer(rgb, alpha, labels) if animal else None
            layer = whole or _torso(rgb, alpha, labels, joints, girth, rim_px)
        elif name == "head":
            layer = _head(rgb, alpha, part, joints, girth["head"])
        elif animal:
            layer = leg_layer(rgb, alpha, labels, joints, name, girth[name])
        else:
            layer = _limb(rgb, alpha, labels, part, joints, name, girth[name], depth, rim_px)
        if (layer.texture[..., 3] > 0.5).sum() > _MIN_PIXELS:
            layers.append(layer)
    return layers


def _disc(shape: tuple[int, ...], centre: NDArray[np.float64], radius: float) -> NDArray[np.bool_]:
    return _distance(shape, centre) < radius


def _distance(shape: tuple[int, ...], centre: NDArray[np.float64]) -> NDArray[np.float64]:
    ys, xs = np.mgrid[: shape[0], : shape[1]] + 0.5
    return np.asarray(np.hypot(xs - centre[0], ys - centre[1]))


def _limb(
    rgb: NDArray[np.float32],
    alpha: NDArray[np.float32],
    labels: NDArray[np.uint8],
    part: NDArray[np.bool_],
    joints: NDArray[np.float64],
    name: str,
    girth: float,
    depth: NDArray[np.float32],
    rim_px: int,
) -> Layer:
    """A limb with a feathered patch of torso round its joint, so that no gap opens when it turns."""
    side, kind = name.split("_")
    start, middle = (joints[INDEX[f"{side}_{joint}"]] for joint in _LIMB_ENDS[kind])
    part = part & (alpha > 0.3)
    x, y = (start + 0.35 * (middle - start)).astype(int)
    thickness = float(depth[np.clip(y, 0, len(depth) - 1), np.clip(x, 0, depth.shape[1] - 1)])
    radius = min(2.0 * girth, max(1.7 * thickness, 0.8 * girth))
    away = cv2.distanceTransform((~part).astype(np.uint8), cv2.DIST_L2, 5)
    distance = _distance(alpha.shape, start)
    patch = (distance < radius) & (alpha > 0.5) & np.isin(labels, [0, NAMES.index(name)])
    feather = np.clip(1 - away / (0.75 * radius), 0, 1) * np.clip((radius - distance) / (0.4 * radius), 0, 1)
    own = soft_cover(alpha, part)
    if kind == "arm":  # a hand has nothing to close: what it hid is whole
        own = np.where(distance < np.linalg.norm(middle - start), own, soft_cover(alpha, part, rim_px=1))
    cover = np.minimum(np.maximum(own, alpha * feather * patch), alpha).astype(np.float32)
    rgb = _own_rim(rgb, part, (feather * patch < _FAINT) & (away > 0), rim_px)
    if kind == "leg":
        inner = soft_cover(alpha, part | _crotch(labels, joints, side))
        cover = np.maximum(cover, inner).astype(np.float32)
        rgb, cover = _behind_hands(rgb, alpha, labels, part, cover, start, middle, girth, rim_px)
    return Layer(name, premultiplied(rgb, cover), start, radius)


def _crotch(labels: NDArray[np.uint8], joints: NDArray[np.float64], side: str) -> NDArray[np.bool_]:
    """What the trunk has between the thighs on this side of the middle, as a copy behind it: beside legs
    that part there would be slits."""
    hip, root = joints[INDEX[f"{side}_hip"]], joints[INDEX["root"]]
    ys, xs = np.mgrid[: labels.shape[0], : labels.shape[1]] + 0.5
    inwards = (xs - root[0]) / (hip[0] - root[0] + 1e-9)
    return np.asarray((labels == 0) & (ys > hip[1]) & (inwards > 0) & (inwards < 1))


def _own_rim(
    rgb: NDArray[np.float32], part: NDArray[np.bool_], beside: NDArray[np.bool_], rim_px: int
) -> NDArray[np.float32]:
    """Colours beside a part as they are within it: fingers that leave trousers take no rim of them along."""
    inner = cv2.erode(part.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    if not inner.any():
        return rgb
    rows, columns = ndi.distance_transform_edt(~inner, return_distances=False, return_indices=True)
    edge = (beside | (part & ~inner & _grown(beside & ~part, rim_px))) & _grown(part, max(rim_px, _HEM_PX))
    return np.where(edge[..., None], rgb[rows, columns], rgb).astype(np.float32)


def _behind_hands(
    rgb: NDArray[np.float32],
    alpha: NDArray[np.float32],
    labels: NDArray[np.uint8],
    part: NDArray[np.bool_],
    cover: NDArray[np.float32],
    hip: NDArray[np.float64],
    knee: NDArray[np.float64],
    girth: float,
    rim_px: int,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """A thigh that a hanging hand hides: whole, in the leg's nearest colours."""
    arms = np.isin(labels, [NAMES.index(f"{side}_arm") for side in SIDES])
    ys, xs = np.mgrid[: alpha.shape[0], : alpha.shape[1]] + 0.5
    thigh = distance_to_bone(np.stack([xs.ravel(), ys.ravel()], axis=1), hip, knee).reshape(alpha.shape)
    rows = (~arms.any(axis=1)) & (np.arange(len(arms)) >= hip[1]) & (np.arange(len(arms)) < knee[1])
    seen = thigh[part & rows[:, None]]
    half_width = _THIGH * girth if len(seen) < _MIN_PIXELS else float(np.quantile(seen, 0.95))
    hidden = arms & (alpha > 0.5) & (thigh < half_width)
    if not hidden.any():
        return rgb, cover
    own = part & (alpha > 0.95)
    # Beside a hand lies its own shadow, which would stay as a dark patch; a small figure has nothing else.
    lit = own & ~_grown(arms, 3 * rim_px)
    own = lit if lit.sum() > _MIN_PIXELS else own & ~_grown(arms, rim_px)
    filled = _filled_from(rgb, own, _grown(hidden, max(rim_px, _HEM_PX)), rim_px)
    return filled, np.maximum(cover, soft_cover(alpha, part | hidden)).astype(np.float32)


def _grown(region: NDArray[np.bool_], rim_px: int) -> NDArray[np.bool_]:
    """A region and its rim, where the colours of two parts are mixed."""
    return np.asarray(cv2.dilate(region.astype(np.uint8), np.ones((rim_px, rim_px), np.uint8)) > 0)


def _filled_from(
    rgb: NDArray[np.float32], source: NDArray[np.bool_], where: NDArray[np.bool_], rim_px: int
) -> NDArray[np.float32]:
    """Colours of the nearest inner pixels of ``source`` at ``where``, a little blurred."""
    inner = cv2.erode(source.astype(np.uint8), np.ones((rim_px, rim_px), np.uint8)) > 0
    if not inner.any():
        return rgb
    rows, columns = ndi.distance_transform_edt(~inner, return_distances=False, return_indices=True)
    smooth = cv2.GaussianBlur(rgb[rows, columns], (0, 0), 1.2)
    return np.where(where[..., None], smooth, rgb).astype(np.float32)


def _head(
    rgb: NDArray[np.float32],
    alpha: NDArray[np.float32],
    part: NDArray[np.bool_],
    joints: NDArray[np.float64],
    girth: float,
) -> Layer:
    neck, radius = joints[INDEX["neck"]], 0.45 * girth
    cover = np.maximum(soft_cover(alpha, part), alpha * _disc(alpha.shape, neck, radius)).astype(np.float32)
    return Layer("head", premultiplied(rgb, cover), neck, radius)


def _torso(
    rgb: NDArray[np.float32],
    alpha: NDArray[np.float32],
    labels: NDArray[np.uint8],
    joints: NDArray[np.float64],
    girth: dict[str, float],
    rim_px: int,
) -> Layer:
    """The torso, and where limbs hid it, its nearest colours inside of the shoulder-hip hull."""
    at = {
        name: joints[INDEX[name]]
        for name in ("chest", "right_shoulder", "left_shoulder", "right_hip", "left_hip")
    }
    across = 0.2 * (at["left_hip"] - at["right_hip"])
    shoulders = [at["chest"] + 0.88 * (at[f"{side}_shoulder"] - at["chest"]) for side in ("right", "left")]
    corners = np.array([*shoulders, at["left_hip"] + across, at["right_hip"] - across])
    hull = np.zeros(alpha.shape, np.uint8)
    cv2.fillConvexPoly(hull, np.round(corners - 0.5).astype(np.int32), 1)
    legs = labels >= NAMES.index("right_leg")
    hips = np.zeros(alpha.shape, bool)
    for side in SIDES:
        hips |= _disc(alpha.shape, at[f"{side}_hip"], 0.3 * girth["right_leg"])
    hips &= legs & (alpha > 0.5)
    hidden = (hull > 0) & (labels >= NAMES.index("right_arm")) & (alpha > 0.5)
    own = labels == 0
    cover = soft_cover(alpha, own | hidden | hips, legs)
    # Over the hips lies what is seen there: a jumper's colours would run down over the trousers.
    where = (~own | _grown(hidden, rim_px)) & ~hips
    colour = _filled_from(rgb, own & (alpha > 0.95), where, rim_px)
    return Layer("torso", premultiplied(colour, cover), None, 0.0)
