"""Matte of a clip without weights: what moves on its own, given one colour for the whole clip."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from data_contracts.errors import NoFigureError
from models.matting import edge
from models.matting.clip_cut import ClipCut, cut_clip, moving_shares, observe
from models.matting.clip_trust import clip_trust
from models.matting.matte import ClipMatte, check_clip


class MotionMatting(BaseModel):
    """Residual motion, background plate and clip-wide colour mixtures."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    version: ClassVar[int] = 7

    kind: Literal["motion"] = "motion"
    work_side: int = Field(384, ge=96, le=1080)
    """Long side in pixels at which the figure is cut out; its edge is refined at full size."""
    least_mover: float = Field(0.002, gt=0, lt=0.5)
    """Share of the picture that must move on its own in some frame, else the clip has no mover."""
    colour_frames: int = Field(8, ge=2, le=32)
    """Frames from which the clip's colour mixtures are learned."""

    least_confidence: float = Field(0.15, ge=0, le=1)
    """Mean confidence below which the clip is refused: a wrong matte spoils every later stage in silence.
    Confidence is the probability that a frame's matte is right, to an IoU of 0.75 or more."""

    def missing(self) -> str | None:
        """What is missing for this backend to run here: nothing."""
        return None

    def weights(self) -> list[Path]:
        """No weights."""
        return []


def matte_clip(config: MotionMatting, frames: NDArray[np.uint8], seed: int = 0) -> ClipMatte:
    """Matte a clip by its motion.

    Args:
        config: thresholds.
        frames: uint8 ``[T, H, W, 3]``.
        seed: for GrabCut's colour mixtures and the robust homographies.

    Raises:
        InputError: not a clip.
        NoFigureError: nothing moves on its own, or only what cannot be told from the background.
    """
    alpha, cut = cut_out(config, frames, seed)
    confidence = clip_trust(cut)
    shown = np.flatnonzero((cut.coverage > 0.5).any(axis=(1, 2)))
    sure = float(confidence[shown].mean()) if len(shown) else 0.0
    if sure < config.least_confidence:
        raise NoFigureError(
            "something moves, but no figure could be told from the background",
            where=f"motion matte, {cut.clip.camera} camera",
            expected=f"a mean confidence of {config.least_confidence:g} or more where it shows",
            got=f"{sure:.3f}",
            hint="Give the job a `driving_mask` of some frames, or use the rembg backend.",
        )
    return ClipMatte(alpha, confidence, f"motion, {cut.clip.camera} camera")


def cut_out(
    config: MotionMatting, frames: NDArray[np.uint8], seed: int = 0
) -> tuple[NDArray[np.float32], ClipCut]:
    """Alpha ``[T, H, W]`` of a clip, and the cut that it is from, however little it is to be trusted.

    Raises:
        InputError: not a clip.
        NoFigureError: nothing moves on its own.
    """
    check_clip(frames)
    cv2.setRNGSeed(seed)
    height, width = frames.shape[1:3]
    scale = min(1.0, config.work_side / max(height, width))
    size = (max(16, round(width * scale)), max(16, round(height * scale)))
    clip, flow, evidence = observe(
        np.stack([cv2.resize(f, size, interpolation=cv2.INTER_AREA) for f in frames])
    )
    most = float(moving_shares(evidence).max(initial=0))
    if most < config.least_mover:
        raise NoFigureError(
            "nothing moves on its own in this clip",
            where=f"motion matte, {clip.camera} camera, {len(frames)} frames",
            expected=f"a mover on at least {100 * config.least_mover:.1f} % of the picture",
            got=f"{100 * most:.2f} %",
            hint="Give a longer clip with more motion, its job a `driving_mask`, or use the rembg backend.",
        )
    cut = _only_shown(cut_clip(clip, flow, evidence, config.colour_frames))
    return _at_full_size(frames, cut), cut


def _only_shown(cut: ClipCut) -> ClipCut:
    """Without the frames that hold next to nothing."""
    areas = (cut.coverage > 0.5).mean(axis=(1, 2))
    # Before somebody enters, a table leg that resembles them is all that can be found.
    shown = areas > 0.05 * areas.max(initial=0)
    return cut._replace(coverage=np.asarray(cut.coverage * shown[:, None, None], np.float32))


def _at_full_size(frames: NDArray[np.uint8], cut: ClipCut) -> NDArray[np.float32]:
    """Alpha in the clip's own frames."""
    height, width = frames.shape[1:3]
    alpha = np.zeros(frames.shape[:3], np.float32)
    for t, coverage in enumerate(cut.coverage):
        own = coverage
        if cut.clip.camera == "steadied":
            to_frame = np.linalg.inv(cut.clip.reference_from_frame[t])
            own = cv2.warpPerspective(coverage, to_frame, coverage.shape[::-1], flags=cv2.INTER_LINEAR)
        alpha[t] = edge.soften(frames[t], cv2.resize(own, (width, height), interpolation=cv2.INTER_LINEAR))
    return alpha
