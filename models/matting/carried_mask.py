"""One mask by hand carried from frame to frame: along the flow, mended by what each frame shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from models.matting.components import Mask, disc, fill_holes
from models.matting.edge import guided_filter
from models.matting.keyframe_cues import Cues
from models.matting.local_votes import COLOUR_CELLS, count_votes, read_votes
from models.matting.residual_motion import ClipFlow, Flow, follow

Singles = NDArray[np.float32]
Window = tuple[slice, slice]

REACH = 0.045
"""Of the long side: how far an outline may be from where the flow puts it."""
VOTE_PX = 20.0
"""Size of a cell of the local votes, at work size."""
FEW_VOTES = 0.03
"""What both sides have anywhere, so that a single vote decides nothing."""
MOST_VOTES = 1.5
"""Log odds that local votes can give."""
FRESH, STALE = 1.6, 0.3
"""Weight of the carried mask against the cues: as given, and where the flow has lost it."""
SMOOTH = 0.02
"""Radius of the smoothing, as a share of the root of a figure's area."""
FORGETTING = 0.97
"""Trust in what is carried falls by this in each frame."""


@dataclass(frozen=True)
class Carried:
    """A mask in each frame of a stretch, and how far it still rests on the one that was given.

    Attributes:
        masks: float32 ``[T, H, W]`` in 0..1.
        trust: float32 ``[T, H, W]`` in 0..1; falls with frames, and where flow there and back disagree.
    """

    masks: Singles
    trust: Singles


def carry(
    frames: NDArray[np.uint8], mask: Singles, order: Sequence[int], flow: ClipFlow, cues: Cues
) -> Carried:
    """Carry a mask through frames.

    Args:
        frames: uint8 ``[T, H, W, 3]`` of the stretch.
        mask: float32 ``[H, W]``, of the frame that `order` begins with.
        order: neighbouring frame numbers, upwards or downwards.
        flow: of the stretch.
        cues: of the stretch.

    Returns:
        Masks in the order of `order`.
    """
    masks, trusts = [mask], [np.ones_like(mask)]
    for source, t in zip(order, order[1:], strict=False):
        here, there = _flows(flow, t, source)
        agree = _agreement(here, there)
        carried = follow(masks[-1], here)
        trust = np.asarray(follow(trusts[-1], here) * (0.3 + 0.7 * agree) * FORGETTING, np.float32)
        trusts.append(trust)
        if not (carried > 0.5).any():
            masks.append(np.zeros_like(mask))
            continue
        masks.append(_mended(frames[t], t, source, carried, masks[-1], trust * agree, there, cues))
    return Carried(np.stack(masks), np.stack(trusts))


def _flows(flow: ClipFlow, t: int, source: int) -> tuple[Flow, Flow]:
    """Flow from a frame to the one that its mask comes from, and back."""
    if source < t:
        return flow.backward[source], flow.forward[source]
    return flow.forward[t], flow.backward[t]


def _agreement(here: Flow, there: Flow) -> Singles:
    """1 where the flow there and back ends where it began, towards 0 where it does not."""
    error = np.linalg.norm(here + follow(there, here), axis=2)
    allowed = 0.6 + 0.1 * np.linalg.norm(here, axis=2)
    return np.asarray(np.exp(-((error / allowed) ** 2)), np.float32)


def _mended(
    rgb: NDArray[np.uint8],
    t: int,
    source: int,
    carried: Singles,
    known: Singles,
    trust: Singles,
    there: Flow,
    cues: Cues,
) -> Singles:
    figure = carried > 0.5
    radius = REACH * max(figure.shape)
    reach = cv2.dilate(figure.astype(np.uint8), disc(radius)) > 0
    window = _window(reach, round(2 * radius))
    log_odds = np.log(np.clip(carried[window], 0.02, 0.98) / np.clip(1 - carried[window], 0.02, 0.98))
    score = cues.odds(t, window) + (STALE + (FRESH - STALE) * trust[window]) * log_odds
    score += _local_odds(cues.cells[source], cues.cells[t][window], known, there, window, reach[window])
    share = np.asarray(1 / (1 + np.exp(-np.clip(score, -30, 30))) * reach[window], np.float32)
    guide = cv2.cvtColor(rgb[window], cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    smooth = guided_filter(guide, share, _finest(figure), 1e-3)
    soft = np.clip((smooth - 0.5) * 3 + 0.5, 0, 1)
    found = _attached(fill_holes(soft > 0.5, largest=0.02), figure[window])
    mended = np.zeros_like(carried)
    mended[window] = np.where(found, np.maximum(soft, 0.51), np.minimum(soft, 0.49)) * reach[window]
    return mended


def _finest(figure: Mask) -> int:
    """Radius in pixels within which a score is smoothed: an arm of a small figure is three pixels wide."""
    return int(np.clip(round(SMOOTH * float(np.sqrt(figure.sum()))), 1, 3))


def _window(mask: Mask, margin: int) -> Window:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (
        slice(max(0, int(rows[0]) - margin), int(rows[-1]) + margin + 1),
        slice(max(0, int(columns[0]) - margin), int(columns[-1]) + margin + 1),
    )


def _local_odds(
    before: Singles, now: Singles, known: Singles, there: Flow, window: Window, asked: Mask
) -> Singles:
    """Log odds by the colours that figure and surroundings had nearby in the frame before; 0 where not asked.

    Five dimensions make each answer dear.
    """
    top, left = window[0].start, window[1].start
    height, width = now.shape[:2]
    y, x = np.mgrid[: known.shape[0], : known.shape[1]].astype(np.float32)
    y, x = y + there[..., 1] - top, x + there[..., 0] - left
    inside = (y > -0.5) & (y < height - 0.5) & (x > -0.5) & (x < width - 0.5)
    voters = np.concatenate([np.stack([y, x], -1)[inside] / VOTE_PX + 1, before[inside]], axis=1)
    cells = (int(height / VOTE_PX) + 3, int(width / VOTE_PX) + 3, *COLOUR_CELLS)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    places = np.concatenate([np.stack([y, x], -1)[asked] / VOTE_PX + 1, now[asked]], axis=1)
    figure, ground = (
        read_votes(count_votes(voters, side[inside] ** 2, cells), places) for side in (known, 1 - known)
    )
    odds = np.zeros(asked.shape, np.float32)
    told = np.log((figure + FEW_VOTES) / (ground + FEW_VOTES))
    odds[asked] = np.clip(told, -MOST_VOTES, MOST_VOTES)
    return odds


def _attached(mask: Mask, carried: Mask) -> Mask:
    """Without pieces that mostly lie where the flow put nothing."""
    count, pieces = cv2.connectedComponents(mask.astype(np.uint8))
    if count < 3:
        return mask
    area = np.bincount(pieces.ravel(), minlength=count)
    shared = np.bincount(pieces[carried], minlength=count)
    keep = (shared > 0.3 * area) & (area > 12)
    keep[0] = False
    return np.asarray(keep[pieces], np.bool_)
