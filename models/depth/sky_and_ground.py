"""Which pixels are sky and which are ground, by colour and place."""

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from models.inpainting.unmix import unmix

BORDER = 1 / 130
"""How far the sky's outline may be off, as a share of the longer side: it is found on a smoothed picture."""
OTHER_COLOUR = 0.35
"""What differs from the sky in the same rows by so much, of 1, is none: pieces of the skies of 160 generated
places differ by 0.31 at most, a tower before a real one by 0.47."""

GRASS_ROUGHNESS = 0.04
"""Mean Sobel gradient of grass; a painted backdrop has less."""

LEVEL_WITHIN, LEVEL_COLUMNS = 0.02, 0.4
"""A level skyline ends within so much of the height in so many of its columns: what stands before hills or
the sea leaves them free, rows of houses do not."""
HIGHEST_HORIZON = 0.25
"""A level end of what is blue above this row is that of a cloud, as a share of the height."""


@dataclass(frozen=True)
class Sky:
    """Sky pixels bool [H, W]; their share of the picture and of its lower 45 %; how many are bluish."""

    mask: NDArray[np.bool_]
    share: float
    low_share: float
    blue_share: float


def find_sky(rgb: NDArray[np.float32]) -> Sky:
    """Smooth bluish or blown-out pixels that are connected with the upper border.

    Ceilings are warm or grey, so blue is what speaks for a sky. A bluish white wall passes too: users can
    set the scene's kind.

    Args:
        rgb: float32 [H, W, 3] in 0..1.
    """
    smooth = cv2.GaussianBlur(rgb, (0, 0), 1.5)
    grey = smooth.mean(2)
    edges = cv2.magnitude(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    rough = cv2.GaussianBlur(edges, (0, 0), 2)
    red, green, blue = smooth[..., 0], smooth[..., 1], smooth[..., 2]
    bluish = (blue > red + 0.02) & (blue > green - 0.03) & (blue > 0.45)
    blown_out = smooth.min(2) > 0.93
    pale = (blue > 0.62) & (blue > red - 0.06) & (rough < 0.05)
    candidate = (bluish | blown_out | pale) & (rough < 0.3)
    _, labels = cv2.connectedComponents(candidate.astype(np.uint8))
    top = np.unique(labels[:3])
    mask = np.isin(labels, top[top > 0]).astype(np.uint8)
    sky = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)) > 0)
    blue_share = float(((blue - red) > 0.03)[sky].mean()) if sky.any() else 0.0
    low = sky[11 * len(sky) // 20 :]
    return Sky(sky, float(sky.mean()), float(low.mean()), blue_share)


def sharpened_sky(rgb: NDArray[np.float32], sky: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The sky bool [H, W] up to where its colour is less than half of a pixel's (rgb float32 in 0..1).

    Without it, what stands before a bright sky carries a rim of it along. Bluish towers, of which only the
    outline was told from the sky, are none of it.
    """
    if not sky.any() or sky.all():
        return sky
    border = max(2, round(BORDER * max(sky.shape)))
    sky = sky & ~_towers(rgb, sky, border)
    others = unmix(rgb, ~sky, border).share > 0.5
    steady = cv2.medianBlur(others.astype(np.uint8), 3)  # single pixels would flicker
    return np.asarray(steady == 0)


def _towers(rgb: NDArray[np.float32], sky: NDArray[np.bool_], border_px: int) -> NDArray[np.bool_]:
    """Pieces of what looks like sky that hang on the largest one by a neck, and have another colour."""
    square = np.ones((2 * border_px + 1, 2 * border_px + 1), np.uint8)
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(cv2.erode(sky.astype(np.uint8), square))
    towers = np.zeros(sky.shape, np.uint8)
    if count < 3:
        return towers > 0
    largest = pieces == 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    for piece in range(1, count):
        inside = pieces == piece
        beside = largest & inside.any(1)[:, None]
        if inside[0].any() or inside[:, [0, -1]].any() or beside.sum() < inside.sum():
            continue  # the frame would cut it off as the camera passes; or there is too little sky to tell
        if np.abs(rgb[inside].mean(0) - rgb[beside].mean(0)).max() > OTHER_COLOUR:
            towers |= inside.astype(np.uint8)
    return np.asarray(sky & (cv2.dilate(towers, square, iterations=2) > 0))


class Skyline(NamedTuple):
    """Where the horizon is by the sky's lower end."""

    horizon_y_px: float
    level: bool
    """Whether the skyline is one of hills or of the sea, which lie at the horizon."""


def find_skyline(sky: NDArray[np.bool_]) -> Skyline:
    """Horizon from a mask bool [H, W] of the sky.

    A level skyline is the horizon. One with steps has houses or trees in it, which stand above the horizon:
    half way then between where the sky ends in most columns and the usual place (53 % of the height).
    """
    height = sky.shape[0]
    columns = sky.any(0)
    if not columns.any():
        return Skyline(0.515 * height, level=False)
    ends = height - 1.0 - sky[::-1, columns].argmax(0)
    most = float(np.percentile(ends, 60))
    beside = np.asarray(np.abs(ends - most) < LEVEL_WITHIN * height)
    if most > HIGHEST_HORIZON * height and beside.sum() > LEVEL_COLUMNS * sky.shape[1]:
        return Skyline(most, level=True)
    end = float(np.clip(most, 0.3 * height, 0.65 * height))
    return Skyline(0.5 * end + 0.5 * 0.53 * height, level=False)


def find_grass(rgb: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Pixels bool [H, W] of a picture float32 [H, W, 3] in 0..1 that are as green and as rough as grass."""
    red, green, blue = np.moveaxis(rgb, -1, 0)
    grey = np.ascontiguousarray(rgb.mean(2))
    edges = cv2.magnitude(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    rough = cv2.GaussianBlur(edges, (0, 0), 4) > GRASS_ROUGHNESS
    return np.asarray((green > red + 0.03) & (green > blue + 0.1) & rough)


def grass_end(grass: NDArray[np.bool_]) -> float:
    """Row up to which a meadow reaches: from the lowest row on, at least half of each row is grass."""
    bare = np.flatnonzero(grass.mean(1) < 0.5)
    return float(bare[-1] + 1) if len(bare) else 0.0


def expected_ground_y(horizon_y_px: float, height_px: int) -> float:
    """Row below which ground is expected: things stand on what is farther."""
    return horizon_y_px + 0.25 * (height_px - horizon_y_px)


def find_ground(
    rgb: NDArray[np.float32],
    horizon_y_px: float,
    sky: NDArray[np.bool_],
    likely: NDArray[np.bool_] | None = None,
) -> NDArray[np.bool_]:
    """Ground pixels by GrabCut: nothing above the horizon is ground, the lowest strip probably is.

    Args:
        rgb: float32 [H, W, 3] in 0..1.
        horizon_y_px: row of the horizon.
        sky: bool [H, W], never ground.
        likely: bool [H, W], where ground is expected; by default all well below the horizon.
    """
    height, width = rgb.shape[:2]
    scale = min(1.0, 256 / max(height, width))
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    small = np.clip(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA) * 255, 0, 255).astype(np.uint8)
    y = np.broadcast_to(((np.arange(size[1]) + 0.5) / scale)[:, None], size[::-1])
    if likely is None:
        expected = y > expected_ground_y(horizon_y_px, height)
    else:
        expected = cv2.resize(likely.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    never = y < horizon_y_px + 0.02 * height
    never = never | (cv2.resize(sky.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0)
    labels = np.where(expected, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    labels[never] = cv2.GC_BGD
    labels[expected & ~never & (y > 0.95 * height)] = cv2.GC_FGD  # or all of it may turn into background
    if not (expected & ~never).any():
        return np.zeros((height, width), np.bool_)
    cv2.setRNGSeed(0)  # GrabCut seeds its clusters from OpenCV's own generator
    model = np.zeros((2, 1, 65))
    cv2.grabCut(small, labels, None, model[0], model[1], 4, cv2.GC_INIT_WITH_MASK)
    ground = ((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)).astype(np.uint8)
    ground = cv2.morphologyEx(ground, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    ground = cv2.morphologyEx(ground, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    kept = _low_regions(ground)
    expected = expected & ~never
    if kept.sum() < 0.1 * expected.sum():
        kept = expected.astype(np.uint8)  # the colours do not tell ground from the rest: go by place
    return np.asarray(cv2.resize(kept, (width, height), interpolation=cv2.INTER_NEAREST) > 0)


def _low_regions(ground: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Regions of at least 1 % that reach the lowest fifth of the picture."""
    height, width = ground.shape
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ground)
    kept = [
        i
        for i in range(1, count)
        if stats[i, cv2.CC_STAT_AREA] > 0.01 * height * width
        and stats[i, cv2.CC_STAT_TOP] + stats[i, cv2.CC_STAT_HEIGHT] > 0.8 * height
    ]
    return np.isin(labels, kept).astype(np.uint8)
