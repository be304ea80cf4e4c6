"""Erasing backend ``plate``: one picture of what is behind the figure, from the frames that show it.

The background's motion is followed by homographies, so all frames look onto one plate; each of its pixels is
the median of the frames in which the figure does not hide it. What is never seen is inpainted once. So the
place behind the figure is the same in all frames: it cannot flicker.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import ClassVar, Literal

import cv2
import numpy as np
import scipy.ndimage as ndi
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import ContractError, EstimationError
from models.inpainting import Inpainter
from models.inpainting.hole import grow_hole
from models.inpainting.pull_push import pull_push
from models.matting.stabilise import RIM_STILL_SHARE, background_homography, chained, rim_still_share

Pictures = NDArray[np.uint8]
Masks = NDArray[np.bool_]
Floats = NDArray[np.float64]

_TOO_FEW = 0.1
"""Share of the frames up to which what they show is not believed: wisps of hair that a matte missed here and
there, where it hides the place in all other frames."""
_STRANGE = 40
"""Levels by which a pixel of a camera at rest must differ from the plate to be the figure. A shadow on a
light wall is some 25."""


_ALONG = 0.9
"""Share of the frames in which a piece is seen beside the figure, by those in which it is seen, from which on
it is the figure's."""


class PlateErasing(BaseModel):
    """What is taken out, and how far a camera may move."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 2
    kind: Literal["plate"] = "plate"
    alpha_threshold: float = Field(0.05, ge=0, lt=1)
    """Pixels with more of the figure in them are replaced."""
    grow: float = Field(0.014, ge=0, le=0.1)
    """How far the hole is widened, as a share of the longer side: mattes end inside soft outlines."""
    plate_frames: int = Field(60, ge=3, le=500)
    """Frames that enter the median: more cost memory and change little."""
    most_travel: float = Field(2.0, gt=0, le=10)
    """Longest side of the plate beyond the frame's, in frames: a camera that goes further needs a scene."""

    def missing(self) -> str | None:
        """What is missing for it to run here: nothing."""
        return None

    def weights(self) -> list[Path]:
        """Files of weights: none."""
        return []


@dataclass(frozen=True)
class Erased:
    """``frames`` uint8 [T, H, W, 3] without the figure, and the share of its pixels that no frame shows."""

    frames: Pictures
    invented_share: float


def erase(
    frames: Pictures, alpha: NDArray[np.float32], config: PlateErasing, inpainter: Inpainter, seed: int = 0
) -> Erased:
    """Take the figure out of a clip.

    Args:
        frames: uint8 [T, H, W, 3].
        alpha: float32 [T, H, W] of the figure.
        config: settings.
        inpainter: fills what no frame shows.
        seed: for the inpainter.

    Returns:
        Frames that are equal to the given ones outside of the widened figure.

    Raises:
        ContractError: the matte is not of this clip.
        EstimationError: the camera moves too far for one plate, or the figure hides all there is.
    """
    if alpha.shape != frames.shape[:3]:
        raise ContractError("the matte is not of this clip", expected=frames.shape[:3], got=alpha.shape)
    grow_px = round(config.grow * max(frames.shape[1:3]))
    holes = np.stack([grow_hole(a > config.alpha_threshold, grow_px) for a in alpha])
    if not holes.any():
        return Erased(frames, 0.0)
    chain = _chain(frames, holes)
    onto, size = _canvas(chain, frames.shape[2], frames.shape[1], config.most_travel)
    plate, known = _plate(frames, holes, onto, size, config.plate_frames)
    if not known.any():
        raise EstimationError(
            "the figure hides the whole clip", expected="some background", hint="Check the clip's matte."
        )
    if (chain == np.eye(3)).all():
        holes = _with_limbs(frames, holes, plate, known, grow_px)
    wanted = np.any([_laid(hole, matrix, size) for hole, matrix in zip(holes, onto, strict=True)], axis=0)
    unseen = ~known & wanted
    # Only what is looked at must be good: beyond it the plate is continued smoothly.
    whole = np.rint(pull_push(plate.astype(np.float32), known)).astype(np.uint8)
    if unseen.any():
        whole = inpainter.fill(whole, unseen, seed)
    shown = [_shown(f, h, whole, m) for f, h, m in zip(frames, holes, onto, strict=True)]
    return Erased(np.stack(shown), float(unseen.sum() / wanted.sum()))


