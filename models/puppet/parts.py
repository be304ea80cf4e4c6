"""Which part of the body every pixel of the figure belongs to."""

from __future__ import annotations

import cv2
import numpy as np
import scipy.ndimage as ndi
from numpy.typing import NDArray
from skimage.graph import MCP_Geometric

from data_contracts.rig import ANIMALS, INDEX
from models.puppet.animal_layers import trunk_radius
from models.puppet.body_parts import ARMS, LEGS, NAMES, PARTS, girths
from models.puppet.forearms import arm_by_colour
from models.puppet.skinning import distance_to_bone

_NOT_BEHIND = [NAMES.index(name) for name in ("head", *ARMS)]
"""Parts that no hanging hand lies on."""
_WORKING_HEIGHT = 210
_CLOTH_RATIO = 3.0
"""A hand may lie on a part that is at most this much farther away."""
_BESIDE = 0.3
"""How far a limb may bend away from its bone, in bone lengths."""
_EDGE_COST = 10.0
_OUTSIDE_COST = 60.0
_WRIST = 0.75
"""From here along the forearm hands may lie on cloth, and image edges always decide."""
_OFF_THE_CHEST = 0.15
"""From here along its upper bone an arm is sure to be an arm."""
_SAMPLES = 9
"""Places along a forearm at which its thickness is looked at."""
_STOUTEST = 2.0
"""Times what its bones tell: a forearm before the trunk is as deep as that is."""
_SURE_RATIO = 1.5
"""Image edges decide between parts that are nearly equally near; elsewhere distance alone does."""


def segment_parts(
    rgb: NDArray[np.float32], alpha: NDArray[np.float32], joints: NDArray[np.float64], body: str = "human"
) -> NDArray[np.uint8]:
    """Label the figure's pixels by geodesic distance to the bones of each part, over the part's girth.

    Args:
        rgb: float32 [H, W, 3] in 0..1.
        alpha: float32 [H, W].
        joints: [16, 2] xy in pixels.
        body: what kind of body it is. The legs of animals, seen from their side, begin where they leave the
            trunk, whose joints they share.

    Returns:
        uint8 [H, W]: index into `NAMES`, for pixels outside of the figure too (the nearest part's).
    """
    animal = body in ANIMALS
    height, width = alpha.shape
    factor = min(1.0, _WORKING_HEIGHT / height)
    size = (max(8, round(width * factor)), max(8, round(height * factor)))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    mask = cv2.resize(alpha, size, interpolation=cv2.INTER_AREA) > 0.3
    scaled = joints * (np.array(size) / [width, height])
    edges = np.where(mask, 1 + _EDGE_COST * np.clip(_gradient(small), 0, 1), _OUTSIDE_COST)
    plain = np.where(mask, 1.0, _OUTSIDE_COST)
    girth = girths(scaled, body)
    for name in () if animal else ARMS:
        girth[name] = _seen_girth(mask, scaled, name, girth[name])
    trunk = _trunk(mask, scaled) if animal else np.zeros(mask.shape, bool)
    by_edges, by_distance, seeded = [], [], np.zeros(mask.shape, bool)
    for name in NAMES:
        seeds = _seeds(mask, scaled, name)
        seeds &= ~trunk | (name in ("torso", "head"))
        seeded |= seeds
        if not seeds.any():
            by_edges.append(np.full(mask.shape, 1e6))
            by_distance.append(by_edges[-1])
            continue
        start = np.argwhere(seeds).tolist()
        straight = cv2.distanceTransform((~seeds).astype(np.uint8), cv2.DIST_L2, 5) / girth[name]
        far = 0.6 * np.maximum(0, straight - 1.6)
        by_edges.append(MCP_Geometric(edges).find_costs(start)[0] / girth[name] + far)
        by_distance.append(MCP_Geometric(plain).find_costs(start)[0] / girth[name])
    times, distances = np.stack(by_edges), np.stack(by_distance)
    above = 3 * _above_chin(mask.shape, scaled, girth["head"])
    times[0] += above
    distances[0] += above
    for name in () if animal else LEGS:
        behind = 3 * _above_hip(mask.shape, scaled, name) / girth[name]
        times[NAMES.index(name)] += behind
        distances[NAMES.index(name)] += behind
    nearest, second = distances.argsort(0)[:2]
    farther = (distances + 0.15) / (distances.min(0) + 0.15)
    plausible = np.full(mask.shape, _SURE_RATIO)
    for name in ARMS:
        on_cloth = (nearest == NAMES.index(name)) & ~np.isin(second, _NOT_BEHIND)
        plausible[on_cloth & _in_hand(mask.shape, scaled, name)] = _CLOTH_RATIO
    labels = np.where(farther <= plausible, times, np.inf).argmin(0).astype(np.uint8)
    labels = _tidy(cv2.medianBlur(labels, 5), mask, seeded, girth["torso"])
    labels = _enlarged(labels, (width, height))
    return labels if animal else _arms_by_colour(labels, rgb, alpha > 0.3, joints)


