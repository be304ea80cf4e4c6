"""Reading the joints of a rendered OpenPose/DWPose skeleton back from its pixels.

A limb is an ellipse whose tips are its joints: the ends of its pixels' long axis. A joint is a disc of its
own colour at full brightness: the disc's centre where it is plain to see, else where its limbs end. Hands
and face dots are not read, and share some colours with the body.
"""

from __future__ import annotations

import warnings
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from data_contracts.errors import NoFigureError
from data_contracts.linked_people import link_people
from data_contracts.pose_sequence import N_KEYPOINTS, OPENPOSE_18
from models.pose_drawing.palette import LIMBS
from models.skeleton_video.colours import LIT, N_LIMBS, label_pixels
from models.skeleton_video.people import split_people
from models.skeleton_video.touching import touching

Floats = NDArray[np.float64]

DISC_CONFIDENCE = 1.0
LIMB_END_CONFIDENCE = 0.6
SEVERAL = 0.1
"""Share of frames with more than one figure from which on a clip has several: compression may tear one."""
BLUE_JOINT = 12
"""The left knee is drawn in the blue of the hands' dots, so a lone blue disc proves nothing."""
FACE_JOINTS = (14, 15, 16, 17)
FACE_REACH = 0.15
"""Eyes and ears lie within 0.15 figure heights of the nose; hand bones have their purples too."""

_AROUND = 3
"""Frames before and after, whose median says where a joint is."""
_FAR, _ASTRAY = 0.1, 0.05
"""From there, by the figure's diagonal, on a guess is away from where it is around; and, by half as much, as
guesses tremble, one that is back at once."""

NECK, SHOULDERS = 1, [2, 5]
NOSE_REACH, NOSE_SHOULDERS = 0.3, 1.2
"""A nose lies within 0.3 seen figure heights of the neck, or 1.2 shoulder widths where the legs are cut."""
HIPS, NOSE_AHEAD = [8, 11], 0.5
"""A nose whose disc is not seen lies on from the trunk, within 60 degrees: its blue is the hands', too."""


class Disc(NamedTuple):
    """One blob in a joint's colour: its centre and how many pixels it has."""

    xy: Floats
    area: int


