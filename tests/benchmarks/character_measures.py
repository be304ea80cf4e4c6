"""How well a character was drawn: identity, stretch, sliding feet, joints seen again, halo at the edge."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from data_contracts.rig import INDEX
from models.pose.silhouette import SilhouettePose, estimate_pose
from models.puppet.driver import COCO_OF_JOINT, DriverMotion

Floats = NDArray[np.float64]
Picture = NDArray[np.uint8]

COLOUR_WITHIN = 12
"""Of 255, in each channel: by so much two interpolations of one picture differ at its sharpest lines."""
OPAQUE = 250
"""Of 255: what shows through changes a colour by less than `COLOUR_WITHIN`; networks cut out to 254."""
STRETCHED = 1.5
"""A surface that is drawn so many times as long, or as short, as the rest of the figure looks like rubber."""
_ANOTHER_PX = 4
"""Neighbours on the canvas whose places lie farther apart belong to two layers."""
_SOLID = 0.99
SEAM_PX = 5
"""Gaps between parts up to this wide count as seams; wider ones are holes, or the ground between two legs."""
STANDS_PER_S, STANDS_S = 0.4, 0.12
"""A driver's ankle stands while it is slower than this many body heights a second, for at least this time."""
RIM_PX, INNER_PX = 2, 5
"""The rim is the figure's outermost 2 px; its inner colour is found between 2 and 5 px from the edge."""


def identity(
    colour: Picture, seen: NDArray[np.bool_], source: NDArray[np.float32], picture: Picture
) -> float:
    """Share of the figure's pixels whose colour is that of the place in the reference which they show.

    A pixel passes if each channel is within the range of the 3 x 3 pixels round its place, give or take
    `COLOUR_WITHIN`: what lies between neighbours is interpolation, what lies outside was made up.

    Args:
        colour: [T, C, C, 3], the composite.
        seen: [T, C, C], the figure's pixels that show nothing else.
        source: [T, C, C, 2], the place in the reference, NaN where none.
        picture: [H, W, 3], the reference at the size it is drawn from.
    """
    box = np.ones((3, 3), np.uint8)
    low, high = cv2.erode(picture, box), cv2.dilate(picture, box)
    known = seen & np.isfinite(source[..., 0])
    rows, columns = _pixels(source[known], picture.shape)
    now = colour[known].astype(int)
    above = now >= low[rows, columns].astype(int) - COLOUR_WITHIN
    below = now <= high[rows, columns].astype(int) + COLOUR_WITHIN
    return float((above & below).all(1).sum() / max(1, seen.sum()))


def reappearing(source: NDArray[np.float32], alpha: NDArray[np.float32]) -> float:
    """Share of the reference's figure that is seen in a frame, on average; what crosses it, hides it.

    Args:
        source: [T, C, C, 2], the place in the reference at the size it is drawn from, NaN where none.
        alpha: [H, W] of the reference at that size.
    """
    figure = alpha > 0.5
    shares = []
    for places in source:
        found = np.zeros(alpha.shape, np.uint8)
        rows, columns = _pixels(places[np.isfinite(places[..., 0])], alpha.shape)
        found[rows, columns] = 1
        # A turned grid skips pixels here and there.
        whole = cv2.morphologyEx(found, cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8)) > 0
        shares.append(float((whole & figure).sum() / max(1, figure.sum())))
    return float(np.mean(shares))


