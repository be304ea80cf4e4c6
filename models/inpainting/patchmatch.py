"""Inpainting by multi-scale PatchMatch: copies patches of the picture itself, needs no weights.

Energy and coarse-to-fine EM follow Wexler, Shechtman, Irani (Space-Time Completion of Video, 2007), the
nearest-neighbour field Barnes et al. (PatchMatch, 2009). A cost on the rows between source and target keeps
floor on floor and sky on sky.
"""

from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from models.inpainting.first_guess import first_guess
from models.inpainting.gradient_blend import blend_gradients
from models.inpainting.hole import check_fill_input, is_margin
from models.inpainting.patch_field import improve_field, vote
from models.inpainting.pull_push import halve

ROUNDS = (12, 8, 5, 3, 3)
"""Of matching and voting at a level, from the coarsest on: structure is decided at the coarse levels."""
LEAST_SOURCES = 30
"""Whole patches to copy from: with fewer a level is filled smoothly."""


class PatchMatchConfig(BaseModel):
    """Settings of the PatchMatch backend; radii in pixels, biases in squared intensity (0..1) a row."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 2

    kind: Literal["patchmatch"] = "patchmatch"
    patch_radius_px: int = Field(3, ge=1, le=7)
    row_bias: float = Field(
        1e-4, ge=0, description="Cost of a row between source and hole, inside a picture."
    )
    margin_row_bias: float = Field(1e-3, ge=0, description="The same where the hole lies round the picture.")
    sweeps: int = Field(3, ge=1, le=10, description="Propagation sweeps a round.")
    blend: bool = Field(True, description="Smooth the seams between patches in the gradient domain.")
    smallest_side_px: int = Field(24, ge=8, description="The pyramid ends above twice this size.")

    def missing(self) -> str | None:
        """Nothing is missing: the backend is our own code."""
        return None

    def weights(self) -> list[Path]:
        """No weights."""
        return []


class _Level(NamedTuple):
    rgb: NDArray[np.float32]
    hole: NDArray[np.bool_]
    source: NDArray[np.bool_]


class PatchMatch:
    """Fills holes with patches of the same picture."""

    def __init__(self, config: PatchMatchConfig) -> None:
        self.config = config

    def fill(
        self,
        rgb: NDArray[np.uint8],
        hole_mask: NDArray[np.bool_],
        seed: int = 0,
        prompt: str = "",
        source_mask: NDArray[np.bool_] | None = None,
    ) -> NDArray[np.uint8]:
        """See `models.inpainting.Inpainter`: pixels of the source are copied; a prompt changes nothing."""
        check_fill_input(rgb, hole_mask)
        if not hole_mask.any():
            return rgb.copy()
        source = ~hole_mask if source_mask is None else source_mask & ~hole_mask
        if source.mean() < 0.02:
            source = ~hole_mask
        bias = self.config.margin_row_bias if is_margin(hole_mask) else self.config.row_bias
        filled = self._coarse_to_fine((rgb / 255).astype(np.float32), hole_mask, source, bias, seed)
        result = np.clip(np.rint(filled * 255), 0, 255).astype(np.uint8)
        return np.where(hole_mask[..., None], result, rgb)

    def _coarse_to_fine(
        self,
        rgb: NDArray[np.float32],
        hole: NDArray[np.bool_],
        source: NDArray[np.bool_],
        row_bias: float,
        seed: int,
    ) -> NDArray[np.float32]:
        levels = self._pyramid(rgb, hole, source)
        guess: NDArray[np.float32] | None = None
        field: NDArray[np.int32] | None = None
        for depth, level in enumerate(reversed(levels)):
            scale = 2 ** (len(levels) - 1 - depth)
            start = first_guess(level.rgb, ~level.hole) if guess is None else _enlarge(guess, level)
            usable = patch_centres(level.source, self.config.patch_radius_px)
            if usable.sum() < LEAST_SOURCES:
                guess, field = start, None
                continue
            rng = np.random.default_rng([seed, depth])
            field = random_field(usable, rng) if field is None else _enlarge_field(field, level.hole.shape)
            rounds = ROUNDS[min(depth, len(ROUNDS) - 1)]
            guess = self._match_and_vote(level, start, usable, field, rounds, row_bias, scale, rng)
        assert guess is not None
        return guess

    def _pyramid(
        self, rgb: NDArray[np.float32], hole: NDArray[np.bool_], source: NDArray[np.bool_]
    ) -> list[_Level]:
        """Levels from fine to coarse, until the hole is about a patch wide."""
        levels = [_Level(rgb, hole, source)]
        radius = _distance(hole).max()
        smallest = 2 * self.config.smallest_side_px
        while radius > 1.2 * self.config.patch_radius_px and min(levels[-1].hole.shape) > smallest:
            fine = levels[-1]
            coarse, known = halve(fine.rgb, ~fine.hole, least_known=0.5)
            share = fine.source.astype(np.float32)
            pure = cv2.resize(share, known.shape[::-1], interpolation=cv2.INTER_AREA) > 0.99
            levels.append(_Level(coarse, ~known, np.asarray(pure)))
            radius /= 2
        return levels

    def _match_and_vote(
        self,
        level: _Level,
        start: NDArray[np.float32],
        usable: NDArray[np.bool_],
        field: NDArray[np.int32],
        rounds: int,
        row_bias: float,
        scale: int,
        rng: np.random.Generator,
    ) -> NDArray[np.float32]:
        radius = self.config.patch_radius_px
        rgb = np.where(level.hole[..., None], start, level.rgb).astype(np.float32)
        square = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
        is_target = np.asarray(cv2.dilate(level.hole.astype(np.uint8), square) > 0)
        targets = np.argwhere(is_target).astype(np.int32)
        sources = np.argwhere(usable).astype(np.int32)
        cost = np.zeros(level.hole.shape, np.float32)
        trust = (1.25 ** -_distance(level.hole)).astype(np.float32)  # falls towards the middle of the hole
        weight = np.where(level.hole, 0.6 * np.maximum(trust, 0.3), 1).astype(np.float32)
        state = rng.integers(1, 2**63, 1).astype(np.uint64)
        for round_ in range(rounds):
            sweeps = self.config.sweeps + (2 if round_ == 0 else 0)
            improve_field(
                rgb, weight, targets, is_target, usable, sources, field, cost,
                radius, np.float32(row_bias * scale), sweeps, state,
            )  # fmt: skip
            # At the finest level only the better proposals count: sharper.
            spread = max(float(np.percentile(cost[is_target], 30 if scale == 1 else 60)), 1e-5)
            vote(rgb, targets, field, cost, level.hole, trust, radius, np.float32(spread))
        if scale == 1 and self.config.blend:
            return blend_gradients(rgb, level.rgb, level.hole, field, is_target)
        return rgb


def _distance(hole: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Distance to the nearest pixel outside the hole; outside the picture counts as outside the hole."""
    padded = np.pad(hole, 1).astype(np.uint8)
    return np.asarray(cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1], np.float32)


def patch_centres(source: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """Pixels [H, W] whose whole patch lies in the source."""
    square = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
    inside = cv2.erode(source.astype(np.uint8), square, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(inside > 0)


def random_field(usable: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.int32]:
    """A random usable source (y, x) for every pixel, int32 [H, W, 2]."""
    sources = np.argwhere(usable).astype(np.int32)
    return sources[rng.integers(len(sources), size=usable.shape)]


def _enlarge_field(field: NDArray[np.int32], shape: tuple[int, ...]) -> NDArray[np.int32]:
    y, x = np.indices(shape)
    coarse = field[np.minimum(y // 2, field.shape[0] - 1), np.minimum(x // 2, field.shape[1] - 1)]
    fine = 2 * coarse + np.stack([y % 2, x % 2], -1)
    return np.ascontiguousarray(np.clip(fine, 0, np.array(shape) - 1), dtype=np.int32)


def _enlarge(guess: NDArray[np.float32], level: _Level) -> NDArray[np.float32]:
    height, width = level.hole.shape
    return np.asarray(cv2.resize(guess, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