def read_skeleton_clip(frames: NDArray[np.uint8]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Keypoints float32 [T, P, 133, 2] and confidence [T, P, 133] of a clip uint8 [T, H, W, 3].

    Confidence is 1 where a joint's disc was seen, 0.6 where only limbs end there, 0 where neither. Of figures
    that touch nobody is seen while they do. Raises NoFigureError if no frame has a figure.
    """
    pictures = _pictures(frames)
    most = max(1, *map(len, pictures))
    xy, confidence = np.zeros((len(frames), most, 18, 2)), np.zeros((len(frames), most, 18))
    for t, found in enumerate(pictures):
        for person, picture in enumerate(found):
            xy[t, person], confidence[t, person] = read_skeleton(picture)
    if not (confidence > 0).any():
        raise NoFigureError("no skeleton is drawn in this clip", hint="Use track_pose's estimating backend.")
    keypoints = np.zeros((len(frames), most, N_KEYPOINTS, 2), np.float32)
    trust = np.zeros((len(frames), most, N_KEYPOINTS), np.float32)
    for joint, index in enumerate(OPENPOSE_18):
        if index >= 0:
            keypoints[:, :, index] = np.where(confidence[:, :, joint, None] > 0, xy[:, :, joint], 0)
            trust[:, :, index] = confidence[:, :, joint]
    keypoints, trust = link_people(keypoints, trust)
    for person in range(trust.shape[1]):
        _drop_jumps(keypoints[:, person], trust[:, person])
    return keypoints, trust


def _pictures(frames: NDArray[np.uint8]) -> list[list[NDArray[np.uint8]]]:
    """Each figure by itself in each frame; the whole frame where there is but one in the clip."""
    figures = [split_people(frame) for frame in frames]
    if np.mean([len(found) > 1 for found in figures]) < SEVERAL:
        return [[frame] for frame in frames]
    flags = touching(figures)
    return [
        [picture for picture, merged in zip(found, both, strict=True) if not merged]
        for found, both in zip(figures, flags, strict=True)
    ]


def read_skeleton(rgb: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """The 18 OpenPose joints [18, 2] of one frame in our pixel coordinates, and their confidence [18]."""
    ys, xs = np.nonzero(rgb.max(axis=-1) >= LIT)
    if len(ys) < 50:
        return np.zeros((18, 2)), np.zeros(18)
    top, left = max(0, int(ys.min()) - 2), max(0, int(xs.min()) - 2)
    labels = label_pixels(rgb[top : ys.max() + 3, left : xs.max() + 3])
    ends, half_width = _limb_ends(labels)
    discs = _discs(labels, np.pi * half_width**2)
    joints, confidence = _resolve(_orient(ends, discs), discs, reach=3.5 * half_width)
    _drop_far_nose(joints, confidence)
    _drop_far_face(joints, confidence)
    joints += np.array([left, top]) + 0.5
    joints[confidence == 0] = 0
    return joints, confidence


def _limb_ends(labels: NDArray[np.int8]) -> tuple[dict[int, Floats], float]:
    """Both ends [2, 2] of each limb that is visible, and the half width of limbs."""
    ends: dict[int, Floats] = {}
    widths = []
    for limb in range(N_LIMBS):
        mask = (labels == limb).astype(np.uint8)
        count, parts, stats, _ = cv2.connectedComponentsWithStats(mask)
        big = [k for k in range(1, count) if stats[k, cv2.CC_STAT_AREA] >= 6]
        ys, xs = np.nonzero(np.isin(parts, big)) if big else (np.zeros(0), np.zeros(0))
        points = np.stack([xs, ys], axis=1).astype(np.float64)
        if len(points) < (20 if limb < 13 else 8):
            continue
        centre, axis = np.median(points, axis=0), np.array([1.0, 0.0])
        for _ in range(3):
            axis = np.linalg.eigh(np.cov((points - centre).T))[1][:, 1]
            across = np.abs((points - centre) @ np.array([-axis[1], axis[0]]))
            near = across <= max(3.0, 2.5 * np.median(across))
            if near.sum() > 10:
                points = points[near]
            centre = points.mean(axis=0)
        points = points[_on_limb((points - centre) @ axis)]
        along = (points - centre) @ axis
        across = (points - centre) @ np.array([-axis[1], axis[0]])
        if along.max() - along.min() > 12:
            widths.append((np.percentile(across, 97) - np.percentile(across, 3)) / 2)
        ends[limb] = np.stack([centre + along.min() * axis, centre + along.max() * axis])
    return ends, float(np.clip(np.median(widths), 1.5, 40)) if widths else 4.0


def _on_limb(along: Floats) -> NDArray[np.bool_]:
    """Which pixels belong to the limb, told by their positions along its axis.

    Stretches of 2 px that hold few pixels, and short pieces far from the rest, are smeared edges of other
    limbs. Gaps stay: another limb may be drawn across.
    """
    cell = ((along - along.min()) // 2).astype(int)
    count = np.bincount(cell)
    full = np.flatnonzero(count >= max(2.0, 0.2 * float(np.median(count[count > 0]))))
    if not len(full):
        return np.ones(len(along), bool)
    piece = np.cumsum(np.r_[0, np.diff(full) > 6])
    size = np.bincount(piece, weights=count[full])
    kept = full[size[piece] >= 0.15 * size.sum()]
    return np.asarray((cell >= kept.min()) & (cell <= kept.max()))


def _discs(labels: NDArray[np.int8], disc_area: float) -> list[list[Disc]]:
    found: list[list[Disc]] = []
    for joint in range(18):
        mask = (labels == N_LIMBS + joint).astype(np.uint8)
        count, _, stats, centres = cv2.connectedComponentsWithStats(mask)
        areas = stats[:, cv2.CC_STAT_AREA]
        fits = [k for k in range(1, count) if 0.1 * disc_area <= areas[k] <= 2.6 * disc_area]
        found.append([Disc(centres[k], int(areas[k])) for k in fits])
    return found


def _orient(ends: dict[int, Floats], discs: list[list[Disc]]) -> dict[int, list[Floats]]:
    """Which end of a limb is which joint: the ends where its discs and its neighbours' ends are."""

    def off(point: Floats, targets: list[Floats], unknown: float) -> float:
        return (
            min([unknown * 2, *[float(np.linalg.norm(point - t)) for t in targets]]) if targets else unknown
        )

    votes: dict[int, list[Floats]] = {}
    for limb, (first, second) in ends.items():
        cost = []
        for tips in ((first, second), (second, first)):
            total = 0.0
            for joint, tip in zip(LIMBS[limb], tips, strict=True):
                neighbours = [e for k, pair in ends.items() if k != limb and joint in LIMBS[k] for e in pair]
                total += off(tip, [disc.xy for disc in discs[joint]], 20) + off(tip, neighbours, 20)
            cost.append(total)
        a, b = LIMBS[limb]
        tips = (first, second) if cost[0] <= cost[1] else (second, first)
        votes.setdefault(a, []).append(tips[0])
        votes.setdefault(b, []).append(tips[1])
    return votes


def _resolve(votes: dict[int, list[Floats]], discs: list[list[Disc]], reach: float) -> tuple[Floats, Floats]:
    """Joint positions: a lone disc, else the disc next to where the limbs end, else that place itself."""
    joints, confidence = np.zeros((18, 2)), np.zeros(18)
    for joint in range(18):
        plain = [disc for disc in discs[joint] if disc.area >= 0.25 * np.pi * (reach / 3.5) ** 2]
        ends = votes.get(joint, [])
        # A lone disc is believed where the limbs end a little short of it, or end nowhere; far from
        # their ends it is a bone of a hand in the same colour.
        alone = len(plain) == 1 and joint != BLUE_JOINT and joint not in FACE_JOINTS
        if alone and (not ends or _nearest(plain[0], ends) < 3 * reach):
            joints[joint], confidence[joint] = plain[0].xy, DISC_CONFIDENCE
        elif ends:
            place = np.median(ends, axis=0)
            near = [disc for disc in discs[joint] if _nearest(disc, ends) < reach]
            joints[joint], confidence[joint] = place, LIMB_END_CONFIDENCE
            if near:
                best = max(near, key=lambda disc: disc.area - 2 * float(np.linalg.norm(disc.xy - place)))
                joints[joint], confidence[joint] = best.xy, DISC_CONFIDENCE
    return joints, confidence


def _nearest(disc: Disc, ends: list[Floats]) -> float:
    return min(float(np.linalg.norm(disc.xy - end)) for end in ends)


def _drop_far_nose(joints: Floats, confidence: Floats) -> None:
    """Forget a nose that no neck reaches: the neck's bone is drawn in the blue of the hands' dots."""
    if confidence[0] == 0 or confidence[NECK] == 0:
        return
    body = joints[:14][confidence[:14] > 0]
    size = NOSE_REACH * float(np.ptp(body[1:, 1]))
    if (confidence[SHOULDERS] > 0).all():
        size = max(size, NOSE_SHOULDERS * float(np.linalg.norm(np.subtract(*joints[SHOULDERS]))))
    way = joints[0] - joints[NECK]
    if np.linalg.norm(way) > size:
        confidence[0] = 0
    hips = [hip for hip in HIPS if confidence[hip] > 0]
    if hips and confidence[0] < DISC_CONFIDENCE:
        trunk = joints[NECK] - joints[hips].mean(axis=0)
        if way @ trunk < NOSE_AHEAD * np.linalg.norm(way) * np.linalg.norm(trunk):
            confidence[0] = 0


def _drop_far_face(joints: Floats, confidence: Floats) -> None:
    """Forget eyes and ears that lie too far from the nose to be on a head."""
    body = joints[:14][confidence[:14] > 0]
    if not len(body):
        return
    height = float(np.ptp(body[:, 1]))
    for joint in FACE_JOINTS:
        if confidence[0] == 0 or np.linalg.norm(joints[joint] - joints[0]) > max(FACE_REACH * height, 8.0):
            confidence[joint] = 0


def _drop_jumps(xy: NDArray[np.float32], confidence: NDArray[np.float32]) -> None:
    """Forget a joint whose disc is not seen, in frames in which it leaves the place where it is around them.

    Where the disc is seen the drawing says so, however fast the motion: that is kept. So is a limb that moves
    fast: then its places lie far apart, before and after.
    """
    seen = confidence > 0
    known = xy[seen]
    size = float(np.linalg.norm(np.ptp(known, axis=0))) if len(known) else 1.0
    jumps = np.zeros_like(seen)
    for t in range(len(xy)):
        around = slice(max(0, t - _AROUND), t + _AROUND + 1)
        there = np.where(seen[around, :, None], xy[around], np.nan)
        enough = seen[around].sum(axis=0) >= 3
        with warnings.catch_warnings():  # joints that nobody sees around have no middle
            warnings.simplefilter("ignore", RuntimeWarning)
            middle = np.nanmedian(there, axis=0)
            spread = np.nanmedian(np.linalg.norm(there - middle, axis=-1), axis=0)
        leaves = np.linalg.norm(xy[t] - middle, axis=-1)
        jumps[t] = seen[t] & enough & (leaves > _FAR * size) & (leaves > 4 * spread)
    before, here, after = xy[:-2], xy[1:-1], xy[2:]
    stays = np.linalg.norm(after - before, axis=-1)
    leaves = np.linalg.norm(here - (before + after) / 2, axis=-1)
    within = seen[:-2] & seen[1:-1] & seen[2:]
    jumps[1:-1] |= within & (leaves > _ASTRAY * size) & (leaves > 4 * stays)
    confidence[jumps & (confidence < DISC_CONFIDENCE)] = 0