def _pixels(xy: NDArray[np.float32], shape: tuple[int, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Rows and columns of places [N, 2]."""
    x, y = np.floor(xy).astype(np.int64).T
    return np.clip(y, 0, shape[0] - 1), np.clip(x, 0, shape[1] - 1)


def seams(alpha: Picture, source: NDArray[np.float32], whole: NDArray[np.float32]) -> float:
    """Share of the figure's inside through which the background is seen where its picture has no edge.

    Args:
        alpha: [T, C, C]; gaps of up to `SEAM_PX` belong to the inside.
        source: [T, C, C, 2], the place in the reference at the size it is drawn from, NaN where none.
        whole: [H, W], the reference's alpha at that size. A gap whose nearest place lies at the edge of it
            is no seam: the ground between an arm and the body.
    """
    through = inside = 0
    box = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (SEAM_PX, SEAM_PX))
    deep = (distance_transform_edt(whole > 0.5) > SEAM_PX) & (whole > _SOLID)
    for cover, places in zip(alpha, source, strict=True):
        drawn = np.isfinite(places[..., 0])
        if not drawn.any():
            continue
        outline = cv2.morphologyEx((cover > 127).astype(np.uint8), cv2.MORPH_CLOSE, box)
        within = distance_transform_edt(outline) > SEAM_PX
        near = distance_transform_edt(~drawn, return_distances=False, return_indices=True)
        rows, columns = _pixels(places[near[0][within], near[1][within]], whole.shape)
        within[within] = deep[rows, columns]
        through += int((within & (cover < 250)).sum())
        inside += int(within.sum())
    return through / max(1, inside)


def stretched(source: NDArray[np.float32], scale: Floats) -> float:
    """Share of the figure's pixels drawn `STRETCHED` times too long or too short in some direction.

    Args:
        source: [T, C, C, 2], NaN where there is no figure.
        scale: [T] canvas pixels a picture pixel.
    """
    bad = whole = 0
    for places, factor in zip(source, scale.astype(np.float32), strict=True):
        drawn = factor * places
        across, down = drawn[:-1, 1:] - drawn[:-1, :-1], drawn[1:, :-1] - drawn[:-1, :-1]
        known = (np.abs(across) < _ANOTHER_PX).all(-1) & (np.abs(down) < _ANOTHER_PX).all(-1)
        (a, c), (b, d) = across[known].T, down[known].T
        mean, spread = np.hypot(a + d, b - c) / 2, np.hypot(a - d, b + c) / 2
        # Singular values of the way back: drawn too short where they are large, too long where small.
        most, least = mean + spread, np.abs(mean - spread)
        bad += int(((most > STRETCHED) | (least < 1 / STRETCHED)).sum())
        whole += int(known.sum())
    return bad / max(1, whole)


def stands(driver: DriverMotion) -> NDArray[np.bool_]:
    """When the driver's own ankles rest [T, 2], right and left; told by their speed alone."""
    ankles = [COCO_OF_JOINT[f"{side}_foot"] for side in ("right", "left")]
    points = driver.xy if driver.depth is None else np.dstack([driver.xy, driver.depth])
    seen = driver.confidence[..., None] > 0.25
    top, bottom = (np.where(seen, driver.xy, fill)[..., 1] for fill in (np.inf, -np.inf))
    height = float(np.percentile(bottom.max(1) - top.min(1), 90))
    speed = np.linalg.norm(np.gradient(points[:, ankles], axis=0), axis=-1) * driver.fps / height
    slow = (speed < STANDS_PER_S) & seen[:, ankles, 0]
    shortest = max(2, round(STANDS_S * driver.fps))
    for side in range(2):
        for first, after in runs(slow[:, side]):
            if after - first < shortest:
                slow[first:after, side] = False
    return np.asarray(slow)


def runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First frames of stretches of True, and the frames after their ends."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def feet(source: NDArray[np.float32], rest: Floats, radius: float, scale: Floats) -> Floats:
    """Where the drawn feet are [T, 2, 2] on the canvas, right and left; NaN where a foot is not seen.

    Each pixel of the foot says where the joint is, if the foot has not turned; their median is taken.

    Args:
        source: [T, C, C, 2].
        rest: [16, 2] joints in the picture.
        radius: of the foot in the picture.
        scale: [T] canvas pixels a picture pixel.
    """
    found = np.full((len(source), 2, 2), np.nan)
    for side, name in enumerate(("right_foot", "left_foot")):
        foot = rest[INDEX[name]]
        for t, places in enumerate(source):
            away = places - foot
            ys, xs = np.nonzero(np.hypot(away[..., 0], away[..., 1]) < radius)
            if len(xs) >= 9:
                here = np.stack([xs, ys], axis=1) + 0.5 - scale[t] * away[ys, xs]
                found[t, side] = np.median(here, axis=0)
    return found


def slides(places: Floats, standing: NDArray[np.bool_]) -> list[float]:
    """How far each foot goes from where it stood first, in every stretch in which it stands [px].

    Args:
        places: [T, 2, 2] of both feet, NaN where not seen.
        standing: [T, 2].
    """
    found = []
    for side in range(2):
        for first, after in runs(standing[:, side]):
            way = places[first:after, side]
            way = way[np.isfinite(way).all(1)]
            if len(way) > 1:
                found.append(float(np.linalg.norm(way - way[0], axis=1).max()))
    return found


def joint_error(alpha: Picture, frames: Picture, joints: Floats, height_px: float) -> float:
    """Mean distance between intended joints and those that the silhouette backend finds, of the height.

    An outline does not tell left from right: in each frame arms and legs have the naming that fits better.

    Args:
        alpha: [T, C, C] of the drawn figure.
        frames: [T, C, C, 3], the composite.
        joints: [T, 16, 2] as intended.
        height_px: standing height.

    Raises:
        NoFigureError: the figure is in no frame.
    """
    matte = (alpha / np.float32(255)).astype(np.float32)
    found = estimate_pose(SilhouettePose(), frames, matte).keypoints_xy_px[:, 0]
    return mismatch(found.astype(np.float64), joints) / height_px


def mismatch(found: Floats, joints: Floats) -> float:
    """Mean distance [px] of COCO keypoints [T, 133, 2] to joints [T, 16, 2], whatever is called left."""
    ways = []
    for limb in (("shoulder", "elbow", "hand"), ("hip", "knee", "foot")):
        as_named, exchanged = (
            sum(
                np.linalg.norm(
                    found[:, COCO_OF_JOINT[f"{there}_{kind}"]] - joints[:, INDEX[f"{here}_{kind}"]], axis=1
                )
                for here, there in zip(("right", "left"), sides, strict=True)
                for kind in limb
            )
            for sides in (("right", "left"), ("left", "right"))
        )
        ways.append(np.minimum(as_named, exchanged))
    return float(np.sum(ways, axis=0).mean() / len(COCO_OF_JOINT))


def halo(composite: Picture, alpha: Picture) -> float:
    """Mean difference of colour, of 255, between the rim of a figure and its inner colour next to it.

    Args:
        composite: [C, C, 3] over a colour that is unlike the figure.
        alpha: [C, C].
    """
    inside = alpha > 127
    depth = distance_transform_edt(inside)
    rim = inside & (depth <= RIM_PX)
    inner = (depth > RIM_PX) & (depth <= INNER_PX)
    if not rim.any() or not inner.any():
        return float("nan")
    rows, columns = distance_transform_edt(~inner, return_distances=False, return_indices=True)
    near = composite[rows[rim], columns[rim]].astype(float)
    return float(np.abs(composite[rim] - near).mean())