def _with_limbs(frames: Pictures, holes: Masks, plate: Pictures, known: Masks, grow_px: int) -> Masks:
    """The holes with what a matte missed of the figure: a camera at rest shows that it is not background.

    Only what hangs together with the hole, and does so for as long as it is seen (`_ALONG`), counts: a dog
    beside the figure, that it touches now and then, stays in every frame. Shadows differ by less.
    """
    strange = np.stack([np.abs(frame.astype(np.int16) - plate).max(axis=2) > _STRANGE for frame in frames])
    strange &= known & ~holes
    near = np.stack([grow_hole(hole, 1) for hole in holes])
    pieces, count = ndi.label(strange, np.ones((3, 3, 3)))
    touching = np.zeros((len(frames), count + 1), np.bool_)
    seen = np.zeros_like(touching)
    for t in range(len(frames)):
        seen[t, pieces[t]] = True
        touching[t, pieces[t][near[t]]] = True
    along = touching.sum(axis=0) >= _ALONG * np.maximum(seen.sum(axis=0), 1)
    along[0] = False
    missed = along[pieces]
    return np.stack([grow_hole(m | h, grow_px) for m, h in zip(missed, holes, strict=True)])


def _chain(frames: Pictures, holes: Masks) -> Floats:
    """Homographies [T, 3, 3] from each frame to the middle one, in pixel indices."""
    greys = np.stack([cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in frames])
    if len(frames) < 2 or rim_still_share(greys) > RIM_STILL_SHARE:
        return np.tile(np.eye(3), (len(frames), 1, 1))
    # The figure's own motion must not be followed: its texture goes.
    bare = np.stack([np.where(h, np.uint8(g.mean()), g) for g, h in zip(greys, holes, strict=True)])
    found = [background_homography(a, b) for a, b in pairwise(bare)]
    steps = np.stack([np.eye(3) if step is None else step for step in found])
    return chained(steps, reference=len(frames) // 2)


def _canvas(chain: Floats, width: int, height: int, most_travel: float) -> tuple[Floats, tuple[int, int]]:
    """Homographies onto a canvas that holds all frames, and its (width, height)."""
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, height, 1], [width, height, 1]], np.float64)
    moved = np.einsum("tij,cj->tci", chain, corners)
    reach = moved[..., :2] / moved[..., 2:]
    low, high = np.floor(reach.min((0, 1))), np.ceil(reach.max((0, 1)))
    size = high - low
    longest = 1 + most_travel
    if (
        (moved[..., 2] <= 0).any()
        or not np.isfinite(size).all()
        or (size > longest * np.array([width, height])).any()
    ):
        raise EstimationError(
            "the camera moves too far for one picture of the background",
            expected=f"a plate of at most {longest:g} frames across",
            got=f"{np.max(size / [width, height]):.1f} frames",
            hint="Cut the clip, raise erase_figure.backend.most_travel, or give the job a scene picture.",
        )
    onto = np.array([[1, 0, -low[0]], [0, 1, -low[1]], [0, 0, 1]]) @ chain
    return onto, (int(size[0]), int(size[1]))


def _plate(
    frames: Pictures, holes: Masks, onto: Floats, size: tuple[int, int], most: int
) -> tuple[Pictures, Masks]:
    """The median picture of the background on the canvas, and where any frame shows it."""
    chosen = np.unique(np.linspace(0, len(frames) - 1, min(len(frames), most)).astype(int))
    hidden = 256
    stack = np.full((len(chosen), size[1], size[0], 3), hidden, np.uint16)
    for place, t in enumerate(chosen):
        picture = cv2.warpPerspective(frames[t], onto[t], size, flags=cv2.INTER_LINEAR)
        bare = _laid(~holes[t], onto[t], size, whole=True)
        stack[place][bare] = picture[bare]
    count = (stack[..., 0] < hidden).sum(axis=0)
    stack.sort(axis=0)  # each colour by itself, hidden ones last
    middle = np.maximum(count - 1, 0) // 2
    plate = np.take_along_axis(stack, middle[None, ..., None], axis=0)[0]
    known = count > _TOO_FEW * len(chosen)
    return np.where(known[..., None], plate, 0).astype(np.uint8), np.asarray(known)


def _laid(mask: Masks, matrix: Floats, size: tuple[int, int], whole: bool = False) -> Masks:
    """A frame's mask on the canvas: where any of a pixel is in it, or where the whole pixel is."""
    laid = cv2.warpPerspective(mask.astype(np.uint8) * np.uint8(255), matrix, size, flags=cv2.INTER_LINEAR)
    return np.asarray(laid > (250 if whole else 0))


def _shown(frame: Pictures, hole: Masks, plate: Pictures, matrix: Floats) -> Pictures:
    """A frame with its hole filled from the plate, in the light of its own surroundings."""
    if not hole.any():
        return frame
    size = frame.shape[1], frame.shape[0]
    behind = cv2.warpPerspective(plate, np.linalg.inv(matrix), size, flags=cv2.INTER_LINEAR).astype(
        np.float32
    )
    # What differs round the hole (light, exposure, a pixel of parallax) is carried smoothly into it.
    away = pull_push(frame.astype(np.float32) - behind, ~hole)
    filled = np.clip(np.rint(behind + away), 0, 255).astype(np.uint8)
    return np.where(hole[..., None], filled, frame)