def _seen_girth(mask: NDArray[np.bool_], joints: NDArray[np.float64], name: str, girth: float) -> float:
    """Half-thickness of an arm that is stouter than its bones tell: as of most of it the outline shows."""
    depth = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    (_, elbow), (_, hand) = ((joints[INDEX[end]] for end in bone) for bone in PARTS[name])
    xs, ys = (elbow + np.linspace(0, 1, _SAMPLES)[:, None] * (hand - elbow)).astype(int).T
    inside = (xs >= 0) & (ys >= 0) & (xs < mask.shape[1]) & (ys < mask.shape[0])
    seen = float(np.median(depth[ys[inside], xs[inside]])) if inside.any() else girth
    return float(np.clip(seen, girth, _STOUTEST * girth))


def _trunk(mask: NDArray[np.bool_], joints: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Pixels of an animal's trunk, round its spine."""
    ys, xs = np.mgrid[: mask.shape[0], : mask.shape[1]] + 0.5
    ends = joints[INDEX["root"]], joints[INDEX["chest"]]
    away = distance_to_bone(np.stack([xs.ravel(), ys.ravel()], axis=1), *ends).reshape(mask.shape)
    return np.asarray(mask & (away < trunk_radius(mask, joints)))


def _arms_by_colour(
    labels: NDArray[np.uint8],
    rgb: NDArray[np.float32],
    mask: NDArray[np.bool_],
    joints: NDArray[np.float64],
) -> NDArray[np.uint8]:
    """Forearms as their colours tell them; what they lose goes to the nearest part behind them."""
    levels = np.rint(255 * np.clip(rgb, 0, 1)).astype(np.uint8)
    girth = girths(joints)
    for name in ARMS:
        index = NAMES.index(name)
        arm, behind = labels == index, mask & ~np.isin(labels, _NOT_BEHIND)
        ends = joints[INDEX[name.replace("arm", "elbow")]], joints[INDEX[name.replace("arm", "hand")]]
        mended = arm_by_colour(levels, mask, arm, behind, ends, girth[name])
        if mended is not None:
            rows, columns = ndi.distance_transform_edt(~behind, return_distances=False, return_indices=True)
            labels = np.where(largest_piece(mended), index, np.where(arm, labels[rows, columns], labels))
    return np.asarray(labels, np.uint8)


def _enlarged(labels: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Labels at another size, with smooth borders instead of steps."""
    shares = [
        cv2.resize(
            cv2.GaussianBlur((labels == k).astype(np.float32), (0, 0), 0.8),
            size,
            interpolation=cv2.INTER_LINEAR,
        )
        for k in range(len(NAMES))
    ]
    return np.asarray(np.argmax(shares, axis=0), np.uint8)


def _gradient(rgb: NDArray[np.float32]) -> NDArray[np.float32]:
    smooth = cv2.GaussianBlur(rgb, (0, 0), 1)
    slopes = [
        np.hypot(cv2.Sobel(smooth[..., c], -1, 1, 0), cv2.Sobel(smooth[..., c], -1, 0, 1)) for c in range(3)
    ]
    strongest: NDArray[np.float32] = np.max(slopes, axis=0)
    return strongest


def _seeds(mask: NDArray[np.bool_], joints: NDArray[np.float64], name: str) -> NDArray[np.bool_]:
    """Pixels that surely belong to a part: those on its bones."""
    bones = PARTS[name]
    if name == "torso":
        spans = [(bones[0], 0.0, 0.97), (bones[1], 0.0, 0.97)]
        spans += [(bone, 0.0, 0.55) for bone in bones[2:4]] + [(bone, 0.0, 0.75) for bone in bones[4:]]
    elif name == "head":
        spans = [(bones[0], 0.35, 1.6)]
    else:
        # Feet go on after the ankle; the hand's joint is in the hand, and beside it there may be cloth. A
        # shoulder's joint may lie within the chest.
        first, last = (0.02, 1.12) if name.endswith("leg") else (_OFF_THE_CHEST, 1.0)
        spans = [(bones[0], first, 1.0), (bones[1], 0.0, last)]
    canvas = np.zeros(mask.shape, np.uint8)
    for (a, b), low, high in spans:
        p, q = joints[INDEX[a]] - 0.5, joints[INDEX[b]] - 0.5
        ends = np.round([p + low * (q - p), p + high * (q - p)]).astype(int)
        cv2.line(canvas, ends[0].tolist(), ends[1].tolist(), 1, 1)
    seeds = (canvas > 0) & mask
    if name in ("torso", "head"):
        return seeds
    # The stroke of a drawn limb may be bent where its bone is straight: take the pixels beside the bone.
    length = max(np.linalg.norm(joints[INDEX[a]] - joints[INDEX[b]]) for a, b in bones)
    away, (rows, columns) = ndi.distance_transform_edt(~mask, return_indices=True)
    beside = (canvas > 0) & ~mask & (away < _BESIDE * length)
    seeds[rows[beside], columns[beside]] = True
    return np.asarray(seeds)


def _above_chin(shape: tuple[int, ...], joints: NDArray[np.float64], girth: float) -> NDArray[np.float64]:
    """How far a pixel lies above the neck towards the head, in head girths: there is no torso there."""
    neck = joints[INDEX["neck"]]
    up = joints[INDEX["head"]] - neck
    up = up / max(1e-6, float(np.linalg.norm(up)))
    ys, xs = np.mgrid[: shape[0], : shape[1]] + 0.5
    above: NDArray[np.float64] = np.maximum(0, (xs - neck[0]) * up[0] + (ys - neck[1]) * up[1]) / girth
    return above


def _above_hip(shape: tuple[int, ...], joints: NDArray[np.float64], name: str) -> NDArray[np.float64]:
    """How far a pixel lies on the other side of the hip than the thigh: there is no leg there."""
    hip, knee = (joints[INDEX[name.replace("leg", joint)]] for joint in ("hip", "knee"))
    up = (hip - knee) / max(1e-6, float(np.linalg.norm(hip - knee)))
    ys, xs = np.mgrid[: shape[0], : shape[1]] + 0.5
    return np.asarray(np.maximum(0, (xs - hip[0]) * up[0] + (ys - hip[1]) * up[1]))


def _in_hand(shape: tuple[int, ...], joints: NDArray[np.float64], name: str) -> NDArray[np.bool_]:
    """Pixels in the half-plane from before the wrist on outwards."""
    elbow, hand = (joints[INDEX[name.replace("arm", joint)]] for joint in ("elbow", "hand"))
    forearm = hand - elbow
    ys, xs = np.mgrid[: shape[0], : shape[1]] + 0.5
    along = (xs - elbow[0]) * forearm[0] + (ys - elbow[1]) * forearm[1]
    return np.asarray(along > _WRIST * float(forearm @ forearm))


def _tidy(
    labels: NDArray[np.uint8], mask: NDArray[np.bool_], seeded: NDArray[np.bool_], girth: float
) -> NDArray[np.uint8]:
    """Keep the largest piece of each part, and give slivers of torso along a limb to the limb.

    A piece of the matte without a bone (a hand whose stroke is broken) goes to the part that is nearest.
    """

    def nearest(known: NDArray[np.bool_]) -> NDArray[np.uint8]:
        if not known.any():
            return labels
        rows, columns = ndi.distance_transform_edt(~known, return_distances=False, return_indices=True)
        return np.asarray(labels[rows, columns])

    known = np.zeros(mask.shape, bool)
    for k in range(len(NAMES)):
        known |= largest_piece((labels == k) & mask)
    _, pieces = cv2.connectedComponents(mask.astype(np.uint8))
    known &= np.isin(pieces, np.unique(pieces[seeded]))
    labels = nearest(known)
    torso = ((labels == 0) & mask).astype(np.uint8)
    radius = max(2, int(0.22 * girth))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    solid = cv2.dilate(cv2.morphologyEx(torso, cv2.MORPH_OPEN, disc), np.ones((5, 5), np.uint8))
    # Outside of the figure nothing is known: a sliver at its border would get the torso back from there.
    return nearest(mask & ~((torso > 0) & (solid == 0)))


def largest_piece(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest connected piece of a mask; an empty mask stays empty."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return mask
    return np.asarray(pieces == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])), bool)
